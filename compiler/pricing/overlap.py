"""That a plan has one price for a number on a day: rows that say the same twice, rates that overlap."""

from collections.abc import Iterator, Mapping
from itertools import combinations

from dialform.compiler.pricing.book import RateBook
from dialform.compiler.pricing.days import Days, common, day_after, day_before, meet, words
from dialform.compiler.pricing.ratefile import Key, RateFile
from dialform.schema.diagnostic import Diagnostic, Place
from dialform.schema.document import Document
from dialform.schema.rules import billing as rules

_MOST = 200
"""So many overlaps of two rates are told: the next ones are the same mistake again."""


def check_overlaps(book: RateBook, document: Document) -> Iterator[Diagnostic]:
    """Two prices for the same on one day, within a file and between the rates of a plan."""
    for file in book.files.values():
        yield from _within(file)
    pairs: dict[tuple[str, str], str] = {}
    for name, plan in sorted(book.billing.plans.items()):
        named = sorted({rate for rate in plan.rates if rate in book.billing.rates})
        for pair in combinations(named, 2):
            pairs.setdefault(pair, name)
    for (one, other), plan_name in pairs.items():
        yield from _between(book, document, one, other, plan_name)


def _what(key: Key) -> str:
    service, direction, prefix = key
    inbound = "inbound " if direction == "inbound" else ""
    return f"{inbound}{service} to {prefix}" if prefix else service


def _way(earlier: Days, later: Days) -> str:
    """How two spans of days get out of each other's way."""
    if later[0] > earlier[0] > "":
        return f"end the first of them: until {day_before(later[0])}"
    if earlier[1]:
        return f"begin the second one: from {day_after(earlier[1])}"
    return "let one end (until) before the other begins (from), or remove one"


def _within(file: RateFile) -> Iterator[Diagnostic]:
    for key, positions in sorted(file.twice.items())[:_MOST]:
        # In order of their days, each meets the next one if it meets any.
        order = sorted(positions, key=lambda at: (file.rows[at][1].days, at))
        reach = order[0]
        for position in order[1:]:
            one, other = file.rows[reach][1], file.rows[position][1]
            if meet(one.days, other.days):
                first, second = sorted((reach, position))
                place, line = file.place(file.numbers[second], "prefix"), file.numbers[first]
                if one.more == other.more:
                    yield rules.SameRowTwice.at(place, line=line)
                else:
                    yield rules.RatesOverlap.at(
                        place,
                        what=_what(key),
                        when=words(common(one.days, other.days)),
                        other=f"line {line}",
                        way=_way(one.days, other.days),
                    )
            if one.days[1] and (not other.days[1] or other.days[1] > one.days[1]):
                reach = position


Seen = Mapping[Key, list[tuple[Days, Place]]]


def _between(
    book: RateBook, document: Document, one: str, other: str, plan: str
) -> Iterator[Diagnostic]:
    """Overlaps of two rates. Told in billing.yaml's rate where one stands there, else in the second file."""
    file = book.file_of(one)
    if file is not None and file is book.file_of(other):  # the same file under two names
        place = document.place(("rates", other, "file"))
        known = _at(document.place(("rates", one, "file")), plan)
        what, way = f"everything in {file.path}", "remove one of the two rates"
        yield rules.RatesOverlap.at(place, what=what, when="always", other=known, way=way)
        return
    fewer, more = sorted((one, other), key=lambda name: _size(book, name))
    told = 0
    for key, days, place in _keys(book, document, fewer, more):
        for met, where in _meeting(book, document, more, key):
            if meet(days, met) and told < _MOST:
                told += 1
                earlier, later = sorted((days, met))
                yield rules.RatesOverlap.at(
                    place,
                    what=_what(key),
                    when=words(common(days, met)),
                    other=_at(where, plan),
                    way=_way(earlier, later),
                )


def _at(place: Place, plan: str) -> str:
    return f"{place.file} line {place.line}, both in plan '{plan}'"


def _size(book: RateBook, name: str) -> tuple[int, str]:
    file = book.file_of(name)
    return (len(file.rows) if file else 1, name)


def _keys(
    book: RateBook, document: Document, name: str, more: str
) -> Iterator[tuple[Key, Days, Place]]:
    """The prices of a rate for what the larger one prices as well."""
    file, other = book.file_of(name), book.file_of(more)
    if file is None:
        price = book.inline.get(name)
        if price is not None:
            key = (price.service, price.direction, price.prefix)
            yield key, (price.start, price.until), document.place(("rates", name), "key")
        return
    for group, seen in file.seen.items():
        known = other.seen.get(group, {}) if other else {}
        for prefix in sorted(seen.keys() & known.keys()):
            key = (*group, prefix)
            for position in file.twice.get(key, [seen[prefix]]):
                place = file.place(file.numbers[position], "prefix")
                yield key, file.rows[position][1].days, place


def _meeting(
    book: RateBook, document: Document, name: str, key: Key
) -> Iterator[tuple[Days, Place]]:
    file = book.file_of(name)
    if file is None:
        price = book.inline.get(name)
        if price is not None and (price.service, price.direction, price.prefix) == key:
            yield (price.start, price.until), document.place(("rates", name), "key")
        return
    first = file.seen.get(key[:2], {}).get(key[2])
    if first is not None:
        for position in file.twice.get(key, [first]):
            yield file.rows[position][1].days, file.place(file.numbers[position], "prefix")
