"""Legs put together to calls."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.billing.facts.fact import Fact
from dialform.billing.statements.calls import Leg, caller, calls, disposition, share
from dialform.values import replace

SECOND = 1_000_000
START = 1_796_000_000 * SECOND


def leg(uuid: str, call: str = "", *, after: int = 0, answered: int | None = 3, lasted: int = 60, amount: int = 0,
        status: str = "rated", **more: Any) -> Leg:  # fmt: skip
    """A leg that began `after` seconds, and was answered so many seconds later."""
    began = START + after * SECOND
    at = 0 if answered is None else began + answered * SECOND
    values = {"kind": "call", "host": "pbx1", "tenant": "acme", "cause": "NORMAL_CLEARING", "call": call or uuid,
              "ended": (at or began) + lasted * SECOND, **more}  # fmt: skip
    fact = Fact(uuid, started=began, answered=at, **values)
    return Leg(fact, amount, status, fact.forwarder.removeprefix("extension ") or fact.extension)


def test_a_call_out_is_told_by_its_phone_and_the_number_that_it_reached() -> None:
    (call,) = calls([
        leg("b", "a", after=1, answered=4, direction="outbound", trunk="north", number="+442079460000",
            peer="+12125550199", extension="1002", amount=15_000),
        leg("a", number="00442079460000", peer="sip:1002@203.0.113.9", extension="1002", answered=2, lasted=63),
        leg("0", "a", after=1, answered=None, cause="GATEWAY_DOWN", direction="outbound", trunk="south",
            number="+442079460000", extension="1002"),
    ])  # fmt: skip
    assert (call.direction, call.caller, call.number) == ("outbound", "1002", "+442079460000")
    assert (call.seconds, call.disposition, call.amount) == (60, "answered", 15_000)
    assert [one.fact.uuid for one in call.legs] == ["a", "0", "b"]


def test_a_call_from_outside_that_is_forwarded_is_one_call_with_both_costs() -> None:
    (call,) = calls([
        leg("a", direction="inbound", trunk="north", number="+12125550199", peer="+19175550100", amount=1),
        leg("p", "a", after=1, answered=None, cause="NO_ANSWER", number="1002"),
        leg("b", "a", after=20, direction="outbound", trunk="north", number="+19175550123",
            forwarder="extension 1002", amount=20_000),
    ])  # fmt: skip
    assert (call.direction, call.caller, call.number, call.amount) == (
        "inbound",
        "+19175550100",
        "+12125550199",
        20_001,
    )


def test_a_leg_is_told_by_its_extension_only_where_it_is_the_callers_own() -> None:
    clicked = replace(leg("a").fact, extension="1001", peer="internal/sip:1001@192.0.2.7")
    assert caller(clicked) == "1001"
    rung = replace(clicked, uuid="b", call="a", peer="+12125550177")
    assert caller(rung) == "+12125550177"


def test_a_room_on_the_same_leg_is_the_same_call() -> None:
    (call,) = calls([
        leg("a", number="900", peer="1001"), leg("a", kind="conference", number="900", seconds=50, amount=2_000),
    ])  # fmt: skip
    assert (call.number, call.seconds, call.amount, len(call.legs)) == ("900", 60, 2_000, 2)


def test_a_leg_whose_first_leg_is_not_there_is_a_call_of_its_own() -> None:
    (call,) = calls(
        [leg("b", "gone", direction="outbound", trunk="north", number="+1", peer="1001")]
    )
    assert (call.id, call.direction, call.number) == ("gone", "outbound", "+1")


@pytest.mark.parametrize(
    ("cause", "word"),
    [
        ("ORIGINATOR_CANCEL", "cancelled"), ("USER_BUSY", "busy"), ("NO_ANSWER", "no answer"),
        ("LOSE_RACE", "answered elsewhere"), ("CALL_REJECTED", "rejected"), ("OUTGOING_CALL_BARRED", "refused"),
        ("UNALLOCATED_NUMBER", "no such number"), ("USER_NOT_REGISTERED", "unreachable"),
        ("NORMAL_TEMPORARY_FAILURE", "failed"), ("", "failed"), ("SOMETHING_NEW", "failed"),
    ],
)  # fmt: skip
def test_an_unanswered_leg_is_told_by_its_cause(cause: str, word: str) -> None:
    assert disposition(leg("a", answered=None, cause=cause).fact) == word
    assert disposition(leg("a", cause=cause).fact) == "answered"


def test_a_fax_is_told_by_whether_it_got_through() -> None:
    assert disposition(leg("a", kind="fax", fax_ok=True).fact) == "fax"
    assert disposition(leg("a", kind="fax", pages=1).fact) == "fax failed"


def test_a_fax_that_nobody_answered_is_told_by_the_cause() -> None:
    unanswered = leg("a", kind="fax", answered=None, cause="USER_BUSY")
    assert disposition(unanswered.fact) == "busy"


def test_a_call_without_a_price_says_so() -> None:
    (call,) = calls([leg("a"), leg("b", "a", status="unrated")])
    assert call.unrated


def test_a_user_is_shown_their_own_cost() -> None:
    (call,) = calls([
        leg("a", number="1002", peer="1001", extension="1001"),
        leg("b", "a", after=9, direction="outbound", trunk="north", number="+1", forwarder="extension 1002", amount=5),
    ])  # fmt: skip
    alice, bob, carol = (share(call, [one]) for one in ("1001", "1002", "1003"))
    assert alice and bob
    assert (alice.amount, bob.amount, carol) == (0, 5, None)
    assert [one.fact.uuid for one in bob.legs] == ["b"]


@given(
    st.lists(
        st.tuples(st.sampled_from("abcd"), st.integers(0, 99), st.booleans(), st.integers(0, 9)),
        max_size=9,
    ),
    st.randoms(),
)
def test_no_leg_is_lost_or_counted_twice(
    drawn: list[tuple[str, int, bool, int]], random: Any
) -> None:
    legs = [leg(f"{call}{n}", call, after=after, answered=3 if up else None, amount=amount)
            for n, (call, after, up, amount) in enumerate(drawn)]  # fmt: skip
    found = calls(legs)
    assert sum(one.amount for one in found) == sum(one.amount for one in legs)
    assert sorted(one.fact.uuid for call in found for one in call.legs) == sorted(
        one.fact.uuid for one in legs
    )
    assert [one.started for one in found] == sorted(one.started for one in found)
    random.shuffle(legs)
    assert calls(legs) == found
