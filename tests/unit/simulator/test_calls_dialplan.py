"""The dialplan at work: transfers, limits, menus, keys, and calls that would never end."""

from collections.abc import Callable

import pytest

from dialform.simulator.journey import Journey
from dialform.simulator.scene import Phone

from .conftest import extension

Call = Callable[..., Journey]
Tiny = Callable[..., Call]
ANSWERS = Phone(answer_after=3)
MENU = """\
<menu name="m" greet-long="hello.wav" invalid-sound="wrong.wav" timeout="4000"
 inter-digit-timeout="1000" max-failures="2" max-timeouts="2" digit-len="2"
 exec-on-max-failures="transfer 8" exec-on-max-timeouts="transfer 9">
 <entry action="menu-exec-app" digits="1" param="transfer 6"/>
 <entry action="menu-exec-app" digits="/^(2\\d)$/" param="transfer $1"/>
 <entry action="menu-sub" digits="3" param="n"/>
</menu>
<menu name="n" greet-long="inner.wav" timeout="3000" max-timeouts="1" digit-len="1">
 <entry action="menu-exec-app" digits="1" param="transfer 7"/>
 <entry action="menu-back" digits="0"/>
</menu>
"""


def entered(journey: Journey) -> list[str]:
    """The numbers that were looked up."""
    return [step.data["number"] for step in journey.steps if step.kind == "enter"]


def played(journey: Journey) -> list[str]:
    return [visit.name for visit in journey.visits if visit.kind == "playback"]


def test_a_number_that_is_nowhere(tiny: Tiny) -> None:
    journey = tiny(extension("5", "answer"))("1", "6")
    assert (journey.cause, journey.sip) == ("NO_ROUTE_DESTINATION", 404)


def test_an_application_that_nobody_knows_ends_the_call(tiny: Tiny) -> None:
    journey = tiny(extension("5", "answer", "frobnicate 1", "sleep 9000"))("1", "5")
    assert journey.cause == "DESTINATION_OUT_OF_ORDER"
    assert any("unknown application frobnicate" in step.text for step in journey.steps)


def test_after_the_last_application_the_call_ends(tiny: Tiny) -> None:
    journey = tiny(extension("5", "answer", "sleep 1500"))("1", "5")
    assert (journey.cause, journey.duration) == ("NORMAL_CLEARING", 1.5)


def test_a_transfer_goes_where_it_says_and_never_back(tiny: Tiny) -> None:
    call = tiny(
        extension("5", "set here=${destination_number}", "transfer 6", "set after=5"),
        extension("6", "set there=${destination_number}", "set from=${rdnis}"),
    )
    variables = call("1", "5").variables
    assert (variables["here"], variables["there"], variables["from"]) == ("5", "6", "5")
    assert "after" not in variables


def test_execute_extension_comes_back(tiny: Tiny) -> None:
    call = tiny(
        extension("5", "execute_extension 6", "set outer=${destination_number}"),
        extension("6", "set inner=${destination_number}"),
    )
    variables = call("1", "5").variables
    assert (variables["inner"], variables["outer"]) == ("6", "5")


def test_transfers_in_a_circle_end_with_a_routing_error(tiny: Tiny) -> None:
    journey = tiny(extension("5", "transfer 6"), extension("6", "transfer 5"))("1", "5")
    assert (journey.cause, journey.sip) == ("EXCHANGE_ROUTING_ERROR", 483)
    assert len(entered(journey)) == 70


def test_a_call_that_does_too_much_ends_with_a_routing_error(tiny: Tiny) -> None:
    journey = tiny(extension("5", *["execute_extension 5"] * 2))("1", "5")
    assert journey.cause == "EXCHANGE_ROUTING_ERROR"


def test_a_call_that_nobody_ends_is_ended_after_a_day(tiny: Tiny) -> None:
    journey = tiny(extension("5", "answer", "park"))("1", "5", patience=1e9)
    assert journey.cause == "EXCHANGE_ROUTING_ERROR"
    assert journey.duration == 24 * 3600


