"""What callers hear in a mailbox: recordings by its owner in slots, as people choose by phone.

Files of the switch can be written by the switch alone. So a new one is laid into a folder that both may
write, and the switch moves it where it belongs.
"""

import asyncio
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from dialform.reconcile.desk.errors import Failed, NotThere
from dialform.reconcile.desk.mailboxes import folder
from dialform.switch import mailbox, questions
from dialform.switch.mailbox import SLOTS
from dialform.switch.questions import Ask, Box
from dialform.values import dataclass

EXCHANGE = "greetings"
"""Below the switch's folder of what it stores: the portal writes there, and the switch takes away."""

_FILE = 0o640
_NONE = ".none"
"""What a greeting leads to that is none."""


@dataclass(frozen=True, slots=True)
class Greetings:
    """The slots that hold a recording, and which is played; 0 for none: then it is the site's greeting, or
    the standard one.
    """

    recorded: tuple[int, ...]
    chosen: int


async def greetings(ask: Ask, box: Box) -> Greetings:
    """What there is. Raises SwitchError."""
    inside = await folder(ask, box)
    recorded = [one for one in SLOTS if await mailbox.file_there(ask, str(_slot(inside, one)))]
    chosen = (await questions.preferences(ask, box)).greeting
    there = bool(chosen) and await mailbox.file_there(ask, chosen)
    return Greetings(tuple(recorded), mailbox.slot_of(chosen) if there else 0)


async def record(ask: Ask, box: Box, slot: int, data: bytes) -> None:
    """A new recording in a slot, which is played from now on. Raises NotThere, Failed, SwitchError."""
    if slot not in SLOTS:
        raise NotThere(f"There are greetings {SLOTS[0]} to {SLOTS[-1]}.")
    await _moved(ask, box, slot, lambda path: _write(path, data))


async def choose(ask: Ask, box: Box, slot: int) -> None:
    """Plays another recording, or (0) none of the owner's. Raises NotThere, Failed, SwitchError."""
    if slot:
        if slot not in SLOTS or not await mailbox.choose_greeting(ask, box, slot):
            raise NotThere(f"There is no greeting {slot}: record it first.")
        return
    if not (await questions.preferences(ask, box)).greeting:
        return
    # No command takes a choice back (only the menu on the phone does). A choice whose file is not there is
    # none: so a link is chosen, and then what it leads to is taken away.
    target = await _exchange(ask) / _NONE
    try:
        await _moved(ask, box, mailbox.ASIDE, lambda path: _link(path, target))
    finally:
        with suppress(OSError):
            target.unlink()


async def file_of(ask: Ask, box: Box, slot: int) -> Path:
    """The recording of a slot. Raises NotThere, SwitchError."""
    path = _slot(await folder(ask, box), slot)
    if slot not in SLOTS or not await mailbox.file_there(ask, str(path)):
        raise NotThere(f"There is no greeting {slot}: record it first.")
    return path


def _slot(inside: Path, slot: int) -> Path:
    return inside / f"greeting_{slot}.wav"


async def _exchange(ask: Ask) -> Path:
    return Path(await questions.global_variable(ask, "storage_dir"), EXCHANGE)


async def _moved(ask: Ask, box: Box, slot: int, make: Callable[[Path], None]) -> None:
    """A file that `make` lays into the exchange, moved into a slot by the switch."""
    path = await _exchange(ask) / f"{secrets.token_hex(16)}.wav"
    try:
        try:
            await asyncio.to_thread(make, path)
        except OSError as error:
            raise Failed(
                f"The greeting cannot be handed to the switch ({error.strerror}): an administrator lets the "
                f"portal write to {path.parent} (docs/portal-my-account.md)."
            ) from None
        if not await mailbox.choose_greeting(ask, box, slot, str(path)):
            raise Failed(
                f"The switch did not take the greeting from {path.parent}: an administrator lets the "
                "switch's user write there (docs/portal-my-account.md)."
            )
    finally:
        with suppress(OSError):
            path.unlink()


def _write(path: Path, data: bytes) -> None:
    _folder(path.parent)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FILE), "wb") as stream:
        stream.write(data)


def _link(path: Path, target: Path) -> None:
    _folder(path.parent)
    target.write_bytes(b"")
    path.symlink_to(target)


def _folder(path: Path) -> None:
    """The folder, where the installation did not make it (`dialform agent install` does)."""
    path.mkdir(mode=0o770, exist_ok=True)
