"""`${…}` in text: variables and API functions (`switch_channel_expand_variables_check`).

What a variable holds is expanded in turn; what a function answers is not.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from dialform.simulator.reading.words import integer
from dialform.values import dataclass

Get = Callable[[str], str | None]
"""A channel variable, caller profile field or global variable; None where there is none."""
Api = Callable[[str, str], str]
"""An API command and its arguments → its reply; "" where there is no such command."""

_DEEPEST = 100
_WANTED = re.compile(r"\$\\*\{|\\[\\nst']")
ARRAY = "ARRAY::"
_SEPARATOR = "|:"


def expand(text: str, get: Get, api: Api) -> str:
    """The text with everything put in. Text without `${` and escapes comes back as it is."""
    return _Expansion(get, api).run(text, 0)


def needs_expansion(text: str) -> bool:
    """Whether the switch would touch the text at all."""
    return ("$" in text or "\\" in text) and _WANTED.search(text) is not None


def items(value: str) -> list[str]:
    """The items of an array variable, `ARRAY::a|:b`; a plain value is its only item."""
    return value[len(ARRAY) :].split(_SEPARATOR) if value.startswith(ARRAY) else [value]


class _Expansion:
    def __init__(self, get: Get, api: Api) -> None:
        self._get, self._api = get, api

    def run(self, text: str, depth: int) -> str:
        if depth > _DEEPEST or not needs_expansion(text):
            return text
        return "".join(
            [part if isinstance(part, str) else self._value(part, depth) for part in _parts(text)]
        )

    def _value(self, asked: "_Asked", depth: int) -> str:
        name = self.run(asked.name, depth + 1)
        if asked.arguments is None:
            return self._variable(name, depth)
        return self._api(name, self.run(asked.arguments, depth + 1))

    def _variable(self, name: str, depth: int) -> str:
        name, _, slice_ = name.partition(":")
        offset, _, length = slice_.partition(":")
        index = -1
        bracket = name.find("[")
        if bracket >= 0 and "]" in name[bracket:]:
            index, name = integer(name[bracket + 1 :]), name[:bracket]
        value = self._indexed(name, index)
        if value is None:
            return ""
        value = self.run(value, depth + 1)
        return _sliced(value, integer(offset), integer(length)) if slice_ else value

    def _indexed(self, name: str, index: int) -> str | None:
        value = self._get(name) if name else None
        if value is None or index < 0:
            return value
        found = items(value) if value.startswith(ARRAY) else []
        return found[index] if index < len(found) else None


@dataclass(frozen=True, slots=True)
class _Asked:
    """What stands between braces: a variable, or a function where there are arguments."""

    name: str
    arguments: str | None = None


@lru_cache(maxsize=8192)
def _parts(text: str) -> list[str | _Asked]:
    """The text taken apart: what is written as it is, and what is put in."""
    found: list[str | _Asked] = []
    at = 0
    while at < len(text):
        plain = _next(text, at)
        found.append(text[at:plain])
        at = _step(text, plain, found) if plain < len(text) else plain
    return found


def _step(text: str, at: int, found: list[str | _Asked]) -> int:
    """Deals with one backslash or dollar and returns where to go on."""
    follows = text[at + 1 : at + 2]
    if text[at] == "\\":
        return _backslash(text, at, found)
    doubled = follows == "$"
    name = at + 2 if doubled else at + 1
    if text[name : name + 1] != "{":
        # Of `$$x` the second dollar alone is kept.
        found.append("$")
        return name
    inner, after = _braced(text, name + 1)
    begins = _call(inner)
    if begins is None:
        found.append(_Asked(inner))
    else:
        found.append(_Asked(inner[:begins].rstrip(" "), _arguments(inner, begins)))
    # What follows is written as it is, a backslash too, unless another value begins there.
    if text[after : after + 1] in ("", "$"):
        return after
    found.append(text[after])
    return after + 1


def _next(text: str, at: int) -> int:
    dollar, backslash = text.find("$", at), text.find("\\", at)
    places = [place for place in (dollar, backslash) if place >= 0]
    return min(places, default=len(text))


def _backslash(text: str, at: int, written: list[str | _Asked]) -> int:
    """`\\$` is a dollar, `\\'` is nothing, of `\\\\` the first is written and the second dropped."""
    follows = text[at + 1 : at + 2]
    if follows == "$":
        # `\$$x`: both dollars are passed over and one is written.
        at += 2 if text[at + 2 : at + 3] == "$" else 1
        written.append("$")
        return at + 1
    if follows == "'":
        return at + 2
    written.append("\\")
    return at + 2 if follows == "\\" else at + 1


def _braced(text: str, at: int) -> tuple[str, int]:
    """What stands up to the closing brace, and where it goes on. An unclosed one takes the rest."""
    depth = 1
    for place in range(at, len(text)):
        if text[place] == "{" and place != at:
            depth += 1
        elif text[place] == "}":
            depth -= 1
            if not depth:
                return text[at:place], place + 1
    return text[at:], len(text)


def _call(inner: str) -> int | None:
    """Where the arguments of a function begin: after the first space or parenthesis."""
    found = re.search(r"[ (]", inner)
    return found.start() if found else None


def _arguments(inner: str, at: int) -> str:
    """Up to the parenthesis that closes them; after a space they are the rest."""
    depth = 1 if inner[at] == "(" else 0
    start = at + 1
    for place in range(start, len(inner)):
        if inner[place] == "(":
            depth += 1
        elif inner[place] == ")" and depth > 1:
            depth -= 1
        elif inner[place] == ")" and depth == 1:
            return inner[start:place]
    return inner[start:]


def _sliced(value: str, offset: int, length: int) -> str:
    """`${v:offset:length}`, in bytes; an offset below 0 counts from the end."""
    data = value.encode("utf-8", "surrogateescape")
    if offset >= 0 or -offset <= len(data):
        data = data[offset:]
    if 0 < length < len(data):
        data = data[:length]
    return data.decode("utf-8", "surrogateescape")
