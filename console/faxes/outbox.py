"""Faxes that go out: the queue, one of them with its attempts and pages, cancelling, trying again."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response

from dialform.billing.statements.spreadsheet import lines
from dialform.billing.statements.values import printable
from dialform.console.asking import sure
from dialform.console.downloads import saved
from dialform.console.errors import NotThere, Refused
from dialform.console.faxes import office, pictures
from dialform.console.money.shown import shown
from dialform.console.need import holding
from dialform.console.page import Context, Menu, Page
from dialform.fax import views
from dialform.fax.documents import DocumentError, as_pdf, pages_of
from dialform.fax.documents.tiff import Page as Sheet
from dialform.fax.queue.values import STATES, Job, State
from dialform.fax.sending.ladder import rung
from dialform.values import dataclass

SENDERS = holding("send_fax")
_SIZE = 50
_REPORT = 20_000
"""Faxes of a report at most."""
_KINDS = {"queued": "note", "sending": "accent", "sent": "good", "failed": "bad", "cancelled": ""}
_UNDER_WAY = ("queued", "sending")
STAYS = "Pages that have arrived cannot be taken back."


@dataclass(frozen=True, slots=True)
class Line:
    """A fax in the list. `kind` is that of a badge; what strangers or users typed is made printable."""

    id: int
    account: str
    to: str
    name: str
    title: str
    state: str
    kind: str
    pages: str
    tries: int
    at: int
    cause: str
    batch: str
    can_cancel: bool
    can_retry: bool


def line(job: Job) -> Line:
    """A fax as the list shows it."""
    at = job.ended or (job.due if job.state == "queued" else job.created)
    return Line(
        job.id, job.account, job.to, printable(job.name), printable(job.title), views.state(job),
        _KINDS[job.state], views.pages(job), job.tries, at, printable(job.cause), job.batch,
        job.state in _UNDER_WAY and not job.wish, job.state not in ("sending", "sent"),
    )  # fmt: skip


def _asked(context: Context) -> dict[str, Any]:
    """Which faxes an address means. Raises NotThere."""
    state, batch = context.query.get("state", ""), context.query.get("batch", "")[:64]
    if state not in ("", *STATES) or not batch.isprintable():
        raise NotThere("There are no such faxes.")
    return {
        "tenant": context.tenant, "accounts": office.asked(context), "batch": batch or None,
        "states": (state,) if state else None,
    }  # fmt: skip


async def _queue(context: Context) -> Response:
    """Scope: the faxes of accounts that the visitor handles."""
    after = context.query.get("before", "")
    start = int(after) if after.isascii() and after.isdigit() and len(after) < 18 else 0

    def read() -> tuple[Mapping[State, int], Sequence[Job], Sequence[str]]:
        which, queue = _asked(context), office.queue(context)
        counts = queue.counts(which["tenant"], which["accounts"], which["batch"])
        found = queue.jobs(**which, after=start, most=_SIZE + 1, newest=True)
        company = office.company_of(context)
        return counts, found, list(office.accounts(context, company)) if company else []

    counts, found, accounts = await context.ground.off(read)
    return context.render(
        "faxes/queue.html", counts=counts, states=STATES, state=context.query.get("state", ""),
        lines=[line(job) for job in found[:_SIZE]], accounts=accounts,
        account=context.query.get("account", ""), older=found[_SIZE - 1].id if len(found) > _SIZE else 0,
        live=bool(counts["queued"] + counts["sending"]),
    )  # fmt: skip


async def _csv(context: Context) -> Response:
    """How they ended, as a table. Scope: as the list."""

    def read() -> list[str]:
        found = office.queue(context).jobs(**_asked(context), most=_REPORT)
        company = office.company_of(context)
        zone = company.timezone if company else "UTC"
        table = views.jobs(found, lambda _: zone, whose=False)
        return list(lines(table.columns, table.rows))

    content = await context.ground.off(read)
    return saved(content, f"faxes-{context.tenant}.csv", "text/csv; charset=utf-8")


async def _one(context: Context) -> Response:
    """Scope: faxes of accounts that the visitor handles; others are not there."""

    def read() -> dict[str, Any]:
        job = office.job(context, int(context.params["fax"]))
        company = office.company_of(context)
        account = company.accounts.get(job.account) if company else None
        table = views.attempts(
            office.queue(context).attempts(job.id), company.timezone if company else "UTC",
            (lambda step: rung(step, account).words) if account else lambda step: "",
        )  # fmt: skip
        return {"job": line(job), "fax": job, "attempts": shown(table)}

    found = await context.ground.off(read)
    most = found["fax"].pages if "all" in context.query else pictures.SHOWN
    return context.render("faxes/one.html", most=most, **found)


def _pages(context: Context, job: Job) -> list[Sheet]:
    sheets = office.queue(context).sheets(job.document)
    if sheets is None:
        raise NotThere("Its pages are not kept any more.")
    return pages_of(sheets, coarse=job.coarse)


async def _picture(context: Context) -> Response:
    """A page of one. Scope: as the fax."""
    job = await context.ground.off(office.job, context, int(context.params["fax"]))
    name = f"{job.document}-{'standard' if job.coarse else 'fine'}"
    return await pictures.shown(context, name, lambda: _pages(context, job))


async def _pdf(context: Context) -> Response:
    """Its pages, as they are sent. Scope: as the fax."""

    def made() -> tuple[Job, bytes]:
        job = office.job(context, int(context.params["fax"]))
        try:
            return job, as_pdf(_pages(context, job))
        except DocumentError as error:
            raise Refused(str(error)) from None

    job, content = await context.ground.off(made)
    return saved(
        [content], f"fax-{job.id}.pdf", "application/pdf", inline="save" not in context.query
    )


async def _cancel(context: Context) -> Response:
    """Send it no further. Scope: as the fax."""
    id_ = int(context.params["fax"])
    job = await context.ground.off(office.job, context, id_)
    if job.state in _UNDER_WAY:
        await sure(
            context, f"Cancel fax {id_} to {printable(job.name) or job.to}?", yes="Cancel it",
            note=STAYS, back=f"/t/{context.tenant}/faxes/{id_}",
        )  # fmt: skip
    said = await context.ground.off(
        office.queue(context).cancel, id_, context.ground.clocks.micros()
    )
    if not said:
        raise Refused("This fax is over already: there is nothing left to cancel.")
    context.audit("fax.cancelled", fax=id_)
    words = "is cancelled" if said == "cancelled" else "is being sent: its call is hung up now"
    context.flash(f"Fax {id_} {words}.")
    return context.redirect(f"/t/{context.tenant}/faxes/{id_}")


async def _retry(context: Context) -> Response:
    """Send it again, now. Scope: as the fax."""
    id_ = int(context.params["fax"])
    await context.ground.off(office.job, context, id_)
    if not await context.ground.off(
        office.queue(context).retry, id_, context.ground.clocks.micros()
    ):
        raise Refused("This fax is being sent, or was sent: send the document anew.")
    context.audit("fax.retried", fax=id_)
    context.flash(f"Fax {id_} is tried again now. Pages that arrived are not sent again.")
    return context.redirect(f"/t/{context.tenant}/faxes/{id_}")


PAGES = (
    Page("/t/{tenant}/faxes", _queue, SENDERS, menu=Menu("Sent faxes", "Fax", 30)),
    Page("/t/{tenant}/faxes.csv", _csv, SENDERS),
    Page("/t/{tenant}/faxes/{fax:int}", _one, SENDERS),
    Page("/t/{tenant}/faxes/{fax:int}.pdf", _pdf, SENDERS),
    Page("/t/{tenant}/faxes/{fax:int}/{page:int}.png", _picture, SENDERS),
    Page("/t/{tenant}/faxes/{fax:int}/cancel", _cancel, SENDERS, methods=("POST",)),
    Page("/t/{tenant}/faxes/{fax:int}/retry", _retry, SENDERS, methods=("POST",)),
)
