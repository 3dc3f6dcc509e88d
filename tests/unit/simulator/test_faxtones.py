"""A simulated switch that listens for fax tones beside what a call does."""

from collections.abc import Callable
from pathlib import Path

import pytest

from dialform.simulator.journey import Journey
from dialform.simulator.scene import Phone

from .conftest import extension

Call = Callable[..., Journey]
Tiny = Callable[..., Call]

LISTENS = "spandsp_start_fax_detect transfer 'fax XML default' 60 cng"
FAX = extension("fax", "answer", "rxfax /nowhere/x.tif", "hangup")


def came_to(journey: Journey) -> list[str]:
    return [visit.kind for visit in journey.visits if visit.kind in ("fax", "conference", "ivr")]


@pytest.mark.parametrize(
    "goes_on",
    ["sleep 9000", "bridge user/2@d.example", "playback tone_stream://%(5000,0,440);loops=9"],
)
def test_a_tone_takes_the_call_out_of_what_it_does(tiny: Tiny, goes_on: str) -> None:
    call = tiny(extension("5", "answer", LISTENS, goes_on, "set after=5"), FAX)
    journey = call("1", "5", tone=True, phone=Phone(answer_after=0.5))
    assert came_to(journey) == ["fax"]
    assert "after" not in journey.variables
    assert [step.kind for step in journey.steps].count("fax_tone") == 1


def test_who_has_no_tone_goes_on(tiny: Tiny) -> None:
    call = tiny(extension("5", "answer", LISTENS, "sleep 9000", "set after=5"), FAX)
    journey = call("1", "5")
    assert (came_to(journey), journey.variables["after"]) == ([], "5")


def test_without_listening_no_tone_is_heard(tiny: Tiny) -> None:
    call = tiny(extension("5", "answer", "sleep 9000", "set after=5"), FAX)
    assert came_to(call("1", "5", tone=True)) == []


def test_nobody_listens_any_more(tiny: Tiny) -> None:
    stopped = ("answer", LISTENS, "spandsp_stop_fax_detect", "sleep 9000")
    assert came_to(tiny(extension("5", *stopped), FAX)("1", "5", tone=True)) == []


def test_a_tone_is_heard_once(tiny: Tiny) -> None:
    """On the switch a leg that listens a second time has reached "Max Tones"."""
    again = extension("fax", "answer", LISTENS, "rxfax /nowhere/x.tif", "hangup")
    journey = tiny(extension("5", "answer", LISTENS, "sleep 9000"), again)("1", "5", tone=True)
    assert came_to(journey) == ["fax"]


def test_a_folder_is_made_by_a_switch_that_serves_alone(tiny: Tiny, tmp_path: Path) -> None:
    folder = tmp_path / "made/below"
    tiny(extension("5", f"mkdir {folder}"))("1", "5")
    assert not folder.exists()


def test_a_call_is_ended_at_its_time_and_not_after_its_end(tiny: Tiny) -> None:
    call = tiny(
        extension("5", "answer", "sched_hangup +7 ALLOTTED_TIMEOUT", "sleep 60000"),
        extension("6", "answer", "sched_hangup +7", "sleep 1000"),
    )
    late, early = call("1", "5"), call("1", "6")
    assert (late.cause, late.duration) == ("ALLOTTED_TIMEOUT", 7.0)
    assert (early.cause, early.duration) == ("NORMAL_CLEARING", 1.0)
