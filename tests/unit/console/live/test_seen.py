"""How often the switch is asked: seldom where nothing happens, and never too much."""

import asyncio

import pytest

from dialform.console.live.feed import Feed, said
from dialform.console.live.reach import Reach
from dialform.console.live.seen import LAG, Seen
from dialform.console.live.sources import SOURCES
from dialform.console.live.stream import event
from dialform.console.live.views import VIEWS
from dialform.switch import SwitchError
from dialform.switch.events import Event, Overflow


class Switch:
    """Says that nothing is up; a question takes `takes` seconds."""

    def __init__(self) -> None:
        self.now, self.takes, self.asked = 0.0, 0.0, 0
        self.away = False

    async def __call__(self, command: str) -> str:
        self.asked += 1
        self.now += self.takes
        if self.away:
            raise SwitchError("it is gone")
        return '{"row_count": 0}\n'


def seconds(switch: Switch, seen: Seen, count: int, *, busy: bool) -> int:
    """How often is asked for calls in so many seconds, of which something happens in each if `busy`."""

    async def whole() -> int:
        until = switch.now + count
        before = switch.asked
        while switch.now < until:
            if busy:
                seen.heard(Event("CHANNEL_CREATE", "", {"Unique-ID": "x"}))
            await seen.look(["legs"])
            switch.now += 0.25
        return switch.asked - before

    return asyncio.run(whole())


def test_calls_are_asked_for_each_second_while_something_happens_and_seldom_else() -> None:
    switch = Switch()
    seen = Seen(switch, lambda: switch.now)
    assert seconds(switch, seen, 60, busy=True) == pytest.approx(60, abs=1)
    quiet = seconds(switch, seen, 60, busy=False)
    assert quiet <= 60 / SOURCES["legs"].late + LAG


def test_a_question_that_takes_long_is_asked_seldom() -> None:
    switch = Switch()
    switch.takes = 2.0
    seen = Seen(switch, lambda: switch.now)
    asked = seconds(switch, seen, 600, busy=True)
    assert asked * switch.takes <= 600 * 0.2 + 2 * switch.takes


def test_what_happened_is_looked_at_once_more_for_tables_lag_behind() -> None:
    switch = Switch()
    seen = Seen(switch, lambda: switch.now)

    async def whole() -> None:
        await seen.look(["legs"])
        seen.heard(Event("CHANNEL_ANSWER", "", {"Unique-ID": "x"}))
        times = []
        for _ in range(12):
            switch.now += 0.5
            if await seen.look(["legs"]):
                times.append(switch.now)
        assert times[:2] == [1.0, 2.0]
        assert times[2] - times[1] == SOURCES["legs"].late

    asyncio.run(whole())


def test_after_a_gap_all_is_asked_anew() -> None:
    switch = Switch()
    seen = Seen(switch, lambda: switch.now)

    async def whole() -> None:
        await seen.look(["legs", "registrations"])
        assert not await seen.look(["legs", "registrations"])
        assert seen.heard(Overflow(3))
        assert await seen.look(["legs", "registrations"])
        assert not seen.heard(Event("HEARTBEAT", "", {}))

    asyncio.run(whole())


def test_a_switch_that_is_gone_is_told_and_what_was_known_stays() -> None:
    switch = Switch()
    seen = Seen(switch, lambda: switch.now)

    async def whole() -> None:
        await seen.look(["legs"])
        before = seen.moment()
        switch.away, switch.now = True, 10.0
        await seen.look(["legs"])
        assert seen.moment() is not before
        assert (seen.moment().error, seen.moment().legs) == ("it is gone", before.legs)
        switch.away = False
        await seen.look(["legs"])
        assert seen.moment().error == ""

    asyncio.run(whole())


def test_those_who_look_at_once_share_one_question() -> None:
    switch = Switch()
    seen = Seen(switch, lambda: switch.now)

    async def whole() -> None:
        await asyncio.gather(*(seen.look(["legs"], 2.0) for _ in range(20)))
        assert switch.asked == 1

    asyncio.run(whole())


def test_what_a_browser_says_that_it_shows_is_read_with_care() -> None:
    assert said("calls:ab,queues:cd") == {"calls": "ab", "queues": "cd"}
    assert said("") == {}
    assert said(":,x,calls:") == {}
    feed = Feed(Reach("acme"), [VIEWS["calls"]], {"secrets": "x", "calls": "ab"})
    assert feed.has == {"calls": "ab"}
    assert feed.id == "calls:ab"


def test_an_event_is_written_as_browsers_read_it() -> None:
    assert event("calls", "<p>\n</p>", "calls:1") == (
        "event: calls\nid: calls:1\ndata: <p>\ndata: </p>\n\n"
    )
    assert event("switch", "", "") == "event: switch\ndata: \n\n"


def test_a_line_break_in_a_value_ends_no_event() -> None:
    text = event("calls", "a\r\n\nevent: evil\ndata: x\u2028y\r", "")
    assert text.count("\n\n") == 1
    assert all(line.startswith(("event: calls", "data: ")) for line in text.strip().split("\n"))
    assert "\r" not in text
