"""Regular expressions as the switch runs them: PCRE without UTF-8, on bytes.

`perform` and `substitute` follow src/switch_regex.c. What Python's `re` writes differently is
translated; what it cannot do (recursion, verbs, `\\K`) is a PatternError, and the switch's own
"COMPILE ERROR" too: either way nothing matches.
"""

import re
from functools import lru_cache

from dialform.simulator.dialplan.pcre import PatternError, Translation
from dialform.values import dataclass

_CAPTURES = 10
"""Whole match and groups that the dialplan has room for; with more, PCRE says "no match"."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled expression. `groups` says for each PCRE number which groups of ours it may be."""

    compiled: re.Pattern[bytes]
    groups: tuple[tuple[int, ...], ...]

    def search(self, subject: bytes) -> tuple[str, ...] | None:
        """The whole match and its groups up to the last that took part, or None."""
        match = self.compiled.search(subject)
        if match is None:
            return None
        found: list[bytes | None] = [match[0]]
        for candidates in self.groups:
            found.append(next((match[n] for n in candidates if match[n] is not None), None))
        while found[-1] is None:
            found.pop()
        return tuple((part or b"").decode("utf-8", "surrogateescape") for part in found)


def perform(subject: str, expression: str) -> tuple[str, ...]:
    """The whole match and its groups; empty where nothing matches (`switch_regex_perform`)."""
    words = _words(expression)
    if words is not None:
        return words.get(subject.removesuffix("\n"), ())
    if not subject.startswith(_beginning(expression)):
        return ()
    try:
        pattern = compile_expression(expression)
    except PatternError:
        return ()
    found = pattern.search(subject.encode("utf-8", "surrogateescape"))
    return found if found and len(found) <= _CAPTURES else ()


# Most expressions of a dialplan need no engine: they list words, or begin with one that is not there.
_LISTED = re.compile(
    r"\^([A-Za-z0-9-]*)(?:\((\?:)?([A-Za-z0-9-]+(?:\|[A-Za-z0-9-]+)*)\)([A-Za-z0-9-]*))?\$"
)
_BEGINS = re.compile(r"\^([A-Za-z0-9-]*)(?![?*{A-Za-z0-9-])")
_ONE_GROUP = re.compile(r"[^|(\[\\]*\([^()\[\\]*\)[^|]*")


@lru_cache(maxsize=16384)
def _words(expression: str) -> dict[str, tuple[str, ...]] | None:
    """What `^word$`, `^(a|b)$` and `^number-(a|b)$` match, and as what; None for any other."""
    listed = _LISTED.fullmatch(expression)
    if listed is None:
        return None
    head, uncaptured, choices, tail = listed.groups()
    if choices is None:
        return {head: (head,)}
    wholes = ((f"{head}{choice}{tail}", choice) for choice in choices.split("|"))
    return {whole: (whole,) if uncaptured else (whole, choice) for whole, choice in wholes}


@lru_cache(maxsize=16384)
def _beginning(expression: str) -> str:
    """What all begins with that an expression matches; empty where that is not seen at once."""
    begins = _BEGINS.match(expression)
    if begins is None or ("|" in expression and not _ONE_GROUP.fullmatch(expression)):
        return ""
    return begins[1]


@lru_cache(maxsize=16384)
def compile_expression(expression: str) -> Pattern:
    """An expression as a condition holds it: `_NXX.` (Asterisk's), `/…/i`, or plain. PatternError."""
    if expression.startswith("_"):
        expression = _from_asterisk(expression[1:])
    flags = ""
    if expression.startswith("/"):
        expression, slash, options = expression[1:].rpartition("/")
        if not slash:
            raise PatternError("missing ending '/' delimeter")
        flags = "".join(flag for flag in "is" if flag in options)
    return compile_pattern(expression, flags)


def compile_pattern(pattern: str, flags: str = "") -> Pattern:
    """A PCRE. `flags` are of `imsx`. Raises PatternError."""
    # One character a byte, as PCRE sees them.
    narrow = pattern.encode("utf-8", "surrogateescape").decode("latin-1")
    translation = Translation(narrow)
    text = translation.run()
    prefix = f"(?{flags})" if flags else ""
    try:
        compiled = re.compile((prefix + text).encode("latin-1"))
    except (re.error, OverflowError, RecursionError) as error:
        raise PatternError(str(error)) from None
    numbers = translation.groups
    return Pattern(compiled, tuple(tuple(numbers[n]) for n in sorted(numbers)))


def substitute(text: str, found: tuple[str, ...], limit: int | None = None) -> str:
    """`$1` and `${1}` in the data of an action (`switch_perform_substitution`).

    A `$` that no digit follows stays. `limit` is in bytes.
    """
    if "$" not in text:
        return _cut(text, limit)
    left = ""

    def put(match: re.Match[str]) -> str:
        nonlocal left
        digits, unclosed = match[1] or match[2], match[3]
        if unclosed:
            # `${2` without its brace is written as `2`, and its digits begin the next number.
            left += unclosed
            return unclosed
        number, left = int((left + digits)[:9]), ""
        return found[number] if number < len(found) else ""

    return _cut(_PLACE.sub(put, text), limit)


_PLACE = re.compile(r"\$(?:([0-9]{1,9})|\{([0-9]{1,9})\}|\{([0-9]{1,9}))")


def _cut(text: str, limit: int | None) -> str:
    if limit is None or len(text) * 4 < limit:
        return text
    return text.encode("utf-8", "surrogateescape")[:limit].decode("utf-8", "surrogateescape")


def _from_asterisk(pattern: str) -> str:
    signs = {"N": "[2-9]", "X": "[0-9]", "Z": "[1-9]", ".": ".*"}
    return f"^{''.join(signs.get(sign, sign) for sign in pattern)}$"
