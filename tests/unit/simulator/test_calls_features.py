"""What the demo's phones can do: forwards, queues, rooms, transfers, parking, pages."""

from collections.abc import Callable

from dialform.simulator.journey import Journey
from dialform.simulator.scene import Phone

Call = Callable[..., Journey]
ANSWERS = Phone(answer_after=3)
OUTSIDE = "+19175550100"
MAIN = "+12125550199"


def stays(press: str = "", seconds: float = 60.0) -> Phone:
    """A phone that answers, presses something and stays."""
    return Phone(answer_after=2, press=press, hangup_after=seconds)


def visited(journey: Journey, kind: str) -> list[str]:
    """The places of a kind where the call stayed."""
    return [visit.name for visit in journey.visits if visit.kind == kind]


def test_a_forward_leads_on_and_is_billed_to_the_forwarder(acme: Call) -> None:
    journey = acme("1003", "1001", db={"acme-cfa": {"1001": "1002"}}, phones={"1002": ANSWERS})
    (leg,) = journey.legs
    assert (leg.number, leg.object) == ("1002", "extension 1001")


def test_a_forward_may_no_more_than_its_forwarder(acme: Call) -> None:
    """1001 may call its country, 1002 may call the world: the caller's own rights say nothing."""
    given = {"db": {"acme-cfa": {"1001": "+442079460000"}}}
    assert acme("1002", "1001", **given).refused == "toll"


def test_forwards_in_a_circle_end(acme: Call) -> None:
    journey = acme("1003", "1001", db={"acme-cfa": {"1001": "1002", "1002": "1001"}})
    assert journey.end.kind in ("hangup", "voicemail", "refused")


def test_do_not_disturb_sends_callers_to_the_mailbox(acme: Call) -> None:
    journey = acme("1002", "1001", db={"acme-dnd": {"1001": "on"}})
    assert journey.end.kind == "voicemail"
    assert not any(leg.rang for leg in journey.legs)


def test_a_forward_is_set_by_its_code(acme: Call) -> None:
    journey = acme("1001", "*72", press=("1002#",))
    assert visited(journey, "playback")[-1] == "ivr/ivr-call_forwarding_has_been_set.wav"


def test_follow_me_is_taken_by_one_key(acme: Call) -> None:
    """A mobile's own mailbox, which presses nothing, does not take the call."""
    busy = {"1002": Phone(cause="USER_BUSY")}
    takes = acme(
        "1001", "1002", phones=busy, outside={"+19175550123": Phone(answer_after=3, press="1")}
    )
    silent = acme("1001", "1002", phones=busy, outside={"+19175550123": Phone(answer_after=3)})
    assert (takes.end.kind, takes.end.name) == ("answered", "mycarrier")
    assert takes.legs[-1].object == "extension 1002"
    assert (silent.end.kind, silent.end.name) == ("voicemail", "1002@acme.example.com")


def test_a_queue_asks_the_agent_who_is_idle_longest_and_then_the_next(acme: Call) -> None:
    journey = acme(OUTSIDE, MAIN, press=("2",), phones={"1002": ANSWERS})
    assert [(leg.kind, leg.number, leg.outcome) for leg in journey.legs] == [
        ("agent", "1001", "NO_ANSWER"),
        ("agent", "1002", "ANSWERED"),
    ]
    assert visited(journey, "queue") == ["acme.800"]
    assert journey.end.name == "1002@acme.example.com"


def test_nobody_at_work_means_no_waiting(acme: Call) -> None:
    journey = acme(OUTSIDE, MAIN, press=("2",), agents=frozenset())
    assert not visited(journey, "queue")
    assert (journey.end.kind, journey.end.name) == ("voicemail", "1999@acme.example.com")


def test_who_waits_too_long_leaves_the_queue(acme: Call) -> None:
    journey = acme(OUTSIDE, MAIN, press=("2",))
    assert journey.variables["cc_cancel_reason"] == "TIMEOUT"
    assert journey.end.kind == "voicemail"
    assert 300 <= journey.duration <= 315


def test_an_agent_who_talks_is_not_asked(acme: Call) -> None:
    """The caller is an agent himself: his own phone does not ring."""
    journey = acme("1001", "800", phones={"1002": ANSWERS})
    assert [leg.number for leg in journey.legs] == ["1002"]


