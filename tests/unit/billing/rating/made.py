"""Facts, prices and terms for a test: usual ones, with what the test is about put in their place."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from dialform.billing.facts.fact import Fact
from dialform.billing.rating.charge import Charge
from dialform.billing.rating.prices import PriceIndex
from dialform.billing.rating.rate import rate
from dialform.compiler.terms import Price, Prices, Terms

NEW_YORK = "America/New_York"
PAST_ALL = 10**9
"""More free units than any month includes: nothing is free any more."""


def micros(text: str, zone: str = NEW_YORK) -> int:
    """A moment as people write it, in microseconds since 1970."""
    when = datetime.fromisoformat(text)
    when = when if when.tzinfo else when.replace(tzinfo=ZoneInfo(zone))
    return round(when.timestamp()) * 1_000_000


def price(name: str = "us", /, **more: Any) -> Price:
    """A voice rate to +1, of a cent a minute, in whole minutes."""
    usual = {"service": "voice", "direction": "outbound", "prefix": "+1", "price": 10_000}
    return Price(name, **{**usual, **more})


def prices(
    *rows: Price, included: dict[str, int] | None = None, partial_fax: bool = False
) -> PriceIndex:
    """A plan `standard` of these rows, and a package `business`."""
    rates = {f"rate-{place}": (row,) for place, row in enumerate(rows)}
    packages = {"business": included or {}}
    return PriceIndex(Prices(rates, {"standard": tuple(rates)}, packages, partial_fax))


def terms(**more: Any) -> Terms:
    """Of Acme, with that package and plan."""
    usual: dict[str, Any] = {
        "slug": "acme", "company": "Acme", "contact": "it@acme.example", "timezone": NEW_YORK,
        "currency": "USD", "package": "business", "plan": "standard",
    }  # fmt: skip
    return Terms(**{**usual, **more})


def call(seconds: float = 95, /, **more: Any) -> Fact:
    """An answered call to New York through a trunk."""
    answered = more.pop("answered", micros("2026-11-02T10:00"))
    usual: dict[str, Any] = {
        "uuid": "u", "kind": "call", "host": "pbx1", "tenant": "acme", "direction": "outbound",
        "trunk": "mycarrier", "route": "world", "number": "+12125550100",
        "started": answered - 5_000_000 if answered else 0,
        "ended": answered + round(seconds * 1_000_000),
    }  # fmt: skip
    return Fact(answered=answered, **{**usual, **more})


def fax(pages: int, /, **more: Any) -> Fact:
    """A fax of so many pages that got through."""
    return call(60, **{"kind": "fax", "pages": pages, "total_pages": pages, "fax_ok": True, **more})


def meeting(seconds: int, /, **more: Any) -> Fact:
    """Time in a room, on the leg of an extension."""
    usual = {"kind": "conference", "seconds": seconds, "trunk": "", "route": "", "number": "900"}
    return call(seconds, **{**usual, "direction": "internal", **more})


def charged(fact: Fact, *rows: Price, used: int = PAST_ALL, **more: Any) -> Charge:
    """What a fact comes to with these rows; without `used` nothing is free any more."""
    return rate(fact, prices(*rows), terms(**more), used)
