"""Many numbers as few regular expressions.

The switch compiles an expression each time that it looks (switch_regex.c), and PCRE refuses one that
compiles to more than 64 KiB. So a long list is cut into parts by its first digits, and each part has a
short guard before it: a call costs as many short expressions as there are parts, and one long.
"""

import re
from collections.abc import Sequence

from dialform.compiler.resolved_numbers import NumberSet
from dialform.values import dataclass

_MOST = 400
"""So many numbers stand in one expression."""
_ANY = r"\d*"


@dataclass(frozen=True, slots=True)
class Part:
    """Numbers that begin alike. `guard` is what they begin with, empty where it would save nothing.

    Both are expressions without anchors and without capturing groups.
    """

    guard: str
    expression: str


def parts(numbers: NumberSet) -> list[Part]:
    """The E.164 digits and prefixes of a list; its short numbers are not among them."""
    ends = {**dict.fromkeys(numbers.numbers, False), **dict.fromkeys(numbers.prefixes, True)}
    cut = _cut(sorted(ends), 0)
    return [Part(_begin(part) if len(cut) > 1 else "", _tree(part, 0, ends)) for part in cut]


def short(numbers: NumberSet) -> str:
    """The short numbers of a list as an alternation."""
    return "|".join(map(re.escape, numbers.short))


def _cut(digits: Sequence[str], depth: int) -> list[list[str]]:
    if len(digits) <= _MOST:
        return [list(digits)] if digits else []
    by_digit: dict[str, list[str]] = {}
    for one in digits:
        by_digit.setdefault(one[depth : depth + 1], []).append(one)
    return [part for some in by_digit.values() for part in _cut(some, depth + 1)]


def _begin(digits: Sequence[str]) -> str:
    """What sorted digits have in common at their beginning."""
    first, last = digits[0], digits[-1]
    return next((first[:n] for n in range(len(first), 0, -1) if last.startswith(first[:n])), "")


def _tree(digits: Sequence[str], depth: int, ends: dict[str, bool]) -> str:
    """A tree of digits, so that what begins alike stands once."""
    whole, by_digit = "", dict[str, list[str]]()
    for one in digits:
        if len(one) == depth:
            if ends[one]:
                return _ANY
            whole = "?"
        else:
            by_digit.setdefault(one[depth], []).append(one)
    alike: dict[str, str] = {}
    for digit, some in by_digit.items():
        rest = _tree(some, depth + 1, ends)
        alike[rest] = alike.get(rest, "") + digit
    choices = [_class(begin) + rest for rest, begin in alike.items()]
    if not choices:
        return ""
    if len(choices) == 1 and not whole:
        return choices[0]
    return f"(?:{'|'.join(choices)}){whole}"


def _class(digits: str) -> str:
    if len(digits) == 1:
        return digits
    return r"\d" if len(digits) == 10 else f"[{digits}]"
