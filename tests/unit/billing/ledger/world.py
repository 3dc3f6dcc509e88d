"""A small platform: prices, terms and calls, and a ledger that keeps them."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from dialform.billing.facts.fact import Fact
from dialform.billing.ledger import queries
from dialform.billing.ledger.ledger import Ledger
from dialform.billing.ledger.values import Notice
from dialform.compiler.terms import Paid, Price, Prices, Terms

HOST = "pbx1"
SECOND = 1_000_000
MINUTE = 60 * SECOND
DAY = 24 * 60 * MINUTE


def at(text: str) -> int:
    """Microseconds of a UTC time, as in "2026-11-28 09:30:00"."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * SECOND


NOON = at("2026-11-10 17:00:00")
"""Noon in New York."""


def price(prefix: str = "+1", per_minute: int = 10_000, **more: Any) -> Price:
    return Price(
        more.pop("name", "us"), more.pop("service", "voice"), "outbound", prefix, per_minute, **more
    )


def prices(*rows: Price, packages: dict[str, dict[str, int]] | None = None, **more: Any) -> Prices:
    """A plan "standard" of these rows, and a package "business" of ten minutes and five pages."""
    named: dict[str, tuple[Price, ...]] = {}
    for row in rows or (price(), price("", 50_000, name="fax", service="fax"),
                        price("", 2_000, name="conf", service="conference")):  # fmt: skip
        named[row.name] = (*named.get(row.name, ()), row)
    included = {"voice_minutes": 10, "fax_pages": 5, "conference_minutes": 10}
    return Prices(named, {"standard": tuple(named)}, packages or {"business": included}, **more)


def terms(slug: str = "acme", **more: Any) -> Terms:
    values: dict[str, Any] = {
        "company": slug.title(), "contact": f"it@{slug}.example", "timezone": "America/New_York",
        "currency": "USD", "package": "business", "plan": "standard",
    }  # fmt: skip
    return Terms(slug, **{**values, **more})


def paid(id_: str = "inv-1", amount: int = 200_000_000, date: str = "2026-11-03") -> Paid:
    return Paid(id_, date, amount)


def call(uuid: str = "u1", seconds: int = 60, **more: Any) -> Fact:
    """An answered call of Acme's 1001 over a trunk."""
    answered = more.pop("answered", NOON)
    values: dict[str, Any] = {
        "kind": "call", "host": HOST, "tenant": "acme", "started": (answered or NOON) - 5 * SECOND,
        "ended": (answered or NOON) + seconds * SECOND, "direction": "outbound", "trunk": "north",
        "number": "+12125550100", "extension": "1001",
    }  # fmt: skip
    return Fact(uuid, answered=answered, **{**values, **more})


def fax(uuid: str = "f1", pages: int = 3, **more: Any) -> Fact:
    return call(
        uuid, **{"kind": "fax", "pages": pages, "total_pages": pages, "fax_ok": True, **more}
    )


def conference(uuid: str = "c1", seconds: int = 120, **more: Any) -> Fact:
    """Member-seconds of an inside phone in a room."""
    from dialform.values import replace

    inside = {"kind": "conference", "trunk": "", "direction": "internal", "number": "900"}
    return replace(call(uuid, seconds, **{**inside, **more}), seconds=seconds)


def opened_with(
    ledger: Ledger, *tenants: Terms, costs: Prices | None = None, when: int = 0
) -> None:
    """Give the ledger terms, from the beginning of time on."""
    ledger.store_terms(HOST, costs or prices(), tenants or (terms(),), at=when)


def amounts(charges: Iterable[Any]) -> list[int | None]:
    return [None if each is None else each.amount for each in charges]


def told_by(ledger: Ledger) -> list[Notice]:
    """The words that were left, the oldest first."""
    with ledger.reading() as reading:
        return queries.notices_of(reading)[::-1]


def balance(ledger: Ledger, tenant: str = "acme") -> int:
    with ledger.reading() as reading:
        return queries.balance(reading, tenant, "USD").balance
