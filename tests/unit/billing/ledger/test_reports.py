"""What views ask of a ledger: all of a tenant's, nothing of another one's, on both databases."""

import tracemalloc
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialform.billing.ledger import reports
from dialform.billing.ledger.ledger import Ledger
from dialform.billing.ledger.opening import open_ledger
from dialform.billing.statements.prepare import summed
from dialform.billing.statements.statement import Paid, Usage
from dialform.compiler.terms import Price

from .world import (
    DAY,
    HOST,
    MINUTE,
    NOON,
    at,
    call,
    conference,
    fax,
    opened_with,
    paid,
    prices,
    terms,
)

LATE = at("2026-12-05 12:00:00")


def test_a_month_is_told_by_route_and_rate(ledger: Ledger) -> None:
    opened_with(ledger)
    ledger.book(
        [call("a", 700, route="us"), call("b", 60, route="us"), fax("f"), conference("c")], now=LATE
    )
    with ledger.reading() as reading:
        found = reports.month(reading, "acme", "USD", "2026-11")
    assert found == [
        Usage("2026-11", "conference", "internal", "", "conf", 1, 120, 120, 0, 0),
        Usage("2026-11", "fax", "outbound", "", "fax", 1, 3, 3, 0, 0),
        Usage("2026-11", "voice", "outbound", "us", "us +1", 2, 780, 600, 180, 30_000),
    ]


def test_what_was_taken_back_is_in_no_sum_and_no_list(ledger: Ledger) -> None:
    opened_with(ledger)
    ledger.book([call("a", number="+4930123"), call("b")], now=LATE)
    with ledger.reading() as reading:
        before = reports.months(reading, "acme", "USD", "2026-11")
    assert [(one.legs, one.unrated) for one in before] == [(2, 1)]
    costs = prices(
        Price("us", "voice", "outbound", "+1", 10_000),
        Price("de", "voice", "outbound", "+49", 90_000),
    )
    ledger.store_terms(HOST, costs, [terms(included={"voice_minutes": 0})], at=LATE)
    ledger.rerate(now=LATE, everything=True)
    with ledger.reading() as reading:
        (after,) = reports.months(reading, "acme", "USD", "2026-11")
        listed = reports.called(reading, "acme", "USD", "2026-11")
        rows = [dict(zip(reports.ROWS, row, strict=True)) for row in reports.rows(reading, "acme")]
        days = reports.days(reading, "acme", "USD", "2026-11")
    assert (after.legs, after.unrated, after.amount) == (2, 0, 100_000)
    assert sorted(one.amount for one in listed) == [10_000, 90_000]
    assert sum(one.amount for one in days) == 100_000
    assert len(rows) == 6
    assert sum(row["amount"] for row in rows) == 100_000


def test_a_user_sees_what_their_extensions_made_and_forwarded(ledger: Ledger) -> None:
    opened_with(ledger)
    ledger.book([
        call("a", extension="1001"), call("b", extension="1002"),
        call("c", extension="", forwarder="extension 1002", object="extension 1002"),
    ], now=LATE)  # fmt: skip
    with ledger.reading() as reading:
        bob = reports.sources(reading, "acme", "USD", "2026-11", ["1002"])
        everybody = reports.sources(reading, "acme", "USD", "2026-11")
        nobody = reports.sources(reading, "acme", "USD", "2026-11", [])
        used = reports.used(reading, "acme", "2026-11", ["1002"])
        rows = list(reports.rows(reading, "acme", extensions=["1002"]))
    assert {row[3] for row in bob} == {"1002"}
    assert sum(row[5] for row in bob) == 2
    assert sum(row[5] for row in everybody) == 3
    assert nobody == []
    assert used == {"voice_minutes": (120, 120)}
    assert len(rows) == 2


def test_rows_are_of_a_month_or_of_a_time(ledger: Ledger) -> None:
    opened_with(ledger)
    ledger.book([call("a"), call("b", answered=NOON + 40 * DAY)], now=LATE)
    with ledger.reading() as reading:

        def uuids(**more: Any) -> list[str]:
            at_ = reports.ROWS.index("uuid")
            return [row[at_] for row in reports.rows(reading, "acme", **more)]

        assert uuids() == ["a", "b"]
        assert uuids(period="2026-11") == ["a"]
        assert uuids(since=NOON + 1) == ["b"]
        assert uuids(until=NOON) == []
        assert uuids(until=NOON + 1) == ["a"]


