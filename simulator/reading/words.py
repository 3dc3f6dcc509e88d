"""Small readings of text that FreeSWITCH shares everywhere."""

import re
from functools import lru_cache

_TRUE = frozenset(("yes", "on", "true", "t", "enabled", "active", "allow"))
_NUMBER = re.compile(r"[-+]?[0-9.]*\Z")
_INTEGER = re.compile(r"\s*[-+]?[0-9]+")


@lru_cache(maxsize=4096)
def true(text: str | None) -> bool:
    """`switch_true`: words for yes, or a number that is not 0."""
    if not text:
        return False
    return text.lower() in _TRUE or (is_number(text) and integer(text) != 0)


def is_number(text: str) -> bool:
    """`switch_is_number`: digits and dots, a sign before them."""
    return bool(text) and _NUMBER.match(text) is not None


def integer(text: str) -> int:
    """`atoi`: what can be read as an integer at the start; 0 where nothing can.

    It is cut to 32 bits with a sign, as the C library cuts it.
    """
    match = _INTEGER.match(text)
    number = max(min(int(match[0]), (1 << 63) - 1), -(1 << 63)) if match else 0
    return (number + (1 << 31)) % (1 << 32) - (1 << 31)


def separate(text: str, delimiter: str, limit: int) -> list[str]:
    """`switch_separate_string`: at most `limit` parts, the last with all that is left.

    Single quotes and backslashes keep a delimiter from parting; `^^;` at the start names another
    delimiter. Nothing after the last delimiter is no part.
    """
    if text.startswith("^^") and len(text) > 3:
        delimiter, text = text[2], text[3:]
    raw = _by_blank(text, limit) if delimiter == " " else parted(text, delimiter, limit)
    return [cleaned(part, "" if delimiter == " " else delimiter) for part in raw]


def parted(text: str, delimiter: str, limit: int) -> list[str]:
    """The parts between delimiters as they stand, quotes and backslashes included."""
    if "'" not in text and "\\" not in text:
        plain = text.split(delimiter, limit - 1)
        return plain if plain[-1] else plain[:-1]
    parts: list[str] = []
    start, at, quoted = 0, 0, False
    while at < len(text) and len(parts) < limit - 1:
        sign = text[at]
        if sign == "\\":
            at += 1
        elif sign == "'" and (quoted or "'" in text[at + 1 :]):
            quoted = not quoted
        elif sign == delimiter and not quoted:
            parts.append(text[start:at])
            start = at + 1
        at += 1
    return [*parts, text[start:]] if start < len(text) else parts


def _by_blank(text: str, limit: int) -> list[str]:
    parts: list[str] = []
    start, at, quoted = 0, len(text) - len(text.lstrip(" ")), False
    while at < len(text) and len(parts) < limit - 1:
        sign = text[at]
        at += 1
        if sign == "\\":
            at += 1
        elif sign == "'":
            quoted = not quoted
        elif sign == " " and not quoted:
            parts.append(text[start : at - 1])
            while text[at : at + 1] == " ":
                at += 1
            start = at
    return [*parts, text[start:]] if start < len(text) else parts


_UNESCAPED = {"n": "\n", "r": "\r", "t": "\t", "s": " "}


def cleaned(text: str, delimiter: str) -> str:
    """A part without quotes, escapes, and spaces around it that were not quoted."""
    if "'" not in text and "\\" not in text:
        return text.strip(" ")
    written: list[str] = []
    end: int | None = None
    quoted, at = False, len(text) - len(text.lstrip(" "))
    while at < len(text):
        sign = text[at]
        follows = text[at + 1 : at + 2]
        if sign == "\\" and follows and (follows in "'\"\\" + delimiter or follows in _UNESCAPED):
            plain = follows in "'\"\\" + delimiter
            written.append(follows if plain else _UNESCAPED[follows])
            end = len(written)
            at += 2
            continue
        if sign == "'" and (quoted or "'" in text[at + 1 :]):
            quoted = not quoted
            end = len(written) if quoted else end
        else:
            written.append(sign)
            end = len(written) if sign != " " or quoted else end
        at += 1
    return "".join(written[:end])
