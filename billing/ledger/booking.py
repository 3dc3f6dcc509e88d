"""Facts become money: one transaction for each batch.

New keys only; each rated by the terms of its host at its answer; rows of facts, usage and entries; counters,
balances and transactions; words for people. All of it is there afterwards, or nothing.
"""

from collections.abc import Sequence

from dialform.billing.facts.fact import Fact
from dialform.billing.ledger import journal, pricing, rows
from dialform.billing.ledger.copies import Copies
from dialform.billing.ledger.crossings import crossed
from dialform.billing.ledger.known import Known
from dialform.billing.ledger.notices import Word, leave
from dialform.billing.ledger.pricing import By
from dialform.billing.ledger.sql import Row, Sql
from dialform.billing.ledger.tables import quarantine
from dialform.billing.ledger.totals import Totals
from dialform.billing.ledger.values import (
    CONFLICT,
    CONFLICTING,
    NEW,
    SUPERSEDED,
    UNRATED_CALL,
    Booked,
)
from dialform.billing.ledger.velocity import spent_fast
from dialform.billing.ledger.writing import Writing
from dialform.billing.rating.charge import UNRATED, Charge
from dialform.billing.rating.rate import resource_of
from dialform.values import dataclass

_PREFIX = 5
"""Characters of a number that is unrated, by which it is told: as many as a country and an area take."""


@dataclass(slots=True)
class _Taken:
    """A fact that is booked now: its place among those given, its number, its digest, the number of the
    provisional one that it takes the place of (0 for none), by what it is rated, and its day."""

    place: int
    number: int
    fact: Fact
    digest: str
    instead: int
    by: By
    day: str


def book(words: Sql, copies: Copies, facts: Sequence[Fact], now: int) -> Booked:
    """Book facts, within a transaction."""
    facts = [rows.clean(fact) for fact in facts]
    mine = {fact.tenant for fact in facts}
    words.lock(sorted(mine))
    known = Known(words, (fact.uuid for fact in facts))
    others = set(known.provisional().values()) - mine
    if others:
        words.lock(sorted(others))
    copies.refresh(words)
    outcomes: list[str] = []
    taken: list[_Taken] = []
    left: list[Word] = []
    in_force = pricing.InForce(words, copies)
    numbers = iter(words.take("facts", len(facts)))
    for place, (fact, number) in enumerate(zip(facts, numbers, strict=True)):
        digest = fact.digest
        outcome, instead, against = known.take(fact, digest, number)
        outcomes.append(outcome)
        if outcome in (NEW, SUPERSEDED):
            taken.append(_Taken(place, number, fact, digest, instead, *in_force.at(fact)))
        elif outcome == CONFLICT:
            left.append(_quarantined(words, fact, digest, against, now))
    charges: list[Charge | None] = [None] * len(facts)
    touched: frozenset[str] = frozenset()
    if taken:
        made, more, touched = _write(words, copies, taken, now)
        left += more
        for each, charge in zip(taken, made, strict=True):
            charges[each.place] = charge
    journal.gone(words, {fact.uuid for fact in facts})
    return Booked(tuple(outcomes), tuple(charges), touched, leave(words, left, now))


def _write(
    words: Sql, copies: Copies, taken: Sequence[_Taken], now: int
) -> tuple[list[Charge], list[Word], frozenset[str]]:
    """Rate what is taken and add all its rows."""
    olds = _superseded(words, taken)
    days = {each.day for each in taken} | {row[rows.AT["day"]] for _, row in olds.values()}
    tenants = {each.fact.tenant for each in taken} | {fact.tenant for fact, _ in olds.values()}
    totals = Totals(words)
    totals.read(tenants, days)
    count = len(taken) + sum(1 for each in taken if each.instead)
    writing = Writing(words, totals, words.take("usage", count), now)
    fresh: dict[int, tuple[Fact, Row]] = {}
    charges, left = [], []
    for each in taken:
        fact, by = each.fact, each.by
        if each.instead:
            writing.reverse(*(olds.get(each.instead) or fresh[each.instead]))
        used = totals.free(fact.tenant, each.day[:7], resource_of(fact))
        charge = pricing.charge(fact, by, each.day, used)
        row = writing.charge(fact, each.number, 0, charge, by, each.day)
        charges.append(charge)
        if fact.provisional:
            fresh[each.number] = (fact, row)
        if charge.status == UNRATED and _sold(by):
            left.append(_unrated(fact, by, each.day, charge))
    words.facts([rows.fact_row(each.number, each.fact, each.digest, now) for each in taken])
    writing.write()
    left += crossed(words, copies, totals, tenants)
    left += spent_fast(words, copies, tenants, writing.usage, now)
    return charges, left, frozenset(tenants - {""})


def _superseded(words: Sql, taken: Sequence[_Taken]) -> dict[int, tuple[Fact, Row]]:
    """The provisional facts of earlier batches that are superseded, each with its last row of usage."""
    wanted = [each.instead for each in taken if each.instead]
    if not wanted:
        return {}
    return rows.last_rows(words, wanted)


def _quarantined(words: Sql, fact: Fact, digest: str, against: str, now: int) -> Word:
    """Keep a fact whose key is there with other content, once, and say so."""
    values: Row = (fact.uuid, fact.kind, digest, fact.host, fact.tenant, now, rows.fact_json(fact))
    words.say(
        f"INSERT INTO {quarantine.name} (uuid, kind, digest, host, tenant, at, fact) "  # noqa: S608
        "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (uuid, kind, digest) DO NOTHING",
        *values,
    )
    about = f"{fact.uuid} {fact.kind}"
    body = {"host": fact.host, "digest": digest, "held": against}
    return Word(CONFLICTING, fact.tenant, about, body, f"{CONFLICTING}|{about}|{digest}")


def _sold(by: By) -> bool:
    """Whether a price is missed: a host without any plan sells nothing, and is not told so at each call."""
    return by.terms is None or bool(by.prices.value.prices.plans)


def _unrated(fact: Fact, by: By, day: str, charge: Charge) -> Word:
    """That a fact has no price: once for each tenant, beginning of a number and day."""
    about = fact.number[:_PREFIX] if fact.kind != "conference" else "conference"
    body = {
        "number": fact.number, "uuid": fact.uuid, "host": fact.host, "day": day,
        "reason": pricing.reason(fact, by, charge),
    }  # fmt: skip
    key = f"{UNRATED_CALL}|{fact.tenant}|{about}|{day}"
    return Word(UNRATED_CALL, fact.tenant, about, body, key)
