"""What is kept no longer."""

from sqlalchemy import Connection, delete, exists, select

from dialform.fax.queue import locks
from dialform.fax.queue.tables import attempts, documents, jobs


def prune(connection: Connection, tenant: str, before: int, most: int) -> int:
    """Remove jobs of a tenant that were over before this moment, with attempts, and the documents that no job
    needs any more. How many jobs; at most `most` at a time.
    """
    locks.removing(connection)
    old = select(jobs.c.id, jobs.c.document).where(
        jobs.c.tenant == tenant, jobs.c.ended > 0, jobs.c.ended < before
    )
    found = connection.execute(
        locks.held(old.order_by(jobs.c.ended, jobs.c.id).limit(most))
    ).all()  # fmt: skip
    ids = [row.id for row in found]
    if not ids:
        return 0
    connection.execute(delete(attempts).where(attempts.c.job.in_(ids)))
    connection.execute(delete(jobs).where(jobs.c.id.in_(ids)))
    connection.execute(delete(documents).where(
        documents.c.digest.in_({row.document for row in found}),
        ~exists().where(jobs.c.document == documents.c.digest),
    ))  # fmt: skip
    return len(ids)
