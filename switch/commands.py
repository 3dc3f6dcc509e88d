"""What may be sent to a switch: one line, and nothing that ends it early."""

import re
from collections.abc import Iterable, Mapping

from dialform.switch.errors import Unsendable
from dialform.switch.limits import Limits

_NAME = re.compile(r"[A-Z_]+")
_SUBCLASS = re.compile(r"[\w.-]+::[\w.:/-]+", re.ASCII)
_HEADER = re.compile(r"[a-z][a-z-]*")
_OWN = frozenset(("content-length", "unique-id", "event-uuid", "event-subclass"))
"""Headers that mean something to the event socket itself: a body, a channel that the event is queued to."""


def line(text: str, limits: Limits) -> bytes:
    """The text as the bytes of one line. Raises Unsendable; what stands in the text is not shown."""
    if not text.strip():
        raise Unsendable("an empty command")
    for sign, name in (("\n", "newline"), ("\r", "carriage return"), ("\0", "zero byte")):
        if sign in text:
            raise Unsendable(f"a {name} stands in the command")
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError:
        raise Unsendable("the command is no valid Unicode") from None
    if len(data) > limits.command:
        raise Unsendable(f"the command has {len(data)} bytes, the limit is {limits.command}")
    return data


def subscription(names: Iterable[str]) -> str:
    """`event json …` for names of events and, with `::` in them, of CUSTOM subclasses.

    Whatever stands behind CUSTOM is taken for a subclass, so those come last. Raises Unsendable.
    """
    core, custom = [], []
    for name in sorted(set(names)):
        if _SUBCLASS.fullmatch(name):
            custom.append(name)
        elif _NAME.fullmatch(name):
            core.append(name)
        else:
            raise Unsendable(f"{name!r} is no name of an event")
    return " ".join(["event json", *core, *(["CUSTOM", *custom] if custom else [])])


def event(name: str, headers: Mapping[str, str], limits: Limits) -> bytes:
    """`sendevent` with headers and no body: an event that the switch takes as one of its own.

    A value stands on one line and is taken as it is, but for blanks before it, which are lost, and for
    `ARRAY::`, by which the switch would make a list of it (switch_event.c): both are refused. Raises
    Unsendable.
    """
    if not _NAME.fullmatch(name):
        raise Unsendable(f"{name!r} is no name of an event")
    lines = [line(f"sendevent {name}", limits)]
    for header, value in headers.items():
        if not _HEADER.fullmatch(header) or header in _OWN:
            raise Unsendable(f"{header!r} is no header of such an event")
        if not value or value[0] == " " or value.startswith("ARRAY::"):
            raise Unsendable(f"what stands in {header} would not come through")
        lines.append(line(f"{header}: {value}", limits))
    return b"\n".join(lines) + b"\n\n"
