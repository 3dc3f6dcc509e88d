"""Guessed passwords are counted by source and alarmed, and nobody can blind or deafen the watch."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.reconcile.watching.attackers import ALL, Alarm, Attackers, Rules, source_of
from dialform.switch.events import Event, parse


def failure(source: str, user: str = "1001", host: str = "acme.example.com") -> Event:
    """As 1.10.12 sends it."""
    headers = {
        "Event-Name": "CUSTOM",
        "Event-Subclass": "sofia::register_failure",
        "profile-name": "internal",
        "to-user": user,
        "to-host": host,
        "network-ip": source,
        "user-agent": "live-test phone",
        "network-port": "42055",
        "registration-type": "REGISTER",
    }
    return parse(json.dumps(headers).encode())


def attempt(source: str, result: str, user: str = "1001") -> Event:
    headers = {
        "Event-Name": "CUSTOM",
        "Event-Subclass": "sofia::register_attempt",
        "network-ip": source,
        "username": user,
        "realm": "acme.example.com",
        "auth-result": result,
    }
    return parse(json.dumps(headers).encode())


def kinds(alarms: list[Alarm]) -> list[str]:
    return [alarm.kind for alarm in alarms]


RULES = Rules(threshold=5, total=50, window=100.0, size=100, loudest=3)
BAD = "198.51.100.7"


class Watched:
    """A watch and what it said."""

    def __init__(self, rules: Rules = RULES) -> None:
        self.watch, self.said = Attackers(rules), list[Alarm]()

    def fails(self, source: str, times: int, at: float, **who: str) -> list[Alarm]:
        said = [a for _ in range(times) for a in self.watch.note(failure(source, **who), at)]
        self.said += said
        return said


def test_a_source_past_the_threshold_is_alarmed_once() -> None:
    watched = Watched()
    assert watched.fails(BAD, 4, at=0.0) == []
    (alarm,) = watched.fails(BAD, 20, at=1.0)
    assert (alarm.kind, alarm.source, alarm.failures, alarm.raised) == ("guessing", BAD, 5, True)
    assert "1001@acme.example.com" in alarm.message
    assert watched.watch.attacking() == [BAD]


def test_a_person_who_mistypes_now_and_then_is_none() -> None:
    watched = Watched()
    for hour in range(100):
        assert watched.fails("192.0.2.1", 3, at=hour * 3600.0) == []


def test_the_window_slides() -> None:
    """Half of the failures at the end of one window and half in the next are as many."""
    watched = Watched()
    watched.fails(BAD, 1, at=0.0)
    assert watched.fails(BAD, 3, at=99.0) == []
    assert kinds(watched.fails(BAD, 2, at=101.0)) == ["guessing"]


def test_it_is_over_when_the_source_leaves_off() -> None:
    watched = Watched()
    watched.fails(BAD, 30, at=0.0)
    assert watched.watch.tick(150.0) == []
    assert watched.watch.status(500.0)["failures"] == 30
    (over,) = watched.watch.tick(500.0)
    assert (over.kind, over.source, over.raised) == ("over", BAD, False)
    assert watched.watch.attacking() == []
    assert kinds(watched.fails(BAD, 5, at=501.0)) == ["guessing"]


def test_an_ipv6_customer_is_one_source_by_its_64() -> None:
    watched = Watched()
    said = [a for n in range(9) for a in watched.fails(f"2001:db8:1:2::{n:x}", 1, at=0.0)]
    assert [(a.kind, a.source) for a in said] == [("guessing", "2001:db8:1:2::/64")]


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("[2001:db8::1]", "2001:db8::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "unknown"),
        ("1.2.3.4 from ip 5.6.7.8", "unknown"),
    ],
)
def test_sources(text: str, source: str) -> None:
    assert source_of(text) == source


def test_many_sources_that_each_guess_a_little_are_a_flood() -> None:
    watched = Watched()
    said = [a for n in range(60) for a in watched.fails(f"10.0.0.{n}", 1, at=float(n) / 10)]
    assert [(a.kind, a.source) for a in said] == [("flood", ALL)]


def test_a_botnet_cannot_push_out_the_one_who_insists_nor_fill_the_memory() -> None:
    watched = Watched(Rules(threshold=100, total=10**9, window=1000.0, size=64))
    said = []
    for n in range(10_000):
        said += watched.fails(f"10.{n >> 8 & 255}.{n & 255}.1", 1, at=0.0)
        if n % 10 == 0:
            said += watched.fails(BAD, 1, at=0.0)
    assert [a.source for a in said] == [BAD]
    assert len(watched.watch.status(0.0, top=10_000)["top"]) <= 128


def test_a_source_that_only_took_over_a_count_is_not_accused() -> None:
    """Who takes another's place in the full table begins with that one's count: it proves nothing."""
    watched = Watched(Rules(threshold=5, total=10**9, window=1000.0, size=2))
    for n in range(50):
        assert watched.fails(f"10.0.1.{n}", 1, at=0.0) == []


def test_thousands_of_attackers_do_not_flood_those_who_are_told() -> None:
    watched = Watched(Rules(threshold=5, total=10**9, window=100.0, loudest=3))
    for n in range(100):
        watched.fails(f"10.0.0.{n}", 6, at=0.0)
    assert len(watched.said) == 3
    assert watched.watch.status(0.0)["attacking"] == 100
    assert kinds(watched.watch.tick(1000.0)) == ["over"] * 3
    assert watched.watch.attacking() == []


def test_carriers_are_counted_and_never_an_alarm() -> None:
    watched = Watched(Rules(threshold=5, known=("203.0.113.0/24", "2001:db8:5::/48")))
    assert watched.fails("203.0.113.4", 10, at=0.0) == []
    assert watched.fails("2001:db8:5::1", 10, at=0.0) == []
    assert watched.watch.status(0.0)["failures"] == 20


def test_a_right_password_after_many_wrong_ones_is_the_loudest() -> None:
    watched = Watched()
    watched.fails(BAD, 10, at=0.0)
    (alarm,) = watched.watch.note(attempt(BAD, "RENEWED"), 1.0)
    assert alarm.kind == "guessed"
    assert "1001@acme.example.com" in alarm.message
    assert watched.watch.note(attempt(BAD, "RENEWED"), 2.0) == []
    assert watched.watch.status(2.0)["guessed"] == 1


@pytest.mark.parametrize(
    ("source", "result", "user"),
    [(BAD, "FORBIDDEN", "1001"), (BAD, "RENEWED", "1002"), ("192.0.2.1", "SUCCESS", "1001")],
)
def test_phones_beside_an_attacker_log_in_as_ever(source: str, result: str, user: str) -> None:
    watched = Watched()
    watched.fails(BAD, 10, at=0.0)
    assert watched.watch.note(attempt(source, result, user), 1.0) == []


def test_what_strangers_write_is_harmless_where_it_is_shown() -> None:
    watched = Watched()
    (alarm,) = watched.fails(BAD, 5, at=0.0, user="\x1b[2J\n<!here>é" + "x" * 5000)
    assert len(alarm.message) < 250
    assert alarm.message.isprintable()


def test_a_clock_that_goes_back_neither_forgets_nor_fails() -> None:
    watched = Watched()
    watched.fails(BAD, 3, at=1000.0)
    assert kinds(watched.fails(BAD, 2, at=10.0)) == ["guessing"]


def test_events_of_no_concern_say_nothing() -> None:
    watch = Attackers()
    assert watch.note(Event("CHANNEL_ANSWER", "", {"network-ip": BAD}), 0.0) == []
    assert watch.status(0.0) == {
        "failures": 0, "alarms": 0, "guessed": 0, "attacking": 0, "top": [],
    }  # fmt: skip


def test_the_status_names_the_top_and_no_more() -> None:
    watched = Watched()
    for n in range(30):
        watched.fails(f"10.0.0.{n}", n % 4 + 1, at=0.0)
    watched.fails(BAD, 9, at=0.0)
    top = watched.watch.status(0.0, top=3)["top"]
    assert top[0] == {"source": BAD, "failures": 9, "alarm": True}
    assert [each["failures"] for each in top] == [9, 4, 4]


sent = st.lists(
    st.tuples(st.integers(0, 40), st.integers(-5, 60), st.text(max_size=9)), max_size=300
)


@given(sent)
def test_alarms_begin_and_end_in_turn_for_each_source(sent: list[tuple[int, int, str]]) -> None:
    watch, now, on = Attackers(RULES), 0.0, set[str]()
    for source, later, user in sent:
        now += later
        for alarm in watch.note(failure(f"10.0.0.{source}", user), now):
            assert (alarm.source in on) != alarm.raised
            (on.add if alarm.raised else on.discard)(alarm.source)
    for alarm in watch.tick(now + 1000.0):
        assert not alarm.raised
        on.remove(alarm.source)
    assert on == set()


def test_a_carrier_is_counted_and_no_alarm() -> None:
    watch = Attackers(RULES)
    watch.know(("198.51.100.0/28",))
    assert not [said for _ in range(9) for said in watch.note(failure(BAD), 0.0)]
    assert watch.failures == 9
    watch.know(())
    assert watch.note(failure(BAD), 0.0), "it is a carrier's no longer"
