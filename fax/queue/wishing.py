"""What people want of a job that is there: not to send it, or to send it again."""

from typing import Literal

from sqlalchemy import Connection

from dialform.fax.queue import locks
from dialform.fax.queue.claiming import listed
from dialform.fax.queue.settling import change, gave_up
from dialform.fax.queue.tables import jobs
from dialform.fax.queue.values import Job

Cancelled = Literal["cancelled", "sending", ""]
"""It is; it will be, once its agent has hung up; it was over, or is not there."""


def cancel(connection: Connection, id_: int, now: int) -> Cancelled:
    """Send it no more."""
    job = locks.job(connection, id_)
    if job is None:
        return ""
    if job.state == "sending":
        change(connection, id_, wish="cancel")
        return "sending"
    if job.state != "queued":
        return ""
    cause = gave_up(job.confirmed, job.pages)
    change(connection, id_, state="cancelled", cause=cause, ended=now)
    return "cancelled"


def retry(connection: Connection, id_: int, now: int) -> bool:
    """Send it now: what waits at once, what failed or was cancelled from the first rung on.

    Pages that arrived stay so. False where it is being sent, is sent, or is not there.
    """
    job = locks.job(connection, id_)
    if job is None or job.state in ("sending", "sent"):
        return False
    values: dict[str, object] = {"due": now, "held": 0, "cause": ""}
    if job.state != "queued":
        values |= {"state": "queued", "ended": 0, "step": 0, "tries": 0}
    change(connection, id_, **values)
    return True


def wished(connection: Connection, host: str) -> list[Job]:
    """The jobs that a host sends and that somebody wants cancelled."""
    asked = jobs.select().where(
        jobs.c.state == "sending", jobs.c.host == host, jobs.c.wish == "cancel"
    )
    return listed(connection, asked)
