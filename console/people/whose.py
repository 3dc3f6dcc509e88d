"""Whose account an administrator may look at and change."""

from dialform.compiler.reviewing.roles import RANK
from dialform.console.accounts import accounts
from dialform.console.accounts.accounts import Account
from dialform.console.errors import Forbidden, NotThere
from dialform.console.page import Context
from dialform.console.site import Site
from dialform.console.visitor import Visitor, visitor_of
from dialform.values import dataclass

GONE = "no longer in the site"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the site, an account, or (mostly) both."""

    subject: str
    visitor: Visitor | None
    account: Account | None

    @property
    def name(self) -> str:
        """What people call them."""
        return self.visitor.name if self.visitor else self.subject

    @property
    def tenant(self) -> str:
        """Their tenant; "" for a handle."""
        return "" if self.subject.startswith("@") else self.subject.partition("/")[0]

    @property
    def state(self) -> tuple[str, str]:
        """What their account is, in a word, and how good that is."""
        account = self.account
        if account is None:
            return "not invited", ""
        if account.gone or self.visitor is None:
            return GONE, "bad"
        if account.locked:
            return "locked", "bad"
        if not account.password and not account.seen:
            return "invited", "note"
        return "active", "good"


def people(context: Context, site: Site, tenant: str) -> list[Person]:
    """All users of a tenant, and accounts of those that it had. Blocks."""
    scope = site.tenant(tenant)
    kept = {one.subject: one for one in accounts.of(context.ground.database, tenant=tenant)}
    subjects = [f"{tenant}/{user}" for user in sorted(scope.tenant.users)] if scope else []
    subjects += sorted(kept.keys() - set(subjects))
    return [Person(one, visitor_of(site, 0, one, one), kept.get(one)) for one in subjects]


def everybody(context: Context, site: Site) -> list[Person]:
    """All accounts, and the admins of the platform. Blocks."""
    kept = {one.subject: one for one in accounts.of(context.ground.database)}
    subjects = sorted({handle.casefold() for handle in site.admins} | kept.keys())
    return [Person(one, visitor_of(site, 0, one, one), kept.get(one)) for one in subjects]


async def person(context: Context) -> Person:
    """Whom the path names: a tenant's user, or an account by its number (admins only).

    A tenant's administrator sees the tenant's own people alone; whoever is more than they are they see,
    and cannot change (`changeable`). Raises NotThere.
    """
    ground = context.ground

    def work() -> Person | None:
        site = ground.released()
        if "tenant" in context.params:
            subject = f"{context.tenant}/{context.params['user']}"
            account = accounts.by_subject(ground.database, subject)
            # Accounts are found in any case, users in their own: /ALICE must not be somebody else.
            subject = account.subject if account else subject
        else:
            account = accounts.by_id(ground.database, int(context.params["account"]))
            subject = account.subject if account else ""
        visitor = visitor_of(site, 0, subject, subject) if subject else None
        return Person(subject, visitor, account) if visitor or account else None

    found = await ground.off(work)
    if found is None:
        raise NotThere("There is nobody of this name.")
    return found


def changeable(context: Context, found: Person) -> str:
    """Why the visitor cannot change somebody's account; "" where they can."""
    mine = context.visitor
    if found.visitor is not None and RANK.index(found.visitor.role) > RANK.index(mine.role):
        return "An admin of the platform is changed by admins only."
    if found.account is not None and found.account.id == mine.account:
        return "This is your own account: change it under “Sign-in and sessions”."
    return ""


def must_be_changeable(context: Context, found: Person) -> None:
    """Raise Forbidden where the visitor cannot change somebody's account."""
    if why := changeable(context, found):
        raise Forbidden(why)
