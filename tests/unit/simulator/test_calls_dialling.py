"""Dial strings at work: groups, limits, delays, causes, caller ID. Small configurations by hand."""

from collections.abc import Callable

import pytest

from dialform.simulator.journey import Journey
from dialform.simulator.scene import Gateway, Phone

from .conftest import extension

Call = Callable[..., Journey]
Tiny = Callable[..., Call]
BUSY = Phone(cause="USER_BUSY")
REJECTS = Phone(cause="CALL_REJECTED")
AWAY = Phone(registered=False)
ANSWERS = Phone(answer_after=3)


def bridge(dial_string: str, *before: str) -> str:
    """An extension 5 that bridges and then answers, so that one sees whether it went on."""
    return extension("5", *before, f"bridge {dial_string}", "answer", "sleep 1000")


def legs(journey: Journey) -> list[tuple[str, str, float, float]]:
    """Number, outcome, begin, end of each leg."""
    return [(leg.number, leg.outcome, leg.at, leg.until) for leg in journey.legs]


def test_a_comma_rings_together_and_a_bar_one_after_the_other(tiny: Tiny) -> None:
    call = tiny(bridge("user/1@d.example,user/2@d.example|user/3@d.example"))
    journey = call("4", "5", phones={"1": BUSY, "2": REJECTS, "3": ANSWERS})
    assert [(leg.number, leg.stage) for leg in journey.legs] == [("1", 1), ("2", 1), ("3", 2)]
    assert journey.end.name == "3@d.example"


def test_the_cause_of_a_group_is_that_of_its_first_leg(tiny: Tiny) -> None:
    call = tiny(bridge("user/1@d.example,user/2@d.example"))
    assert call("4", "5", phones={"1": BUSY, "2": REJECTS}).cause == "USER_BUSY"
    assert call("4", "5", phones={"1": REJECTS, "2": BUSY}).cause == "CALL_REJECTED"


def test_a_group_that_times_out_has_no_answer(tiny: Tiny) -> None:
    call = tiny(bridge("{originate_timeout=10}user/1@d.example,user/2@d.example"))
    journey = call("4", "5", phones={"1": BUSY})
    assert journey.variables["originate_disposition"] == "NO_ANSWER"
    assert legs(journey)[1] == ("2", "NO_ANSWER", 0.0, 10.0)


def test_no_answer_goes_on_and_busy_ends_the_call(tiny: Tiny) -> None:
    call = tiny(bridge("user/1@d.example", "set call_timeout=5"))
    assert call("4", "5").answered
    busy = call("4", "5", phones={"1": BUSY})
    assert (busy.answered, busy.cause) == (False, "USER_BUSY")


@pytest.mark.parametrize(
    ("value", "cause", "goes_on"),
    [
        ("true", "CALL_REJECTED", True),
        ("false", "USER_BUSY", False),
        ("USER_BUSY,CALL_REJECTED", "CALL_REJECTED", True),
        ("17", "USER_BUSY", True),
        ("NO_ANSWER", "USER_BUSY", False),
    ],
)
def test_continue_on_fail_names_what_is_gone_on_after(
    tiny: Tiny, value: str, cause: str, goes_on: bool
) -> None:
    call = tiny(bridge("user/1@d.example", f"set continue_on_fail={value}"))
    journey = call("4", "5", phones={"1": Phone(cause=cause)})
    assert journey.answered is goes_on
    assert goes_on or journey.cause == cause


def test_a_leg_timeout_counts_whole_seconds_and_one_more(tiny: Tiny) -> None:
    """The switch tests it with `>`: a call timeout, tested with `>=`, comes a second earlier."""
    call = tiny(bridge("[leg_timeout=8]sofia/gateway/g1/9", "set continue_on_fail=true"))
    journey = call("4", "5", beyond=Phone())
    assert legs(journey) == [("9", "ALLOTTED_TIMEOUT", 0.0, 9.0)]
    assert journey.variables["originate_disposition"] == "ALLOTTED_TIMEOUT"


def test_a_leg_timeout_of_a_user_is_that_of_the_inner_dial_string(tiny: Tiny) -> None:
    call = tiny(bridge("[leg_timeout=8]user/1@d.example"))
    assert legs(call("4", "5")) == [("1", "NO_ANSWER", 0.0, 8.0)]


