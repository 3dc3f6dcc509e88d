"""What stands in a cell of a view, with its type: each format writes it in its own way."""

import unicodedata
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from dialform.billing.money import amount
from dialform.values import dataclass

_PLACES = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX",
                     "UYI", "VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}  # fmt: skip
"""Currencies whose minor unit is no hundredth (ISO 4217)."""

_JOINERS = "\u200c\u200d"
"""What Persian and the scripts of India are not written right without; nothing obeys it."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Money:
    """Micro-units of a currency."""

    micro: int
    currency: str

    @property
    def places(self) -> int:
        """How many decimal places say it exactly, at least those of the currency."""
        _, _, part = amount(self.micro, _PLACES.get(self.currency, 2)).partition(".")
        return len(part)

    @property
    def exact(self) -> str:
        """As a decimal number that machines read: 1234.50."""
        return amount(self.micro, _PLACES.get(self.currency, 2))

    def shown(self, places: int = 0) -> str:
        """For people: 1,234.50, with at least so many places."""
        whole, _, part = amount(self.micro, max(places, self.places)).partition(".")
        sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
        return f"{sign}{int(digits):,}{f'.{part}' if part else ''}"


@dataclass(frozen=True, slots=True)
class Span:
    """A time on the line. `seconds` may be negative, where something is taken back."""

    seconds: int

    def shown(self) -> str:
        """Minutes and seconds: 1:35, of long times 1,250:00."""
        minutes, seconds = divmod(abs(self.seconds), 60)
        return f"{'-' if self.seconds < 0 else ''}{minutes:,}:{seconds:02}"


@dataclass(frozen=True, slots=True)
class Moment:
    """Microseconds since 1970, as the clock of `zone` said it; 0 is no moment."""

    at: int
    zone: str

    @property
    def local(self) -> datetime:
        """In the zone, with its offset."""
        return (_EPOCH + timedelta(microseconds=self.at)).astimezone(ZoneInfo(self.zone))

    @property
    def exact(self) -> str:
        """As ISO 8601 with the offset: no hour of a DST change is meant twice."""
        return self.local.isoformat(timespec="seconds") if self.at else ""

    def shown(self) -> str:
        """For people, without the offset."""
        return self.local.strftime("%Y-%m-%d %H:%M:%S") if self.at else ""


Value = str | int | bool | None | Money | Span | Moment


def units(count: int, service: str) -> Value:
    """Units of a service: pages of a fax, else a time."""
    return count if service == "fax" else Span(count)


def unit_of(service: str) -> str:
    """What a unit of a service is called."""
    return "page" if service == "fax" else "second"


def shown(value: Value, places: int = 0) -> str:
    """A value for people. What somebody sent is shown, not obeyed: no control characters."""
    if isinstance(value, Money):
        return value.shown(places)
    if isinstance(value, Span | Moment):
        return value.shown()
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, int):
        return f"{value:,}"
    return printable(value)


def data(value: Value) -> str | int | bool | None:
    """A value for JSON: amounts are decimal texts, times ISO 8601, spans whole seconds."""
    if isinstance(value, Money | Moment):
        return value.exact
    if isinstance(value, Span):
        return value.seconds
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def printable(text: str) -> str:
    """Text without what a terminal or a page would obey. Spaces of any width are spaces."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else _instead(letter) for letter in text)


def _instead(letter: str) -> str:
    if letter in _JOINERS:
        return letter
    return " " if unicodedata.category(letter) == "Zs" else "\ufffd"
