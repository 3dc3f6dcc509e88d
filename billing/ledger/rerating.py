"""Rating anew: a reversal and a new charge where prices or terms give something else."""

from collections.abc import Sequence
from itertools import repeat
from typing import Any

from dialform.billing.facts.fact import Fact
from dialform.billing.ledger import pricing, rows
from dialform.billing.ledger.copies import Copies
from dialform.billing.ledger.crossings import crossed
from dialform.billing.ledger.notices import leave
from dialform.billing.ledger.pricing import By
from dialform.billing.ledger.rows import AT
from dialform.billing.ledger.sql import Row, Sql
from dialform.billing.ledger.totals import Totals
from dialform.billing.ledger.values import Rerated
from dialform.billing.ledger.writing import Writing
from dialform.billing.rating.charge import EMERGENCY, UNRATED, Charge
from dialform.billing.rating.explain import explain
from dialform.billing.rating.rate import resource_of
from dialform.values import dataclass

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be rated anew: of a tenant or all, from a moment to before another one, what is unrated or
    everything."""

    tenant: str | None
    since: int | None
    until: int | None
    everything: bool


def last(words: Sql) -> int:
    """The last row of usage that is there: what comes later is rated as it comes."""
    ((number,),) = words.ask("SELECT coalesce(max(id), 0) FROM usage")
    return int(number)


def batch(
    words: Sql, copies: Copies, wanted: Wanted, place: int, upto: int, now: int
) -> tuple[list[Rerated], int]:
    """Rate the next rows after a place, within a transaction. What changed, and the place after it."""
    numbers, place = _next(words, wanted, place, upto)
    tenants = sorted({row[AT["tenant"]] for _, row in rows.last_rows(words, numbers).values()})
    words.lock(tenants)
    copies.refresh(words)
    # Read again: who had the lock may have changed them.
    found = rows.last_rows(words, numbers)
    totals = Totals(words)
    totals.read(tenants, {row[AT["day"]] for _, row in found.values()})
    writing = Writing(words, totals, words.take("usage", 2 * len(found)), now)
    done = _rated(words, copies, wanted, totals, writing, found)
    writing.write()
    leave(words, crossed(words, copies, totals, tenants), now)
    return done, place


def tried(words: Sql, copies: Copies, wanted: Wanted, upto: int, now: int) -> list[Rerated]:
    """What all batches together would change. Nothing is written."""
    totals = Totals(words)
    done: list[Rerated] = []
    place = 0
    while place < upto:
        numbers, place = _next(words, wanted, place, upto)
        found = rows.last_rows(words, numbers)
        totals.read(
            {row[AT["tenant"]] for _, row in found.values()},
            {row[AT["day"]] for _, row in found.values()},
        )
        writing = Writing(words, totals, repeat(0), now)
        done += _rated(words, copies, wanted, totals, writing, found)
    return done


def _rated(
    words: Sql, copies: Copies, wanted: Wanted, totals: Totals, writing: Writing,
    found: dict[int, tuple[Fact, Row]],
) -> list[Rerated]:  # fmt: skip
    done = []
    for number, (fact, row) in sorted(found.items()):
        status, seq = row[AT["status"]], row[AT["seq"]]
        if seq % 2 or (status != UNRATED and not wanted.everything):
            continue
        by, day = pricing.newest(words, copies, fact)
        # What it took of the month's free units is its own to take again.
        period, resource = day[:7], resource_of(fact)
        used = totals.free(fact.tenant, period, resource)
        if (period, resource) == (row[AT["period"]], row[AT["resource"]]):
            used -= row[AT["free"]]
        charge = pricing.charge(fact, by, day, used)
        if _same(row, charge):
            continue
        writing.reverse(fact, row)
        writing.charge(fact, number, seq + 2, charge, by, day)
        done.append(_told(fact, row, _explained(charge, fact, by, used), period))
    return done


def _explained(charge: Charge, fact: Fact, by: By, used: int) -> Charge:
    """The charge with why it is so much."""
    if by.terms is None:
        return charge
    return explain(charge, fact, by.prices.value, by.terms.value, used)


def _same(row: Row, charge: Charge) -> bool:
    """Whether a charge is what the row says. A call for help costs nothing, whatever becomes of prices."""
    if charge.status in (UNRATED, EMERGENCY):
        return True
    before = [row[AT[name]] for name in ("status", "units", "free", "amount", "currency")]
    now = [charge.status, charge.units, charge.free, charge.amount, charge.currency]
    return before == now or (before[0] == now[0] and not any(before[1:4]) and not any(now[1:4]))


def _told(fact: Fact, row: Row, charge: Charge, period: str) -> Rerated:
    return Rerated(
        fact.uuid, fact.kind, fact.tenant, row[AT["at"]], period, fact.number,
        row[AT["status"]], row[AT["amount"]], charge.status, charge.amount, charge.currency,
        charge.why,
    )  # fmt: skip


def _next(words: Sql, wanted: Wanted, place: int, upto: int) -> tuple[Sequence[int], int]:
    """The numbers of the next facts that stand and are wanted, and the place after them."""
    conditions = ["u.id > ?", "u.id <= ?", "(u.seq & 1) = 0"]
    values: list[Any] = [place, upto]
    if not wanted.everything:
        conditions.append(f"u.status = '{UNRATED}'")
    for value, condition in (
        (wanted.tenant, "u.tenant = ?"), (wanted.since, "u.at >= ?"), (wanted.until, "u.at < ?"),
    ):  # fmt: skip
        if value is not None:
            conditions.append(condition)
            values.append(value)
    found = words.ask(
        f"SELECT u.id, u.fact FROM usage u WHERE {' AND '.join(conditions)} "  # noqa: S608
        "AND NOT EXISTS (SELECT 1 FROM usage n WHERE n.fact = u.fact AND n.seq > u.seq) "
        f"ORDER BY u.id LIMIT {_BATCH}",
        *values,
    )
    numbers = [number for _, number in found]
    return numbers, found[-1][0] if len(found) == _BATCH else upto
