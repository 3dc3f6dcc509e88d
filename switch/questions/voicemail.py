"""What mod_voicemail keeps of a mailbox: messages, counts, what its owner set (mod_voicemail.c).

A mailbox is a number and a domain, of the profile that the switch calls `default`.
"""

import re

from dialform.switch.errors import UnexpectedReply, Unsendable
from dialform.switch.questions.asking import Ask
from dialform.switch.questions.core import NO_REPLY
from dialform.values import dataclass

PROFILE = "default"
_NUMBER = re.compile(r"[0-9]{1,20}", re.ASCII)
_DOMAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,252}")
_COUNTS = re.compile(r"(\d+):(\d+):(\d+):(\d+)")
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"


@dataclass(frozen=True, slots=True)
class Box:
    """A mailbox. Raises Unsendable for what is none: it becomes part of a command."""

    number: str
    domain: str

    def __post_init__(self) -> None:
        """Only digits, and a domain."""
        if not _NUMBER.fullmatch(self.number) or not _DOMAIN.fullmatch(self.domain):
            raise Unsendable(f"{self.number!r} is no mailbox")

    @property
    def address(self) -> str:
        """As in `1001@acme.example.com`."""
        return f"{self.number}@{self.domain}"


@dataclass(frozen=True, slots=True)
class Message:
    """A message in a mailbox. `received` and `heard` are seconds since 1970; `heard` is 0 for a new one.

    Name and number are what the caller's side said of itself.
    """

    uuid: str
    received: int
    heard: int
    path: str
    """Of the recording, on the switch's own disk."""
    name: str
    number: str
    seconds: int

    @property
    def new(self) -> bool:
        """Whether nobody has heard it: it lights the lamp."""
        return self.heard == 0


@dataclass(frozen=True, slots=True)
class Preferences:
    """What the owner set. Paths are empty where nothing was recorded."""

    greeting: str
    name: str
    own_pin: bool
    """Whether the owner chose a PIN: it counts then, and not that of the directory."""


async def messages(ask: Ask, box: Box) -> list[Message]:
    """The messages of a mailbox, in the order that they came; both new ones and those that were heard."""
    command = f"vm_list {box.address}"
    reply = await ask(command)
    if reply.strip() == NO_REPLY:
        return []
    found = []
    # What a caller is called may hold a colon. Nothing that comes before it does, but the path.
    start = rf"(\d+):(\d+):{re.escape(box.number)}:{re.escape(box.domain)}:inbox:"
    line = re.compile(rf"{start}(/[^\n]*?):({_UUID}):([^\n]*):([^:\n]*):(\d+)")
    for text in reply.removesuffix("\n").split("\n"):
        matched = line.fullmatch(text)
        if matched is None:
            raise UnexpectedReply(command, reply)
        received, heard, path, uuid, name, number, seconds = matched.groups()
        found.append(Message(uuid, int(received), int(heard), path, name, number, int(seconds)))
    return sorted(found, key=lambda one: (one.received, one.uuid))


async def message_counts(ask: Ask, box: Box) -> tuple[int, int]:
    """How many new messages, and how many that were heard."""
    command = f"vm_boxcount {box.address}|all"
    reply = await ask(command)
    found = _COUNTS.fullmatch(reply.strip())
    if found is None:
        raise UnexpectedReply(command, reply)
    # The other two are the urgent ones among them.
    return int(found[1]), int(found[2])


async def preferences(ask: Ask, box: Box) -> Preferences:
    """What the owner of a mailbox set."""
    greeting = await _preference(ask, box, "greeting_path")
    name = await _preference(ask, box, "name_path")
    pin = await _preference(ask, box, "password")
    return Preferences(greeting, name, bool(pin))


async def _preference(ask: Ask, box: Box, which: str) -> str:
    command = f"vm_prefs {PROFILE}/{box.address}|{which}"
    reply = await ask(command)
    if reply.strip() == NO_REPLY:
        return ""
    if reply.startswith("-ERR") or (which != "password" and not reply.startswith("/")):
        raise UnexpectedReply(command, "" if which == "password" else reply)
    return reply
