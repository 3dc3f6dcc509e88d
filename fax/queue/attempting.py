"""Attempts: written before they are dialled, added to page by page, ended together with what comes next."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select, update

from dialform.billing.ledger.rows import plain
from dialform.fax.queue import locks
from dialform.fax.queue.claiming import idle
from dialform.fax.queue.rows import attempt as attempt_of
from dialform.fax.queue.rows import texts
from dialform.fax.queue.settling import FREE, change, settle
from dialform.fax.queue.tables import attempts
from dialform.fax.queue.values import Attempt, Next
from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class End:
    """What became of an attempt."""

    outcome: str
    cause: str
    pages: int
    details: Mapping[str, str]
    doubt: bool = False
    """It may be going on."""


def begin(connection: Connection, attempt: Attempt) -> bool:
    """Write down an attempt that is to be dialled. It gets the next number of its job."""
    job = locks.job(connection, attempt.job)
    if job is None:
        return False
    there = connection.execute(_of(attempt.uuid)).first()
    if there is not None:
        return bool(there.job == attempt.job and there.host == attempt.host and not there.ended)
    if job.wish or job.trunk != attempt.trunk or not idle(connection, job, attempt.host):
        return False
    last = connection.scalar(
        select(func.max(attempts.c.number)).where(attempts.c.job == job.id)
    )  # fmt: skip
    connection.execute(insert(attempts).values(texts({
        "uuid": attempt.uuid, "job": attempt.job, "number": (last or 0) + 1, "host": attempt.host,
        "core": attempt.core, "trunk": attempt.trunk, "step": attempt.step, "start": attempt.start,
        "began": attempt.began, "ended": 0, "outcome": "", "cause": "", "pages": 0, "details": "{}",
        "doubt": 0,
    })))  # fmt: skip
    return True


def page(connection: Connection, uuid: str, pages: int) -> bool:
    """So many pages of this attempt are confirmed by now. Fewer than before is no news."""
    return bool(connection.execute(
        update(attempts).where(
            attempts.c.uuid == uuid, attempts.c.ended == 0, attempts.c.pages < pages
        ).values(pages=pages)
    ).rowcount)  # fmt: skip


def end(connection: Connection, uuid: str, said: End, next_: Next, now: int) -> bool:
    """End an attempt, and let its job go on by `next_`. False where it was ended before."""
    id_ = connection.scalar(select(attempts.c.job).where(attempts.c.uuid == uuid))
    job = None if id_ is None else locks.job(connection, id_)
    # Held: a page that is being written down at this moment is not written over.
    attempt = connection.execute(locks.held(_of(uuid))).first()
    if job is None or attempt is None or (attempt.ended and not attempt.doubt):
        return False
    pages = max(said.pages, attempt.pages)
    details = {plain(name): plain(value) for name, value in said.details.items()}
    connection.execute(update(attempts).where(attempts.c.uuid == uuid).values(texts({
        "ended": now, "outcome": said.outcome, "cause": said.cause, "pages": pages,
        "doubt": int(said.doubt),
        "details": json.dumps(details, ensure_ascii=False, sort_keys=True),
    })))  # fmt: skip
    confirmed = max(next_.confirmed, attempt.start + pages)
    if attempt.doubt:
        _late(connection, job, job.pages if next_.state == "sent" else confirmed, now)
    else:
        settle(connection, job, next_, confirmed, now)
    return True


def _late(connection: Connection, job: Row[Any], confirmed: int, now: int) -> None:
    """What a host says of an attempt that another had given up: what arrived, arrived."""
    confirmed = min(max(confirmed, job.confirmed), job.pages)
    if confirmed == job.confirmed:
        return
    if confirmed < job.pages:
        change(connection, job.id, confirmed=confirmed)
    elif job.state == "sending":
        # Whoever sends it again is to stop; at the end of that attempt it is sent, by its pages.
        change(connection, job.id, confirmed=confirmed, wish="cancel")
    else:
        change(connection, job.id, confirmed=confirmed, state="sent", cause="", ended=now, **FREE)


def open_of(connection: Connection, host: str) -> list[Attempt]:
    """The attempts of a host that nobody ended."""
    return _all(connection, (attempts.c.host == host) & (attempts.c.ended == 0))


def doubtful(connection: Connection, host: str) -> list[Attempt]:
    """The attempts of a host that another one's agent ended while its own was silent."""
    return _all(connection, (attempts.c.host == host) & (attempts.c.doubt == 1))


def of_job(connection: Connection, id_: int) -> list[Attempt]:
    """The attempts of a job, the first first."""
    return _all(connection, attempts.c.job == id_)


def _all(connection: Connection, condition: Any) -> list[Attempt]:
    found = [attempt_of(row) for row in connection.execute(attempts.select().where(condition))]
    return sorted(found, key=lambda one: (one.job, one.number))


def _of(uuid: str) -> Select[Any]:
    return attempts.select().where(attempts.c.uuid == uuid)
