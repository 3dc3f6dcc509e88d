"""What a job is after an attempt, or after somebody gave it up: one place says so."""

from typing import Any

from sqlalchemy import Connection, Row, update

from dialform.fax.queue.rows import texts
from dialform.fax.queue.tables import jobs
from dialform.fax.queue.values import Next

FREE = {"host": "", "trunk": "", "wish": ""}
"""What a job has of these that nobody sends."""


def settle(connection: Connection, job: Row[Any], next_: Next, confirmed: int, now: int) -> None:
    """Write down what comes next of a job that is being sent.

    What the other machine has in full is sent, whatever else is said. What somebody wants cancelled, and is
    not sent, is cancelled.
    """
    confirmed = min(max(confirmed, job.confirmed), job.pages)
    state, cause = next_.state, next_.cause
    if confirmed == job.pages and state != "sent":
        state, cause = "sent", ""
    elif job.wish and state != "sent":
        state, cause = "cancelled", gave_up(confirmed, job.pages)
    held = (job.held or now) if next_.held else 0
    values: dict[str, Any] = {
        "state": state, "cause": cause, "step": next_.step, "coarse": int(next_.coarse),
        "tries": job.tries + next_.counts, "confirmed": job.pages if state == "sent" else confirmed,
        "held": job.held if state == "sending" else held,
    }  # fmt: skip
    if state == "queued":
        values |= {**FREE, "due": next_.due}
    elif state != "sending":
        values |= {**FREE, "ended": now}
    change(connection, job.id, **values)


def gave_up(confirmed: int, pages: int) -> str:
    """Why a job that somebody cancelled is over."""
    return f"Cancelled; {confirmed} of {pages} pages had arrived." if confirmed else "Cancelled."


def change(connection: Connection, id_: int, **values: Any) -> None:
    """Change a job's row."""
    connection.execute(update(jobs).where(jobs.c.id == id_).values(texts(values)))
