"""Calls that SQL puts together and finds, against the same done in Python: of any legs, by any filter."""

import itertools
from collections.abc import Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from dialform.billing.facts.fact import Fact
from dialform.billing.ledger.finding import SORTS, Sums, Wanted, found, part, sums
from dialform.billing.ledger.ledger import Ledger
from dialform.billing.statements.calls import DIRECTIONS, DISPOSITIONS, Call, Leg
from dialform.billing.views.calls import calls_of, whole
from dialform.billing.views.whose import Whose
from dialform.values import replace

from .world import DAY, HOST, NOON, SECOND, call, price, prices, terms

EXTENSIONS = ("1001", "1002")
NUMBERS = ("", "1001", "1002", "12", "+12125550100", "+4420", "Ärø", "ärø a_%b")
ENDINGS = ("answered", "fax", "fax failed", "failed", *DISPOSITIONS.values())
COUNT = itertools.count()
FIRST, LAST = NOON - DAY, NOON + DAY


@st.composite
def legs(draw: st.DrawFn) -> Fact:
    """A leg of one of few calls, at one of few moments: there are ties of all kinds."""
    direction, kind = (
        draw(st.sampled_from(DIRECTIONS)),
        draw(st.sampled_from(("call", "call", "fax", "conference"))),
    )
    started = (
        NOON
        + draw(st.sampled_from((0, 0, 0, 1, 2, -DAY, DAY - 1, DAY)))
        + draw(st.integers(0, 1)) * SECOND
    )
    answered = draw(st.one_of(st.just(0), st.integers(0, 3).map(lambda after: started + after)))
    text = st.sampled_from(NUMBERS)
    return Fact(
        draw(st.sampled_from("abcdefgh")), kind, HOST, "acme", started, answered,
        (answered or started) + draw(st.integers(0, 2_000_001)), direction,
        "north" if direction != "internal" else "", number=draw(text), peer=draw(text),
        extension=draw(st.sampled_from(("", *EXTENSIONS))), call=draw(st.sampled_from(("", "a", "b", "c"))),
        forwarder=draw(st.sampled_from(("", "extension 1002", "ring_group 600"))),
        cause=draw(st.sampled_from(("USER_BUSY", "NO_ANSWER", "OTHER"))), seconds=draw(st.integers(0, 9)),
        pages=draw(st.integers(0, 2)) if kind == "fax" else 0, fax_ok=draw(st.booleans()),
    )  # fmt: skip


def filters() -> st.SearchStrategy[dict[str, Any]]:
    """What somebody looks for: one thing or more."""
    some = {
        "direction": st.sampled_from(DIRECTIONS), "ending": st.sampled_from(ENDINGS),
        "number": st.sampled_from((*NUMBERS, "2", "+", "a", "ÄRØ", "a_", "% b", "\0", "x")),
        "extension": st.sampled_from((*EXTENSIONS, "+4420")),
        "own": st.sampled_from(((), ("1001",), EXTENSIONS)),
    }  # fmt: skip
    return st.fixed_dictionaries({}, optional=some)


def one_by_one(every: Sequence[Call], wanted: Wanted, sort: str, *, down: bool) -> list[Call]:
    """The calls that are wanted, found in Python."""
    mine = [one for one in every if matches(one, wanted)][::-1]
    if sort == "time":
        return mine if down else mine[::-1]
    return sorted(mine, key=lambda one: getattr(one, SORTS[sort]), reverse=down)


def matches(one: Call, wanted: Wanted) -> bool:
    """Whether a call is wanted."""
    number = wanted.number.removeprefix("+").replace(" ", "")
    return (
        wanted.direction in ("", one.direction)
        and wanted.ending in ("", one.disposition)
        and (not wanted.extension or touches(one, wanted.extension))
        and (not number or number in one.caller or number in one.number)
    )


def touches(one: Call, extension: str) -> bool:
    """Whether an extension made a call, paid for it, or was rung by it."""
    return extension in (one.caller, one.number) or any(of(leg, extension) for leg in one.legs)


def of(leg: Leg, extension: str) -> bool:
    """Whether a leg is an extension's."""
    rung = leg.fact.direction == "internal" and leg.fact.number == extension
    return rung or extension in (leg.extension, leg.fact.extension)


def booked(ledger: Ledger, some: Sequence[Fact]) -> str:
    """A new tenant with these legs; two of one uuid are one, unless one of them is a conference's."""
    slug = f"t{next(COUNT)}"
    ledger.store_terms(
        HOST, prices(price("+1"), price("1", 5_000, name="in")), [terms(slug, package="")], at=0
    )
    legs = {(one.uuid, one.kind == "conference"): one for one in some}.values()
    # Some died with the switch first; what they came to then was taken back.
    died = [
        replace(one, provisional=True, ended=one.ended + 60 * SECOND) for one in list(legs)[::3]
    ]
    for batch in (died, legs):
        ledger.book(
            [replace(one, uuid=f"{slug}{one.uuid}", call=one.call and f"{slug}{one.call}", tenant=slug)
             for one in batch], now=NOON,
        )  # fmt: skip
    return slug


@settings(max_examples=20)
@given(
    some=st.lists(legs(), min_size=1, max_size=14), asked=filters(), sort=st.sampled_from(sorted(SORTS)),
    down=st.booleans(), last=st.sampled_from((LAST, None)), skip=st.integers(0, 4),
)  # fmt: skip
def test_sql_finds_what_is_found_one_by_one(
    ledger: Ledger, some: list[Fact], asked: dict[str, Any], sort: str, down: bool, last: int | None, skip: int,
) -> None:  # fmt: skip
    slug = booked(ledger, some)
    wanted = Wanted(slug, FIRST, last, **asked)
    one = Whose(terms(slug), "", wanted.own)
    known = list(calls_of(ledger, one, FIRST, last))
    right = one_by_one(known, wanted, sort, down=down)
    total = Sums(
        len(right), sum(each.seconds for each in right), sum(each.amount for each in right)
    )
    with ledger.reading() as reading:
        told = list(found(reading, wanted, sort, down=down))
        assert told == right
        # A decimal is equal to a whole number, and no money.
        assert {type(each.amount) for each in told} <= {int}
        assert list(found(reading, wanted, sort, down=down, most=2)) == right[:2]
        assert part(reading, wanted, sort, down=down, skip=skip, most=3) == (
            total,
            right[skip : skip + 3],
        )
        assert sums(reading, wanted) == total
    assert [each.id for each in whole(ledger, one, right)] == [each.id for each in right]


def test_the_names_of_calls_are_asked_for_where_they_are_few(ledger: Ledger) -> None:
    ledger.store_terms(HOST, prices(), [terms()], at=0)
    ledger.book([call(f"u{at}", answered=NOON + at) for at in range(3)], now=NOON)
    one = Whose(terms())
    assert [each.id for each in calls_of(ledger, one, FIRST, LAST, ["u1", "nothing"])] == ["u1"]


def test_many_calls_are_read_with_their_legs_too(ledger: Ledger) -> None:
    ledger.store_terms(HOST, prices(), [terms()], at=0)
    ledger.book([call(f"u{at:04}", answered=NOON + at) for at in range(600)], now=NOON)
    one = Whose(terms())
    with ledger.reading() as reading:
        some = list(found(reading, Wanted("acme", FIRST, LAST), most=550))
    assert [each.id for each in some] == [f"u{at:04}" for at in range(599, 49, -1)]
    assert all(each.legs for each in whole(ledger, one, some))
