"""What a client hears: `event`, `nixevent`, `noevents`, `filter`."""

import pytest

from dialform.simulator.esl.serial import Stamped
from dialform.simulator.esl.subscription import Subscription


def event(name: str, subclass: str = "", **headers: str) -> Stamped:
    pairs = [("Event-Subclass", subclass)] if subclass else []
    return Stamped((*pairs, ("Event-Name", name), *headers.items()))


def subscribed(text: str) -> Subscription:
    made = Subscription()
    made.enable(text.split(" "))
    return made


def test_nothing_is_heard_before_it_was_asked_for() -> None:
    assert not Subscription().wants(event("API"))


def test_the_form_alone_asks_for_nothing() -> None:
    assert Subscription().enable(["json"]) == "-ERR no keywords supplied"


@pytest.mark.parametrize("name", ["API", "api", "SWITCH_EVENT_API", "anything_elseAPI"])
def test_an_event_may_be_named_in_any_case_and_behind_thirteen_letters(name: str) -> None:
    assert subscribed(f"plain {name}").wants(event("API")) == (len(name) in (3, 16))


def test_custom_events_are_heard_by_their_subclass() -> None:
    made = subscribed("json HEARTBEAT CUSTOM sofia::register")
    assert made.wants(event("CUSTOM", "sofia::register"))
    assert not made.wants(event("CUSTOM", "sofia::expire"))
    assert made.wants(event("HEARTBEAT"))


def test_all_means_custom_events_too() -> None:
    assert subscribed("plain ALL").wants(event("CUSTOM", "sofia::expire"))


def test_after_all_one_can_be_left_out() -> None:
    made = subscribed("plain ALL")
    assert made.nix(["HEARTBEAT"]) == "+OK events nixed"
    assert made.wants(event("API"))
    assert not made.wants(event("HEARTBEAT"))


def test_noevents_ends_it_once() -> None:
    made = subscribed("plain ALL")
    assert made.silence() == "+OK no longer listening for events"
    assert not made.wants(event("API"))
    assert made.silence() == "-ERR not listening for events"


def test_one_filter_that_matches_is_enough() -> None:
    made = subscribed("plain ALL")
    assert made.filter("Unique-ID abc") == "+OK filter added. [Unique-ID]=[abc]"
    made.filter("Event-Name HEARTBEAT")
    assert made.wants(event("CHANNEL_ANSWER", **{"Unique-ID": "ABC"}))
    assert made.wants(event("HEARTBEAT"))
    assert not made.wants(event("CHANNEL_ANSWER", **{"Unique-ID": "other"}))


def test_a_filter_that_is_dropped_no_longer_counts() -> None:
    made = subscribed("plain ALL")
    made.filter("Unique-ID abc")
    assert made.filter("delete Unique-ID") == "+OK filter deleted. [Unique-ID][]"
    assert made.wants(event("API"))


def test_a_filter_without_a_value_is_refused() -> None:
    assert subscribed("plain ALL").filter("Unique-ID") == "-ERR invalid syntax"
