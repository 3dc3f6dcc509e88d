"""YAML as text, written fast: block mappings outside, one object a line in flow style inside."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

_TYPED = frozenset({"true", "false", "null"})
_PLAIN = re.compile(r"[^\W\d_](?:[\w .'@/&-]*[\w'/])?\Z")
_DOUBLE = re.compile(r"[\w+*:.-]+\Z")

Value = str | int | bool | None | Mapping[str, "Value"] | Sequence["Value"]


@lru_cache(maxsize=65536)
def text(value: str) -> str:
    """A string as a YAML scalar: plain where that is safe, else in quotes.

    Numbers and codes get double quotes, as people write them; everything else single ones.
    """
    if _PLAIN.match(value) and value not in _TYPED:
        return value
    if _DOUBLE.match(value):
        return f'"{value}"'
    return "'" + value.replace("'", "''") + "'"


def flow(value: Value) -> str:
    """A value in flow style, on one line."""
    if isinstance(value, str):
        return text(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join([f"{text(k)}: {flow(v)}" for k, v in value.items()]) + "}"
    if isinstance(value, Sequence):
        return "[" + ", ".join([flow(v) for v in value]) + "]"
    if value is None:
        return "null"
    return str(value).lower()


def block(document: Mapping[str, Value]) -> str:
    """A mapping in block style, each value on its own line in flow style."""
    return "".join([f"{text(key)}: {flow(value)}\n" for key, value in document.items()])


def section(key: str, objects: Mapping[str, Value]) -> str:
    """A top-level key with one object a line; nothing where there are no objects."""
    if not objects:
        return ""
    lines = [f"  {text(name)}: {flow(value)}\n" for name, value in objects.items()]
    return f"{key}:\n" + "".join(lines)


def listing(key: str, items: Sequence[Value]) -> str:
    """A top-level key with one list item a line; nothing where there are none."""
    if not items:
        return ""
    return f"{key}:\n" + "".join([f"  - {flow(item)}\n" for item in items])
