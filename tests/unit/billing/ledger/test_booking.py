"""A fact is booked once, by the terms of its host at its answer, with all that follows from it."""

import pytest

from dialform.billing.ledger import queries
from dialform.billing.ledger.errors import LedgerError
from dialform.billing.ledger.ledger import Ledger
from dialform.billing.ledger.lines import calls
from dialform.billing.ledger.values import CONFLICT, NEW, SAME, SUPERSEDED
from dialform.values import replace

from .conftest import Raw
from .world import (
    DAY,
    HOST,
    MINUTE,
    NOON,
    SECOND,
    amounts,
    at,
    balance,
    call,
    conference,
    fax,
    opened_with,
    paid,
    price,
    prices,
    terms,
    told_by,
)  # fmt: skip

NOW = NOON + 10 * MINUTE


def test_a_call_is_booked_once_however_often_it_comes(ledger: Ledger) -> None:
    opened_with(ledger, terms(package=""))
    first = ledger.book([call()], now=NOW)
    assert (first.outcomes, amounts(first.charges), first.tenants) == ((NEW,), [10_000], {"acme"})
    again = ledger.book([call(), call()], now=NOW + 1)
    assert (again.outcomes, again.charges, again.tenants) == (
        (SAME, SAME),
        (None, None),
        frozenset(),
    )
    assert balance(ledger) == -10_000
    assert ledger.verify() == []


def test_the_same_fact_twice_in_a_batch_is_one(ledger: Ledger) -> None:
    opened_with(ledger, terms(package=""))
    booked = ledger.book([call(), call(), call("u2")], now=NOW)
    assert booked.outcomes == (NEW, SAME, NEW)
    assert balance(ledger) == -20_000


def test_what_sip_says_of_the_caller_makes_no_other_fact(ledger: Ledger) -> None:
    opened_with(ledger)
    ledger.book([call(peer="1001")], now=NOW)
    assert ledger.book([call(peer="\ud800\x00<Ærø>")], now=NOW).outcomes == (SAME,)


def test_text_that_no_database_can_keep_is_kept_as_it_can_be(ledger: Ledger) -> None:
    opened_with(ledger)
    booked = ledger.book([call(peer="a\x00b\ud800c", number="+1\x00212")], now=NOW)
    assert booked.outcomes == (NEW,)
    with ledger.reading() as reading:
        (line,) = calls(reading, "acme")
    assert (line.fact.peer, line.fact.number) == ("a\ufffdb\ufffdc", "+1\ufffd212")
    assert ledger.book([call(peer="x", number="+1\x00212")], now=NOW).outcomes == (SAME,)
    assert ledger.verify() == []


def test_other_content_under_the_same_key_is_quarantined_once_and_costs_nothing(
    ledger: Ledger, raw: Raw
) -> None:
    opened_with(ledger, terms(package=""))
    ledger.book([call()], now=NOW)
    other = call(seconds=6000)
    assert ledger.book([other], now=NOW).outcomes == (CONFLICT,)
    assert ledger.book([other, other], now=NOW).outcomes == (CONFLICT, CONFLICT)
    assert balance(ledger) == -10_000
    assert raw("SELECT uuid, kind, digest, host FROM quarantine") == [
        ("u1", "call", other.digest, HOST)
    ]
    (told,) = told_by(ledger)
    assert (told.kind, told.tenant, told.about) == ("conflict", "acme", "u1 call")
    assert told.body == {"host": HOST, "digest": other.digest, "held": call().digest}


def test_a_leg_is_a_call_or_a_fax_never_both(ledger: Ledger) -> None:
    opened_with(ledger, terms(package=""))
    ledger.book([call()], now=NOW)
    assert ledger.book([fax("u1")], now=NOW).outcomes == (CONFLICT,)
    assert ledger.book([conference("u1")], now=NOW).outcomes == (NEW,), (
        "time in a room is of its own"
    )


def test_a_real_record_takes_the_place_of_a_provisional_one(ledger: Ledger) -> None:
    opened_with(ledger, terms(package=""))
    ledger.book([call(seconds=60, provisional=True)], now=NOW)
    assert balance(ledger) == -10_000
    booked = ledger.book([call(seconds=180)], now=NOW)
    assert (booked.outcomes, amounts(booked.charges)) == ((SUPERSEDED,), [30_000])
    assert balance(ledger) == -30_000
    with ledger.reading() as reading:
        assert [line.amount for line in calls(reading, "acme")] == [30_000]
        entries = [(one.what, one.amount) for one in queries.entries_of(reading, "acme")]
        assert queries.transactions_of(reading, "acme", "2026-11") == {"2026-11": 1}
    assert sorted(entries) == [("charge", 10_000), ("charge", 30_000), ("reversal", 10_000)]
    assert ledger.book([call(seconds=180)], now=NOW).outcomes == (SAME,)
    assert ledger.book([call(seconds=181)], now=NOW).outcomes == (CONFLICT,)
    assert ledger.verify() == []


