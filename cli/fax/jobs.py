"""The faxes that are meant by the numbers that somebody types: only those in reach are there."""

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from dialform.cli.fax.common import Office
from dialform.fax.ordering.times import MICRO

if TYPE_CHECKING:
    from dialform.fax.queue import Queue
    from dialform.fax.queue.values import Job


class _Id(click.IntRange):
    """The number of a fax that goes out."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Say what is meant, not which range it is in."""
        try:
            return int(super().convert(value, param, ctx))
        except click.BadParameter:
            self.fail(
                f"'{value}' is no number of a fax: `dialform fax queue` lists them.", param, ctx
            )


ID = _Id(1, 2**62)

MOST = 100_000
"""Faxes of a batch."""
_PART = 200

T = TypeVar("T")


def one_of(queue: "Queue", office: Office, id_: int) -> "Job":
    """A fax by its number; one out of reach is not there."""
    job = queue.job(id_)
    if job is None or not office.holds(job.tenant, job.account):
        raise click.ClickException(f"There is no fax {id_}: `dialform fax queue --all` lists them.")
    return job


def meant(
    queue: "Queue", office: Office, ids: Sequence[int], batch: str | None, states: Sequence[str]
) -> "list[Job]":  # fmt: skip
    """The faxes of these numbers, whatever their state, or those of a batch that are in these states."""
    if bool(ids) == bool(batch):
        raise click.UsageError("Name faxes by their numbers, or a --batch.")
    if ids:
        return [one_of(queue, office, id_) for id_ in dict.fromkeys(ids)]
    assert batch is not None
    found = queue.jobs(office.tenant, office.reach(), batch=batch, most=MOST)
    if not found:
        raise click.ClickException(f"There is no batch {batch}.")
    return [job for job in found if job.state in states]


def each(
    work: Callable[[Sequence[int], int], dict[int, T]], jobs: "Sequence[Job]"
) -> dict[int, T]:  # fmt: skip
    """What comes of something that is done with many faxes, some at a time: others write meanwhile."""
    found: dict[int, T] = {}
    for begin in range(0, len(jobs), _PART):
        found |= work([job.id for job in jobs[begin : begin + _PART]], now())
    return found


def now() -> int:
    """Microseconds since 1970."""
    return int(time.time() * MICRO)