@pytest.mark.parametrize(
    ("ignores", "cause"), [("true", "USER_BUSY"), ("false", "NORMAL_CLEARING")]
)
def test_a_transfer_gives_back_what_was_counted(tiny: Tiny, ignores: str, cause: str) -> None:
    """Another leg of the same call finds the room full only if the first still counts."""
    call = tiny(
        extension(
            "5", f"set limit_ignore_transfer={ignores}", "limit hash r x 1 !USER_BUSY", "transfer 6"
        ),
        extension("6", "bridge loopback/7/default/XML"),
        extension("7", "limit hash r x 1 !USER_BUSY", "answer", "sleep 1000", "hangup"),
    )
    assert call("1", "5").cause == cause


def test_a_call_past_the_limit_goes_to_its_extension(tiny: Tiny) -> None:
    call = tiny(extension("5", "limit hash r x 0 full", "answer"), extension("full", "hangup 17"))
    assert call("1", "5").cause == "USER_BUSY"


@pytest.mark.parametrize(
    ("press", "number", "status"),
    [
        (("1#",), "6", "success"),
        (("1",), "6", "success"),
        (("23",), "23", "success"),
        (("99", "98"), "8", "failure"),
        ((), "9", "timeout"),
        (("", "1"), "6", "success"),
        (("3", "1"), "7", "success"),
    ],
)
def test_a_menu_leads_where_its_keys_say(
    tiny: Tiny, press: tuple[str, ...], number: str, status: str
) -> None:
    call = tiny(
        extension("5", "answer", "ivr m", "sleep 1000"),
        extension(r"[6-9]|2\d", "sleep 1000"),
        menus=MENU,
    )
    journey = call("1", "5", press=press)
    assert entered(journey)[-1] == number
    assert journey.variables["ivr_menu_status"] == status


def test_a_menu_that_was_pressed_wrong_says_so(tiny: Tiny) -> None:
    call = tiny(extension("5", "answer", "ivr m"), extension("6", "answer"), menus=MENU)
    journey = call("1", "5", press=("99", "1"))
    assert played(journey) == ["hello.wav", "wrong.wav", "hello.wav"]


def test_reading_ends_with_its_key_or_its_number_of_keys(tiny: Tiny) -> None:
    call = tiny(
        extension(
            "5", "answer", "read 2 4 ask.wav digits 3000 #", "set got=${digits}:${read_result}"
        )
    )
    assert call("1", "5", press=("12#",)).variables["got"] == "12:success"
    assert call("1", "5", press=("12345",)).variables["got"] == "1234:success"
    assert call("1", "5", press=("1",)).variables["got"] == "1:failure"
    assert call("1", "5").variables["got"] == ":failure"


def test_a_question_is_asked_until_the_answer_fits(tiny: Tiny) -> None:
    call = tiny(
        extension(
            "5",
            "answer",
            r"play_and_get_digits 2 4 3 2000 # ask.wav wrong.wav digits ^1\d+$ 1000",
            "set got=${digits}",
        )
    )
    journey = call("1", "5", press=("99#", "12#"))
    assert journey.variables["got"] == "12"
    assert played(journey) == ["ask.wav", "wrong.wav", "ask.wav"]


def test_variables_that_functions_of_calls_read_and_write(tiny: Tiny) -> None:
    call = tiny(
        extension(
            "5",
            "set told=${uuid_setvar(${uuid} colour red)}",
            "set seen=${uuid_getvar(${uuid} colour)}",
            "set none=${uuid_getvar(${uuid} nothing)}",
            "set gone=${uuid_exists(00000000-0000-0000-0000-000000000000)}",
        )
    )
    variables = call("1", "5").variables
    assert (variables["seen"], variables["none"]) == ("red", "_undef_")
    assert variables["gone"] == "false"


def test_a_scheduled_announcement_is_heard_during_the_call(tiny: Tiny) -> None:
    call = tiny(
        extension("5", "answer", "sched_broadcast +3 'playback::later.wav' aleg", "sleep 9000")
    )
    journey = call("1", "5")
    assert [(visit.name, visit.at) for visit in journey.visits] == [("later.wav", 3.0)]


def test_codes_work_during_a_call(tiny: Tiny) -> None:
    call = tiny(
        extension(
            "5",
            "bind_digit_action r,*9,exec:transfer,6 XML default,self,self",
            "digit_action_set_realm r",
            "bridge user/2@d.example",
        ),
        extension("6", "sleep 1000"),
    )
    journey = call("1", "5", phones={"2": Phone(answer_after=1, hangup_after=50)}, press=("*9",))
    assert entered(journey)[-1] == "6"
    assert journey.duration < 5
