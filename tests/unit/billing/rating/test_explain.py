"""A charge in words."""

from __future__ import annotations

from dialform.billing.facts.fact import Fact
from dialform.billing.rating.explain import explain, per_unit, steps
from dialform.billing.rating.prices import PriceIndex
from dialform.billing.rating.rate import rate
from dialform.compiler.terms import Terms

from .made import PAST_ALL, call, fax, meeting, price, prices, terms


def told(
    fact: Fact, index: PriceIndex, used: int | None = None, of: Terms | None = None
) -> dict[str, str]:
    """The steps by their name."""
    of = of or terms()
    charge = rate(fact, index, of, PAST_ALL if used is None else used)
    return {step.name: step.text for step in steps(charge, fact, index, of, used)}


def test_every_step_of_a_price_is_told_in_order() -> None:
    row = price("world:3", price=15_700, next=6, connect=10_000, minimum=20_000, start="2026-01-01")
    index = prices(row, included={"voice_minutes": 1000})
    assert told(call(95), index, 59_950) == {
        "plan": "Plan standard, by the subscription: route world names none.",
        "rate": "Rate world:3, voice to +1…, in force from 2026-01-01: 0.0157 a minute.",
        "units": "95 s count as 96 s: the first 60 s in full, the rest in steps of 6 s.",
        "included": "The month includes 1000 voice minutes, of which 999 and 10 s are used: "
        "50 s free, 46 s to pay.",
        "price": "46 × 0.0157 / 60 = 0.012036666…, rounded up to 0.012037.",
        "minimum": "The least is 0.0200.",
        "connect": "The connection costs 0.0100.",
        "total": "It costs 0.0300 USD.",
    }


def test_more_than_a_ledger_holds_is_no_price() -> None:
    row = price("us", price=10**15, first=3600, next=3600)
    dear = told(call(600_000), prices(row))
    assert list(dear) == ["plan", "unrated"]
    assert dear["unrated"] == (
        "It comes to more than 10000000000 USD, which is a mistake in the price of voice to "
        "+12125550100: it is booked without a price until there is one."
    )
    assert "total" in told(call(60), prices(price("us", price=10**15)))


def test_the_same_is_the_charges_why() -> None:
    fact, index = call(95), prices(price())
    charge = rate(fact, index, terms(), 0)
    assert charge.why == ()
    why = explain(charge, fact, index, terms(), 0).why
    assert why == tuple(step.text for step in steps(charge, fact, index, terms(), 0))
    assert why[-1] == "It costs 0.0200 USD."


def test_a_call_within_what_is_included() -> None:
    index = prices(price(connect=5), included={"voice_minutes": 1000})
    found = told(call(95), index, 0)
    assert found["total"] == (
        "All of it is included: nothing for the connection, and no minimum: 0.0000 USD."
    )
    assert "price" not in found and "connect" not in found


def test_who_says_which_plan() -> None:
    index = prices(price(), price(direction="inbound"))
    assert told(call(plan="standard"), index)["plan"] == "Plan standard, by route world."
    inbound = told(call(direction="inbound", plan="x"), index)
    assert inbound["plan"] == "Plan standard, by the subscription."
    assert inbound["rate"].startswith("Rate us, voice from outside to +1…: ")


def test_why_there_is_no_price() -> None:
    index = prices(price())
    elsewhere = told(call(number="+442079460000"), index)["unrated"]
    assert elsewhere.startswith(
        "No rate of plan standard prices voice to +442079460000 on 2026-11-02:"
    )
    assert told(call(plan="gold"), index)["unrated"].startswith("There is no plan gold:")
    nobody = told(call(), index, of=terms(plan=""))
    assert nobody["unrated"].startswith("Neither the route nor the subscription names a plan:")
    assert "plan" not in nobody


def test_why_there_is_nothing_to_pay() -> None:
    index = prices(price())
    assert "Nobody answered" in told(call(answered=0), index)["nothing"]
    assert "No carrier" in told(call(trunk=""), index)["nothing"]
    assert "did not get through" in told(fax(1, fax_ok=False), index)["nothing"]
    assert "in a room" in told(meeting(0), index)["nothing"]
    assert "from outside to" in told(call(direction="inbound"), index)["nothing"]
    assert "call for help" in told(call(emergency=True), index)["emergency"]


def test_what_is_included() -> None:
    row = price()
    assert told(call(), prices(row))["included"] == "The month includes no voice minutes."
    index = prices(row, included={"voice_minutes": 10})
    assert "before 2027-01-01" in told(call(), index, 0, terms(since="2027-01-01"))["included"]
    free = prices(price(price=0, free=True), included={"voice_minutes": 10})
    assert told(call(), free, 0)["included"] == "It uses no voice minutes up."
    pages = prices(price(service="fax", price=50_000), included={"fax_pages": 10})
    assert told(fax(3), pages, 8)["included"] == (
        "The month includes 10 fax pages, of which 8 are used: 2 pages free, 1 page to pay."
    )


def test_a_price_in_words() -> None:
    assert per_unit(price(price=15_000)) == "0.0150 a minute"
    assert per_unit(price(price=1_250_000_000)) == "1250.0000 a minute"
    assert per_unit(price(service="fax", price=50_000)) == "0.0500 a page"
    assert per_unit(price(price=0, free=True)) == "free"
