"""Plain data as YAML text, as people of this project write it: objects in braces, numbers in quotes."""

import re
from typing import Any

_PLAIN = re.compile(r"[^\W\d_][\w ./@+'&()!;=~-]*(?<! )\Z")
"""Texts that need no quotes anywhere: they begin with a letter and hold nothing that YAML looks at."""
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_OTHERWISE_READ = re.compile(r"(?:true|false|null|yes|no|on|off|y|n|inf|nan)\Z", re.IGNORECASE)
"""Plain texts that other tools take for truth values or numbers."""
_WORDS = {True: "true", False: "false", None: "null"}
_ESCAPES = {"\n": "\\n", "\t": "\\t", "\r": "\\r", '"': '\\"', "\\": "\\\\"}

STEP = 2
"""How far a block stands inside of the one that holds it."""
WIDTH = 100
"""Columns that a new line has at most, where it can be broken."""


def scalar(value: Any, quote: str = "") -> str:
    """A single value. `quote` is how a text was quoted before. Raises ValueError for what is none of YAML."""
    if value is None or isinstance(value, bool):
        return _WORDS[value]
    if isinstance(value, int):
        return str(value)
    if not isinstance(value, str):
        raise ValueError(f"{type(value).__name__} is no value of YAML")
    if quote == "'" and value.isprintable() and value:
        return "'" + value.replace("'", "''") + "'"
    if not quote and _is_plain(value):
        return value
    return '"' + "".join(_escaped(char) for char in value) + '"'


def key(text: str) -> str:
    """A key."""
    return scalar(text)


def _is_plain(text: str) -> bool:
    if not text.isprintable() or _OTHERWISE_READ.match(text):
        return False
    return _PLAIN.match(text) is not None or _DATE.match(text) is not None


def _escaped(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if char.isprintable():
        return char
    point = ord(char)
    if 0xD800 <= point < 0xE000:
        raise ValueError("half a character")
    if point < 0x100:
        return f"\\x{point:02X}"
    return f"\\u{point:04X}" if point < 0x10000 else f"\\U{point:08X}"


def flow(value: Any) -> str:
    """A value on one line. Raises ValueError."""
    if isinstance(value, dict):
        inner = ", ".join(f"{key(name)}: {flow(one)}" for name, one in value.items())
        return f"{{{inner}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(flow, value))}]"
    return scalar(value)


def wrapped(value: Any, column: int, newline: str) -> str:
    """A value in brackets that begins in a column, broken behind commas where the line would be too long."""
    whole = flow(value)
    if column + len(whole) <= WIDTH or not isinstance(value, dict | list) or not value:
        return whole
    if isinstance(value, dict):
        parts = []
        for name, one in value.items():
            head = f"{key(name)}: "
            parts.append(head + wrapped(one, column + 1 + len(head), newline))
    else:
        parts = [wrapped(one, column + 1, newline) for one in value]
    opening, closing = ("{", "}") if isinstance(value, dict) else ("[", "]")
    pad = newline + " " * (column + 1)
    made, width = opening, column + 1
    for index, part in enumerate(parts):
        first = part.split(newline, 1)[0]
        if index:
            if newline in part or width + 2 + len(first) + 1 > WIDTH:
                made, width = f"{made},{pad}", column + 1
            else:
                made, width = f"{made}, ", width + 2
        made += part
        width = width + len(part) if newline not in part else len(part.rsplit(newline, 1)[1])
    return made + closing


def is_table(value: Any) -> bool:
    """Whether a map holds objects only, each of which has a line of its own."""
    return (
        isinstance(value, dict) and bool(value) and all(isinstance(v, dict) for v in value.values())
    )


def behind(name: str, value: Any, column: int, newline: str, *, block: bool) -> str:
    """`name: value`, its first line beginning in a column. With `block` containers have lines of their own.

    Raises ValueError.
    """
    head = f"{key(name)}:"
    if block and value and isinstance(value, dict | list):
        return head + below(value, column + STEP, newline)
    return f"{head} {wrapped(value, column + len(head) + 1, newline)}"


def below(value: Any, column: int, newline: str) -> str:
    """The lines of a map or a list, the line end before them included. Raises ValueError."""
    pad = newline + " " * column
    if isinstance(value, list):
        return "".join(f"{pad}- {wrapped(one, column + 2, newline)}" for one in value)
    return "".join(
        pad + behind(name, one, column, newline, block=_wants_lines(one))
        for name, one in value.items()
    )


def _wants_lines(value: Any) -> bool:
    """Whether what stands in a block is a block too."""
    return is_table(value) and len(value) > 1


def written(data: dict[str, Any], newline: str = "\n") -> str:
    """A whole new file. Raises ValueError."""
    lines = [
        behind(
            name,
            one,
            0,
            newline,
            block=is_table(one) or (isinstance(one, list) and len(flow(one)) > WIDTH),
        )
        for name, one in data.items()
    ]
    apart: list[str] = []
    for index, line in enumerate(lines):
        if index and (newline in line or newline in lines[index - 1]):
            apart.append("")
        apart.append(line)
    return newline.join([*apart, ""]) if apart else ""
