"""The faxes of one order: how far all of them are, which failed; cancelling, trying again."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from starlette.responses import Response

from dialform.billing.statements.values import printable
from dialform.console.asking import sure
from dialform.console.errors import NotThere
from dialform.console.faxes import office
from dialform.console.faxes.outbox import SENDERS, STAYS, line
from dialform.console.page import Context, Page
from dialform.fax.queue.values import Job

_LISTED = 100
_MOST = 20_000
_PART = 200
"""Faxes of one transaction: others write meanwhile."""
_SILENT = 120_000_000
"""Microseconds after which an agent that said nothing does not send."""


def _batch(context: Context) -> dict[str, Any]:
    batch = str(context.params["batch"])
    if not batch.isprintable():
        raise NotThere("There are no such faxes.")
    return {"tenant": context.tenant, "accounts": office.reach(context), "batch": batch[:64]}


def _read(context: Context) -> dict[str, Any]:
    which, queue = _batch(context), office.queue(context)
    counts = queue.counts(**which)
    if not sum(counts.values()):
        raise NotThere("There are no such faxes.")
    first = queue.jobs(**which, states=("failed", "cancelled", "sending"), most=_LISTED)
    left = _LISTED - len(first)
    rest = queue.jobs(**which, states=("queued", "sent"), most=left) if left else []
    now = context.ground.clocks.micros()
    heard = max(queue.seen().values(), default=0)
    waits = counts["queued"] and not counts["sending"] and now - heard > _SILENT
    return {
        "counts": counts, "total": sum(counts.values()), "over": not counts["queued"] + counts["sending"],
        "done": counts["sent"] + counts["failed"] + counts["cancelled"],
        "lines": [line(one) for one in (*first, *rest)], "batch": which["batch"],
        "title": printable((first or rest)[0].title) if first or rest else "",
        "note": "No agent has sent faxes here for two minutes: they wait until one does." if waits else "",
    }  # fmt: skip


async def _show(context: Context) -> Response:
    """Scope: faxes of accounts that the visitor handles; others are not there."""
    return context.render("faxes/batch.html", **await context.ground.off(_read, context))


async def _each(
    context: Context, states: Sequence[str], work: Callable[[Sequence[int]], Mapping[int, Any]],
    act: str, word: str,
) -> Response:  # fmt: skip
    def done() -> int:
        found: list[Job] = office.queue(context).jobs(**_batch(context), most=_MOST)
        if not found:
            raise NotThere("There are no such faxes.")
        ids = [one.id for one in found if one.state in states]
        parts = [work(ids[begin : begin + _PART]) for begin in range(0, len(ids), _PART)]
        return sum(bool(one) for part in parts for one in part.values())

    count = await context.ground.off(done)
    batch = str(context.params["batch"])
    context.audit(act, batch=batch[:64], faxes=count)
    context.flash(f"{count:,} {'fax is' if count == 1 else 'faxes are'} {word}.")
    return context.redirect(f"/t/{context.tenant}/faxes/batches/{batch[:64]}")


async def _cancel(context: Context) -> Response:
    """Send none of them any further. Scope: as the page."""
    queue, now = office.queue(context), context.ground.clocks.micros()
    counts = await context.ground.off(lambda: queue.counts(**_batch(context)))
    if left := counts["queued"] + counts["sending"]:
        many = "the fax that is" if left == 1 else f"the {left:,} faxes that are"
        await sure(
            context, f"Cancel {many} not sent yet?", yes="Cancel", note=STAYS,
            back=f"/t/{context.tenant}/faxes/batches/{str(context.params['batch'])[:64]}",
        )  # fmt: skip
    return await _each(
        context, ("queued", "sending"), lambda ids: queue.cancel_each(ids, now),
        "fax.batch_cancelled", "cancelled",
    )  # fmt: skip


async def _retry(context: Context) -> Response:
    """Try those again that failed. Scope: as the page."""
    queue, now = office.queue(context), context.ground.clocks.micros()
    return await _each(
        context, ("failed",), lambda ids: queue.retry_each(ids, now), "fax.batch_retried", "tried again now"
    )  # fmt: skip


PAGES = (
    Page("/t/{tenant}/faxes/batches/{batch}", _show, SENDERS),
    Page("/t/{tenant}/faxes/batches/{batch}/cancel", _cancel, SENDERS, methods=("POST",)),
    Page("/t/{tenant}/faxes/batches/{batch}/retry", _retry, SENDERS, methods=("POST",)),
)
