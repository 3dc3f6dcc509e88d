"""Which numbers of a route a plan has no price for: never, or not on every day."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

from dialform.compiler.pricing.days import Days, gap
from dialform.values import dataclass, field

LONGEST = 16
"""The longest prefix, with its `+`."""
MANY = 1_000
"""With so many holes nobody needs to know of more: a list of single exchanges leaves millions."""

Spans = Mapping[str, Sequence[Days]]
"""For each prefix of a rate the days on which it has a price."""


@dataclass(frozen=True, slots=True)
class Part:
    """Numbers that begin so, but for those that begin as one of `refused`."""

    prefix: str
    refused: tuple[str, ...] = ()


@dataclass(slots=True)
class Holes:
    """What is left without a price: the shortest prefixes of those numbers. `ends` are those that had one
    before, or will, with the days on which they have none.
    """

    never: list[str] = field(default_factory=list)
    ends: dict[Days, list[str]] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many prefixes it names."""
        return len(self.never) + sum(map(len, self.ends.values()))

    def add(self, other: "Holes") -> None:
        """Take another's as well."""
        self.never += other.never
        for days, numbers in other.ends.items():
            self.ends.setdefault(days, []).extend(numbers)


class Priced:
    """The prices of a plan for one service: what is covered, by longest prefix and by day."""

    def __init__(self, rates: Sequence[Spans], orders: Sequence[Sequence[str]]) -> None:
        self._rates = rates
        self._orders = orders
        """The prefixes of each rate, sorted."""

    def holes(self, part: Part, others: "Parts | None" = None) -> Holes:
        """The numbers of a part without a price, less those that others with a longer prefix take first."""
        found = Holes()
        work = _Walk(self, part, _Marks(part.refused), others or Parts(()), found)
        work.walk(part.prefix, self.above(part.prefix))
        return found

    def number(self, number: str) -> Holes:
        """The same of one number, as it is dialled."""
        found = Holes()
        days = (*self.above(number), *self.at(number))
        if not days:
            found.never.append(number)
        elif (missing := gap(days)) is not None:
            found.ends[missing] = [number]
        return found

    def above(self, prefix: str) -> tuple[Days, ...]:
        """The days of all prices whose prefix this one begins with, without its own."""
        return tuple(day for end in range(1, len(prefix)) for day in self.at(prefix[:end]))

    def at(self, prefix: str) -> list[Days]:
        """The days of all prices with exactly this prefix."""
        return [days for spans in self._rates for days in spans.get(prefix, ())]

    def finer(self, prefix: str) -> bool:
        """Whether a price has a longer prefix that begins so."""
        return any(_longer(order, prefix) for order in self._orders)


def _longer(order: Sequence[str], prefix: str) -> bool:
    """Whether something in a sorted list begins so, and is longer."""
    position = bisect_right(order, prefix)
    return position < len(order) and order[position].startswith(prefix)


class _Marks:
    """Prefixes, however many: what is asked of them takes as long as a number."""

    def __init__(self, marks: Iterable[str]) -> None:
        self._set = frozenset(marks)
        self._order = sorted(self._set)

    def begin(self, prefix: str) -> bool:
        """Whether all numbers that begin so begin as one of them."""
        return any(prefix[:end] in self._set for end in range(1, len(prefix) + 1))

    def cut(self, prefix: str) -> bool:
        """Whether one of them is longer, and begins so."""
        return _longer(self._order, prefix)


class Parts:
    """Many parts, such as those of all routes."""

    def __init__(self, parts: Iterable[Part]) -> None:
        self._at: dict[str, list[_Marks]] = {}
        for part in parts:
            self._at.setdefault(part.prefix, []).append(_Marks(part.refused))
        self._prefixes = _Marks(self._at)

    def take(self, prefix: str, longer: int) -> bool:
        """Whether one with a prefix of more than `longer` characters has all numbers that begin so."""
        return any(
            not (refused.begin(prefix) or refused.cut(prefix))
            for refused in self._around(prefix, longer)
        )

    def cut(self, prefix: str, longer: int) -> bool:
        """Whether such ones tell numbers apart that begin so."""
        return self._prefixes.cut(prefix) or any(
            refused.cut(prefix) for refused in self._around(prefix, longer)
        )

    def _around(self, prefix: str, longer: int) -> Iterator[_Marks]:
        for end in range(longer + 1, len(prefix) + 1):
            yield from self._at.get(prefix[:end], ())


@dataclass(slots=True)
class _Walk:
    priced: Priced
    part: Part
    refused: _Marks
    others: Parts
    found: Holes

    def walk(self, prefix: str, days: tuple[Days, ...]) -> None:
        """Look at all numbers that begin so, as closely as prices and routes tell them apart."""
        if self.found.count >= MANY:
            return
        if self.refused.begin(prefix) or not exists(prefix):
            return
        if self.others.take(prefix, len(self.part.prefix)):
            return
        here = self.priced.at(prefix)
        if here:
            days = (*days, *here)
        if here and gap(days) is None:
            return
        if len(prefix) < LONGEST and (self.priced.finer(prefix) or self._cut(prefix)):
            for digit in "0123456789":
                self.walk(prefix + digit, days)
        elif not days:
            self.found.never.append(prefix)
        elif (missing := gap(days)) is not None:
            self.found.ends.setdefault(missing, []).append(prefix)

    def _cut(self, prefix: str) -> bool:
        """Whether routes tell numbers apart that begin so."""
        return self.refused.cut(prefix) or self.others.cut(prefix, len(self.part.prefix))


@cache
def _countries() -> tuple[frozenset[str], frozenset[str]]:
    codes = {str(code) for code in COUNTRY_CODE_TO_REGION_CODE}
    return frozenset(codes), frozenset(code[:end] for code in codes for end in range(len(code)))


def exists(prefix: str) -> bool:
    """Whether a country has numbers that begin so (E.164 with `+`); a short number exists if it is named."""
    if not prefix.startswith("+"):
        return True
    digits = prefix[1:]
    codes, begun = _countries()
    return digits in begun or any(digits[:end] in codes for end in (1, 2, 3))