def test_a_queue_that_rings_all_adds_the_second_tier_later(nordlicht: Call) -> None:
    journey = nordlicht("2001", "801", phones={"2008": ANSWERS})
    assert [(leg.number, leg.at) for leg in journey.legs] == [
        ("2002", 0.0),
        ("2011", 0.0),
        ("2007", 20.0),
        ("2008", 20.0),
    ]
    assert [leg.outcome for leg in journey.legs] == ["LOSE_RACE"] * 3 + ["ANSWERED"]


def test_a_group_in_turn_begins_with_the_next_one_each_time(nordlicht: Call) -> None:
    journey = nordlicht("2001", "602")
    assert [leg.number for leg in journey.legs] == ["2008", "2009", "2010", "2011", "2013"]
    assert all(leg.until - leg.at == 10 for leg in journey.legs[:4])
    assert len({leg.stage for leg in journey.legs}) == 5


def test_a_room_is_opened_by_its_pin(acme: Call) -> None:
    journey = acme("1001", "900", press=("4711#",))
    assert (journey.end.kind, journey.end.name) == ("conference", "acme.900")


def test_three_wrong_pins_end_the_call(acme: Call) -> None:
    journey = acme("1001", "900", press=("1#", "2#", "3#"))
    assert (journey.end.kind, journey.cause) == ("hangup", "CALL_REJECTED")
    assert visited(journey, "playback").count("conference/conf-bad-pin.wav") == 3


def test_a_page_reaches_all_phones_but_the_callers(acme: Call) -> None:
    journey = acme("1001", "950", patience=10)
    (leg,) = journey.legs
    assert (leg.number, leg.outcome, leg.caller_name) == ("1002", "ANSWERED", "Paging 950")
    assert leg.until == journey.duration


def test_a_call_is_handed_on_by_the_called_party(acme: Call) -> None:
    journey = acme("1001", "1002", phones={"1002": stays("*21003#"), "1003": ANSWERS})
    assert [leg.number for leg in journey.legs] == ["1002", "1003"]
    assert journey.legs[1].object == "extension 1002"
    assert journey.end.name == "1003@acme.example.com"


def test_a_call_is_handed_over_after_asking(acme: Call) -> None:
    journey = acme(
        "1001",
        "1002",
        press=("*4", "1003#"),
        phones={"1002": stays(), "1003": stays()},
        patience=30,
    )
    assert [(leg.number, leg.until) for leg in journey.legs] == [("1002", 62.0), ("1003", 62.0)]
    assert journey.duration == 30.0


def test_who_is_asked_and_declines_leaves_the_call_as_it_was(acme: Call) -> None:
    journey = acme(
        "1001",
        "1002",
        press=("*4", "1003#"),
        phones={"1002": stays(), "1003": Phone(answer_after=2, hangup_after=5)},
        patience=50,
    )
    assert [(leg.number, leg.until) for leg in journey.legs] == [("1002", 50.0), ("1003", 9.8)]


def test_a_parked_call_comes_back_to_who_parked_it(acme: Call) -> None:
    journey = acme("1001", "1002", phones={"1002": stays("*5")}, patience=126)
    assert visited(journey, "parking") == ["acme@acme.example.com 5901"]
    assert [leg.number for leg in journey.legs] == ["1002", "1002"]
    assert journey.legs[1].caller_name.startswith("Park: ")
    assert journey.legs[1].at - journey.legs[0].at > 120


def test_a_call_becomes_a_conference(acme: Call) -> None:
    journey = acme("1001", "1002", phones={"1002": stays("*3")}, patience=30)
    assert visited(journey, "conference") == ["acme.adhoc.1002"] * 2


def test_a_person_is_found_by_name(acme: Call) -> None:
    journey = acme("1001", "*411", press=("763#", "1"), phones={"1002": ANSWERS})
    assert journey.end.name == "1002@acme.example.com"


def test_the_own_mailbox_asks_for_the_pin(acme: Call) -> None:
    journey = acme("1001", "*98", press=("000000#", "000000#", "000000#"))
    assert not visited(journey, "voicemail")
    assert visited(journey, "phrase")[-1] == "voicemail_abort"


def test_what_a_leg_costs_is_said_on_its_record(acme: Call) -> None:
    journey = acme("1001", "+12125550177")
    trunk = next(r for r in journey.records if r["variables"].get("dialform_trunk"))
    said = trunk["variables"]
    assert said["dialform_tenant"] == "acme"
    assert said["dialform_direction"] == "outbound"
    assert said["dialform_object"] == "extension 1001"
    assert said["billsec"] == "20"
    assert said["originating_leg_uuid"] == journey.variables["uuid"]
