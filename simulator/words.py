"""Small readings of text that FreeSWITCH shares everywhere."""

import re

_TRUE = frozenset(("yes", "on", "true", "t", "enabled", "active", "allow"))
_NUMBER = re.compile(r"[-+]?[0-9.]*\Z")
_INTEGER = re.compile(r"\s*[-+]?[0-9]+")


def true(text: str | None) -> bool:
    """`switch_true`: words for yes, or a number that is not 0."""
    if not text:
        return False
    return text.lower() in _TRUE or (is_number(text) and integer(text) != 0)


def is_number(text: str) -> bool:
    """`switch_is_number`: digits and dots, a sign before them."""
    return bool(text) and _NUMBER.match(text) is not None


def integer(text: str) -> int:
    """`atoi`: what can be read as an integer at the start; 0 where nothing can."""
    match = _INTEGER.match(text)
    return int(match[0]) if match else 0
