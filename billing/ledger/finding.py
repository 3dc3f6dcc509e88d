"""Calls as the database finds them: legs put together, filtered, sorted, counted and cut by SQL.

What tells a call is what `statements/calls.py` says of the legs that somebody looks at; a test holds both
against each other. Here each leg has a text that sorts as `calls` does, with the number of its fact at its
end: so the first leg of a call, or the one that got to the outside, is the least or greatest of those texts,
and one pass that groups by calls finds them all. Window functions took three times as long on SQLite.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    Subquery,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
)

from dialform.billing.facts.fact import CONFERENCE, FAX
from dialform.billing.ledger.lines import between, call_id, standing
from dialform.billing.ledger.rows import plain
from dialform.billing.ledger.tables import facts, usage
from dialform.billing.statements.calls import (
    ANSWERED,
    DISPOSITIONS,
    FAILED,
    FAX_FAILED,
    FAX_SENT,
    Call,
)
from dialform.values import dataclass

_DAY = 86_400_000_000
_SECOND = 1_000_000
_PAGE = 500
_STREAMED = {"stream_results": True}
_WIDE = 10**18
"""Added to a number (also one of microseconds) so that it sorts as text."""
_DIGITS = len(str(_WIDE))
_END = "\x01"
"""Behind a uuid: a shorter one sorts before the longer one that begins like it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which calls of a tenant: those that began from `first` on and before `last` (microseconds, None for
    no end). What is empty is not asked for.

    `own` are the extensions of a user: then those calls alone that concern them, each with the cost of their
    legs. `number` is a part of either side's; `extension` made it, paid for it, or was rung by it.
    """

    tenant: str
    first: int
    last: int | None
    own: tuple[str, ...] | None = None
    direction: str = ""
    ending: str = ""
    number: str = ""
    extension: str = ""


@dataclass(frozen=True, slots=True)
class Sums:
    """How many calls were found, the seconds that were talked, and micro-units that they cost."""

    count: int
    seconds: int
    amount: int


SORTS = {
    "time": "started", "from": "caller", "to": "number", "duration": "seconds", "cost": "amount",
}  # fmt: skip
"""What can be sorted by → its column. Of what is the same the newest stands first."""

_COLUMNS = (
    "id", "started", "answered", "direction", "caller", "number", "seconds", "disposition", "amount",
    "unrated",
)  # fmt: skip


def found(
    reading: Connection, wanted: Wanted, sort: str = "time", *, down: bool = True, most: int | None = None
) -> Iterator[Call]:  # fmt: skip
    """The calls without their legs, a few in memory at once; `most` of them at most."""
    asked = _sorted(reading, _calls(reading, wanted), sort, down=down).limit(most)
    for row in reading.execute(asked, execution_options=_STREAMED).yield_per(_PAGE):
        yield _call(row)


def part(
    reading: Connection, wanted: Wanted, sort: str, *, down: bool, skip: int, most: int
) -> tuple[Sums, list[Call]]:
    """Some of the calls without their legs, and the sums of all of them."""
    every = _calls(reading, wanted)
    asked = _sorted(reading, every, sort, down=down)
    asked = asked.add_columns(*(each.over() for each in _sums(every)))
    rows = reading.execute(asked.offset(skip).limit(most)).all()
    if not rows and skip:  # past the last one: there is no row that says the sums
        return sums(reading, wanted), []
    return _summed(rows[0][-3:] if rows else (0, 0, 0)), [_call(row) for row in rows]


def sums(reading: Connection, wanted: Wanted) -> Sums:
    """The sums of all of them."""
    return _summed(reading.execute(select(*_sums(_calls(reading, wanted)))).one())


def _sums(every: Subquery) -> list[Any]:
    return [func.count(), func.sum(every.c.seconds), func.sum(every.c.amount)]


def _summed(row: Any) -> Sums:
    # PostgreSQL gives sums of whole numbers as decimals, both give none of nothing.
    return Sums(*(int(each or 0) for each in row))


def _call(row: Any) -> Call:
    values: list[Any] = list(row[: len(_COLUMNS)])
    # PostgreSQL's sum of whole numbers is a decimal.
    values[-2], values[-1] = (
        int(values[-2]),
        bool(values[-1]),
    )  # the amount; whether a leg is unrated
    return Call(*[*values, ()])  # the legs


def _sorted(reading: Connection, every: Subquery, sort: str, *, down: bool) -> Select[Any]:
    column = every.c[SORTS[sort]]
    by = _bytes(reading, column) if isinstance(column.type, Text) else column
    newest = [every.c.started.desc(), every.c.id.desc()]
    order: list[ColumnElement[Any]]
    if sort == "time":
        order = [*newest] if down else [every.c.started, every.c.id]
    else:
        order = [by.desc() if down else by, *newest]
    return select(*(every.c[name] for name in _COLUMNS)).order_by(*order)


# From legs to calls.


def _calls(reading: Connection, wanted: Wanted) -> Subquery:
    """The calls with all that they are told by."""
    groups = _groups(reading, wanted).subquery("groups")
    first, told, ended = (facts.alias(name) for name in ("first", "told", "ended"))
    told_by = case((first.c.direction == "internal", groups.c.reached), else_=first.c.id)
    caller = case((_by_extension(first.c), first.c.extension), else_=first.c.peer)
    lasted = (told.c.ended - told.c.answered + (_SECOND - 1)) // _SECOND
    every = (
        select(
            groups.c.id, groups.c.started, told.c.answered, told.c.direction, caller.label("caller"),
            told.c.number, case((told.c.answered != 0, lasted), else_=0).label("seconds"),
            _disposition(ended.c).label("disposition"), groups.c.amount, groups.c.unrated,
        )
        .join(first, first.c.id == groups.c.leading)
        .join(told, told.c.id == told_by)
        .join(ended, ended.c.id == func.coalesce(groups.c.fax, told.c.id))
    )  # fmt: skip
    if wanted.direction:
        every = every.where(told.c.direction == wanted.direction)
    if wanted.ending:
        every = every.where(_disposition(ended.c) == wanted.ending)
    if wanted.extension:
        of = (
            groups.c.touched != 0,
            *(side == wanted.extension for side in (caller, told.c.number)),
        )
        every = every.where(or_(*of))
    if part := _part(wanted):
        every = every.where(
            or_(*(_within(reading, part, side) for side in (caller, told.c.number)))
        )
    return every.subquery("calls")


def _part(wanted: Wanted) -> str:
    """The part of a number, as facts have it."""
    return plain(wanted.number.removeprefix("+").replace(" ", ""))


def _by_extension(first: Any) -> ColumnElement[bool]:
    """Whether the first leg is told by its extension (`statements.calls.caller`)."""
    fax = and_(first.direction == "outbound", first.kind == FAX)
    own = and_(or_(first.direction == "internal", fax), first.call.in_(("", first.uuid)))
    return and_(own, first.extension != "")


def _disposition(ended: Any) -> ColumnElement[str]:
    """How a call ended (`statements.calls.disposition`)."""
    fax = ended.kind == FAX
    return case(
        (and_(fax, ended.fax_ok != 0), FAX_SENT),
        (and_(fax, ended.answered != 0), FAX_FAILED),
        (ended.answered != 0, ANSWERED),
        else_=case(DISPOSITIONS, value=ended.cause, else_=FAILED),
    )


def _groups(reading: Connection, wanted: Wanted) -> Select[Any]:
    """Legs by their call: its beginning and cost, and the numbers of the facts that tell it."""
    legs = _legs(reading, wanted).subquery("legs")
    outward = and_(legs.c.direction == "outbound", legs.c.kind != CONFERENCE)
    there = func.min(case((and_(outward, legs.c.answered != 0), legs.c.place)))
    tried = func.max(case((outward, legs.c.place)))
    amount: ColumnElement[Any] = legs.c.amount
    began = func.min(legs.c.started)
    asked = select(
        legs.c.id, began.label("started"),
        _number(func.min(legs.c.place)).label("leading"),
        _number(func.coalesce(there, tried, func.min(legs.c.place))).label("reached"),
        _number(func.min(case((legs.c.kind == FAX, legs.c.place)))).label("fax"),
        func.max(case((legs.c.status == "unrated", 1), else_=0)).label("unrated"),
    ).group_by(legs.c.id).having(began >= wanted.first)  # fmt: skip
    if wanted.last is not None:
        asked = asked.having(began < wanted.last)
    touches = _touches(legs.c, wanted.extension)
    touched: ColumnElement[Any] = func.max(_flag(touches))
    if wanted.own is not None:
        paid = legs.c.payer.in_(wanted.own)
        amount = case((paid, amount), else_=0)
        rung = and_(legs.c.direction == "internal", legs.c.number.in_(wanted.own))
        asked = asked.having(func.max(_flag(or_(paid, rung))) == 1)
        # Where they pay for legs, those legs alone are theirs.
        theirs = func.max(_flag(and_(paid, touches)))
        touched = case((func.max(_flag(paid)) == 1, theirs), else_=touched)
    return asked.add_columns(func.sum(amount).label("amount"), touched.label("touched"))


def _touches(leg: Any, extension: str) -> ColumnElement[bool]:
    """Whether a leg is an extension's: made, paid for, or the one that it was rung on."""
    rung = and_(leg.direction == "internal", leg.number == extension)
    return or_(leg.payer == extension, leg.extension == extension, rung)


