"""Statements add up, each begins where the one before ended, and nothing is lost between them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.billing.statements.document import from_json, public, to_json
from dialform.billing.statements.prepare import following, prepare, summed
from dialform.billing.statements.statement import Paid, Statement, Usage
from dialform.values import replace

from .drawn import PERIODS, booked, payments, statements, usages


@given(st.lists(usages(), max_size=8), payments(), st.sampled_from(PERIODS))
def test_the_closing_balance_is_the_opening_one_with_payments_less_charges(
    usage: list[Usage], paid: list[Paid], period: str
) -> None:
    made = prepare(booked(usage, paid), period)
    assert made.closing == made.opening + made.received - made.charges - made.adjusted
    assert made.closing == sum(one.amount for one in paid if one.date[:7] <= period) - sum(
        one.amount for one in usage if one.period <= period
    )
    assert made.charges == sum(one.amount for one in usage if one.period == period)


@given(st.lists(usages(), max_size=6), st.lists(usages(), max_size=6), payments(), payments())
def test_what_comes_after_a_statement_is_in_the_next_and_nowhere_twice(
    usage: list[Usage], late: list[Usage], paid: list[Paid], later: list[Paid]
) -> None:
    later = [replace(one, id=f"late-{one.id}") for one in later]
    first = prepare(booked(usage, paid), "2026-10")
    both = booked([*usage, *late], [*paid, *later])
    second = prepare(both, "2026-11", first)
    assert second.opening == first.closing
    assert second.closing == prepare(both, "2026-11").closing
    assert second.adjusted == sum(one.amount for one in late if one.period <= "2026-10")
    shown = {one.id for one in second.payments}
    assert shown == {
        one.id for one in [*paid, *later] if one.date[:7] == "2026-11" or one in later
        if one.date[:7] <= "2026-11"
    }  # fmt: skip


@given(st.lists(st.lists(usages(), max_size=4), min_size=5, max_size=5))
def test_a_chain_of_issued_statements_comes_to_what_the_ledger_has(
    batches: list[list[Usage]],
) -> None:
    have: list[Usage] = []
    last: Statement | None = None
    stated = 0
    for period, batch in zip(PERIODS, batches, strict=True):
        have += batch
        made = prepare(booked(have, []), period, last)
        made = from_json(json.loads(json.dumps(to_json(replace(made, issued=1)))))
        assert made.opening == (last.closing if last else made.opening)
        stated += made.charges + made.adjusted
        last = made
    assert last is not None
    earlier = sum(one.amount for one in batches[0] if one.period < PERIODS[0])
    assert stated + earlier == sum(one.amount for one in have if one.period <= PERIODS[-1])
    assert last.closing == -sum(one.amount for one in have if one.period <= PERIODS[-1])


def test_a_record_that_came_late_is_a_line_of_its_month() -> None:
    before = Usage("2026-10", "voice", "outbound", "us", "us", 2, 120, 60, 60, 10_000)
    late = Usage("2026-10", "voice", "outbound", "world", "world:3", 1, 60, 0, 60, 250_000)
    october = prepare(booked([before], []), "2026-10")
    november = prepare(booked([before, late], []), "2026-11", october)
    assert november.adjustments == (Usage("2026-10", "voice", "", "", "", 1, 60, 0, 60, 250_000),)
    assert (november.charges, november.closing) == (0, -260_000)


def test_what_was_unrated_and_is_priced_now_counts_no_leg_again() -> None:
    before = Usage("2026-10", "voice", legs=1, unrated=1)
    after = Usage("2026-10", "voice", legs=1, units=60, billed=60, amount=10_000)
    october = prepare(booked([before], []), "2026-10")
    november = prepare(booked([after], []), "2026-11", october)
    assert november.adjustments == (
        Usage("2026-10", "voice", units=60, billed=60, amount=10_000, unrated=-1),
    )


def test_the_statement_after_one_that_was_not_issued_has_no_adjustments_of_its_own() -> None:
    october = prepare(booked([], []), "2026-10")
    late = Usage("2026-10", "voice", legs=1, amount=5)
    assert prepare(booked([late], []), "2026-12", october).adjustments == ()
    assert prepare(booked([late], []), "2026-12", october).opening == -5


def test_a_statement_needs_an_earlier_one_before_it() -> None:
    made = prepare(booked([], []), "2026-10")
    with pytest.raises(ValueError, match="2026-10 is not before 2026-10"):
        prepare(booked([], []), "2026-10", made)


@given(statements())
def test_what_is_kept_of_a_statement_is_all_of_it(made: Statement) -> None:
    kept = from_json(json.loads(json.dumps(to_json(made))))
    assert kept == made
    assert not any(isinstance(value, float) for value in public(made).values())


@given(statements())
def test_a_kept_statement_whose_sums_were_changed_is_refused(made: Statement) -> None:
    kept = to_json(made)
    with pytest.raises(ValueError, match="closing balance"):
        from_json({**kept, "opening": "123456789.000001"})


@pytest.mark.parametrize(
    "kept", [{}, {"version": 2}, {"version": 1}, {"version": 1, "payments": 3}]
)
def test_what_is_no_statement_is_refused(kept: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="statement"):
        from_json(kept)


@given(st.lists(usages(), max_size=8))
def test_putting_rows_together_loses_nothing(rows: list[Usage]) -> None:
    for name in ("legs", "units", "free", "billed", "amount", "unrated"):
        for by in (("period", "service"), ("service",), ()):
            assert sum(getattr(one, name) for one in summed(rows, by)) == sum(
                getattr(one, name) for one in rows
            )


@pytest.mark.parametrize(
    ("month", "after"), [("2026-11", "2026-12"), ("2026-12", "2027-01"), ("2026-01", "2026-02")]
)
def test_the_month_after(month: str, after: str) -> None:
    assert following(month) == after
