"""Accounts: who can sign in, and as whom of the site."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, insert, or_, select, update

from dialform.billing.ledger.database import Database
from dialform.console.accounts.tables import accounts, drafts, identities, sessions, tokens
from dialform.console.errors import Refused
from dialform.values import dataclass, field

GONE = "Nobody of this name is in the site any more."


@dataclass(frozen=True, slots=True)
class Account:
    """An account. Times are microseconds since 1970, 0 for "not yet"."""

    id: int
    subject: str
    login: str
    email: str
    password: str = field(repr=False)
    """argon2's text; "" where none was chosen yet, or only the OpenID provider knows one."""
    secret: str = field(repr=False)
    """The TOTP secret, sealed; "" without a second factor."""
    step: int = field(repr=False)
    recovery: str = field(repr=False)
    locked: int
    gone: int
    failures: int
    failed: int
    created: int
    changed: int
    seen: int
    missed: int = 0
    """Since when the site knows them no more, for as long as they may come back (`gone`: for good)."""
    person: str = field(default="", repr=False)
    """Who they were when it last did (`person_of`)."""

    @property
    def tenant(self) -> str:
        """The tenant of the subject; "" for a handle."""
        return "" if self.subject.startswith("@") else self.subject.partition("/")[0]

    @property
    def factor(self) -> bool:
        """Whether there is a second factor."""
        return bool(self.secret)

    @property
    def open(self) -> bool:
        """Whether it may be used at all."""
        return not self.locked and not self.gone


def spelt(login: str) -> str:
    """A login as it is kept."""
    return login.strip().casefold()


def by_id(database: Database, account: int) -> Account | None:
    """One by its number."""
    return _one(database, accounts.c.id == account)


def by_subject(database: Database, subject: str) -> Account | None:
    """That of `acme/alice` or `@ops`."""
    return _one(database, accounts.c.subject == subject.casefold())


def by_login(database: Database, login: str) -> Account | None:
    """That of what somebody typed: the login, else `acme/alice`."""
    typed = spelt(login)
    if not typed or "\0" in typed:  # PostgreSQL takes no NUL
        return None
    return _one(database, accounts.c.login == typed) or _one(database, accounts.c.subject == typed)


def by_email(database: Database, email: str) -> Account | None:
    """That of a mail address; None where several have it, unless one of them signs in by it."""
    wanted = spelt(email)
    if "@" not in wanted or "\0" in wanted:
        return None
    named = _one(database, accounts.c.login == wanted)
    if named is not None:
        return named
    with database.reading() as connection:
        rows = connection.execute(
            select(accounts).where(func.lower(accounts.c.email) == wanted).limit(2)
        ).all()
    return Account(*rows[0]) if len(rows) == 1 else None


def of(database: Database, *, tenant: str = "", text: str = "") -> Sequence[Account]:
    """All, or those of a tenant, or those that a text is part of; by subject."""
    wanted = select(accounts).order_by(accounts.c.subject)
    if tenant:
        wanted = wanted.where(accounts.c.subject.startswith(f"{tenant}/", autoescape=True))
    if text:
        parts = [c.contains(text.casefold(), autoescape=True)
                 for c in (accounts.c.subject, accounts.c.login, accounts.c.email)]  # fmt: skip
        wanted = wanted.where(or_(*parts))
    with database.reading() as connection:
        return [Account(*row) for row in connection.execute(wanted)]


def create(
    database: Database, subject: str, *, now: int, email: str = "", login: str = "", password: str = ""
) -> Account:  # fmt: skip
    """The account of a subject, made where there is none. `password` is argon2's text.

    Without a login it is the mail address, where nobody has it, else the subject (a handle without
    its @). Raises Refused where somebody else has the login that was asked for.
    """
    subject, email = subject.casefold(), email.strip()

    def work(connection: Connection) -> None:
        if connection.execute(select(accounts.c.id).where(accounts.c.subject == subject)).first():
            return
        for name in (spelt(login),) if login else (email.casefold(), subject.lstrip("@"), subject):
            if name and not _taken(connection, name):
                break
        else:
            raise Refused(f"Somebody else signs in as {login}: choose another name.")
        connection.execute(
            insert(accounts).values(
                subject=subject, login=name, email=email, password=password, secret="", step=0,
                recovery="[]", locked=0, gone=0, failures=0, failed=0, created=now,
                changed=now if password else 0, seen=0, missed=0, person="",
            )
        )  # fmt: skip

    database.write(work)
    found = by_subject(database, subject)
    assert found is not None
    return found


def change(database: Database, account: int, **values: Any) -> None:
    """Change columns of an account."""
    database.write(
        lambda connection: connection.execute(
            update(accounts).where(accounts.c.id == account).values(**values)
        )
    )


def remove(database: Database, account: int) -> None:
    """Remove an account, with its sessions and drafts. What it did stays written down."""

    def work(connection: Connection) -> None:
        for table in (tokens, sessions, identities, drafts):
            connection.execute(delete(table).where(table.c.account == account))
        connection.execute(delete(accounts).where(accounts.c.id == account))

    database.write(work)


def failed(database: Database, account: int, now: int, forgotten: int) -> None:
    """A wrong password; those that lie longer back than `forgotten` (microseconds) do not count."""

    def work(connection: Connection) -> None:
        connection.execute(
            update(accounts)
            .where(accounts.c.id == account, accounts.c.failed < now - forgotten)
            .values(failures=0)
        )
        connection.execute(
            update(accounts)
            .where(accounts.c.id == account)
            .values(failures=accounts.c.failures + 1, failed=now)
        )

    database.write(work)


def missed(database: Database, numbers: Iterable[int], now: int) -> None:
    """The site knows these no more: their sessions end. The accounts wait whether they come back."""
    ids = list(numbers)

    def work(connection: Connection) -> None:
        connection.execute(delete(sessions).where(sessions.c.account.in_(ids)))
        connection.execute(update(accounts).where(accounts.c.id.in_(ids)).values(missed=now))

    if ids:
        database.write(work)


def present(database: Database, people: Mapping[int, str]) -> None:
    """The site knows these, as the persons that they are (`person`), by the account's number."""

    def work(connection: Connection) -> None:
        for account, person in people.items():
            connection.execute(
                update(accounts).where(accounts.c.id == account).values(missed=0, person=person)
            )

    if people:
        database.write(work)


def gone(database: Database, numbers: Iterable[int], now: int) -> None:
    """These are gone for good: whoever gets their name must be invited."""
    ids = list(numbers)

    def work(connection: Connection) -> None:
        for table in (sessions, tokens):
            connection.execute(delete(table).where(table.c.account.in_(ids)))
        connection.execute(update(accounts).where(accounts.c.id.in_(ids)).values(gone=now))

    if ids:
        database.write(work)


def _taken(connection: Connection, name: str) -> bool:
    """Whether somebody signs in by a name."""
    wanted = select(accounts.c.id).where(or_(accounts.c.login == name, accounts.c.subject == name))
    return connection.execute(wanted).first() is not None


def _one(database: Database, condition: Any) -> Account | None:
    with database.reading() as connection:
        row = connection.execute(select(accounts).where(condition)).first()
    return Account(*row) if row else None
