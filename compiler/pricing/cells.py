"""The columns of a file of prices: what each takes, and what an empty cell means."""

import datetime
import re
from collections.abc import Callable
from typing import Any

from dialform.compiler.micro import micro
from dialform.schema.types import PRICE, RATED

Parse = Callable[[str], Any]


class CellError(Exception):
    """A cell is not what its column takes: what is wrong, and the way out."""

    def __init__(self, what: str, way: str) -> None:
        super().__init__(what)
        self.what, self.way = what, way


_PRICE = re.compile(PRICE)
_PREFIX = re.compile(RATED)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile(r"[1-9][0-9]{0,3}")
_SHOWN = 40


def shown(cell: str) -> str:
    """A cell as a message quotes it."""
    return cell if len(cell) <= _SHOWN else f"{cell[:_SHOWN]}…"


def _amount(empty: int | None) -> Parse:
    def parse(cell: str) -> int | None:
        text = cell.strip()
        if not text:
            return empty
        if not _PRICE.fullmatch(text):
            way = "as in 0.0125: a point, at most six places, no currency"
            raise CellError(f"'{shown(cell)}' is no price", way)
        return micro(text)

    return parse


def _choice(empty: str, *choices: str) -> Parse:
    def parse(cell: str) -> str:
        text = cell.strip() or empty
        if text not in choices:
            what = (
                f"'{shown(cell)}' is none of {', '.join(choices)}" if cell else "the cell is empty"
            )
            raise CellError(what, f"one of {', '.join(choices)}")
        return text

    return parse


def _seconds(cell: str) -> int:
    text = cell.strip() or "60"
    if not _NUMBER.fullmatch(text) or int(text) > 3600:
        raise CellError(f"'{shown(cell)}' is no number of seconds", "a whole number from 1 to 3600")
    return int(text)


def _day(cell: str) -> str:
    text = cell.strip()
    try:
        if text and not _DAY.fullmatch(text):
            raise ValueError
        return text and datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        raise CellError(f"'{shown(cell)}' is no date", "as in 2026-11-01") from None


def is_prefix(text: str) -> bool:
    """Whether a rate may price what begins so."""
    return _PREFIX.fullmatch(text) is not None


def _prefix(cell: str) -> str:
    text = cell.strip()
    if text and not is_prefix(text):
        way = "'+' and digits, as in +4420; short numbers as in 311"
        raise CellError(f"'{shown(cell)}' is no prefix", way)
    return text


def _free(cell: str) -> bool:
    return bool(_choice("false", "true", "false")(cell) == "true")


COLUMNS: dict[str, Parse] = {
    "service": _choice("", "voice", "fax", "conference"),
    "direction": _choice("outbound", "outbound", "inbound"),
    "prefix": _prefix,
    "per_minute": _amount(None),
    "per_page": _amount(None),
    "first": _seconds,
    "next": _seconds,
    "connect": _amount(0),
    "minimum": _amount(0),
    "free": _free,
    "from": _day,
    "until": _day,
}
"""Each column with what reads a cell of it; an empty one is what a rate has that does not say it."""

REQUIRED = ("service", "prefix")
