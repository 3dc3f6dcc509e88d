"""A mailbox at the desk: its messages with their recordings, and what its owner sets.

Each act is done to a message that stands in the mailbox: the switch itself asks only for its UUID, whoever
it belongs to (`switch/mailbox.py`).
"""

import stat
from pathlib import Path

from dialform.reconcile.desk.errors import Failed, NotThere
from dialform.switch import mailbox, questions
from dialform.switch.questions import Ask, Box, Message
from dialform.values import dataclass

_GONE = "There is no such message: it may have been deleted meanwhile, on a phone perhaps."


@dataclass(frozen=True, slots=True)
class Content:
    """What is in a mailbox; the newest message first."""

    messages: tuple[Message, ...]

    @property
    def new(self) -> int:
        """How many nobody has heard."""
        return sum(one.new for one in self.messages)


async def content(ask: Ask, box: Box) -> Content:
    """What is in a mailbox. Raises SwitchError."""
    return Content(tuple(reversed(await questions.messages(ask, box))))


async def message(ask: Ask, box: Box, uuid: str) -> Message:
    """One message of a mailbox. Raises NotThere, in the same words for one of another mailbox."""
    for one in await questions.messages(ask, box):
        if one.uuid == uuid:
            return one
    raise NotThere(_GONE)


async def mark(ask: Ask, box: Box, uuid: str, *, heard: bool) -> Message:
    """Marks it as heard, or as new; what it was. Raises NotThere, SwitchError."""
    found = await message(ask, box, uuid)
    if found.new == heard:
        await mailbox.mark(ask, box, uuid, heard=heard)
    return found


async def delete(ask: Ask, box: Box, uuid: str) -> Message:
    """Deletes it, with its recording; what it was. Raises NotThere, Failed, SwitchError."""
    found = await message(ask, box, uuid)
    await mailbox.delete(ask, box, uuid)
    if any(one.uuid == uuid for one in await questions.messages(ask, box)):
        raise Failed("The switch did not delete the message: its database is full or locked.")
    return found


async def folder(ask: Ask, box: Box) -> Path:
    """Where the switch keeps what belongs to a mailbox, as `voicemail.conf` says. Raises SwitchError."""
    storage = await questions.global_variable(ask, "storage_dir")
    return Path(storage, "voicemail", questions.PROFILE, box.domain, box.number)


async def recording(ask: Ask, box: Box, found: Message) -> Path:
    """The file of a message: a plain one in the mailbox's own folder. Raises NotThere, SwitchError."""
    return plain(await folder(ask, box), found.path)


def plain(inside: Path, path: str) -> Path:
    """A plain file straight in a folder, no link. Raises NotThere."""
    file = Path(path)
    if file.parent != inside or file.name in ("", ".", ".."):
        raise NotThere("The recording does not lie where recordings of this mailbox lie.")
    try:
        kind = file.lstat().st_mode
    except PermissionError:
        raise NotThere(
            "The recording cannot be read here: the portal's user must be in the switch's group "
            "(docs/portal-my-account.md)."
        ) from None
    except OSError:
        raise NotThere("The recording is not on this host's disk (any more).") from None
    if not stat.S_ISREG(kind):
        raise NotThere("The recording is no file.")
    return file
