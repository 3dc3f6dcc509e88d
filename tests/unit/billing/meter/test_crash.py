"""The switch dies with calls on it, or nobody heard how they ended: nothing is lost, nothing twice."""

from __future__ import annotations

import pytest

from dialform.switch import Overflow

from .legs import Leg
from .world import World

UK_MINUTE = 20_000
MICRO = 1_000_000


def test_who_answers_is_written_down_and_told_at_once(world: World) -> None:
    """Limits count answered calls when they are answered."""
    world.boots("core-1")
    world.turns()
    leg, inside = world.answered(0), world.answered(0, trunk="")
    world.hears(leg.answer(), inside.answer())
    world.turns()
    assert world.live() == {leg.uuid}, "what no carrier is on can cost nothing"
    assert world.told == [frozenset({"acme"})] and world.meter.stats.live == 1
    world.hears(world.ends(leg).hangup())
    world.passes(5)
    assert world.live() == set() and world.meter.stats.live == 0


def test_a_crash_books_live_legs_until_the_switch_was_last_seen(world: World) -> None:
    world.boots("core-1")
    world.turns()
    leg = world.answered(0)
    world.hears(leg.answer())
    world.passes(90)
    world.dies()
    world.passes(300)
    assert world.booked() == {}, "it may be that only the link is gone"
    world.boots("core-2")
    world.passes(5)
    [(key, (provisional, seconds, *_))] = world.booked().items()
    assert key == (leg.uuid, "call") and provisional == 1 and 85 <= seconds <= 90
    assert world.charges() == 2 * UK_MINUTE
    assert world.live() == set() and world.meter.stats.provisional == 1
    world.passes(120)
    world.boots("core-3")
    world.passes(10)
    assert len(world.booked()) == 1


def test_a_switch_that_hangs_is_not_taken_to_be_up(world: World) -> None:
    """Its connection stands, and nothing comes."""
    world.boots("core-1")
    world.turns()
    leg = world.answered(0)
    world.hears(leg.answer())
    world.passes(41)
    world.beats = False
    world.passes(500)
    world.dies()
    world.boots("core-2")
    world.passes(5)
    assert 60 <= world.booked()[(leg.uuid, "call")][1] <= 70


def test_the_meter_dies_with_the_switch(world: World) -> None:
    world.boots("core-1")
    world.turns()
    leg = world.answered(0)
    world.hears(leg.answer())
    world.passes(100)
    world.restart()
    world.dies()
    world.passes(600)
    world.boots("core-2")
    world.passes(5)
    [(_, (provisional, seconds, *_))] = world.booked().items()
    assert provisional == 1 and 94 <= seconds <= 100, "the journal said so every five seconds"


def test_records_that_lie_there_count_before_the_journal(world: World) -> None:
    """The switch ended a call, then died; nobody had looked yet."""
    world.boots("core-1")
    world.turns()
    done, live = world.answered(0), world.answered(0)
    world.hears(done.answer(), live.answer())
    world.passes(30)
    world.puts(world.ends(done))
    world.dies()
    world.restart()
    world.boots("core-2")
    world.passes(10)
    booked = world.booked()
    assert booked[(done.uuid, "call")][0] == 0 and booked[(live.uuid, "call")][0] == 1
    assert len(world.rows("SELECT 1 FROM facts")) == 2


def test_half_a_record_waits_for_its_time_and_then_the_journal_counts(world: World) -> None:
    world.boots("core-1")
    world.turns()
    leg = world.answered(0)
    world.hears(leg.answer())
    world.passes(30)
    leg.ended = world.now
    world.puts(leg, leg.record()[:100])
    world.dies()
    world.boots("core-2")
    world.passes(20)
    assert world.booked() == {}, "it may still be written"
    world.passes(20)
    assert world.booked()[(leg.uuid, "call")][0] == 1
    assert f"{leg.uuid}.cdr.json" in world.names("bad")


def test_a_record_that_comes_later_takes_the_place_of_the_provisional_one(world: World) -> None:
    world.boots("core-1")
    world.turns()
    leg = world.answered(0)
    world.hears(leg.answer())
    world.passes(170)
    world.dies()
    world.boots("core-2")
    world.passes(10)
    assert world.charges() == 3 * UK_MINUTE
    leg.ended = leg.answered + 50
    world.puts(leg)
    world.passes(2)
    assert world.booked()[(leg.uuid, "call")] == (0, 50, 0, 0)
    assert world.charges() == UK_MINUTE and world.meter.stats.superseded == 1
    world.puts(leg)
    world.passes(2)
    assert world.charges() == UK_MINUTE


