"""What is written down of a leg: its call record, waiting or booked, or the ledger's fact."""

import contextlib
import os
import stat
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from dialform.billing.facts.errors import FactError
from dialform.billing.facts.record import MOST, read
from dialform.billing.ledger.database import Database
from dialform.billing.ledger.tables import facts
from dialform.billing.spool.delivery import ENDING
from dialform.billing.spool.shelves import BOOKED
from dialform.fax.receiving.told import COMPLETE, Told, of_leg, shown

_OPEN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_INTERRUPTED = "the call ended before the fax did"


def recorded(folder: Path | None, uuid: str, ended: float) -> Told | None:
    """What a leg's record says that ended about then (seconds since 1970); None where there is none."""
    for found in _records(folder, uuid, ended):
        with contextlib.suppress(FactError):
            return of_leg(found)
    return None


def variables_of(folder: Path | None, uuid: str, about: float) -> Mapping[str, Any] | None:
    """The variables of a leg's record that began or ended about then; None where there is none."""
    for found in _records(folder, uuid, about):
        variables: Mapping[str, Any] = found["variables"]
        return variables
    return None


def _records(folder: Path | None, uuid: str, about: float) -> Iterator[Mapping[str, Any]]:
    """What can be read of a leg's record, waiting or booked."""
    if folder is None:
        return
    for place in (folder, *_days(folder, about), folder):  # it may be put away while we look
        raw = _content(place / f"{uuid}{ENDING}")
        with contextlib.suppress(FactError):
            if raw is not None:
                yield read(raw)


def _days(folder: Path, about: float) -> Iterator[Path]:
    """The folders of the days on which a record may have been booked: any since then, if nobody booked."""
    first = str(datetime.fromtimestamp(about, UTC).date() - timedelta(days=1))
    try:
        with os.scandir(folder / BOOKED) as entries:
            days = sorted(entry.name for entry in entries if first <= entry.name < "9")
    except OSError:
        return
    yield from (folder / BOOKED / day for day in days)


def _content(path: Path) -> bytes | None:
    try:
        descriptor = os.open(path, _OPEN)
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        seen = os.fstat(descriptor)
        if not stat.S_ISREG(seen.st_mode) or seen.st_size > MOST:
            return None
        return file.read(MOST + 1)


def booked(database: Database, uuid: str) -> Told | None:
    """What the ledger's fact of a leg says; None where it has none. Raises LedgerError."""
    wanted = (
        select(facts)
        .where(facts.c.uuid == uuid, facts.c.kind.in_(("fax", "call")))
        .order_by(facts.c.provisional, facts.c.kind.desc())
        .limit(1)
    )
    with database.reading() as connection:
        row = connection.execute(wanted).first()
    if row is None:
        return None
    began = row.answered or row.started
    return Told(
        uuid=uuid, tenant=row.tenant, account=row.object.removeprefix("fax "), at=began,
        caller=shown(row.peer, 64), did=row.number if row.direction == "inbound" else "",
        pages=row.pages, ok=bool(row.fax_ok), result=COMPLETE if row.fax_ok else _INTERRUPTED,
        seconds=max(0, row.ended - began) // 1_000_000,
    )  # fmt: skip
