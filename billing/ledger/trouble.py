"""What a database says when it fails, as a sentence for whoever has to mend it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from dialform.billing.ledger.errors import (
    LedgerBusyError,
    LedgerError,
    LedgerFullError,
    LedgerRefusedError,
)

_AGAIN = ("40001", "40P01")
"""PostgreSQL's classes of what others caused, and what is over at once: serialisation, deadlock."""
_WAITED = "55P03"
"""A lock that was not had in time: whoever holds it still does."""

_PASSING = ("08", "25", "53", "57", "58")
"""And of its own state: the connection, a standby that takes no writes, memory and connections, somebody who
stops it or the statement, the system under it."""

_KEPT_BY_NONE = ("22", "54")
"""And of values: out of range, no text, too large."""

_DAMAGED = "The ledger {name} is damaged: keep a copy of it, and restore it from a backup."

_SENTENCES: tuple[tuple[str, type[LedgerError], str], ...] = (
    ("database or disk is full", LedgerFullError,
     "The disk of the ledger {name} is full: nothing of this was booked. Free space there (`df -h`)."),
    ("database is locked", LedgerBusyError,
     "Another process holds the ledger {name} for too long: nothing of this was booked. Find it with "
     "`fuser`, and try again."),
    ("readonly database", LedgerError,
     "The ledger {name} may not be written by this user: see to the owner of the file and of its folder."),
    ("file is not a database", LedgerError,
     "{name} is no ledger, or is damaged: name another file, or restore it from a backup."),
    ("malformed", LedgerError,
     _DAMAGED),
    ("unable to open database", LedgerError,
     "The ledger {name} cannot be opened: see to the owner of the file and of its folder."),
    ("disk i/o error", LedgerBusyError,
     "The disk of the ledger {name} does not read or write: nothing of this was booked. See the system log."),
    ("password authentication failed", LedgerError,
     "The ledger {name} does not take this user and password: see to the secret `ledger`."),
    ("no space left on device", LedgerFullError,
     "The disk of the ledger {name} is full: nothing of this was booked. Free space there (`df -h`)."),
    ("does not exist", LedgerError,
     "The ledger {name} lacks something that it should have: name a database that exists, and run "
     "`dialform billing verify`."),
)  # fmt: skip
"""What stands in the message, in small letters → what it is. The rest of the message stays here: it may quote
the URL or what was to be written."""


def again(error: BaseException) -> bool:
    """Whether the same transaction may succeed when it is tried again at once."""
    return _state(error) in _AGAIN


def _state(error: BaseException) -> str | None:
    return getattr(getattr(error, "orig", error), "sqlstate", None)


def told(error: Exception, name: str) -> LedgerError:
    """The sentence for an error of the database `name`."""
    original = getattr(error, "orig", None) or error
    text = str(original).lower()
    for part, kind, sentence in _SENTENCES:
        if part in text:
            return kind(sentence.format(name=name))
    if again(error) or _state(error) == _WAITED:
        return LedgerBusyError(
            f"Others hold what is to be written in the ledger {name}: nothing of this was booked. Try again."
        )
    state = getattr(original, "sqlstate", None)
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    if lost or _unreachable(original, state):
        return LedgerBusyError(
            f"The ledger {name} cannot be reached: nothing of this was booked. See whether its database runs."
        )
    if isinstance(original, sqlite3.IntegrityError) or (state or "").startswith(("23", "P0")):
        line = text.splitlines()[0] if text else "a constraint"
        return LedgerRefusedError(f"The ledger {name} refuses what does not add up: {line[:160]}.")
    if type(original).__name__ == "DataError" or (state or "").startswith(_KEPT_BY_NONE):
        return LedgerRefusedError(
            f"The ledger {name} cannot keep a number or text of this: nothing of it was booked."
        )
    what = f"{type(original).__name__}{f' {state}' if state else ''}"
    return LedgerError(f"The ledger {name} failed ({what}): nothing of this was booked.")


def _unreachable(original: BaseException, state: str | None) -> bool:
    # psycopg's own failures to connect, and those that a server says of itself, are both of this class.
    name = type(original).__name__
    return (
        state is None and name in ("OperationalError", "ConnectionTimeout", "InterfaceError")
    ) or (state or "").startswith(_PASSING)


@contextmanager
def telling(name: str) -> Iterator[None]:
    """Whatever the database `name` fails with is a LedgerError outside."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise told(error, name) from None
    except UnicodeDecodeError:  # of a text, or of the very words in which SQLite says so
        raise LedgerError(_DAMAGED.format(name=name)) from None
    except OverflowError:
        raise LedgerRefusedError(
            f"The ledger {name} cannot keep a number that large: nothing of this was booked."
        ) from None
    except Exception as error:
        if type(error).__module__.partition(".")[0] == "psycopg":
            raise told(error, name) from None
        raise
