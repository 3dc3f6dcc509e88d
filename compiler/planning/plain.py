"""Models as plain data that can be compared field by field, with secrets withheld."""

import re
from typing import Any

from pydantic import BaseModel

from dialform.compiler.planning.objects import WITHHELD
from dialform.schema.calltest import CallTest
from dialform.schema.destination import Destination
from dialform.schema.devices import Key, Line
from dialform.schema.queue import Agent
from dialform.schema.secret import SecretRef
from dialform.schema.telephony import Member

_WHOLE = (Destination, Member, Agent, Key, Line, CallTest)
"""What is one value to a reader: `{ring_group 600} → {queue 800}`, not one key gone and one come."""

_LOGIN = re.compile(r"://[^/@]*@")
_LONGEST_KEYS = 3
"""Keys pressed in a call test are shown up to this length: from four digits on they may be a PIN."""


class Whole(dict[str, Any]):
    """A map that is compared and shown as one value."""


class Hidden:
    """A secret: equal to itself, and never shown. It is no text, so that nothing prints it."""

    __slots__ = ("_value",)

    def __init__(self, value: object) -> None:
        self._value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Hidden) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return WITHHELD


def plain(value: Any) -> Any:
    """A model, or what is in one, as plain data: keys as YAML has them, what is not said left out."""
    if isinstance(value, BaseModel):
        kind = type(value)
        short = isinstance(value, _WHOLE)
        made: dict[str, Any] = Whole() if short else {}
        for name, info in kind.model_fields.items():
            inner = getattr(value, name)
            if inner is None or (short and not info.is_required() and inner == info.default):
                continue
            made[info.alias or name] = plain(inner)
        if isinstance(value, CallTest) and len(value.press or "") > _LONGEST_KEYS:
            made["press"] = Hidden(value.press)
        return made
    if isinstance(value, SecretRef):
        return Hidden(value)
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, str) and "@" in value and _LOGIN.search(value):
        return Hidden(value)  # a URL with a login in it
    return value


def unlike_default(model: BaseModel) -> set[str]:
    """The fields that say something, by their key in YAML: shown of an object that is new."""
    return {
        info.alias or name
        for name, info in type(model).model_fields.items()
        if info.is_required() or getattr(model, name) != info.get_default(call_default_factory=True)
    }


def has_secret(value: Any) -> bool:
    """Whether anything in a value is withheld."""
    if isinstance(value, dict):
        return any(has_secret(inner) for inner in value.values())
    if isinstance(value, list):
        return any(has_secret(inner) for inner in value)
    return isinstance(value, Hidden)


def revealed(value: Any) -> Any:
    """The value as it may be kept and shown: plain, with a word where a secret stood."""
    if isinstance(value, dict):
        return {str(key): revealed(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [revealed(inner) for inner in value]
    return WITHHELD if isinstance(value, Hidden) else value
