"""A statement as JSON and back: what is kept of an issued one, and what `--format json` shows.

Amounts are decimal texts, as everywhere in JSON.
"""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from dialform.billing.money import amount, micro
from dialform.billing.statements.statement import (
    Called,
    Day,
    Included,
    Paid,
    Party,
    Statement,
    Usage,
)
from dialform.billing.statements.values import Moment

VERSION = 1

_LISTS: dict[str, type[Any]] = {
    "payments": Paid, "usage": Usage, "adjustments": Usage, "included": Included,
    "days": Day, "calls": Called, "settled": Usage,
}  # fmt: skip
_INNER = ("settled", "paid")
"""What only the next statement asks for."""


def to_json(statement: Statement) -> dict[str, Any]:
    """All of a statement, for keeping."""
    rows = {name: getattr(statement, name) for name in _LISTS}
    return {
        "version": VERSION,
        "period": statement.period,
        "issued": statement.issued,
        **_row(statement.party),
        "opening": amount(statement.opening),
        **{
            name: None if each is None else [_row(one) for one in each]
            for name, each in rows.items()
        },
        "paid": list(statement.paid),
        "closing": amount(statement.closing),
    }


def public(statement: Statement) -> dict[str, Any]:
    """What people are shown of it, with its sums."""
    made = to_json(statement)
    zone = statement.party.timezone
    for call in made["calls"] or ():
        call["at"] = Moment(call["at"], zone).exact
    sums = {
        "issued": Moment(statement.issued, zone).exact or None,
        "received": amount(statement.received),
        "charges": amount(statement.charges),
        "adjusted": amount(statement.adjusted),
        "unrated": statement.unrated,
    }
    return {name: value for name, value in made.items() if name not in _INNER} | sums


def from_json(made: Mapping[str, Any]) -> Statement:
    """A statement that was kept. Raises ValueError where this is none, or its sums are not its own."""
    try:
        if made["version"] != VERSION:
            raise ValueError(f"version {made['version']} of a statement is not known")
        lists: dict[str, Any] = {
            name: None if made[name] is None else tuple(_of(kind, one) for one in made[name])
            for name, kind in _LISTS.items()
        }
        statement = Statement(
            party=_of(Party, made),
            period=str(made["period"]),
            opening=micro(made["opening"]),
            paid=tuple(made["paid"]),
            issued=int(made["issued"]),
            **lists,
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"this is no statement: {error}") from None
    if statement.closing != micro(made["closing"]):
        raise ValueError("the statement's closing balance is not what its lines come to")
    return statement


def _row(one: Any) -> dict[str, Any]:
    row = {field.name: getattr(one, field.name) for field in fields(one)}
    return {name: amount(value) if name == "amount" else value for name, value in row.items()}


def _of(kind: type[Any], row: Mapping[str, Any]) -> Any:
    values = {field.name: row[field.name] for field in fields(kind)}
    if "amount" in values:
        values["amount"] = micro(values["amount"])
    return kind(**values)