def test_a_leg_that_is_up_when_the_meter_comes_is_asked_for(world: World) -> None:
    leg, inside = world.answered(20), world.answered(20, trunk="")
    world.line.core_uuid, world.line.connected = "core-1", True
    world.meter.is_up()
    world.passes(30)
    assert world.live() == {leg.uuid}
    assert f"uuid_dump {inside.uuid} json" in world.line.asked
    world.dies()
    world.boots("core-2")
    world.passes(5)
    assert world.booked()[(leg.uuid, "call")][0] == 1


def test_a_leg_that_ended_while_nobody_listened_and_left_no_file(world: World) -> None:
    """The agent was down, and the disk full: what is known of it is booked."""
    world.boots("core-1")
    world.turns()
    gone, stays = world.answered(0), world.answered(0)
    world.hears(gone.answer(), stays.answer())
    world.passes(60)
    world.restart()
    world.line.connected = False
    world.now += 1000
    world.ends(gone)
    world.connects()
    world.passes(10)
    assert world.booked().keys() == {(gone.uuid, "call")}
    (provisional, seconds, *_) = world.booked()[(gone.uuid, "call")]
    assert provisional == 1 and 55 <= seconds <= 60, "no longer than it was seen"
    assert world.live() == {stays.uuid}


def test_a_link_that_comes_back_finds_all_as_it_was(world: World) -> None:
    world.boots("core-1")
    world.turns()
    leg = world.answered(0)
    world.hears(leg.answer())
    world.passes(20)
    for _ in range(3):
        world.line.connected = False
        world.passes(15)
        world.connects()
        world.passes(15)
    assert world.booked() == {} and world.live() == {leg.uuid}
    world.puts(world.ends(leg))
    world.hears(leg.hangup())
    world.passes(1)
    assert world.booked()[(leg.uuid, "call")][:2] == (0, 110)


def test_a_leg_that_is_only_not_listed_yet_goes_on(world: World) -> None:
    """The list is a database of the switch's own, which is written a little later."""
    world.boots("core-1")
    world.turns()
    leg = world.answered(0)
    world.hears(leg.answer())
    world.turns()
    world.line.unlisted = {leg.uuid}
    world.hears(Overflow(1))
    world.passes(8)
    world.line.unlisted = set()
    world.passes(30)
    assert world.booked() == {} and world.live() == {leg.uuid}


def test_a_leg_that_was_listed_too_long_is_found_out(world: World) -> None:
    """Its end was among what was given up, and it stood in the list a moment longer."""
    world.boots("core-1")
    world.turns()
    leg = world.answered(0)
    world.hears(leg.answer())
    world.passes(30)
    world.hears(Overflow(1))
    world.passes(2)
    world.ends(leg)
    world.passes(20)
    assert world.booked()[(leg.uuid, "call")][0] == 1


def test_an_end_that_nobody_told_of_is_found_out_in_time(world: World) -> None:
    world.boots("core-1")
    world.turns()
    leg = world.answered(0)
    world.hears(leg.answer())
    world.passes(60)
    world.ends(leg)
    world.passes(320, step=2)
    assert world.booked()[(leg.uuid, "call")][0] == 1


def test_after_an_overflow_the_switch_is_asked(world: World) -> None:
    world.boots("core-1")
    world.turns()
    lost = world.answered(0)
    world.hears(lost.answer())
    world.passes(40)
    world.ends(lost)  # nobody heard it, and no file came
    missed = world.answered(0)
    world.hears(Overflow(10_000))
    world.passes(10)
    assert world.booked()[(lost.uuid, "call")] == (1, 40, 0, 0)
    assert world.live() == {missed.uuid} and world.meter.stats.overflows == 1


def test_a_switch_that_answers_rubbish_is_asked_again(world: World) -> None:
    world.boots("core-1")
    api = world.line.api

    async def rubbish(command: str, **_: object) -> str:
        return "-ERR no reply"

    world.line.api = rubbish  # type: ignore[assignment, method-assign]
    leg = world.answered(0)
    world.passes(20)
    world.line.api = api  # type: ignore[method-assign]
    world.passes(10)
    assert world.live() == {leg.uuid}


def test_a_fax_that_got_through_counts_its_pages(world: World) -> None:
    world.boots("core-1")
    world.turns()
    leg = world.answered(0)
    world.hears(leg.answer())
    world.passes(20)
    leg.variables |= {
        "fax_success": "1", "fax_document_transferred_pages": "3",
        "fax_document_total_pages": "3", "fax_transfer_rate": "14400",
    }  # fmt: skip
    world.hears(leg.event("spandsp::txfaxresult", world.now))
    world.passes(2)
    world.dies()
    world.boots("core-2")
    world.passes(10)
    assert world.booked().keys() == {(leg.uuid, "fax")}, "never minutes too"
    assert world.booked()[(leg.uuid, "fax")][2] == 3
    assert world.charges() == 3 * 50_000


