"""Who of an OpenID provider an account is: its name there (`sub`) never changes, a mail address may."""

from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select, update

from dialform.billing.ledger.database import Database
from dialform.console.accounts.accounts import Account
from dialform.console.accounts.tables import accounts, identities
from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody at a provider. Times are microseconds since 1970."""

    issuer: str
    name: str
    account: int
    created: int
    seen: int


def of(database: Database, account: int) -> Sequence[Identity]:
    """Those of an account."""
    wanted = select(identities).where(identities.c.account == account)
    with database.reading() as connection:
        return [Identity(*row) for row in connection.execute(wanted.order_by(identities.c.issuer))]


def account_of(database: Database, issuer: str, name: str) -> Account | None:
    """The account of somebody at a provider."""
    wanted = (
        select(accounts)
        .join(identities, identities.c.account == accounts.c.id)
        .where(identities.c.issuer == issuer, identities.c.name == name)
    )
    with database.reading() as connection:
        row = connection.execute(wanted).first()
    return Account(*row) if row else None


def link(database: Database, account: int, issuer: str, name: str, now: int) -> bool:
    """Somebody at a provider is this account from now on. False where they are another already, or the
    account is somebody else there.
    """

    def work(connection: Connection) -> bool:
        mine = connection.execute(
            select(identities.c.name, identities.c.account).where(
                identities.c.issuer == issuer,
                (identities.c.name == name) | (identities.c.account == account),
            )
        ).all()
        if any((row.name, row.account) != (name, account) for row in mine):
            return False
        if mine:
            wanted = (identities.c.issuer == issuer) & (identities.c.name == name)
            connection.execute(update(identities).where(wanted).values(seen=now))
        else:
            connection.execute(
                insert(identities).values(
                    issuer=issuer, name=name, account=account, created=now, seen=now
                )
            )
        return True

    return database.write(work)


def unlink(database: Database, account: int, issuer: str) -> int:
    """Take it back. How many there were."""
    wanted = delete(identities).where(
        identities.c.account == account, identities.c.issuer == issuer
    )
    return database.write(lambda connection: connection.execute(wanted).rowcount)
