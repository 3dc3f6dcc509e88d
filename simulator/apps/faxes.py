"""rxfax, txfax: a fax goes page by page, unless somebody hangs up.

Files are read where a fax is sent, and written only by a switch that serves: `Switch.writes`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dialform.simulator.calls.application import application
from dialform.simulator.calls.channel import Channel, InterruptedCallError
from dialform.simulator.dialling.sip import SipEndpoint
from dialform.simulator.faxing import told
from dialform.simulator.faxing.machine import FaxMachine
from dialform.simulator.faxing.session import Session, Settings, Step
from dialform.simulator.faxing.sheets import BLANK, Page, SheetsError, read, write
from dialform.simulator.journal import Place


@application("rxfax", media=True)
async def rxfax(channel: Channel, data: str, place: Place | None) -> None:
    """Receives pages into a file."""
    name = channel.get("dialform_fax") or channel.get("dialform_object") or data
    channel.switch.journal.visit(channel, "fax", name, place)
    other = _other(channel)
    lost = channel.switch.writes and not Path(data).parent.is_dir()
    await _run(channel, data, other, None if lost else _pages_of(other), sends=False)


@application("txfax", media=True)
async def txfax(channel: Channel, data: str, place: Place | None) -> None:
    """Sends the pages of a file. One that is not there ends it at once, without a result."""
    path = Path(data)
    if not data or not path.exists():
        why = "Cannot send non-existant fax file" if data else "Fax TX filename not set"
        channel.set("current_application_response", why)
        return
    await _run(channel, data, _other(channel), _pages(path), sends=True)


def _other(channel: Channel) -> FaxMachine | None:
    return channel.endpoint.fax if isinstance(channel.endpoint, SipEndpoint) else None


def _pages(path: Path) -> Sequence[Page] | None:
    try:
        return read(path)
    except SheetsError:
        return None


def _pages_of(other: FaxMachine | None) -> Sequence[Page] | None:
    """What somebody sends."""
    if other is None:
        return ()
    return _pages(Path(other.sheets)) if other.sheets else (BLANK,) * other.pages


async def _run(
    channel: Channel,
    file: str,
    other: FaxMachine | None,
    pages: Sequence[Page] | None,
    *,
    sends: bool,
) -> None:
    own = Session(Settings.read(channel.get, sends), other, pages)
    told.begin(channel, own.ours, file)
    last: Step | None = None
    for step in own.steps():
        try:
            await _pass(channel, step)
        except InterruptedCallError:
            # spandsp ends its session with the channel, and says so (t30_terminate, phase E).
            told.tell(channel, own.ours, "over", own.dropped(last))
            raise
        told.tell(channel, own.ours, step.phase, step.variables)
        last = step
        if step.phase == "page" and not sends and channel.switch.writes:
            source = Path(other.sheets) if other and other.sheets else None
            write(Path(file), (pages or ())[: step.pages], source)


async def _pass(channel: Channel, step: Step) -> None:
    """The time until the step, or until the other side hangs up."""
    if step.phase == "hangup":
        channel.clock.later(step.after, lambda: channel.hangup("NORMAL_CLEARING"))
        await channel.wait(None)
    await channel.wait(step.after)
