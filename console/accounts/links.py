"""Links that let somebody choose a password: an invitation, a reset. Each once, and not for long."""

from typing import Literal

from sqlalchemy import Connection, delete, insert, select

from dialform.billing.ledger.database import Database
from dialform.console.accounts.keys import Keys, digest_of
from dialform.console.accounts.tables import tokens
from dialform.values import dataclass

Kind = Literal["invitation", "reset"]

HOURS: dict[Kind, int] = {"invitation": 7 * 24, "reset": 1}
"""How long each can be used."""

PATHS: dict[Kind, str] = {"invitation": "/welcome/", "reset": "/reset/"}


@dataclass(frozen=True, slots=True)
class Link:
    """What a token stands for."""

    account: int
    kind: Kind
    expires: int


def make(database: Database, keys: Keys, account: int, kind: Kind, now: int) -> str:
    """A new token; earlier ones of the account can no longer be used."""
    token = keys.token()

    def work(connection: Connection) -> None:
        connection.execute(
            delete(tokens).where((tokens.c.account == account) | (tokens.c.expires <= now))
        )
        connection.execute(
            insert(tokens).values(
                digest=digest_of(token), account=account, kind=kind, created=now,
                expires=now + HOURS[kind] * 3_600_000_000,
            )
        )  # fmt: skip

    database.write(work)
    return token


def find(database: Database, token: str, kind: Kind, now: int) -> Link | None:
    """What a token stands for, if it can be used."""
    wanted = select(tokens.c.account, tokens.c.kind, tokens.c.expires)
    with database.reading() as connection:
        row = connection.execute(
            wanted.where(
                tokens.c.digest == digest_of(token), tokens.c.kind == kind, tokens.c.expires > now
            )
        ).first()
    return Link(*row) if row else None


def use(database: Database, token: str, now: int) -> bool:
    """Use it up. False where it was used meanwhile, or is too old: of two at once one succeeds."""
    wanted = delete(tokens).where(tokens.c.digest == digest_of(token), tokens.c.expires > now)
    return database.write(lambda connection: connection.execute(wanted).rowcount) == 1


def forget(database: Database, account: int) -> None:
    """None of an account's links can be used any more."""
    wanted = delete(tokens).where(tokens.c.account == account)
    database.write(lambda connection: connection.execute(wanted))
