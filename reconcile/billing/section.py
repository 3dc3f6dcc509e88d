"""What the status says of billing, out of what its parts know. Of tenants it names whose flag is set."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, func, select

from dialform.billing.ledger.tables import notices, usage
from dialform.billing.ledger.values import UNRATED_CALL
from dialform.billing.meter.stats import Stats
from dialform.reconcile.times import written

MICRO = 1_000_000

OLD = 600.0
"""Seconds after which what waits to be booked is a trouble of its own."""


def of_ledger(connection: Connection) -> dict[str, Any]:
    """What the ledger itself says: when it last booked, and how much is there without a price."""
    asked = select(usage.c.id, usage.c.booked).order_by(usage.c.id.desc()).limit(1)
    rows, last = connection.execute(asked).one_or_none() or (0, None)
    # A row of an odd number takes back the one before it.
    open_ = func.coalesce(func.sum(1 - 2 * (usage.c.seq % 2)), 0)
    unrated = connection.execute(select(open_).where(usage.c.status == "unrated")).scalar()
    # Where nothing is sold (no plan at all), nobody was told, and nobody misses a price.
    told = connection.execute(select(notices.c.id).where(notices.c.kind == UNRATED_CALL).limit(1))
    if told.one_or_none() is None:
        unrated = 0
    return {
        "last_booked": written(int(last) / MICRO) if last else None,
        "unrated": int(unrated or 0),
        "rows": int(rows),
    }


def of_meter(stats: Stats) -> dict[str, Any]:
    """What the meter has counted since it started, and what waits for it."""
    return {
        "backlog": stats.backlog,
        "oldest": round(stats.oldest),
        "live": stats.live,
        "counts": {
            "booked": stats.booked,
            "by_event": stats.events,
            "provisional": stats.provisional,
            "conflicts": stats.conflicts,
            "bad_files": stats.bad,
            "lost": stats.dropped,
        },
    }


def flagged(there: Mapping[str, str]) -> dict[str, list[str]]:
    """Tenants by their flag."""
    found: dict[str, list[str]] = {"limit": [], "credit": []}
    for tenant, word in sorted(there.items()):
        found[word].append(tenant)
    return found


def trouble(section: Mapping[str, Any]) -> tuple[str, str]:
    """What is wrong with billing, the gravest first: a reason and a sentence; empty where nothing is."""
    changed, bad = section.get("payments_changed") or [], section.get("bad_files") or 0
    if section.get("error"):
        return "NotBooked", str(section["error"])
    if (section.get("oldest") or 0) > OLD:
        return (
            "Backlog",
            f"{section['backlog']} records wait to be booked, the oldest for {section['oldest']} s.",
        )
    if changed:
        return "PaymentChanged", f"Payments differ from what was booked: {', '.join(changed)}."
    if section.get("flags_error"):
        return "FlagsNotSet", str(section["flags_error"])
    if section.get("unrated"):
        return (
            "Unrated",
            f"{section['unrated']} calls or faxes have no price: `dialform billing rerate` mends it.",
        )
    if bad:
        return (
            "BadFiles",
            f"{bad} files of call records could not be read; they lie in `bad/` of the spool.",
        )
    return "", ""
