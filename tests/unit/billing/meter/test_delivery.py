"""A leg is booked once, however and however often it is delivered."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace

import pytest

from .world import World

UK_MINUTE = 20_000


def test_a_file_is_booked_and_put_away(world: World) -> None:
    leg = world.ended(61)
    world.puts(leg)
    world.turns()
    assert world.booked() == {(leg.uuid, "call"): (0, 61, 0, 0)}
    assert world.charges() == 2 * UK_MINUTE
    assert world.waiting() == [] and world.names("booked") == [f"{leg.uuid}.cdr.json"]
    assert world.told == [frozenset({"acme"})]
    assert (world.meter.stats.booked, world.meter.stats.backlog) == (1, 0)


def test_at_the_end_of_a_leg_its_file_is_read_at_once(world: World) -> None:
    world.boots("core-1")
    world.turns()
    leg = world.ended()
    world.puts(leg)
    world.hears(leg.hangup())
    world.now += 0.01  # no pass is due yet
    world.turns()
    assert world.booked().keys() == {(leg.uuid, "call")}
    assert world.meter.stats.events == 0


def test_where_no_file_comes_the_event_is_booked(world: World) -> None:
    leg = world.ended()
    world.hears(leg.hangup())
    world.passes(2.5)
    assert world.booked() == {} and world.meter.stats.backlog == 1
    world.passes(1)
    assert world.booked() == {(leg.uuid, "call"): (0, 60, 0, 0)}
    assert (world.meter.stats.events, world.meter.stats.backlog) == (1, 0)


def test_without_a_spool_events_are_booked_at_once(bare: World) -> None:
    leg = bare.ended()
    bare.hears(leg.hangup())
    bare.turns()
    assert bare.booked().keys() == {(leg.uuid, "call")}


@pytest.mark.parametrize(
    "order", list(itertools.permutations(["file", "event", "again", "told again"]))
)
@pytest.mark.parametrize("pause", [0.0, 10.0])
def test_file_and_event_in_any_order_and_twice_are_one(
    world: World, order: tuple[str, ...], pause: float
) -> None:
    leg = world.ended()
    for what in order:
        if what in ("file", "again"):
            world.puts(leg)
        else:
            world.hears(leg.hangup())
        world.passes(pause) if pause else world.turns()
    world.passes(10)
    assert world.booked() == {(leg.uuid, "call"): (0, 60, 0, 0)}
    assert world.charges() == UK_MINUTE
    assert world.waiting() == [] and world.names("bad") == []
    assert world.meter.stats.booked == 1 and world.meter.stats.conflicts == 0
    assert [kind for kind, _ in world.alarms] == []


def test_the_same_leg_with_other_content_is_quarantined(world: World) -> None:
    leg = world.ended()
    world.puts(leg)
    world.turns()
    forged = replace(leg, answered=leg.answered - 3000)
    world.puts(forged)
    world.passes(1)
    assert world.booked() == {(leg.uuid, "call"): (0, 60, 0, 0)}
    assert world.charges() == UK_MINUTE
    assert f"{leg.uuid}.cdr.json" in world.names("bad")
    assert world.meter.stats.conflicts == 1
    assert [kind for kind, _ in world.alarms] == ["bad"]
    assert len(world.rows("SELECT 1 FROM quarantine")) == 1
    world.puts(forged)
    world.passes(1)
    assert len(world.rows("SELECT 1 FROM quarantine")) == 1, "once more is no news"


def test_of_two_that_come_together_only_the_odd_one_is_bad(world: World) -> None:
    leg, other = world.ended(), world.ended(30)
    world.puts(leg)
    copy = world.path / "copy.cdr.json"
    copy.write_bytes(replace(leg, number="+442079460001").record())
    world.puts(other)
    world.turns()
    assert world.booked().keys() == {(leg.uuid, "call"), (other.uuid, "call")}
    assert len([name for name in world.names("bad") if name.endswith(".json")]) == 1
    assert world.waiting() == []


def test_legs_of_the_inside_are_kept_and_cost_nothing(world: World) -> None:
    leg = world.ended(trunk="")
    world.puts(leg)
    world.turns()
    assert world.booked().keys() == {(leg.uuid, "call")} and world.charges() == 0


def test_a_day_of_backlog_is_booked_whole_in_batches(world: World) -> None:
    legs = [world.ended(10 + number % 300) for number in range(1000)]
    for leg in legs:
        world.puts(leg, age=80_000)
    world.turns()
    assert len(world.booked()) == 1000
    assert world.charges() == sum(
        UK_MINUTE * -(-(10 + number % 300) // 60) for number in range(1000)
    )
    assert world.waiting() == [] and world.meter.stats.oldest == 0


def test_bad_files_do_not_hold_up_the_others(world: World) -> None:
    good = [world.ended() for _ in range(3)]
    for leg in good:
        world.puts(leg)
    for content in (b"", b"\x00\xff", b'{"variables":'):
        world.puts(world.ended(), content, age=40)
    world.turns()
    assert world.booked().keys() == {(leg.uuid, "call") for leg in good}
    assert world.meter.stats.bad == 3 and len(world.alarms) == 3


def test_where_the_file_was_cut_off_the_event_is_booked(world: World) -> None:
    """The disk is full: the switch leaves half a record, and tells of the end all the same."""
    leg = world.ended()
    world.puts(leg, leg.record()[:200])
    world.hears(leg.hangup())
    world.passes(5)
    assert world.booked().keys() == {(leg.uuid, "call")} and world.meter.stats.events == 1
    world.passes(31)
    assert f"{leg.uuid}.cdr.json" in world.names("bad")
    assert world.charges() == UK_MINUTE


def test_absurd_times_are_refused_and_said(world: World) -> None:
    leg = world.ended()
    leg.answered = leg.ended + 100
    world.puts(leg)
    world.hears(leg.hangup())
    world.passes(5)
    assert world.booked() == {} and f"{leg.uuid}.cdr.json" in world.names("bad")
    assert {kind for kind, _ in world.alarms} == {"bad"}


def test_two_facts_of_one_leg_are_both_booked(world: World) -> None:
    came, left = int((world.now - 50) * 1e6), int((world.now - 20) * 1e6)
    leg = world.ended(
        60, variables={"dialform_rooms": f"900:{came}-{left},", "conference_member_id": "7"}
    )
    world.puts(leg)
    world.hears(leg.hangup())
    world.passes(5)
    assert world.booked() == {
        (leg.uuid, "call"): (0, 60, 0, 0),
        (leg.uuid, "conference"): (0, 30, 0, 30),
    }


def test_what_comes_from_sip_changes_nothing(world: World) -> None:
    """A phone writes what it likes into its own headers."""
    hostile = {
        "sip_h_X-dialform_tenant": "bakery", "sip_from_user": "dialform_tenant=bakery",
        "sip_gateway": "mycarrier", "sip_h_P-x": '","dialform_tenant":"bakery',
    }  # fmt: skip
    leg = world.ended(variables=hostile)
    world.puts(leg)
    world.turns()
    assert world.rows("SELECT tenant FROM facts") == [("acme",)]
    assert json.loads(leg.record())["variables"]["sip_gateway"] == "mycarrier"
