"""Calls through the compiled demo site: who rings, who answers, where the call ends, as whom."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from dialform.simulator.journey import Journey, Leg
from dialform.simulator.scene import Gateway, Phone

Call = Callable[..., Journey]
ANSWERS = Phone(answer_after=3)
BUSY = Phone(cause="USER_BUSY")
AWAY = Phone(registered=False)
OUTSIDE = "+19175550100"
MAIN = "+12125550199"


def rung(journey: Journey) -> list[str]:
    """Whose phones were tried, by number."""
    return [leg.number for leg in journey.legs]


def only(journey: Journey) -> Leg:
    """The one leg of a call."""
    (leg,) = journey.legs
    return leg


def test_an_extension_that_answers(acme: Call) -> None:
    journey = acme("1001", "1002", phones={"1002": ANSWERS})
    leg = only(journey)
    assert (leg.to, leg.outcome, leg.caller_number) == ("1002@acme.example.com", "ANSWERED", "1001")
    assert leg.caller_name == "Alice Doe"
    assert journey.end.kind == "answered"
    assert journey.end.name == "1002@acme.example.com"
    assert (journey.answered, journey.sip, journey.cause) == (True, 200, "NORMAL_CLEARING")
    assert journey.duration == pytest.approx(23.0)


@pytest.mark.parametrize(
    ("phone", "outcome"),
    [(Phone(), "NO_ANSWER"), (AWAY, "USER_NOT_REGISTERED"), (BUSY, "USER_BUSY")],
)
def test_an_extension_that_does_not_answer_has_its_own_mailbox(
    acme: Call, phone: Phone, outcome: str
) -> None:
    journey = acme("1002", "1001", phones={"1001": phone})
    assert only(journey).outcome == outcome
    assert (journey.end.kind, journey.end.name) == ("voicemail", "1001@acme.example.com")


def test_an_extension_without_a_mailbox_ends_with_the_cause(acme: Call) -> None:
    journey = acme("1002", "1003", phones={"1003": BUSY})
    assert (journey.end.kind, journey.cause, journey.sip) == ("hangup", "USER_BUSY", 486)
    assert not journey.answered


def test_ringing_ends_after_the_time_of_the_extension(acme: Call) -> None:
    leg = only(acme("1002", "1003"))
    assert (leg.rang, leg.until - leg.at) == (True, pytest.approx(25.0))


def test_a_phone_that_never_says_that_it_rings_is_given_up_early(acme: Call) -> None:
    leg = only(acme("1002", "1003", phones={"1003": Phone(rings=False)}))
    assert (leg.outcome, leg.rang) == ("PROGRESS_TIMEOUT", False)
    assert leg.until == pytest.approx(11.0)


def test_a_caller_who_hangs_up_cancels_the_legs(acme: Call) -> None:
    journey = acme("1002", "1003", patience=7)
    assert only(journey).outcome == "ORIGINATOR_CANCEL"
    assert (journey.cause, journey.sip) == ("ORIGINATOR_CANCEL", 487)


def test_a_menu_leads_to_a_group_where_one_wins_the_race(acme: Call) -> None:
    journey = acme(OUTSIDE, MAIN, press=("1",), phones={"1002": ANSWERS})
    assert [(leg.number, leg.outcome) for leg in journey.legs] == [
        ("1001", "LOSE_RACE"),
        ("1002", "ANSWERED"),
    ]
    first, second = journey.legs
    assert first.stage == second.stage
    assert second.at - first.at == pytest.approx(5.0)
    assert [visit.name for visit in journey.visits if visit.kind == "ivr"] == ["acme.700"]


def test_a_group_where_nobody_answers_has_a_mailbox(acme: Call) -> None:
    journey = acme(OUTSIDE, MAIN, press=("1",))
    assert {leg.outcome for leg in journey.legs} == {"NO_ANSWER"}
    assert (journey.end.kind, journey.end.name) == ("voicemail", "1999@acme.example.com")


def test_a_menu_without_a_key_goes_where_it_says(acme: Call) -> None:
    journey = acme(OUTSIDE, MAIN, phones={"1001": ANSWERS})
    assert journey.end.name == "1001@acme.example.com"
    assert journey.variables["ivr_menu_status"] == "timeout"


def test_a_menu_takes_a_number_dialled_directly(acme: Call) -> None:
    assert rung(acme(OUTSIDE, MAIN, press=("1003",))) == ["1003"]


def test_a_closed_day_goes_to_the_mailbox(acme: Call) -> None:
    journey = acme(OUTSIDE, MAIN, at=datetime(2026, 12, 25, 15, 0, tzinfo=UTC))
    assert (journey.end.kind, journey.end.name) == ("voicemail", "1999@acme.example.com")
    assert not journey.legs


def test_opening_hours_are_those_of_the_tenants_zone(acme: Call) -> None:
    """It is 08:00 in New York at 13:00 UTC: closed, and open an hour and a minute later."""
    early = acme(OUTSIDE, MAIN, at=datetime(2026, 11, 25, 13, 0, tzinfo=UTC))
    open_ = acme(OUTSIDE, MAIN, at=datetime(2026, 11, 25, 14, 1, tzinfo=UTC))
    assert early.end.kind == "voicemail"
    assert "ivr" in {visit.kind for visit in open_.visits}


@pytest.mark.parametrize("dialled", ["+12125550177", "2125550177", "12125550177", "01112125550177"])
def test_an_outside_number_in_each_way_of_writing_it(acme: Call, dialled: str) -> None:
    leg = only(acme("1001", dialled))
    assert (leg.kind, leg.to, leg.number) == ("trunk", "mycarrier", "+12125550177")
    assert (leg.caller_number, leg.caller_name) == ("+12125550199", "Acme Corp")


@pytest.mark.parametrize("gateway", [Gateway(up=False), Gateway(cause="NORMAL_TEMPORARY_FAILURE")])
def test_a_trunk_that_fails_is_followed_by_the_next(acme: Call, gateway: Gateway) -> None:
    journey = acme("1001", "+12125550177", gateways={"mycarrier": gateway})
    assert [(leg.to, leg.outcome == "ANSWERED") for leg in journey.legs] == [
        ("mycarrier", False),
        ("backup", True),
    ]
    assert journey.legs[1].number == "12125550177"


def test_a_busy_number_is_not_tried_by_another_trunk(acme: Call) -> None:
    journey = acme("1001", "+12125550177", outside={"+12125550177": BUSY})
    assert only(journey).outcome == "USER_BUSY"
    assert (journey.cause, journey.sip) == ("USER_BUSY", 486)


def test_both_trunks_down(acme: Call) -> None:
    down = Gateway(up=False)
    journey = acme("1001", "+12125550177", gateways={"mycarrier": down, "backup": down})
    assert journey.cause == "GATEWAY_DOWN"
    assert journey.sip == 503


@pytest.mark.parametrize(
    ("caller", "to", "given", "reason", "sip"),
    [
        ("1001", "+442079460000", {}, "toll", 403),
        ("1001", "+12125550111", {}, "do_not_call", 403),
        ("1001", "7777", {}, "not_found", 404),
        ("1001", "1002", {"counts": {("tenant", "acme"): 20}}, "cap", 486),
        ("1001", "+12125550177", {"db": {"acme-block": {"outbound": "credit"}}}, "credit", 403),
        ("anonymous", MAIN, {}, "blocked", 603),
        ("+19005550100", MAIN, {}, "blocked", 603),
    ],
)
def test_refusals_have_names(
    acme: Call, caller: str, to: str, given: dict[str, object], reason: str, sip: int
) -> None:
    journey = acme(caller, to, **given)
    assert (journey.refused, journey.end.kind, journey.end.name) == (reason, "refused", reason)
    assert journey.sip == sip
    assert not journey.legs


def test_emergency_numbers_know_no_cap_and_no_credit(acme: Call) -> None:
    journey = acme(
        "1001",
        "911",
        counts={("tenant", "acme"): 20},
        db={"acme-block": {"outbound": "credit"}},
    )
    leg = only(journey)
    assert (leg.to, leg.number, leg.caller_number) == ("mycarrier", "911", "+12125550101")


def test_an_unknown_number_from_a_carrier_is_barred(acme: Call) -> None:
    journey = acme(OUTSIDE, "+12125550123")
    assert (journey.cause, journey.sip) == ("INCOMING_CALL_BARRED", 403)


def test_each_step_says_where_it_stands(acme: Call) -> None:
    journey = acme("1001", "1002", phones={"1002": ANSWERS})
    bridge = next(step for step in journey.steps if step.text.startswith("bridge "))
    assert bridge.file == "tenants/acme/dialplan.xml"
    assert bridge.line > 0
    assert bridge.data["application"] == "bridge"


def test_the_same_call_twice_is_the_same_journey(acme: Call) -> None:
    given = {"press": ("1",), "phones": {"1002": ANSWERS}}
    assert acme(OUTSIDE, MAIN, **given) == acme(OUTSIDE, MAIN, **given)