def test_a_provisional_one_in_the_same_batch_is_superseded_too(ledger: Ledger) -> None:
    opened_with(ledger, terms(package=""))
    booked = ledger.book([call(provisional=True), call(seconds=180)], now=NOW)
    assert booked.outcomes == (NEW, SUPERSEDED)
    assert balance(ledger) == -30_000
    assert ledger.verify() == []


def test_a_provisional_one_after_the_real_one_changes_nothing(ledger: Ledger) -> None:
    opened_with(ledger)
    ledger.book([call()], now=NOW)
    assert ledger.book([call(seconds=5, provisional=True)], now=NOW).outcomes == (SAME,)
    assert ledger.verify() == []


def test_the_first_guess_stands_until_the_truth_comes(ledger: Ledger) -> None:
    opened_with(ledger)
    ledger.book([call(seconds=5, provisional=True)], now=NOW)
    assert ledger.book([call(seconds=90, provisional=True)], now=NOW).outcomes == (SAME,)


def test_a_fax_takes_the_place_of_the_call_that_it_was_taken_for(ledger: Ledger) -> None:
    opened_with(ledger, terms(package=""))
    ledger.book([call("f1", 60, provisional=True)], now=NOW)
    booked = ledger.book([fax("f1", 2)], now=NOW)
    assert (booked.outcomes, amounts(booked.charges)) == ((SUPERSEDED,), [100_000])
    assert balance(ledger) == -100_000
    assert ledger.verify() == []


def test_a_leg_that_turns_out_to_be_another_tenants_moves_its_cost(ledger: Ledger) -> None:
    opened_with(ledger, terms(package=""), terms("bolt", package=""))
    ledger.book([call(provisional=True)], now=NOW)
    booked = ledger.book([call(tenant="bolt")], now=NOW)
    assert (booked.outcomes, booked.tenants) == ((SUPERSEDED,), {"acme", "bolt"})
    assert (balance(ledger), balance(ledger, "bolt")) == (0, -10_000)
    assert ledger.verify() == []


def test_the_free_tier_is_split_exactly_over_calls_and_batches(ledger: Ledger) -> None:
    opened_with(ledger)  # ten minutes
    made = ledger.book([call("u1", 540), call("u2", 120)], now=NOW).charges
    assert [(one.free, one.billed, one.amount) for one in made if one] == [
        (540, 0, 0), (60, 60, 10_000),
    ]  # fmt: skip
    (more,) = ledger.book([call("u3", 60)], now=NOW).charges
    assert more and (more.free, more.billed) == (0, 60)
    with ledger.reading() as reading:
        used = queries.counted(reading, "acme", "2026-11")["voice_minutes"]
    assert (used.units, used.free, used.billed, used.amount) == (720, 600, 120, 20_000)
    assert ledger.verify() == []


def test_what_is_taken_back_gives_its_free_units_back(ledger: Ledger) -> None:
    opened_with(ledger)
    ledger.book([call("u1", 540, provisional=True), call("u2", 120)], now=NOW)
    (real,) = ledger.book([call("u1", 541)], now=NOW).charges
    assert real and (real.units, real.free) == (600, 540)
    with ledger.reading() as reading:
        assert queries.counted(reading, "acme", "2026-11")["voice_minutes"].free == 600
    assert ledger.verify() == []


def test_a_month_is_that_of_the_answer_where_the_tenant_is(ledger: Ledger, raw: Raw) -> None:
    opened_with(ledger, terms(package=""), terms("tokio", package="", timezone="Asia/Tokyo"))
    late = at("2026-12-01 03:00:00")
    facts = [
        call("u1", answered=late),
        call("u2", tenant="tokio", answered=at("2026-11-30 16:00:00")),
    ]
    ledger.book(facts, now=NOW)
    assert raw("SELECT tenant, period, day FROM usage ORDER BY tenant") == [
        ("acme", "2026-11", "2026-11-30"), ("tokio", "2026-12", "2026-12-01"),
    ]  # fmt: skip
    assert ledger.verify() == []


