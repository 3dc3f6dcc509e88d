"""What a leg says of itself, be it in its record or in the event of its end: the same variables."""

import re
from collections.abc import Mapping
from typing import Any

from dialform.billing.facts.errors import FactError
from dialform.values import dataclass

_EVENT = "CHANNEL_HANGUP_COMPLETE"
_PEER = 64
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Said:
    """A leg's `variables`, less the word before their names that an event writes. `peer` is who called."""

    uuid: str
    core: str
    peer: str
    variables: Mapping[str, Any]
    prefix: str = ""

    def text(self, name: str, most: int = 200) -> str:
        """A variable of ours, empty where it has none. Raises FactError for what none can be."""
        value = self.variables.get(self.prefix + name, "")
        if type(value) is not str or not (value.isascii() and value.isprintable()):
            raise FactError(f"{name} is no text that the dialplan writes.")
        if len(value) > most:
            raise FactError(f"{name} is too long.")
        return value

    def number(self, name: str, most: int) -> int:
        """A number that the switch counted, 0 where it has none. Raises FactError."""
        text = self.text(name)
        if not text:
            return 0
        if not (text.isdigit() and len(text) < 20 and int(text) <= most):
            raise FactError(f"{name} is no number that can be: '{text[:24]}'.")
        return int(text)


def of_record(record: Mapping[str, Any]) -> Said:
    """What a record says. Raises FactError."""
    variables = record.get("variables")
    if not isinstance(variables, Mapping):
        raise FactError("It has no variables.")
    return Said(
        _uuid(variables.get("uuid")),
        _text(record.get("core-uuid")),
        _peer(_caller(record)),
        variables,
    )


def of_event(headers: Mapping[str, Any]) -> Said:
    """What the event of a leg's end says. Raises FactError for any other event."""
    if headers.get("Event-Name") != _EVENT:
        raise FactError(f"It is no {_EVENT}.")
    return Said(
        _uuid(headers.get("Unique-ID")),
        _text(headers.get("Core-UUID")),
        _peer(headers.get("Caller-Caller-ID-Number")),
        headers,
        "variable_",
    )


def _uuid(value: object) -> str:
    if not isinstance(value, str) or not _UUID.fullmatch(value):
        raise FactError("It names no leg.")
    return value


def _text(value: object) -> str:
    return value[:64] if isinstance(value, str) else ""


def _caller(record: Mapping[str, Any]) -> object:
    """The caller's number of the newest profile, which is the one that events show."""
    flow = record.get("callflow")
    newest = flow[0] if isinstance(flow, list) and flow else None
    profile = newest.get("caller_profile") if isinstance(newest, Mapping) else None
    return profile.get("caller_id_number") if isinstance(profile, Mapping) else None


def _peer(value: object) -> str:
    """Text that came from somebody's phone: what can be shown of it, and not too much."""
    text = value if isinstance(value, str) else ""
    return "".join(sign if sign.isprintable() else "?" for sign in text[:_PEER])
