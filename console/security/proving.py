"""Before the way in is changed, whoever sits there shows once more that it is theirs."""

from dialform.console.accounts import accounts, sessions
from dialform.console.accounts.accounts import Account
from dialform.console.accounts.reception import reception
from dialform.console.accounts.sessions import Session
from dialform.console.errors import Forbidden, NotThere, Refused
from dialform.console.page import Context

FRESH = 10 * 60 * 1_000_000
"""Microseconds after a sign-in in which it is proof enough for whoever has no password."""


async def own(context: Context) -> Account:
    """The visitor's account. Raises NotThere."""
    found = await context.ground.off(
        accounts.by_id, context.ground.database, context.visitor.account
    )
    if found is None:
        raise NotThere("There is no such account.")
    return found


async def own_sessions(context: Context) -> list[Session]:
    """The visitor's sessions, the last used first."""
    desk, ground = reception(context.ground), context.ground
    account = context.visitor.account
    return list(await ground.off(sessions.of, ground.database, account, desk.lifetime, desk.now()))


async def prove(context: Context, account: Account) -> None:
    """Raise Refused where the form's `current` is not the password. Guesses are counted, as at the door."""
    desk = reception(context.ground)
    if not account.password:
        here = [one for one in await own_sessions(context) if one.id == context.entry.session]
        if not here or desk.now() - here[0].created > FRESH:
            raise Forbidden("Sign out, sign in once more, and do this within ten minutes.")
        return
    key, now = f"prove\0{account.id}", desk.now()
    if desk.throttle.wait(key, None, now):
        raise Refused("There were too many wrong passwords. Try again in a few minutes.")
    desk.throttle.tries(key, now)
    if not await desk.right(account.password, str((await context.form()).get("current", ""))):
        context.audit("own password refused")
        raise Refused("Your present password is another one. Nothing was changed.")
    desk.throttle.right(key)
