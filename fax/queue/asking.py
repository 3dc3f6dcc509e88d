"""What can be asked of the queue."""

from collections import Counter
from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, case, func, select

from dialform.fax.queue.claiming import on_their_way
from dialform.fax.queue.rows import job as job_of
from dialform.fax.queue.tables import documents, hosts, jobs
from dialform.fax.queue.values import STATES, Job, Running, Sheets, State, Waiting
from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class Which:
    """Which jobs are meant: None is any. An empty collection is none at all."""

    tenant: str | None = None
    accounts: Collection[str] | None = None
    states: Collection[str] | None = None
    batch: str | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """As conditions on jobs."""
        many = ((jobs.c.account, self.accounts), (jobs.c.state, self.states))
        one = ((jobs.c.tenant, self.tenant), (jobs.c.batch, self.batch))
        return [
            *(column == value for column, value in one if value is not None),
            *(column.in_(sorted(values)) for column, values in many if values is not None),
        ]


def job(connection: Connection, id_: int) -> Job | None:
    """One job."""
    row = connection.execute(jobs.select().where(jobs.c.id == id_)).first()
    return None if row is None else job_of(row)


def several(connection: Connection, which: Which, after: int, most: int, newest: bool) -> list[Job]:
    """Jobs by number, behind `after`; with `newest` downwards."""
    asked = jobs.select().where(*which.conditions())
    if after:
        asked = asked.where(jobs.c.id < after if newest else jobs.c.id > after)
    order = jobs.c.id.desc() if newest else jobs.c.id
    return [job_of(row) for row in connection.execute(asked.order_by(order).limit(most))]


def counts(connection: Connection, which: Which) -> dict[State, int]:
    """How many there are in each state."""
    asked = (
        select(jobs.c.state, func.count().label("many"))
        .where(*which.conditions())
        .group_by(jobs.c.state)
    )
    found = {row.state: row.many for row in connection.execute(asked)}
    return {state: found.get(state, 0) for state in STATES}


def sheets(connection: Connection, digest: str, name: str) -> Sheets | None:
    """A document."""
    row = connection.execute(documents.select().where(documents.c.digest == digest)).first()
    if row is None:
        return None
    return Sheets(row.digest, name, row.pages, bytes(row.fine), bytes(row.standard))


def running(connection: Connection) -> Running:
    """How many are being sent."""
    found = on_their_way(connection)
    return Running(
        Counter(one.tenant for one in found), Counter(one.trunk for one in found if one.trunk)
    )


def waiting(connection: Connection, now: int) -> list[Waiting]:
    """What could go by now and does not, by tenant."""
    late = (jobs.c.state == "queued", (jobs.c.due <= now) | (jobs.c.held > 0))
    since = case((jobs.c.held > 0, jobs.c.held), else_=jobs.c.due).label("since")
    place = func.row_number().over(partition_by=jobs.c.tenant, order_by=(since, jobs.c.id))
    count = func.count().over(partition_by=jobs.c.tenant)
    each = select(
        jobs.c.tenant, count.label("many"), jobs.c.id, since, jobs.c.cause, place.label("place")
    ).where(*late).subquery()  # fmt: skip
    asked = each.select().where(each.c.place == 1).order_by(each.c.tenant)
    return [
        Waiting(row.tenant, row.many, row.id, row.since, row.cause)
        for row in connection.execute(asked)
    ]


def seen(connection: Connection) -> dict[str, int]:
    """When each host's agent was last heard of."""
    return {row.host: row.seen for row in connection.execute(hosts.select())}
