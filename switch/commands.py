"""What may be sent to a switch: one line, and nothing that ends it early."""

import re
from collections.abc import Iterable

from dialform.switch.errors import Unsendable
from dialform.switch.limits import Limits

_NAME = re.compile(r"[A-Z_]+")
_SUBCLASS = re.compile(r"[\w.-]+::[\w.:/-]+", re.ASCII)


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