def test_a_call_over_midnight_at_the_end_of_a_month_is_of_the_month_it_began_in(
    ledger: Ledger, raw: Raw
) -> None:
    opened_with(ledger, terms(package=""))
    ledger.book([call("u1", 3600, answered=at("2026-12-01 04:59:59"))], now=NOW)
    assert raw("SELECT period, units FROM usage") == [("2026-11", 3600)]


def test_the_hour_that_a_clock_change_repeats_is_two_hours(ledger: Ledger) -> None:
    opened_with(ledger, terms(package=""))
    before = at("2026-11-01 05:30:00")  # 01:30, and an hour later 01:30 again
    made = ledger.book([call("u1", 3600, answered=before)], now=NOW).charges
    assert [one.units for one in made if one] == [3600]


def test_a_rate_edited_after_the_call_leaves_its_late_record_at_the_old_price(
    ledger: Ledger,
) -> None:
    opened_with(ledger, terms(package=""))
    ledger.store_terms(
        HOST, prices(price(per_minute=99_000)), [terms(package="")], at=NOON + SECOND
    )
    late, new = call("u1", 300), call("u2", 60, answered=NOON + SECOND)
    assert amounts(ledger.book([late, new], now=NOON + 40 * DAY).charges) == [50_000, 99_000]
    assert ledger.verify() == []


def test_a_rate_that_changes_in_mid_call_is_that_at_the_answer(ledger: Ledger) -> None:
    opened_with(ledger, terms(package=""))
    ledger.store_terms(
        HOST, prices(price(per_minute=99_000)), [terms(package="")], at=NOON + SECOND
    )
    assert amounts(ledger.book([call("u1", 60, answered=NOON)], now=NOW).charges) == [10_000]


def test_another_package_in_mid_month_changes_the_limit_and_keeps_what_is_used(
    ledger: Ledger,
) -> None:
    packages = {"business": {"voice_minutes": 10}, "big": {"voice_minutes": 12}}
    costs = prices(price(), packages=packages)
    opened_with(ledger, costs=costs)
    ledger.book([call("u1", 600)], now=NOW)
    ledger.store_terms(HOST, costs, [terms(package="big")], at=NOON + DAY)
    (made,) = ledger.book([call("u2", 180, answered=NOON + 2 * DAY)], now=NOW).charges
    assert made and (made.included, made.free, made.billed) == (720, 120, 60)
    ledger.store_terms(HOST, costs, [terms()], at=NOON + 3 * DAY)
    (less,) = ledger.book([call("u3", 60, answered=NOON + 4 * DAY)], now=NOW).charges
    assert less and (less.included, less.free, less.billed) == (600, 0, 60)
    assert ledger.verify() == []


def test_before_the_first_copy_the_first_one_holds(ledger: Ledger) -> None:
    opened_with(ledger, terms(package=""), when=NOON + DAY)
    assert amounts(ledger.book([call()], now=NOW).charges) == [10_000]


def test_each_host_rates_by_what_it_was_given(ledger: Ledger) -> None:
    opened_with(ledger, terms(package=""))
    ledger.store_terms("pbx2", prices(price(per_minute=20_000)), [terms(package="")], at=0)
    facts = [call("u1"), call("u2", host="pbx2")]
    assert amounts(ledger.book(facts, now=NOW).charges) == [10_000, 20_000]


def test_legs_without_a_trunk_are_kept_and_cost_nothing(ledger: Ledger) -> None:
    opened_with(ledger)
    facts = [
        call("u1", trunk="", direction="internal"),
        call("u2", tenant="", trunk=""),
        call("u3", answered=0),
    ]
    booked = ledger.book(facts, now=NOW)
    assert [one.status for one in booked.charges if one] == ["nothing"] * 3
    with ledger.reading() as reading:
        assert [line.fact.uuid for line in calls(reading, "acme")] == ["u3", "u1"]
        assert queries.transactions_of(reading, "acme", "2026-11-10") == {"2026-11-10": 0}
    assert told_by(ledger) == []
    assert ledger.verify() == []


def test_an_unanswered_call_is_of_the_day_on_which_it_was_made(ledger: Ledger, raw: Raw) -> None:
    opened_with(ledger)
    ledger.book([call("u1", answered=0)], now=NOW)
    assert raw("SELECT day, at FROM usage") == [("2026-11-10", NOON - 5 * SECOND)]


