"""Signing in with a password, and signing out."""

from starlette.responses import Response

from dialform.console.accounts import accounts, cookies, sessions
from dialform.console.accounts.accounts import Account, spelt
from dialform.console.accounts.reception import reception
from dialform.console.accounts.throttle import FORGOTTEN
from dialform.console.page import Context
from dialform.console.signin import before
from dialform.console.signin.entering import browser_of, enter
from dialform.console.signin.going import safe

WRONG = "The name or the password is wrong, or the account is locked."


async def sign_in(context: Context) -> Response:
    """The form. Whoever is signed in already is taken on."""
    to = safe(context.query.get("next", "/"))
    if context.someone is not None:
        return context.redirect(to)
    return _form(context, to=to)


async def signing_in(context: Context) -> Response:
    """Name and password. Who is not let in is told the same, whatever was wrong."""
    await before.check(context)
    desk, ground = reception(context.ground), context.ground
    name, password = await context.text("login"), (await context.form()).get("password", "")
    to = safe(await context.text("next", "/"))
    address, now = desk.address(context.request), desk.now()
    account = await ground.off(accounts.by_login, ground.database, name)
    browser, key = browser_of(context, account), account.subject if account else spelt(name)
    closed = desk.throttle.wait(key, account, now, browser)
    if closed or not (browser or desk.throttle.asks(address)):
        return _form(context, to=to, login=name, sentence=_later(closed), status=429)
    desk.throttle.tries(key, now, browser)
    right = await desk.right(account.password if account else "", str(password))
    if (
        not right
        or account is None
        or not account.open
        or not await ground.off(desk.stands_for, account)
    ):
        desk.throttle.wrong(address)
        desk.beside(_refused(context, account))
        return _form(context, to=to, login=name, sentence=WRONG, status=422)
    desk.throttle.right(key, browser)
    if desk.passwords.old(account.password):
        kept = await desk.hashed(str(password))
        await ground.off(lambda: accounts.change(ground.database, account.id, password=kept))
    return await enter(context, account, "password", to=to)


async def sign_out(context: Context) -> Response:
    """End the visitor's own session, of this browser."""
    ground, account = context.ground, context.visitor.account
    await ground.off(lambda: sessions.end(ground.database, account, only=context.entry.session))
    context.audit("sign-out")
    response = context.redirect("/sign-in")
    cookies.drop(response, ground.settings, cookies.SESSION)
    return response


def _form(
    context: Context, *, to: str, login: str = "", sentence: str = "", status: int = 200
) -> Response:
    entry = context.ground.settings.entry
    return before.show(
        context, "signin/sign_in.html", status, to=to, login=login, sentence=sentence,
        openid=entry.openid.name if entry and entry.openid else "",
    )  # fmt: skip


def _later(seconds: int) -> str:
    minutes = max(1, -(-seconds // 60))
    return (
        f"There were too many attempts. Try again in {minutes} minute{'s' if minutes > 1 else ''}."
    )


async def _refused(context: Context, account: Account | None) -> None:
    """Write down that somebody was not let in. What was typed may be a password: it is not kept."""
    desk, ground = reception(context.ground), context.ground
    if account is not None:
        await ground.off(accounts.failed, ground.database, account.id, desk.now(), FORGOTTEN)
    await desk.write("sign-in refused", context.request, account)
