"""What administrators do with an account: one function an act, and what is said then."""

from collections.abc import Awaitable, Callable, Mapping

from dialform.billing.ledger.errors import LedgerError
from dialform.console.accounts import accounts, factors, links, mails, sessions
from dialform.console.accounts.accounts import Account
from dialform.console.accounts.inviting import Invited, invite, link
from dialform.console.accounts.reception import reception
from dialform.console.errors import ConsoleError, Refused
from dialform.console.page import Context
from dialform.console.people.whose import Person
from dialform.console.templating import title_of

Act = Callable[[Context, Person], Awaitable[None]]


async def send_invitation(context: Context, found: Person) -> None:
    """An account for somebody of the site, and a mail with a link to choose a password."""
    if found.visitor is None:
        raise Refused("Only people who are in the site can be invited: add the user first.")
    email = await context.text("email")
    if not context.visitor.admin:
        email = destination(found, email)
    elif found.account is not None:
        email = email or found.account.email
    made = await context.ground.off(lambda: invite(context.ground, found.subject, email=email))
    context.audit("invited", whom=found.subject, to=made.account.email)
    await deliver(context, made, found.name)


def destination(found: Person, typed: str) -> str:
    """Where a tenant's administrator may send somebody's invitation: whoever could send it elsewhere could
    be them. Raises Refused.
    """
    account, site = found.account, found.visitor.email if found.visitor else ""
    if account is not None and account.seen:
        return account.email
    known = [one for one in (account.email if account else "", site) if one]
    if not known or typed.casefold() in [one.casefold() for one in known]:
        return typed
    if typed:
        raise Refused(
            f"The invitation of {found.name} goes to {known[0]}, as the site says. Change the address of "
            "the user first; an admin of the platform can send it elsewhere."
        )
    return known[0]


async def send_reset(context: Context, found: Person) -> None:
    """A mail with a link to choose another password. The present one holds until then."""
    account = _account(found)
    made = await context.ground.off(link, context.ground, account, "reset")
    context.audit("reset sent", whom=found.subject)
    await deliver(context, made, found.name)


async def deliver(context: Context, made: Invited, name: str) -> None:
    """Send a link by mail. Where that does not work an admin is shown it; nobody else is: it is a way in."""
    try:
        await context.ground.off(mails.send, context.ground, made, name, title_of(context))
    except (ConsoleError, LedgerError) as error:
        context.ground.say("mail", "warning", why=str(error))
        if not context.visitor.admin:
            raise Refused(
                f"{error} An admin of the platform can hand the link over: ask one."
            ) from None
        context.flash(f"{error} Hand this link over yourself: {made.link}", "note")
        return
    context.flash(f"A mail with a link is on its way to {made.account.email}.")


async def lock(context: Context, found: Person) -> None:
    """Nobody signs in with it any more; its sessions end."""
    account = _account(found)
    database, now = context.ground.database, reception(context.ground).now()

    def work() -> None:
        accounts.change(database, account.id, locked=now)
        sessions.end(database, account.id)
        links.forget(database, account.id)

    await context.ground.off(work)
    context.audit("locked", whom=found.subject)
    context.flash(f"{found.name} is locked out.")


async def unlock(context: Context, found: Person) -> None:
    """It may be used again; wrong passwords are forgotten."""
    account = _account(found)
    await context.ground.off(
        lambda: accounts.change(context.ground.database, account.id, locked=0, failures=0, failed=0)
    )
    desk = reception(context.ground)
    desk.throttle.right(account.subject)
    desk.throttle.right(f"code\0{account.id}")
    context.audit("unlocked", whom=found.subject)
    context.flash(f"{found.name} can sign in again.")


async def end_sessions(context: Context, found: Person) -> None:
    """Whoever is signed in with it is out."""
    account = _account(found)
    count = await context.ground.off(sessions.end, context.ground.database, account.id)
    context.audit("sessions ended", whom=found.subject, count=count)
    context.flash(f"{count} session{'s' if count != 1 else ''} of {found.name} ended.")


async def drop_factor(context: Context, found: Person) -> None:
    """Without a second factor, for whoever lost phone and paper. A role that needs one sets it up anew."""
    account = _account(found)
    await context.ground.off(factors.disable, context.ground.database, account.id)
    context.audit("second factor off", whom=found.subject)
    context.flash(f"{found.name} signs in with the password alone now.", "note")


async def remove(context: Context, found: Person) -> None:
    """The account is no more. The user of the site stays; what was done stays written down."""
    account = _account(found)
    await context.ground.off(accounts.remove, context.ground.database, account.id)
    context.audit("account removed", whom=found.subject)
    context.flash(f"The account of {found.name} was removed.")


def _account(found: Person) -> Account:
    if found.account is None:
        raise Refused(f"{found.name} has no account yet: send an invitation.")
    return found.account


ACTS: Mapping[str, Act] = {
    "invite": send_invitation, "reset": send_reset, "lock": lock, "unlock": unlock,
    "end-sessions": end_sessions, "drop-factor": drop_factor, "remove": remove,
}  # fmt: skip
"""By the word in the path."""
