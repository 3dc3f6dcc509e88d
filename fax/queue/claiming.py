"""Jobs that a host takes, puts back, gives up; and those of a host that says nothing any more."""

from collections.abc import Iterable, Sequence
from itertools import chain, zip_longest
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, exists, select, update

from dialform.fax.queue import locks
from dialform.fax.queue.hearing import beat, heard
from dialform.fax.queue.rows import job as job_of
from dialform.fax.queue.settling import FREE, change, gave_up, settle
from dialform.fax.queue.tables import attempts, jobs
from dialform.fax.queue.values import Job, Limits, Next

MOST = 10
"""Jobs of a tenant that are looked at at a time: a batch of thousands stands in nobody's way."""
LOST = "lost"
"""The outcome of an attempt whose host another one gave up waiting for."""


def due(connection: Connection, tenants: Iterable[str], now: int) -> list[Job]:
    """The jobs that may be tried, tenants in turn, each one's oldest first; at most MOST of each."""
    ready = (jobs.c.state == "queued", jobs.c.due <= now)
    named = jobs.c.tenant.in_(sorted(tenants))
    waiting = connection.scalars(select(jobs.c.tenant).distinct().where(named, *ready)).all()
    lines = [
        connection.execute(
            jobs.select().where(jobs.c.tenant == tenant, *ready)
            .order_by(jobs.c.due, jobs.c.id).limit(MOST)
        ).all()
        for tenant in sorted(waiting)
    ]  # fmt: skip
    return [job_of(row) for row in chain.from_iterable(zip_longest(*lines)) if row is not None]


def claim(
    connection: Connection, id_: int, host: str, trunk: str, limits: Limits, now: int
) -> bool:
    """Take a job that is due, or another trunk for one that this host holds, within the limits.

    Whoever counts is alone until its transaction ends: two hosts never take the last place both.
    """
    locks.claims(connection)
    job = locks.job(connection, id_)
    if job is None or job.wish:
        return False
    mine = idle(connection, job, host)
    if not mine and not _ready(job, now):
        return False
    others = [one for one in on_their_way(connection) if one.id != id_]
    if 0 <= limits.tenant <= sum(one.tenant == job.tenant for one in others):
        return False
    if trunk and 0 < limits.trunk <= sum(one.trunk == trunk for one in others):
        return False
    change(connection, id_, state="sending", host=host, trunk=trunk, cause="")
    beat(connection, host, now)
    return True


def hold(connection: Connection, id_: int, cause: str, due_: int, now: int, host: str) -> bool:
    """Let a job wait: one that is due, or one that this host holds and does not dial."""
    job = locks.job(connection, id_)
    if job is None or not (_ready(job, now) or idle(connection, job, host)):
        return False
    if job.wish:
        return _give_up(connection, job, now)
    held = job.held or now
    change(connection, id_, state="queued", cause=cause, due=due_, held=held, **FREE)
    return True


def fail(connection: Connection, id_: int, cause: str, now: int, host: str) -> bool:
    """Give up a job without an attempt: one that is queued, or one that this host holds."""
    job = locks.job(connection, id_)
    if job is None or not (job.state == "queued" or idle(connection, job, host)):
        return False
    if job.wish:
        return _give_up(connection, job, now)
    return _over(connection, job, "failed", cause, now)


def idle(connection: Connection, job: Row[Any], host: str) -> bool:
    """Whether this host holds the job and dials nothing for it."""
    if not host or job.state != "sending" or job.host != host:
        return False
    return not connection.scalar(select(exists().where(_open_of(job.id))))


def unbegun(connection: Connection, host: str) -> list[Job]:
    """The jobs that a host holds and dials nothing for: who was killed in between finds them here."""
    held = jobs.select().where(
        jobs.c.state == "sending", jobs.c.host == host, ~exists().where(_open_of(jobs.c.id))
    )
    return listed(connection, held)


def on_their_way(connection: Connection) -> Sequence[Any]:
    """Number, tenant and trunk of all jobs that are being sent. They are few: counting them here never makes
    a database walk through all that a tenant ever sent.
    """
    asked = select(jobs.c.id, jobs.c.tenant, jobs.c.trunk).where(jobs.c.state == "sending")
    return connection.execute(asked).all()


def listed(connection: Connection, asked: Select[Any]) -> list[Job]:
    """The few jobs of a question, by number: sorted here, for the same reason."""
    return sorted((job_of(row) for row in connection.execute(asked)), key=lambda job: job.id)


def abandoned(connection: Connection, now: int) -> list[Job]:
    """The jobs that are with hosts whose agents are silent."""
    return listed(connection, jobs.select().where(_abandoned(now)))


def take_over(connection: Connection, id_: int, next_: Next, now: int) -> bool:
    """End what a silent host had begun of a job, and let it go on by `next_`.

    Pages that had been confirmed when the host fell silent count. The attempt stays in doubt until its own
    host says what became of it.
    """
    job = locks.job(connection, id_)
    if job is None or not connection.scalar(
        select(exists().where(jobs.c.id == id_, _abandoned(now)))
    ):
        return False
    open_ = connection.execute(locks.held(attempts.select().where(_open_of(id_)))).first()
    confirmed = next_.confirmed
    if open_ is not None:
        confirmed = max(confirmed, open_.start + open_.pages)
        connection.execute(
            update(attempts).where(attempts.c.uuid == open_.uuid)
            .values(ended=now, outcome=LOST, cause=next_.cause, doubt=1)
        )  # fmt: skip
    settle(connection, job, next_, confirmed, now)
    return True


def _ready(job: Row[Any], now: int) -> bool:
    return bool(job.state == "queued" and job.due <= now)


def _give_up(connection: Connection, job: Row[Any], now: int) -> bool:
    """End what somebody wanted cancelled; or what a host that had been silent said to have arrived."""
    if job.confirmed == job.pages:
        return _over(connection, job, "sent", "", now)
    return _over(connection, job, "cancelled", gave_up(job.confirmed, job.pages), now)


def _over(connection: Connection, job: Row[Any], state: str, cause: str, now: int) -> bool:
    change(connection, job.id, state=state, cause=cause, ended=now, **FREE)
    return True


def _abandoned(now: int) -> ColumnElement[bool]:
    return (jobs.c.state == "sending") & jobs.c.host.not_in(heard(now))


def _open_of(job: Any) -> ColumnElement[bool]:
    return and_(attempts.c.job == job, attempts.c.ended == 0)
