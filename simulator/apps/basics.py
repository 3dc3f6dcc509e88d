"""answer, pre_answer, ring_ready, sleep, hangup, park and what does nothing here."""

import contextlib
from pathlib import Path

from dialform.simulator.calls.application import application
from dialform.simulator.calls.causes import cause
from dialform.simulator.calls.channel import Channel, State
from dialform.simulator.journal import Place
from dialform.simulator.reading.words import integer

_FOLDER = 0o750
"""SWITCH_DEFAULT_DIR_PERMS (switch_types.h)."""


@application("answer")
async def answer(channel: Channel, data: str, place: Place | None) -> None:
    """Answers the call."""
    channel.answer()


@application("pre_answer")
async def pre_answer(channel: Channel, data: str, place: Place | None) -> None:
    """Sound before the answer."""
    channel.mark_early()


@application("ring_ready")
async def ring_ready(channel: Channel, data: str, place: Place | None) -> None:
    """Tells the caller that it rings."""
    channel.mark_ringing()


@application("sleep")
async def sleep(channel: Channel, data: str, place: Place | None) -> None:
    """Waits so many milliseconds."""
    await channel.wait(max(integer(data), 0) / 1000)


@application("hangup", zombie=True)
async def hangup(channel: Channel, data: str, place: Place | None) -> None:
    """Ends the call with a cause."""
    found = cause(data) if data else "NORMAL_CLEARING"
    channel.hangup(found)


@application("park")
async def park(channel: Channel, data: str, place: Place | None) -> None:
    """Waits until somebody takes the call."""
    channel.become(State.PARK)


@application("sched_hangup")
async def sched_hangup(channel: Channel, data: str, place: Place | None) -> None:
    """`[+]SECONDS [CAUSE]`: ends the call then, whatever it does. At a time of the clock: not done here."""
    when, _, why = data.partition(" ")
    if when.startswith("+"):
        found = cause(why.strip()) if why.strip() else "ALLOTTED_TIMEOUT"
        timer = channel.clock.later(integer(when[1:]), lambda: channel.hangup(found))
        channel.on_hangup.append(timer.cancel)


@application("mkdir")
async def mkdir(channel: Channel, data: str, place: Place | None) -> None:
    """Makes a folder, and those above it, where the switch writes at all."""
    if channel.switch.writes and data:
        with contextlib.suppress(OSError):
            Path(data).mkdir(_FOLDER, parents=True, exist_ok=True)


def _nothing(name: str, media: bool = False) -> None:
    @application(name, media=media, zombie=True)
    async def run(channel: Channel, data: str, place: Place | None) -> None:
        """Has no effect that anybody would see in a simulated call."""


for _name in (
    "log",
    "info",
    "event",
    "presence",
    "record_session",
    "stop_record_session",
    "unloop",
):
    _nothing(_name)