def test_payments_and_balances_are_those_that_are_booked(ledger: Ledger) -> None:
    opened_with(ledger, terms(payments=(paid("inv-2", 5_000_000, "2026-11-09"), paid())))
    ledger.book([call(f"u{n}", 6000) for n in range(2)], now=LATE)
    with ledger.reading() as reading:
        assert reports.paid(reading, "acme", "USD") == [
            Paid("inv-1", "2026-11-03", 200_000_000), Paid("inv-2", "2026-11-09", 5_000_000)
        ]  # fmt: skip
        assert reports.balances_of(reading, "acme") == {"USD": (205_000_000, 1_900_000)}
        assert reports.balances_of(reading, "nobody") == {}
        assert reports.host_of(reading, "acme") == HOST
        assert reports.host_of(reading, "nobody") == ""


def test_rows_come_a_few_at_a_time(tmp_path: Path) -> None:
    with open_ledger(f"sqlite:///{tmp_path}/ledger.db") as books:
        opened_with(books)
        books.book([call(f"u{n}", answered=NOON + n * MINUTE) for n in range(4000)], now=LATE)
        with books.reading() as reading:
            list(reports.rows(reading, "acme", until=NOON))  # what the first question costs once
            tracemalloc.start()
            assert sum(1 for _ in reports.rows(reading, "acme")) == 4000
            few = tracemalloc.get_traced_memory()[1]
            tracemalloc.reset_peak()
            assert len(list(reports.rows(reading, "acme"))) == 4000
            every = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
    assert few < every / 3


facts = st.lists(
    st.builds(
        lambda make, seconds, tenant, number, extension, hours: make(
            "", seconds, tenant=tenant, number=number, extension=extension, answered=NOON + hours * 60 * MINUTE
        ),
        st.sampled_from([call, conference]), st.integers(1, 9000), st.sampled_from(["acme", "other"]),
        st.sampled_from(["+12125550100", "+4930123", "900"]), st.sampled_from(["1001", "1002"]),
        st.integers(0, 1000),
    ), max_size=12,
)  # fmt: skip


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(facts)
def test_never_another_tenants_and_every_sum_agrees(
    tmp_path_factory: Any, drawn: list[Any]
) -> None:
    from dialform.values import replace

    here = [replace(fact, uuid=f"u{n}") for n, fact in enumerate(drawn)]
    folder = tmp_path_factory.mktemp("law")

    def kept(name: str, some: list[Any]) -> dict[str, Any]:
        with open_ledger(f"sqlite:///{folder}/{name}.db") as books:
            opened_with(books, terms(), terms("other"))
            books.book(some, now=LATE)
            with books.reading() as reading:
                made = {
                    "month": reports.month(reading, "acme", "USD", "2026-11"),
                    "months": reports.months(reading, "acme", "USD", "2026-12"),
                    "sources": reports.sources(reading, "acme", "USD", "2026-11"),
                    "used": reports.used(reading, "acme", "2026-11"),
                    "days": reports.days(reading, "acme", "USD", "2026-11"),
                    "called": reports.called(reading, "acme", "USD", "2026-11"),
                    "rows": [row[2:5] for row in reports.rows(reading, "acme")],
                }
                balance = reports.balances_of(reading, "acme").get("USD", (0, 0))
            assert sum(one.amount for one in made["months"]) == balance[1]
            assert summed(made["month"], ("period", "service")) == [
                one for one in made["months"] if one.period == "2026-11"
            ]
            of_month = sum(one.amount for one in made["month"])
            assert sum(row[9] for row in made["sources"]) == of_month
            assert sum(one.amount for one in made["days"]) == of_month
            assert sum(one.amount for one in made["called"]) == of_month
            return made

    alone = [fact for fact in here if fact.tenant == "acme"]
    assert kept("both", here) == kept("alone", alone)
