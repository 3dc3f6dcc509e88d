"""rxfax, txfax: a fax goes page by page, unless somebody hangs up.

Files are read where a fax is sent, and written only by a switch that serves: `Switch.writes`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dialform.simulator.calls.application import application
from dialform.simulator.calls.channel import Channel, InterruptedCallError
from dialform.simulator.faxing import told
from dialform.simulator.faxing.legs import Faxing
from dialform.simulator.faxing.machine import FaxMachine
from dialform.simulator.faxing.session import Session, Settings, Step
from dialform.simulator.faxing.sheets import BLANK, Page, SheetsError, read, write
from dialform.simulator.journal import Place


@application("rxfax", media=True)
async def rxfax(channel: Channel, data: str, place: Place | None) -> None:
    """Receives pages into a file."""
    name = channel.get("dialform_fax") or channel.get("dialform_object") or data
    channel.switch.journal.visit(channel, "fax", name, place)
    await _run(channel, data, Settings.read(channel.get, sends=False))


@application("txfax", media=True)
async def txfax(channel: Channel, data: str, place: Place | None) -> None:
    """Sends the pages of a file. One that is not there ends it at once, without a result."""
    path = Path(data)
    if not data or not path.exists():
        why = "Cannot send non-existant fax file" if data else "Fax TX filename not set"
        channel.set("current_application_response", why)
        return
    await _run(channel, data, Settings.read(channel.get, sends=True))


def _pages(path: Path) -> Sequence[Page] | None:
    try:
        return read(path)
    except SheetsError:
        return None


def _coming(channel: Channel, other: FaxMachine | None, file: str) -> Sequence[Page] | None:
    """What somebody sends; None where it cannot be kept."""
    if channel.switch.writes and not Path(file).parent.is_dir():
        return None
    if other is None:
        return ()
    found = _pages(Path(other.sheets)) if other.sheets else (BLANK,) * other.pages
    return (found or ())[other.first :]


async def _run(channel: Channel, file: str, ours: Settings) -> None:
    faxing: Faxing = channel.switch.theme(Faxing)
    told.begin(channel, ours, file)
    faxing.begin(channel, ours, file)
    try:
        other = await _other(channel, faxing, ours)
        pages = _pages(Path(file)) if ours.sends else _coming(channel, other, file)
        await _go(channel, Session(ours, other, pages), file)
    finally:
        faxing.end(channel)


async def _other(channel: Channel, faxing: Faxing, ours: Settings) -> FaxMachine | None:
    try:
        return await faxing.other(channel)
    except InterruptedCallError:
        told.tell(channel, ours, "over", Session(ours, None, None).dropped(None))
        raise


async def _go(channel: Channel, own: Session, file: str) -> None:
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
        keeps = step.phase == "page" and not own.ours.sends and channel.switch.writes
        if keeps and not _keep(own, step.pages, Path(file)):
            told.tell(channel, own.ours, "over", own.unkept(step))
            return


def _keep(own: Session, count: int, file: Path) -> bool:
    """Writes what has come; False where there is no room, or no right."""
    other = own.other
    source = Path(other.sheets) if other and other.sheets else None
    try:
        write(file, (own.pages or ())[:count], source, other.first if other else 0)
    except OSError:
        return False
    return True


async def _pass(channel: Channel, step: Step) -> None:
    """The time until the step, or until the other side hangs up."""
    if step.phase == "hangup":
        channel.clock.later(step.after, lambda: channel.hangup("NORMAL_CLEARING"))
        await channel.wait(None)
    await channel.wait(step.after)
