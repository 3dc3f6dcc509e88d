"""The second factor of a sign-in: a code, or setting one up where the role needs it."""

from starlette.responses import Response

from dialform.console.accounts import accounts, factors, sessions
from dialform.console.accounts.accounts import Account
from dialform.console.accounts.reception import reception
from dialform.console.accounts.sessions import Session
from dialform.console.errors import Forbidden
from dialform.console.page import Context
from dialform.console.signin import before
from dialform.console.signin.entering import enter, waiting
from dialform.console.templating import title_of

_NO_CODE = "This code is none, or was used already. Take the next one that the app shows."


async def ask(context: Context) -> Response:
    """The form for a code."""
    await _at(context, "factor")
    return before.show(context, "signin/code.html", sentence="")


async def given(context: Context) -> Response:
    """A code. After too many wrong ones the sign-in begins anew, with the password."""
    await before.check(context)
    session, account = await _at(context, "factor")
    desk, ground = reception(context.ground), context.ground
    key, now, address = f"code\0{account.id}", desk.now(), desk.address(context.request)
    if desk.throttle.wait(key, None, now) or not desk.throttle.asks(address):
        await ground.off(lambda: sessions.end(ground.database, account.id, only=session.id))
        raise Forbidden(
            "There were too many wrong codes. Wait a few minutes, and sign in once more."
        )
    desk.throttle.tries(key, now)
    code = await context.text("code")
    kind = await ground.off(factors.check, ground.database, desk.keys, account, code, now)
    if not kind:
        desk.throttle.wrong(address)
        await desk.write("code refused", context.request, account)
        return before.show(context, "signin/code.html", 422, sentence=_NO_CODE)
    desk.throttle.right(key)
    if kind == "paper":
        await desk.write("paper code used", context.request, account)
    return await enter(context, account, session.way, proven=True, to=session.more)


async def offer(context: Context) -> Response:
    """A new secret for somebody whose role needs a second factor. It is kept once a code of it is shown."""
    _, account = await _at(context, "enrol")
    return _offer(context, account, factors.new_secret(reception(context.ground).keys))


async def enrol(context: Context) -> Response:
    """The first code of a new secret. The codes for paper are shown, then one is in."""
    await before.check(context)
    session, account = await _at(context, "enrol")
    desk, ground = reception(context.ground), context.ground
    secret = desk.keys.open("enrol", await context.text("sealed"))
    if secret is None:
        return _offer(context, account, factors.new_secret(desk.keys), status=422)
    step = factors.step_of(secret, await context.text("code"), desk.now())
    if step is None:
        return _offer(context, account, secret, _NO_CODE, 422)
    codes = await ground.off(factors.enable, ground.database, desk.keys, account.id, secret, step)
    await desk.write("second factor on", context.request, account)
    now_with = await ground.off(lambda: accounts.by_id(ground.database, account.id))
    entered = await enter(context, now_with or account, session.way, proven=True, to=session.more)
    response = context.render("signin/paper.html", codes=codes, to=entered.headers["location"])
    for name, value in entered.headers.items():
        if name == "set-cookie":
            response.headers.append(name, value)
    return response


def _offer(
    context: Context, account: Account, secret: str, sentence: str = "", status: int = 200
) -> Response:
    address = factors.address(secret, account.login, title_of(context))
    return before.show(
        context, "signin/enrol.html", status, sentence=sentence, picture=factors.picture(address),
        secret=" ".join(secret[i : i + 4] for i in range(0, len(secret), 4)), address=address,
        sealed=reception(context.ground).keys.seal("enrol", secret),
    )  # fmt: skip


async def _at(context: Context, stage: str) -> tuple[Session, Account]:
    """The sign-in that waits for this. Raises Forbidden, NotThere."""
    session, account, _ = await waiting(context)
    # A factor that was set up meanwhile, in another browser, is not replaced by a password alone.
    if session.stage != stage or (stage == "enrol" and account.factor):
        raise Forbidden("This is not what your sign-in waits for. Begin it anew.")
    return session, account