def test_a_leg_that_starts_later(tiny: Tiny) -> None:
    call = tiny(bridge("user/1@d.example,[leg_delay_start=5]user/2@d.example"))
    journey = call("4", "5", phones={"2": ANSWERS})
    assert legs(journey)[1][2] == pytest.approx(6.0)


def test_a_delayed_leg_starts_at_once_when_nobody_else_is_left(tiny: Tiny) -> None:
    call = tiny(bridge("user/1@d.example,[leg_delay_start=15]user/2@d.example"))
    journey = call("4", "5", phones={"1": BUSY, "2": ANSWERS})
    assert legs(journey)[1][2] < 1.0


def test_enterprise_legs_have_limits_and_delays_of_their_own(tiny: Tiny) -> None:
    """`originate_delay_start` is in milliseconds, and an inner dial string waits for it again."""
    call = tiny(
        bridge(
            "{originate_timeout=9}user/1@d.example"
            ":_:{originate_timeout=4,originate_delay_start=2500}user/2@d.example"
        )
    )
    assert legs(call("4", "5")) == [("1", "NO_ANSWER", 0.0, 9.0), ("2", "NO_ANSWER", 5.0, 9.0)]


def test_an_unregistered_phone_leaves_the_others_alone(tiny: Tiny) -> None:
    call = tiny(bridge("user/1@d.example,user/2@d.example"))
    journey = call("4", "5", phones={"1": AWAY, "2": ANSWERS})
    assert [(leg.number, leg.outcome) for leg in journey.legs] == [
        ("1", "USER_NOT_REGISTERED"),
        ("2", "ANSWERED"),
    ]


@pytest.mark.parametrize(
    ("dial_string", "cause"),
    [
        ("error/NUMBER_CHANGED", "NUMBER_CHANGED"),
        ("user/77@d.example", "SUBSCRIBER_ABSENT"),
        ("sofia/gateway/nowhere/1", "INVALID_GATEWAY"),
        ("sofia/nowhere/sip:1@h", "INVALID_PROFILE"),
        ("freetdm/1/1", "CHAN_NOT_IMPLEMENTED"),
        ("{a=1 user/1@d.example", "DESTINATION_OUT_OF_ORDER"),
        ("error/BOGUS", "DESTINATION_OUT_OF_ORDER"),
    ],
)
def test_what_cannot_be_dialled(tiny: Tiny, dial_string: str, cause: str) -> None:
    assert tiny(bridge(dial_string))("4", "5").cause == cause


def test_the_caller_ends_with_the_called_party_only_when_told_so(tiny: Tiny) -> None:
    phones = {"1": ANSWERS}
    ends = tiny(bridge("user/1@d.example", "set hangup_after_bridge=true"))("4", "5", phones=phones)
    stays = tiny(bridge("user/1@d.example"))("4", "5", phones=phones)
    assert ends.duration == pytest.approx(23.0)
    assert stays.duration == pytest.approx(24.0)


def test_who_is_shown_to_a_trunk_depends_on_where_it_reads(tiny: Tiny) -> None:
    before = ("set effective_caller_id_number=4930123", "set effective_caller_id_name=Firm")
    shown = {}
    for name, string in (
        ("rpid", "sofia/gateway/g1/9"),
        ("user", "[sip_cid_type=none]sofia/gateway/g1/9"),
        ("from", "[sip_cid_type=none]sofia/gateway/g2/9"),
        ("hidden", "[origination_privacy=hide_name:hide_number]sofia/gateway/g2/9"),
    ):
        (leg,) = tiny(bridge(string, *before))("4", "5").legs
        shown[name] = (leg.caller_number, leg.caller_name)
    assert shown == {
        "rpid": ("4930123", "Firm"),
        "user": ("user1", ""),
        "from": ("4930123", "Firm"),
        "hidden": ("", ""),
    }


def test_a_caller_id_in_the_dial_string_wins(tiny: Tiny) -> None:
    string = "{origination_caller_id_number=1,origination_caller_id_name=One}user/1@d.example"
    call = tiny(bridge(string, "set effective_caller_id_number=2"))
    (leg,) = call("4", "5").legs
    assert (leg.caller_number, leg.caller_name) == ("1", "One")