def _legs(reading: Connection, wanted: Wanted) -> Select[Any]:
    """The legs of the calls: those of the days around too, for a leg is found by its answer."""
    call = call_id()
    place = (
        case((facts.c.kind == CONFERENCE, "1"), else_="0")
        + case((facts.c.uuid == call, "0"), else_="1")
        + cast(literal(_WIDE, BigInteger) + facts.c.started, Text)
        + facts.c.uuid
        + literal(_END)
        + cast(literal(_WIDE, BigInteger) + facts.c.id, Text)
    )
    last = None if wanted.last is None else wanted.last + _DAY
    within = (*between(wanted.tenant, wanted.first - _DAY, last), standing())
    asked = (
        select(
            _bytes(reading, call).label("id"), _bytes(reading, place).label("place"),
            *(facts.c[name] for name in ("kind", "started", "answered", "direction", "number", "extension")),
            usage.c.amount, usage.c.status, usage.c.extension.label("payer"),
        )
        .join(facts, facts.c.id == usage.c.fact)
        .where(*within)
    )  # fmt: skip
    some = _some(reading, wanted)
    if not some:
        return asked
    # Most calls are none of these: they are left out before anything is put together.
    near = select(call).select_from(usage.join(facts, facts.c.id == usage.c.fact))
    return asked.where(call.in_(near.where(*within, *some)))


