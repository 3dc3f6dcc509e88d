"""From a proof of who one is to a session: with a second factor where there is one, or must be."""

from starlette.responses import Response

from dialform.console.accounts import accounts, cookies, links, sessions
from dialform.console.accounts.accounts import Account
from dialform.console.accounts.reception import Reception, reception
from dialform.console.accounts.sessions import Session, Stage
from dialform.console.errors import NotThere
from dialform.console.page import Context
from dialform.console.signin.going import safe

_YEAR = 365 * 24 * 3600
_BROWSERS = 4
"""Accounts that a browser is known for."""


async def enter(
    context: Context, account: Account, way: str, *, proven: bool = False, to: str = "/"
) -> Response:
    """Let somebody in, or on to their second factor. `proven`: they have shown one already.

    The session is a new one: whatever token a browser brought is worth nothing from now on.
    """
    desk, ground = reception(context.ground), context.ground
    stage = await _stage(desk, account, proven)
    now = desk.now()

    def work() -> str:
        accounts.change(ground.database, account.id, failures=0, failed=0, seen=now)
        links.forget(ground.database, account.id)
        return sessions.begin(
            ground.database, desk.keys, account.id, now=now, way=way, stage=stage, more=to,
            address=desk.address(context.request), agent=context.request.headers.get("user-agent", ""),
            instead=cookies.read(context.request, ground.settings, cookies.SESSION),
        )  # fmt: skip

    token = await ground.off(work)
    await desk.write(
        "sign-in" if stage == "whole" else "sign-in: half", context.request, account, way=way
    )
    response = context.redirect(
        {"whole": safe(to), "factor": "/second-factor", "enrol": "/second-factor/new"}[stage]
    )
    _set(context, response, token)
    if stage == "whole":
        known(context, response, account)
    return response


async def waiting(context: Context) -> tuple[Session, Account, str]:
    """The sign-in that waits for a second factor, and its token. Raises NotThere."""
    desk, ground = reception(context.ground), context.ground
    token = cookies.read(context.request, ground.settings, cookies.SESSION)

    def work() -> tuple[Session, Account] | None:
        found = sessions.find(ground.database, token, desk.lifetime, desk.now()) if token else None
        if found is None or found.stage == "whole":
            return None
        account = accounts.by_id(ground.database, found.account)
        return (found, account) if account is not None and account.open else None

    pair = await ground.off(work)
    if pair is None:
        raise NotThere("This took too long. Sign in once more, from the beginning.")
    return *pair, token


def browser_of(context: Context, account: Account | None) -> str:
    """The name of a browser that was signed in to an account before; "" for others."""
    if account is None:
        return ""
    keys = reception(context.ground).keys
    for one in cookies.read(context.request, context.ground.settings, cookies.KNOWN).split("~"):
        name, _, sign = one.partition(".")
        if name and keys.signed(sign, "known", str(account.id), str(account.created), name):
            return name
    return ""


def known(context: Context, response: Response, account: Account) -> None:
    """This browser is known for an account from now on."""
    if browser_of(context, account):
        return
    keys = reception(context.ground).keys
    given = cookies.read(context.request, context.ground.settings, cookies.KNOWN).split("~")
    name = keys.name()
    new = f"{name}.{keys.sign('known', str(account.id), str(account.created), name)}"
    value = "~".join([new, *(one for one in given if one)][:_BROWSERS])
    cookies.put(response, context.ground.settings, cookies.KNOWN, value, _YEAR)


async def _stage(desk: Reception, account: Account, proven: bool) -> Stage:
    if proven:
        return "whole"
    if account.factor:
        return "factor"
    entry = desk.ground.settings.entry
    visitor = await desk.ground.off(desk.stands_for, account)
    must = entry is not None and visitor is not None and visitor.role in entry.second_factor
    return "enrol" if must else "whole"


def _set(context: Context, response: Response, token: str) -> None:
    settings = context.ground.settings
    life = reception(context.ground).lifetime
    cookies.put(response, settings, cookies.SESSION, token, life.most // 1_000_000)