def test_what_is_exported_reaches_the_legs(tiny: Tiny) -> None:
    call = tiny(
        bridge("user/1@d.example", "export colour=red", "export nolocal:size=big", "set kept=here")
    )
    journey = call("4", "5", phones={"1": ANSWERS})
    leg = next(r["variables"] for r in journey.records if r["variables"]["direction"] == "outbound")
    assert (leg["colour"], leg["size"]) == ("red", "big")
    assert "kept" not in leg
    assert "size" not in journey.variables


def test_applications_run_on_a_leg_that_is_answered(tiny: Tiny) -> None:
    call = tiny(
        bridge("{execute_on_answer_1='set a=1',execute_on_answer_2='set b=2'}user/1@d.example")
    )
    journey = call("4", "5", phones={"1": ANSWERS})
    leg = next(r["variables"] for r in journey.records if r["variables"]["direction"] == "outbound")
    assert (leg["a"], leg["b"]) == ("1", "2")


def test_a_leg_that_is_full_on_its_start_counts_as_congestion(tiny: Tiny) -> None:
    string = "[execute_on_originate='limit hash trunk g1 1 !SWITCH_CONGESTION']sofia/gateway/g1/9"
    call = tiny(bridge(string, "set continue_on_fail=true"))
    full = call("4", "5", counts={("trunk", "g1"): 1})
    assert full.variables["originate_disposition"] == "SWITCH_CONGESTION"
    assert not any(leg.rang for leg in full.legs)
    assert call("4", "5").end.kind == "answered"


def test_a_key_must_be_pressed_where_one_is_asked_for(tiny: Tiny) -> None:
    string = "{group_confirm_key=1,group_confirm_file=ask.wav,group_confirm_timeout=10}"
    call = tiny(bridge(f"{string}user/1@d.example", "set continue_on_fail=true"))
    taken = call("4", "5", phones={"1": Phone(answer_after=2, press="1")})
    left = call("4", "5", phones={"1": Phone(answer_after=2)})
    assert taken.end.kind == "answered"
    assert legs(left) == [("1", "ALLOTTED_TIMEOUT", 0.0, 13.0)]


@pytest.mark.parametrize(("brackets", "presses"), [("{}", 2), ("[]", 1)])
def test_a_number_behind_a_loopback_is_asked_twice_when_all_legs_are_asked(
    tiny: Tiny, brackets: str, presses: int
) -> None:
    """As on the real switch: the trunk is asked, and then the loopback that it answered."""
    asks = "group_confirm_key=1,group_confirm_file=ask.wav,group_confirm_timeout=10"
    string = f"{brackets[0]}{asks}{brackets[1]}loopback/7/default/XML"
    call = tiny(
        bridge(string, "set continue_on_fail=true"), extension("7", "bridge sofia/gateway/g1/9")
    )
    for count in (1, 2):
        keys = Phone(answer_after=1, press="1" * count, hangup_after=15)
        taken = call("4", "5", beyond=keys).end.kind == "answered"
        assert taken is (count >= presses)


def test_a_loopback_goes_through_the_dialplan_and_then_out_of_the_way(tiny: Tiny) -> None:
    inner = extension("7", "set effective_caller_id_number=900", "bridge sofia/gateway/g2/99")
    call = tiny(bridge("loopback/7/default/XML"), inner)
    journey = call("4", "5", outside={"99": Phone(answer_after=1, hangup_after=10)})
    (leg,) = journey.legs
    assert (leg.number, leg.caller_number, leg.outcome) == ("99", "900", "ANSWERED")
    assert journey.end.name == "g2"
    bowed = [r["variables"].get("loopback_hangup_cause") for r in journey.records]
    assert bowed.count("bridge") == 2


def test_a_trunk_that_is_down_and_one_that_refuses(tiny: Tiny) -> None:
    call = tiny(bridge("sofia/gateway/g1/9", "set continue_on_fail=true"))
    down = call("4", "5", gateways={"g1": Gateway(up=False)})
    refuses = call("4", "5", gateways={"g1": Gateway(cause="NORMAL_CIRCUIT_CONGESTION")})
    assert down.variables["originate_disposition"] == "GATEWAY_DOWN"
    assert refuses.variables["originate_disposition"] == "NORMAL_CIRCUIT_CONGESTION"
    assert [leg.outcome for leg in (*down.legs, *refuses.legs)] == [
        "GATEWAY_DOWN",
        "NORMAL_CIRCUIT_CONGESTION",
    ]