@pytest.mark.parametrize("whose", ["", "nobody"])
def test_a_trunk_leg_of_whom_nothing_is_known_is_unrated_and_told(
    ledger: Ledger, whose: str
) -> None:
    opened_with(ledger)
    booked = ledger.book([call("u1", tenant=whose), call("u2", tenant=whose)], now=NOW)
    assert [one.status for one in booked.charges if one] == ["unrated"] * 2
    (told,) = told_by(ledger)
    assert (told.kind, told.tenant, told.about) == ("unrated", whose, "+1212")
    assert ledger.verify() == []


def test_a_call_for_help_costs_nothing_and_counts_for_no_limit(ledger: Ledger) -> None:
    opened_with(ledger)
    help_ = call("u1", number="911", emergency=True)
    (made,) = ledger.book([help_, help_], now=NOW).charges[:1]
    assert made and (made.status, made.amount) == ("emergency", 0)
    (unknown,) = ledger.book([replace(help_, uuid="u2", tenant="nobody")], now=NOW).charges
    assert unknown and unknown.status == "emergency"
    with ledger.reading() as reading:
        assert queries.transactions_of(reading, "acme", "2026-11") == {"2026-11": 0}
    assert told_by(ledger) == []


def test_transactions_are_answered_calls_over_trunks_and_faxes_of_both_directions(
    ledger: Ledger,
) -> None:
    opened_with(ledger)
    ledger.book(
        [
            call("u1"), call("u2", direction="inbound"), fax("f1"), fax("f2", 0, fax_ok=False),
            conference("c1"), call("u3", trunk=""), call("u4", answered=0),
            call("u5", answered=NOON - DAY),
        ],
        now=NOW,
    )  # fmt: skip
    with ledger.reading() as reading:
        counted = queries.transactions_of(reading, "acme", "2026-11", "2026-11-10", "2026-11-09")
    assert counted == {"2026-11": 5, "2026-11-10": 4, "2026-11-09": 1}
    assert ledger.verify() == []


def test_an_amount_that_no_ledger_can_hold_is_unrated(ledger: Ledger) -> None:
    opened_with(ledger, terms(package=""), costs=prices(price(per_minute=10**17)))
    (made,) = ledger.book([call(seconds=86_400)], now=NOW).charges
    assert made and made.status == "unrated"
    (told,) = told_by(ledger)
    assert (
        told.body["reason"] == "it comes to more than one charge may be, so its price is a mistake"
    )
    assert ledger.verify() == []


def test_credit_may_cross_zero_in_mid_call(ledger: Ledger) -> None:
    opened_with(ledger, terms(package="", payments=(paid(amount=25_000),)))
    ledger.book([call(seconds=180)], now=NOW)
    assert balance(ledger) == -5_000
    assert ledger.verify() == []


def test_a_thousand_of_a_currency_and_more_is_exact(ledger: Ledger) -> None:
    opened_with(ledger, terms(package=""), costs=prices(price(per_minute=1_234_567_891)))
    assert amounts(ledger.book([call(seconds=180)], now=NOW).charges) == [3_703_703_673]
    assert balance(ledger) == -3_703_703_673
    assert ledger.verify() == []


def test_nothing_is_booked_for_nothing(ledger: Ledger) -> None:
    assert ledger.book([], now=NOW).outcomes == ()


def test_a_moment_beyond_all_calendars_is_kept_and_harms_nobody(ledger: Ledger) -> None:
    opened_with(ledger, terms(package=""))
    booked = ledger.book([call("u1", 60, answered=10**18), call("u2")], now=NOW)
    assert booked.outcomes == (NEW, NEW)
    assert ledger.verify() == []


def test_a_number_that_no_database_holds_is_refused_whole(ledger: Ledger) -> None:
    opened_with(ledger, terms(package=""))
    with pytest.raises(LedgerError, match=r"nothing of (this|it) was booked"):
        ledger.book([call("u1"), call("u2", seconds=10**30)], now=NOW)
    assert balance(ledger) == 0
    assert ledger.book([call("u1")], now=NOW).outcomes == (NEW,)


def test_a_time_zone_that_nobody_knows_is_utc(ledger: Ledger, raw: Raw) -> None:
    opened_with(ledger, terms(package="", timezone="Mars/Olympus"))
    (made,) = ledger.book([call()], now=NOW).charges
    assert made
    assert (made.status, raw("SELECT day FROM usage")) == ("unrated", [("2026-11-10",)])
    assert ledger.verify() == []