@pytest.mark.parametrize(
    "event", ["spandsp::txfaxnegociateresult", "spandsp::txfaxpageresult", "dump"]
)
def test_a_fax_under_way_is_no_call(world: World, event: str) -> None:
    world.boots("core-1")
    world.turns()
    leg = world.answered(0)
    world.hears(leg.answer())
    world.passes(20)
    leg.variables |= {"fax_transfer_rate": "14400", "fax_document_transferred_pages": "1"}
    if event == "dump":
        world.ledger.journal_gone(leg.uuid)
        world.restart()
        world.connects()
    else:
        world.hears(leg.event(event, world.now))
    world.passes(5)
    world.dies()
    world.boots("core-2")
    world.passes(10)
    assert world.booked()[(leg.uuid, "fax")][2] == 1
    assert world.booked().keys() == {(leg.uuid, "fax")}
    assert world.charges() == 0, "a fax that broke off costs nothing here"


def room(leg: Leg, text: str) -> None:
    leg.variables |= {"dialform_rooms": text, "conference_member_id": "7"}


def test_a_stay_in_a_room_lasts_until_the_switch_was_last_seen(world: World) -> None:
    world.boots("core-1")
    world.turns()
    leg = world.answered(0, trunk="")
    first = int(world.now * MICRO)
    room(leg, f"900:{first}-")
    world.hears(leg.event("conference::maintenance", world.now, Action="add-member"))
    world.passes(30)
    world.hears(leg.event("conference::maintenance", world.now, Action="mute-member"))
    world.hears(leg.event("conference::maintenance", world.now, Action="del-member"))
    world.passes(60)
    again = int(world.now * MICRO)
    room(leg, f"900:{first}-{first + 30 * MICRO},901:{again}-")
    world.hears(leg.event("conference::maintenance", world.now, Action="add-member"))
    world.passes(40)
    world.dies()
    world.boots("core-2")
    world.passes(10)
    provisional, _, _, seconds = world.booked()[(leg.uuid, "conference")]
    assert provisional == 1 and 68 <= seconds <= 70


def test_who_comes_in_within_one_tick_of_the_clock_is_inside(world: World) -> None:
    world.boots("core-1")
    world.turns()
    leg = world.answered(0, trunk="")
    room(leg, f"900:{int(world.now * MICRO)}-")
    world.hears(leg.event("conference::maintenance", world.now, Action="add-member"))
    world.turns()
    assert world.live() == {leg.uuid}


def test_who_left_the_room_stays_no_longer(world: World) -> None:
    world.boots("core-1")
    world.turns()
    leg = world.answered(0)
    room(leg, f"900:{int(world.now * MICRO)}-")
    world.hears(leg.answer())
    world.hears(leg.event("conference::maintenance", world.now, Action="add-member"))
    world.passes(30)
    world.hears(leg.event("conference::maintenance", world.now, Action="del-member"))
    world.passes(100)
    world.dies()
    world.boots("core-2")
    world.passes(10)
    booked = world.booked()
    assert booked[(leg.uuid, "conference")][3] == 30
    assert 125 <= booked[(leg.uuid, "call")][1] <= 130, "the carrier's leg goes on"


def test_an_end_that_cannot_be_read_leaves_what_the_journal_knows(world: World) -> None:
    world.boots("core-1")
    world.turns()
    leg = world.answered(0)
    world.hears(leg.answer())
    world.passes(60)
    event = world.ends(leg).hangup()
    event.headers["variable_end_uepoch"] = "never"
    world.hears(event)
    world.passes(60)
    assert world.booked()[(leg.uuid, "call")][:2] == (1, 60)
    assert world.alarms


def test_an_answer_that_is_written_after_its_end_leaves_nothing(world: World) -> None:
    """The ledger was away; both came late."""
    world.boots("core-1")
    leg = world.ended()
    world.puts(leg)
    world.turns()
    world.hears(leg.answer())
    world.passes(5)
    assert world.live() == set()
    world.hears(leg.hangup())
    world.passes(5)
    assert world.booked() == {(leg.uuid, "call"): (0, 60, 0, 0)}


def test_without_a_spool_a_crash_is_booked_too(bare: World) -> None:
    bare.boots("core-1")
    bare.turns()
    leg = bare.answered(0)
    bare.hears(leg.answer())
    bare.passes(61)
    bare.dies()
    bare.boots("core-2")
    bare.passes(5)
    assert bare.booked()[(leg.uuid, "call")][0] == 1
    assert bare.charges() == 2 * UK_MINUTE
