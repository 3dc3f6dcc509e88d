"""Sessions: a token in a cookie, its digest in the database, an end."""

import json
from collections.abc import Sequence
from typing import Literal

from sqlalchemy import Connection, delete, insert, select, update

from dialform.billing.ledger.database import Database
from dialform.console.accounts.keys import Keys, digest_of
from dialform.console.accounts.tables import sessions
from dialform.console.settings import Settings
from dialform.values import dataclass

Stage = Literal["whole", "factor", "enrol"]
"""`whole`: signed in. `factor`: the password was right, a code is waited for. `enrol`: the role needs a
second factor, and there is none yet."""

IDLE_MINUTES, SESSION_HOURS = 720, 336
"""Where platform.yaml says nothing."""
WAITING = 10 * 60 * 1_000_000
"""Microseconds that a code is waited for."""
STEP = 60 * 1_000_000
"""Microseconds after which a click is written down again."""

_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Session:
    """One session. Times are microseconds since 1970."""

    digest: str
    id: str
    account: int
    stage: str
    way: str
    """How it began: password, invitation, reset, openid."""
    created: int
    seen: int
    address: str
    agent: str
    said: str
    """What the next page says, as JSON."""
    more: str
    """What a sign-in that waits needs later: where to go."""

    @property
    def flashes(self) -> tuple[tuple[str, str], ...]:
        """(kind, text) of what the next page says."""
        return tuple((str(kind), str(text)) for kind, text in json.loads(self.said or "[]"))


@dataclass(frozen=True, slots=True)
class Lifetime:
    """Microseconds: without a click, and in any case."""

    idle: int
    most: int

    def over(self, session: Session, now: int) -> bool:
        """Whether a session has ended by itself."""
        if session.stage != "whole":
            return now >= session.created + WAITING
        return now >= session.seen + self.idle or now >= session.created + self.most


def lifetime_of(settings: Settings) -> Lifetime:
    """What platform.yaml says."""
    entry = settings.entry
    minutes = entry.idle_minutes if entry else IDLE_MINUTES
    hours = entry.session_hours if entry else SESSION_HOURS
    return Lifetime(minutes * 60_000_000, hours * 3_600_000_000)


def begin(
    database: Database, keys: Keys, account: int, *, now: int, way: str, stage: Stage = "whole",
    address: str = "", agent: str = "", more: str = "", instead: str = "",
) -> str:  # fmt: skip
    """Begin a session; its token, for the cookie. `instead` is the token of one that ends by it."""
    token = keys.token()

    def work(connection: Connection) -> None:
        if instead:
            connection.execute(delete(sessions).where(sessions.c.digest == digest_of(instead)))
        connection.execute(
            insert(sessions).values(
                digest=digest_of(token), id=keys.name(), account=account, stage=stage, way=way,
                created=now, seen=now, address=address, agent=_clean(agent), said="[]", more=more,
            )
        )  # fmt: skip

    database.write(work)
    return token


def find(database: Database, token: str, lifetime: Lifetime, now: int) -> Session | None:
    """The session of a token, if it has not ended."""
    with database.reading() as connection:
        row = connection.execute(
            select(sessions).where(sessions.c.digest == digest_of(token))
        ).first()
    found = Session(*row) if row else None
    return None if found is None or lifetime.over(found, now) else found


def of(database: Database, account: int, lifetime: Lifetime, now: int) -> Sequence[Session]:
    """The whole sessions of an account, the last used first."""
    wanted = select(sessions).where(sessions.c.account == account, sessions.c.stage == "whole")
    with database.reading() as connection:
        rows = connection.execute(wanted.order_by(sessions.c.seen.desc())).all()
    return [one for one in (Session(*row) for row in rows) if not lifetime.over(one, now)]


def end(database: Database, account: int, *, only: str = "", but: str = "") -> int:
    """End sessions of an account, `only` the one of this name, or all `but` one. How many."""
    wanted = delete(sessions).where(sessions.c.account == account)
    if only:
        wanted = wanted.where(sessions.c.id == only)
    if but:
        wanted = wanted.where(sessions.c.id != but)
    return database.write(lambda connection: connection.execute(wanted).rowcount)


def touch(database: Database, digest: str, now: int, said: str | None = None) -> None:
    """Somebody clicked; and what is to be said next."""
    values = {"seen": now} if said is None else {"seen": now, "said": said}
    database.write(
        lambda connection: connection.execute(
            update(sessions).where(sessions.c.digest == digest).values(**values)
        )
    )


def sweep(database: Database, lifetime: Lifetime, now: int) -> None:
    """Forget those that have ended."""
    database.write(
        lambda connection: connection.execute(
            delete(sessions).where(
                (sessions.c.seen <= now - lifetime.idle)
                | (sessions.c.created <= now - lifetime.most)
                | ((sessions.c.stage != "whole") & (sessions.c.created <= now - WAITING))
            )
        )
    )


def _clean(agent: str) -> str:
    """What a browser calls itself, as far as it can be shown and kept."""
    return "".join(c for c in agent if c.isprintable())[:_LONGEST]
