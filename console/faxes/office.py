"""Whose faxes a visitor handles: all of the tenant's accounts for who manages it, else those that list the
user; what belongs to others is not there.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from dialform.console.errors import Away, NotThere, Refused
from dialform.console.page import Context
from dialform.fax.queue import Inbox, Queue
from dialform.fax.queue.values import Job, Received
from dialform.fax.released import Account, Company, ReleaseError, Ways, company, ways_of

T = TypeVar("T")

HIGHEST = 2**62
"""No fax has a higher number."""
NO_ACCOUNT = "There is no fax account: `fax: accounts:` of the tenant's file needs one."


def root(context: Context) -> Path:
    """The host's folder."""
    return context.ground.folders().current


def company_of(context: Context) -> Company | None:
    """The tenant as faxes know it; None where it has no fax account. Raises Away."""
    return _read(lambda: company(root(context), context.tenant))


def ways(context: Context) -> Ways:
    """The ways out. Raises Away."""
    return _read(lambda: ways_of(root(context)))


def accounts(context: Context, office: Company) -> Mapping[str, Account]:
    """The accounts in reach."""
    visitor = context.visitor
    if visitor.manages:
        return office.accounts
    return {
        number: one for number, one in office.accounts.items() if visitor.user in one.users
    }  # fmt: skip


def account(context: Context, office: Company, number: str) -> Account:
    """An account in reach. Raises NotThere."""
    found = accounts(context, office).get(number)
    if found is None:
        raise NotThere("There is no such fax account.")
    return found


def reach(context: Context) -> frozenset[str] | None:
    """The accounts whose faxes are in reach; None for all of the tenant, those that are gone with them."""
    if context.visitor.manages:
        return None
    office = company_of(context)
    return frozenset(accounts(context, office) if office else ())


def asked(context: Context) -> frozenset[str] | None:
    """The same, of one account alone where the address names it. Raises NotThere."""
    number, mine = context.query.get("account", ""), reach(context)
    if not number:
        return mine
    if not number.isprintable() or (mine is not None and number not in mine):
        raise NotThere("There is no such fax account.")
    return frozenset((number,))


def queue(context: Context) -> Queue:
    """The faxes that go out."""
    return Queue(context.ground.database)


def job(context: Context, id_: int) -> Job:
    """One of them in reach. Raises NotThere."""
    found = queue(context).job(id_) if 0 < id_ < HIGHEST else None
    if found is None or found.tenant != context.tenant or not _holds(context, found.account):
        raise NotThere("There is no such fax.")
    return found


def received(context: Context, uuid: str) -> Received:
    """A fax that came in, in reach. Raises NotThere."""
    found = Inbox(context.ground.database).one(uuid) if uuid.isprintable() else None
    if found is None or found.tenant != context.tenant or not _holds(context, found.account):
        raise NotThere("There is no such fax.")
    return found


def sender(context: Context, using: Account) -> str:
    """Who is named as the sender: the user, else the account's header."""
    user = context.visitor.user if context.visitor.tenant == context.tenant else ""
    return context.visitor.name if user else using.header


def author(context: Context) -> str:
    """Who is noted as having sent a fax."""
    visitor = context.visitor
    return visitor.user if visitor.user and visitor.tenant == context.tenant else visitor.subject


def needed(context: Context) -> Company:
    """The tenant as faxes know it. Raises Refused where it has no fax account."""
    found = company_of(context)
    if found is None:
        raise Refused(NO_ACCOUNT)
    return found


def _holds(context: Context, number: str) -> bool:
    mine = reach(context)
    return mine is None or number in mine


def _read(work: Callable[[], T]) -> T:
    try:
        return work()
    except ReleaseError as error:
        raise Away(str(error)) from None
