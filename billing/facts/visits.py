"""Visits to conference rooms, as the dialplan notes them on the member's own leg.

`dialform_rooms` is a list: `901:1795346235036932-1795346236796945,`, one part a visit: the room, when the leg
came in and when it left, in microseconds. Who hangs up inside leaves the last part open.
"""

import re
from collections.abc import Iterator

from dialform.billing.facts.errors import FactError
from dialform.values import dataclass

_VISIT = re.compile(r"([0-9]{1,16}):([0-9]{16})-([0-9]{16})?,?")
MOST = 256 * 1024
"""Characters of the longest list."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A stay in a room, in microseconds since 1970."""

    room: str
    came: int
    left: int


def visits(text: str, ended: int) -> list[Visit]:
    """The visits of a leg that ended at `ended`. Raises FactError for what no dialplan wrote."""
    return list(_visits(text, ended))


def _visits(text: str, ended: int) -> Iterator[Visit]:
    place, before = 0, 0
    while place < len(text):
        found = _VISIT.match(text, place)
        if found is None:
            raise FactError("Its list of rooms cannot be read.")
        place = found.end()
        came, left = int(found[2]), min(int(found[3] or ended), ended)
        if came < before or came > left:
            raise FactError("It left a room before it came.")
        before = left
        yield Visit(found[1], came, left)
