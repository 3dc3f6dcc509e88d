"""Faxes as tables: those that go out, the attempts of one, those that came in."""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from dialform.billing.statements.table import Column, Row, Table
from dialform.billing.statements.values import Moment, Span

if TYPE_CHECKING:
    from dialform.fax.queue.values import Attempt, Job, Received

Zone = Callable[[str], str]
"""A tenant's slug → its time zone."""


def jobs(found: "Iterable[Job]", zone: Zone, *, whose: bool) -> Table:
    """Faxes that go out, a line each; with `whose` people see the tenant, too."""
    columns = (
        Column("id", "Fax", right=True), Column("tenant", "Tenant" if whose else ""),
        Column("account", "From"), Column("to", "To"), Column("name", "Name"),
        Column("state", "State"), Column("confirmed"), Column("pages"),
        Column("through", "Pages", right=True), Column("tries", "Tries", right=True),
        Column("when", "When"), Column("cause", "Cause"), Column("title", "What"), Column("due"),
        Column("created"), Column("ended"), Column("by"), Column("batch"), Column("host"),
    )  # fmt: skip
    rows = [_job(one, zone(one.tenant)) for one in found]
    return Table("faxes", "Faxes", columns, rows, None, "no fax")


def _job(job: "Job", zone: str) -> Row:
    when = job.ended or (job.due if job.state == "queued" else job.created)
    return (
        str(job.id), job.tenant, job.account, job.to, job.name, state(job), job.confirmed, job.pages,
        pages(job), job.tries, Moment(when, zone), job.cause, job.title, Moment(job.due, zone),
        Moment(job.created, zone), Moment(job.ended, zone), job.by, job.batch, job.host,
    )  # fmt: skip


def state(job: "Job") -> str:
    """The state in a word; `cancelling` where the call that goes on is the last."""
    return "cancelling" if job.wish and job.state == "sending" else job.state


def pages(job: "Job") -> str:
    """How many pages, and how many of them are through."""
    return str(job.pages) if job.state == "sent" else f"{job.confirmed} of {job.pages}"


def attempts(
    found: "Iterable[Attempt]", zone: str, way: Callable[[int], str] = lambda step: ""
) -> Table:
    """The calls of a fax, a line each; `way` says how one was made, by its step of the ladder."""
    columns = (
        Column("attempt", "Attempt", right=True), Column("began", "Began"),
        Column("lasted", "Lasted", right=True), Column("host", "Host"), Column("trunk", "Trunk"),
        Column("step"), Column("way", "Way"),
        Column("first_page", "From page", right=True), Column("pages", "Pages", right=True),
        Column("outcome", "Outcome"), Column("cause", "Cause"), Column("uuid"),
    )  # fmt: skip
    rows: list[Row] = [
        (one.number, Moment(one.began, zone), Span(_seconds(one.began, one.ended)), one.host, one.trunk,
         one.step, way(one.step), one.start + 1, one.pages, one.outcome or "under way", one.cause, one.uuid)
        for one in found
    ]  # fmt: skip
    return Table("attempts", "Attempts", columns, rows, None, "not tried yet")


def received(found: "Sequence[Received]", zone: Zone, *, whose: bool) -> Table:
    """Faxes that came in, a line each."""
    columns = (
        Column("id", "Fax"), Column("tenant", "Tenant" if whose else ""), Column("account", "Account"),
        Column("time", "Time"), Column("from", "From"), Column("station_id", "Station id"),
        Column("did"), Column("pages", "Pages", right=True), Column("ok"), Column("result", "Result"),
        Column("duration", "Duration", right=True), Column("size"), Column("mailed"), Column("mail", "Mail"),
        Column("host"), Column("file"),
    )  # fmt: skip
    rows: list[Row] = [
        (one.uuid, one.tenant, one.account, Moment(one.at, zone(one.tenant)), one.caller, one.station_id,
         one.did, one.pages, one.ok, one.result, Span(one.seconds), one.size,
         Moment(one.mailed, zone(one.tenant)), mail(one), one.host, one.file)
        for one in found
    ]  # fmt: skip
    return Table("received", "Received faxes", columns, rows, None, "no fax")


def mail(one: "Received") -> str:
    """Whether somebody was told by mail."""
    return "sent" if one.mailed else one.mail


def _seconds(began: int, ended: int) -> int:
    return max(0, ended - began) // 1_000_000 if ended else 0
