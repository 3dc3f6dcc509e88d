"""Inviting somebody of the site, and opening an account at once: plain functions, for pages and commands."""

from dialform.billing import smtp
from dialform.compiler.reviewing.roles import HANDLE
from dialform.console.accounts import accounts, links, passwords
from dialform.console.accounts.accounts import Account
from dialform.console.accounts.links import Kind
from dialform.console.accounts.presence import another
from dialform.console.accounts.reception import reception
from dialform.console.errors import NotThere, Refused
from dialform.console.ground import Ground
from dialform.console.visitor import Visitor, visitor_of
from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class Invited:
    """A link by which somebody chooses a password. It is a secret of theirs."""

    account: Account
    link: str
    hours: int
    kind: Kind

    def __repr__(self) -> str:
        return f"Invited({self.account.subject})"


def who(ground: Ground, subject: str) -> Visitor:
    """Whom a subject names in the site that runs: `acme/alice`, `@ops`. Raises NotThere, Away."""
    site = ground.released()
    if subject.startswith("@") and HANDLE.match(subject):
        found = visitor_of(site, 0, subject, subject)
        if found is None:
            listed = ", ".join(site.admins) or "nobody"
            raise NotThere(f"{subject} is not among `admins` of platform.yaml ({listed}).")
        return found
    slug, _, user = subject.partition("/")
    if site.tenant(slug) is None:
        raise NotThere(
            f"There is no tenant {slug} in what this host runs: write acme/alice, or @handle."
        )
    found = visitor_of(site, 0, subject, subject)
    if found is None:
        raise NotThere(f"Tenant {slug} has no user {user} in what this host runs.")
    return found


def invite(ground: Ground, subject: str, *, email: str = "", login: str = "") -> Invited:
    """Make an account for somebody of the site, where there is none, and a link to choose a password.

    Without a mail address it is that of the site. Whoever had the name before is somebody else: an account
    whose subject was gone begins anew. Raises NotThere, Refused, Away, LedgerError.
    """
    visitor = who(ground, subject)
    desk, database = reception(ground), ground.database
    email = (email or visitor.email).strip()
    if email and smtp.addresses([email]) != [email]:
        raise Refused(f"“{email[:100]}” is no mail address that can be written to.")
    found = accounts.by_subject(database, subject)
    if found is not None and (found.gone or another(found, visitor)):
        accounts.remove(database, found.id)
        found = None
    if found is None:
        found = accounts.create(database, subject, now=desk.now(), email=email, login=login)
    elif email and email != found.email:
        accounts.change(database, found.id, email=email)
    return link(ground, accounts.by_subject(database, subject) or found, "invitation")


def link(ground: Ground, account: Account, kind: Kind) -> Invited:
    """A new link for an account; those before end. Raises Refused for one that is locked."""
    if not account.open:
        raise Refused(f"The account of {account.subject} is locked: unlock it first.")
    desk = reception(ground)
    token = links.make(ground.database, desk.keys, account.id, kind, desk.now())
    where = f"{ground.settings.base_url.rstrip('/')}{links.PATHS[kind]}{token}"
    return Invited(account, where, links.HOURS[kind], kind)


def open_account(
    ground: Ground, subject: str, password: str, *, login: str = "", email: str = ""
) -> Account:
    """An account with a password, at once: for a demo and for tests. Raises what `invite` does."""
    visitor = who(ground, subject)
    passwords.check(password, (login,))
    desk, database = reception(ground), ground.database
    found = accounts.create(
        database, subject, now=desk.now(), email=email or visitor.email, login=login
    )
    kept = desk.passwords.hash(password)
    accounts.change(
        database,
        found.id,
        password=kept,
        changed=desk.now(),
        locked=0,
        gone=0,
        missed=0,
        failures=0,
    )
    return accounts.by_subject(database, subject) or found
