"""Rows of the tables of faxes as values, and back."""

import json
from typing import Any

from dialform.billing.ledger.rows import plain
from dialform.fax.queue.values import Attempt, Job, Received


def job(row: Any) -> Job:
    """The job of a row."""
    return Job(
        id=row.id, tenant=row.tenant, account=row.account, to=row.number, name=row.name,
        document=row.document, title=row.title, pages=row.pages, state=row.state, cause=row.cause,
        due=row.due, step=row.step, tries=row.tries, confirmed=row.confirmed, retries=row.retries,
        created=row.created, ended=row.ended, by=row.author, batch=row.batch, host=row.host,
        wish=row.wish, coarse=bool(row.coarse), file=row.file, trunk=row.trunk, held=row.held,
    )  # fmt: skip


def attempt(row: Any) -> Attempt:
    """The attempt of a row."""
    return Attempt(
        uuid=row.uuid, job=row.job, number=row.number, host=row.host, core=row.core,
        trunk=row.trunk, step=row.step, start=row.start, began=row.began, ended=row.ended,
        outcome=row.outcome, cause=row.cause, pages=row.pages, details=json.loads(row.details),
        doubt=bool(row.doubt),
    )  # fmt: skip


def received(row: Any) -> Received:
    """The received fax of a row."""
    values = dict(row._mapping)
    return Received(**{**values, "ok": bool(row.ok)})


def received_row(fax: Received) -> dict[str, Any]:
    """What is kept of a received fax. What no database keeps as text (NUL, a lone surrogate) is U+FFFD."""
    values = {name: getattr(fax, name) for name in Received.__slots__}
    return {**texts(values), "ok": int(fax.ok)}


def texts(values: dict[str, Any]) -> dict[str, Any]:
    """Values whose texts both databases can keep: strangers' machines say what they like."""
    return {name: plain(one) if isinstance(one, str) else one for name, one in values.items()}
