"""What was queued, or would be: said to people and to programs."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from dialform.fax.ordering import Placed
    from dialform.fax.queue.values import Job, New

_SHOWN = 20
"""Faxes that are listed one by one once they are queued; of a dry run all are."""


def tell(placed: "Placed", form: str, ended: "Mapping[int, Job] | None" = None) -> None:
    """Says what goes to whom, by which route, when, and what does not; as JSON with how it ended."""
    if form == "json":
        click.echo(json.dumps(as_data(placed, ended or {}), indent=2, ensure_ascii=False))
    else:
        _tell(placed)


def _tell(placed: "Placed") -> None:
    from dialform.billing.statements.values import printable

    news, ids = placed.checked.news, placed.ids
    count = _counted(len(news), "fax", "faxes")
    pages = _counted(placed.sheets.pages, "page", "pages")
    head = f"Queued {count}" if ids else f"Would send {count}"
    click.echo(f"{head} of {pages} from {placed.account.number} ({placed.account.e164}): "
               f"{printable(placed.title)}")  # fmt: skip
    shown = news[:_SHOWN] if ids else news
    names = [str(one) for one in ids] or [""] * len(news)
    width = max(len(name) for name in names[: len(shown)])
    for name, new, route in zip(names, shown, placed.checked.routes, strict=False):
        who = f"{new.to}  {printable(new.name)}" if new.name else new.to
        click.echo(
            f"  {name:>{width}}  {who}  by {route}, {when(new, placed.company.timezone)}".rstrip()
        )
    if len(shown) < len(news):
        click.echo(
            f"  and {len(news) - len(shown):,} more: dialform fax queue --batch {placed.batch}"
        )
    for note in placed.notes:
        click.echo(f"note: {note}", err=True)
    for line in placed.checked.twice:
        click.echo(f"note: {line}", err=True)
    for bad in placed.checked.bad:
        click.echo(f"left out: {bad.sentence}", err=True)


def as_data(placed: "Placed", ended: "Mapping[int, Job]") -> dict[str, Any]:
    """For programs; with how the faxes ended, as far as that was waited for."""
    checked = placed.checked
    ids: list[int | None] = list(placed.ids) or [None] * len(checked.news)
    zone = placed.company.timezone
    return {
        "dry_run": not placed.ids,
        "batch": placed.batch,
        "tenant": placed.company.slug,
        "account": placed.account.number,
        "number": placed.account.e164,
        "title": placed.title,
        "pages": placed.sheets.pages,
        "faxes": [
            {
                "id": None if id_ is None else str(id_), "to": new.to, "name": new.name, "route": route,
                "at": _exact(new.due, zone), **_ended(ended.get(id_ or 0)),
            }
            for id_, new, route in zip(ids, checked.news, checked.routes, strict=True)
        ],
        "left_out": [
            {"where": one.where, "number": one.number, "reason": one.words} for one in checked.bad
        ],
        "twice": list(checked.twice),
        "notes": list(placed.notes),
    }  # fmt: skip


def when(new: "New", zone: str) -> str:
    """When a fax goes."""
    from dialform.billing.statements.values import Moment

    return Moment(new.due, zone).local.strftime("%Y-%m-%d %H:%M %Z") if new.due else "now"


def _ended(job: "Job | None") -> dict[str, Any]:
    if job is None:
        return {}
    return {"state": job.state, "cause": job.cause, "tries": job.tries, "confirmed": job.confirmed}


def _exact(due: int, zone: str) -> str | None:
    from dialform.billing.statements.values import Moment

    return Moment(due, zone).exact or None


def _counted(count: int, one: str, more: str) -> str:
    return f"{count:,} {one if count == 1 else more}"
