"""A fact, its usage and its entry as rows, in the order of the tables' columns."""

import json
from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any

from dialform.billing.facts.fact import Fact
from dialform.billing.ledger.sql import Row, Sql
from dialform.billing.ledger.tables import facts, usage
from dialform.billing.rating.charge import Charge
from dialform.values import replace

_FIELDS = Fact.__slots__
_FLAGS = tuple(_FIELDS.index(name) for name in ("emergency", "fax_ok", "provisional"))
_TEXTS = tuple(
    name for name in _FIELDS if Fact.__annotations__[name] in (str, "str")
)  # all that a row of facts has of text
_texts = attrgetter(*_TEXTS)

USAGE = tuple(column.name for column in usage.columns)
AT = {name: place for place, name in enumerate(USAGE)}
"""Where each column stands in a row of usage."""

_ID, _SEQ, _SERVICE, _AMOUNT, _CURRENCY = (
    AT[name] for name in ("id", "seq", "service", "amount", "currency")
)
_NEGATED = ("units", "free", "billed", "amount", "counted")


def clean(fact: Fact) -> Fact:
    """The fact as both databases can keep it: what is no text (a lone surrogate, NUL) is shown as U+FFFD."""
    said = "".join(_texts(fact))
    if said.isascii() and "\0" not in said:
        return fact
    changes: dict[str, Any] = {name: plain(getattr(fact, name)) for name in _TEXTS}
    return replace(fact, **changes)


def plain(text: str) -> str:
    """Text without what a database cannot keep."""
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join("\ufffd" if "\ud800" <= each <= "\udfff" else each for each in text)
    return text


def fact_row(number: int, fact: Fact, digest: str, now: int) -> Row:
    """A row of `facts`."""
    return (
        number, fact.uuid, fact.kind, digest, fact.host, fact.tenant,
        fact.started, fact.answered, fact.ended,
        fact.direction, fact.trunk, fact.route, fact.plan, int(fact.emergency),
        fact.number, fact.peer, fact.extension, fact.object, fact.forwarder, fact.revision,
        fact.call, fact.core, fact.cause, fact.seconds, fact.pages, fact.total_pages,
        int(fact.fax_ok), int(fact.provisional), now,
    )  # fmt: skip


FACT = tuple(facts.c[name] for name in _FIELDS)
"""The columns of a fact, in the order in which `fact_of` takes their values."""


def fact_of(values: Sequence[Any]) -> Fact:
    """The fact of the values of `FACT`."""
    said = list(values)
    for place in _FLAGS:
        said[place] = bool(said[place])
    return Fact(*said)


def fact_json(fact: Fact) -> str:
    """A fact as JSON, for what is no fact of the ledger yet."""
    return json.dumps({name: getattr(fact, name) for name in _FIELDS}, ensure_ascii=False)


def fact_from(text: str) -> Fact:
    """The fact that `fact_json` wrote; what a later version added is its default."""
    return Fact(**{name: value for name, value in json.loads(text).items() if name in _FIELDS})


def usage_row(
    number: int, of: int, seq: int, fact: Fact, charge: Charge, day: str, prices: int, terms: int, now: int
) -> Row:  # fmt: skip
    """A row of `usage`. `of` is the fact's number, `day` that of its moment, `prices` and `terms` copies."""
    price = charge.price
    counted = bool(fact.trunk and fact.answered) and fact.kind != "conference"
    return (
        number, of, seq, fact.tenant, payer(fact), charge.service,
        charge.resource, charge.status, day[:7], day, fact.answered or fact.started,
        charge.included, charge.units, charge.free, charge.billed, charge.amount, charge.currency,
        int(counted and not fact.emergency),
        *((price.name, price.prefix, price.price, int(price.free), price.first, price.next,
           price.connect, price.minimum) if price is not None else ("", "", 0, 0, 0, 0, 0, 0)),
        prices, terms, now,
    )  # fmt: skip


def payer(fact: Fact) -> str:
    """Whoever of the tenant made it cost: "1002", or what is no extension, as "ring_group 600".

    What somebody forwarded, or a group or menu sent outside, is theirs and not the caller's.
    """
    forwarder = fact.forwarder if fact.trunk else ""
    return (forwarder or fact.extension or fact.forwarder).removeprefix("extension ")


def reversal_row(number: int, row: Row, now: int) -> Row:
    """The row of usage that takes one back."""
    values = dict(zip(USAGE, row, strict=True))
    values |= {name: -values[name] for name in _NEGATED}
    values |= {"id": number, "seq": values["seq"] + 1, "booked": now}
    return tuple(values.values())


def entry_row(row: Row, fact: Fact, now: int) -> Row:
    """The entry of a row of usage that has an amount. Its id says whose it is: it cannot be twice."""
    amount, seq = row[_AMOUNT], row[_SEQ]
    mark = "provisional:" if fact.provisional else ""
    tenant, revenue = f"tenant:{fact.tenant}", f"revenue:{row[_SERVICE]}"
    back = amount < 0
    return (
        f"{fact.kind}:{mark}{fact.uuid}:{seq}", now, "reversal" if back else "charge", fact.tenant,
        *((revenue, tenant) if back else (tenant, revenue)),
        row[_CURRENCY], abs(amount), row[_ID], None,
    )  # fmt: skip


def last_rows(words: Sql, numbers: Iterable[int]) -> dict[int, tuple[Fact, Row]]:
    """Facts by their numbers, each with its last row of usage."""
    columns = ", ".join(f'u."{name}"' for name in USAGE)
    fields = ", ".join(f'f."{name}"' for name in _FIELDS)
    found = words.ask(
        f"SELECT {columns}, {fields} FROM usage u JOIN facts f ON f.id = u.fact "  # noqa: S608
        f"WHERE {words.among('u.fact')} "
        "AND NOT EXISTS (SELECT 1 FROM usage n WHERE n.fact = u.fact AND n.seq > u.seq)",
        words.many(numbers),
    )
    return {row[AT["fact"]]: (fact_of(row[len(USAGE) :]), row[: len(USAGE)]) for row in found}
