"""Events of the switch, out of their JSON."""

import json
from typing import Any

from dialform.switch.errors import Garbled
from dialform.values import dataclass

_decode = json.JSONDecoder().decode


@dataclass(frozen=True, slots=True)
class Event:
    """One event. Values are as the switch has them, not escaped."""

    name: str
    """`CHANNEL_ANSWER`, `CUSTOM`."""
    subclass: str
    """Of a CUSTOM event: `sofia::gateway_delete`; else empty."""
    headers: dict[str, str]
    body: str = ""

    def get(self, header: str) -> str:
        """A header, empty where the event has none of this name."""
        return self.headers.get(header, "")

    @property
    def kind(self) -> str:
        """The name under which one subscribes to it."""
        return self.subclass if self.name == "CUSTOM" and self.subclass else self.name


@dataclass(frozen=True, slots=True)
class Overflow:
    """Stands among the events where some are missing: how things are must be asked anew."""

    lost: int


def parse(body: bytes) -> Event:
    """An event out of the body of a `text/event-json`. Raises Garbled."""
    try:
        found = _decode(body.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        raise Garbled("an event is no JSON") from None
    if type(found) is not dict:
        raise Garbled("an event is no JSON object")
    if set(map(type, found.values())) != {str}:
        found = {name: _text(value) for name, value in found.items()}
    name = found.get("Event-Name")
    if not name:
        raise Garbled("an event has no name")
    return Event(name, found.get("Event-Subclass", ""), found, found.pop("_body", ""))


def _text(value: Any) -> str:
    """A header that stands several times is a list; it is written as in plain events."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return "ARRAY::" + "|:".join(value)
    raise Garbled("an event has a value that is no text")