def _some(reading: Connection, wanted: Wanted) -> list[ColumnElement[bool]]:
    """What one leg at least of a wanted call has."""
    found = []
    sides = (facts.c.number, facts.c.peer, facts.c.extension)
    if wanted.extension:
        found.append(
            or_(usage.c.extension == wanted.extension, *(s == wanted.extension for s in sides))
        )
    elif part := _part(wanted):
        found.append(or_(*(_within(reading, part, side) for side in sides)))
    elif wanted.own is not None:
        rung = and_(facts.c.direction == "internal", facts.c.number.in_(wanted.own))
        found.append(or_(usage.c.extension.in_(wanted.own), rung))
    return found


# What the two databases say differently, or not at all.


def _flag(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)


def _number(place: ColumnElement[Any]) -> ColumnElement[int]:
    """The number of the fact at the end of a place."""
    digits = func.substr(place, func.length(place) - (_DIGITS - 1))
    return cast(digits, BigInteger) - literal(_WIDE, BigInteger)


def _bytes(reading: Connection, text: ColumnElement[Any]) -> ColumnElement[Any]:
    """Text that sorts by its code points, whatever the database's language is."""
    return text.collate("C") if reading.dialect.name == "postgresql" else text


def _within(reading: Connection, part: str, text: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether a text has a part, in these very letters: LIKE of SQLite knows no case."""
    within = func.strpos if reading.dialect.name == "postgresql" else func.instr
    return within(text, part) > 0
