"""Prices and terms as the JSON of a host's files, and back. The same values make the same bytes."""

import json
from collections.abc import Iterable
from operator import attrgetter
from typing import Any

from dialform.compiler.collector import without_collector
from dialform.compiler.terms import Paid, Price, Prices, Terms

VERSION = 1
_FIELDS = list(Price.__slots__)


class TermsError(ValueError):
    """A file of prices or terms that no Dialform of this version wrote."""


def prices_json(prices: Prices) -> bytes:
    """`PRICES`: rates by name, each a list of rows with the fields of `Price` in their order."""
    fields = Price.__slots__
    row_of = attrgetter(*fields)
    data = {
        "version": VERSION,
        "partial_fax": prices.partial_fax,
        "packages": prices.packages,
        "plans": prices.plans,
        "fields": fields,
        "rates": {name: [row_of(row) for row in rows] for name, rows in prices.rates.items()},
    }
    return _bytes(data)


def prices_from(raw: bytes) -> Prices:
    """What `prices_json` made. Raises TermsError."""
    with without_collector():
        data = _data(raw)
        try:
            return Prices(
                {name: _rows(rows, data["fields"]) for name, rows in data["rates"].items()},
                {name: tuple(rates) for name, rates in data["plans"].items()},
                data["packages"],
                data["partial_fax"],
            )
        except (KeyError, TypeError, AttributeError, ValueError):
            raise TermsError("it holds no prices") from None


def _rows(rows: list[list[Any]], fields: list[str]) -> tuple[Price, ...]:
    if fields == _FIELDS:
        return tuple(Price(*row) for row in rows)
    # Of a later version: its own columns mean nothing here.
    return tuple(
        Price(**{name: value for name, value in zip(fields, row, strict=True) if name in _FIELDS})
        for row in rows
    )


def tenants_json(tenants: Iterable[Terms]) -> bytes:
    """`TENANTS`: the terms of each tenant of a host, by its slug."""
    return _bytes({"version": VERSION, "tenants": {one.slug: terms_data(one) for one in tenants}})


def tenants_from(raw: bytes) -> dict[str, Terms]:
    """What `tenants_json` made, by slug. Raises TermsError."""
    try:
        return {slug: terms_from(data) for slug, data in _data(raw)["tenants"].items()}
    except (KeyError, TypeError, AttributeError):
        raise TermsError("it holds no terms of tenants") from None


def terms_data(terms: Terms) -> dict[str, Any]:
    """The terms of a tenant as plain data."""
    data = {name: getattr(terms, name) for name in Terms.__slots__ if name != "payments"}
    return {
        **data,
        "payments": {one.id: [one.date, one.amount, one.note] for one in terms.payments},
    }


def terms_from(data: dict[str, Any]) -> Terms:
    """The terms that `terms_data` made plain; what a later version added is left out.

    Raises KeyError, TypeError, AttributeError.
    """
    known = {name: data[name] for name in Terms.__slots__ if name in data}
    payments = tuple(Paid(id_, *row) for id_, row in data["payments"].items())
    return Terms(**{**known, "payments": payments})


def _bytes(data: dict[str, Any]) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _data(raw: bytes) -> dict[str, Any]:
    try:
        data = json.loads(raw)
    except ValueError:
        raise TermsError("it is no JSON") from None
    if not isinstance(data, dict) or data.get("version") != VERSION:
        raise TermsError("another version of Dialform wrote it")
    return data
