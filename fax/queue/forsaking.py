"""Faxes of tenants that no host has any more: nobody would ever send them, and nobody say so."""

from collections.abc import Collection

from sqlalchemy import Connection, exists, select, update

from dialform.fax.queue.tables import attempts, jobs

WORDS = "No host has sent a fax of this tenant for a week: it lives on none any more."


def forsake(connection: Connection, tenants: Collection[str], before: int, now: int) -> int:
    """Give up what was due before this moment, and of whose tenant no call was made since. How many.

    `tenants` are those of the host that asks: theirs wait for what it says of them. A tenant of another host
    that sends a long batch, one after the other, makes calls.
    """
    late = (jobs.c.state == "queued", jobs.c.due < before)
    waiting = connection.scalars(select(jobs.c.tenant).distinct().where(*late)).all()
    gone = [
        one for one in sorted(set(waiting) - set(tenants)) if not _calls(connection, one, before)
    ]
    if not gone:
        return 0
    return connection.execute(
        update(jobs).where(*late, jobs.c.tenant.in_(gone))
        .values(state="failed", cause=WORDS, ended=now)
    ).rowcount  # fmt: skip


def _calls(connection: Connection, tenant: str, since: int) -> bool:
    made = exists().where(
        attempts.c.job == jobs.c.id, jobs.c.tenant == tenant, attempts.c.began >= since
    )
    return bool(connection.scalar(select(made)))
