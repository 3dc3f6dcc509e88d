"""What is done with a mailbox: messages marked and deleted, greeting and PIN chosen (mod_voicemail.c).

Two traps of its commands are closed here. `vm_read` without a message marks those of the whole domain.
`vm_delete` and `vm_read` take any message of the switch, whatever mailbox is named, and say `+OK` to one
that does not exist. So a message is named always, and whoever asks has seen it in the mailbox before.
"""

import re
from pathlib import PurePosixPath

from dialform.switch.errors import UnexpectedReply, Unknown, Unsendable
from dialform.switch.questions.asking import Ask
from dialform.switch.questions.voicemail import PROFILE, Box

SLOTS = range(1, 10)
"""Greetings that people choose among by phone (VM_MAX_GREETINGS)."""

ASIDE = 99
"""A slot that no phone chooses."""

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PIN = re.compile(r"[0-9]{4,10}", re.ASCII)
_PATH = re.compile(r"/[\w./@+-]+", re.ASCII)
_GREETING = re.compile(r"greeting_([0-9]+)\.\w+")


async def mark(ask: Ask, box: Box, uuid: str, *, heard: bool) -> None:
    """Marks one message as heard, or as new. The phones' lamps follow. Raises UnexpectedReply."""
    word = "read" if heard else "unread"
    await _done(ask, f"vm_read {box.address} {word} {_uuid(uuid)}", "+OK")


async def delete(ask: Ask, box: Box, uuid: str) -> None:
    """Deletes one message and its recording. The phones' lamps follow. Raises UnexpectedReply."""
    await _done(ask, f"vm_delete {box.address} {_uuid(uuid)}", "+OK")


async def delete_all(ask: Ask, box: Box) -> None:
    """Deletes all messages of a mailbox. Raises UnexpectedReply."""
    await _done(ask, f"vm_delete {box.address}", "+OK")


async def set_pin(ask: Ask, box: Box, pin: str) -> None:
    """What opens the mailbox from now on, 4 to 10 digits; "" for what the directory says.

    Raises UnexpectedReply, Unsendable; neither shows the PIN.
    """
    if pin and not _PIN.fullmatch(pin):
        raise Unsendable("that is no PIN: 4 to 10 digits are")
    command = f"vm_fsdb_pref_password_set {_named(box)}"
    try:
        reply = await ask(f"{command} {pin or _EMPTY}")
    except Unknown as error:
        raise type(error)(error.why, command) from None
    if reply.strip() != "-OK":
        raise UnexpectedReply(command, reply)


_EMPTY = "''"
"""An argument that is there, and empty (switch_utils.c, switch_separate_string)."""


async def choose_greeting(ask: Ask, box: Box, slot: int, path: str = "") -> bool:
    """What callers hear from now on: the recording of a slot. A file at `path` is moved there first.

    The switch moves it with its own rights. False: there is no such file, or none in that slot.
    Raises UnexpectedReply, Unsendable.
    """
    if path and not _PATH.fullmatch(path):
        raise Unsendable("the name of that file cannot be sent")
    command = f"vm_fsdb_pref_greeting_set {_named(box)} {slot}{f' {path}' if path else ''}"
    reply = (await ask(command)).strip()
    if reply == "-OK":
        return True
    if reply.startswith(("-ERR Filename doesn't exist", "-ERR Recording doesn't exist")):
        return False
    raise UnexpectedReply(command, reply)


async def file_there(ask: Ask, path: str) -> bool:
    """Whether the switch sees a file. Raises UnexpectedReply, Unsendable."""
    if not _PATH.fullmatch(path):
        raise Unsendable("the name of that file cannot be sent")
    command = f"file_exists {path}"
    reply = (await ask(command)).strip()
    if reply not in ("true", "false"):
        raise UnexpectedReply(command, reply)
    return reply == "true"


def slot_of(path: str) -> int:
    """The slot of a greeting by its path; 0 for a path that is none."""
    found = _GREETING.fullmatch(PurePosixPath(path).name)
    return int(found[1]) if found else 0


def _named(box: Box) -> str:
    return f"{PROFILE} {box.domain} {box.number}"


def _uuid(text: str) -> str:
    if not _UUID.fullmatch(text):
        raise Unsendable("that is no message")
    return text


async def _done(ask: Ask, command: str, wanted: str) -> None:
    reply = await ask(command)
    if reply.strip() != wanted:
        raise UnexpectedReply(command, reply)
