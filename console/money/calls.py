"""Calls that were: found by day, number, extension, direction, and how they ended."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from starlette.responses import Response

from dialform.billing.ledger.lines import many
from dialform.billing.statements.calls import DIRECTIONS, DISPOSITIONS, Call, Leg
from dialform.billing.statements.spreadsheet import lines
from dialform.billing.statements.values import Moment, Money, Span, printable
from dialform.billing.views import calls as views
from dialform.billing.views.moments import MomentError, moment
from dialform.billing.views.whose import Whose
from dialform.console.downloads import saved
from dialform.console.errors import NotThere, Refused
from dialform.console.listing import listing
from dialform.console.money import recorded
from dialform.console.money.shown import shown
from dialform.console.money.whose import whose
from dialform.console.need import ANYBODY
from dialform.console.page import Context, Menu, Page
from dialform.values import dataclass, replace

ENDINGS = tuple(dict.fromkeys(("answered", "fax", "fax failed", "failed", *DISPOSITIONS.values())))
_DAYS = 7
"""Days that are shown where nobody says which."""
_FARTHEST = 92
"""Days at most: what is looked through for one page."""
_DAY = 86_400_000_000
_MOST = 100_000
"""Legs at most."""


@dataclass(frozen=True, slots=True)
class Search:
    """What somebody looks for. Times are microseconds; `first` and `last` are days as they were typed."""

    start: int
    end: int
    first: str
    last: str
    number: str
    extension: str
    direction: str
    ending: str


@dataclass(frozen=True, slots=True)
class Line:
    """A call in the list; texts of strangers are made printable."""

    id: str
    at: int
    direction: str
    caller: str
    number: str
    seconds: int
    lasted: str
    ending: str
    micro: int
    cost: str
    recorded: bool


def search(context: Context, one: Whose) -> Search:
    """The search that an address says. Raises Refused."""
    query, zone = context.query, one.terms.timezone
    now = context.ground.clocks.wall()
    today = datetime.fromtimestamp(now, ZoneInfo(zone)).date()
    first = query.get("from", "").strip() or (today - timedelta(days=_DAYS - 1)).isoformat()
    last = query.get("to", "").strip() or today.isoformat()
    try:
        start, end = moment(first, zone, now), moment(last, zone, now, end=True)
    except MomentError:
        raise Refused("That is no day: write days as in 2026-11-03.") from None
    if end <= start:
        raise Refused("The last day is before the first one: turn them round.")
    if end - start > _FARTHEST * _DAY + _DAY // 12:
        raise Refused(f"Look through at most {_FARTHEST} days at once.")
    direction, ending = query.get("direction", ""), query.get("ending", "")
    if direction not in ("", *DIRECTIONS) or ending not in ("", *ENDINGS):
        raise Refused("There is no such filter: choose one from the lists.")
    return Search(
        start, end, first[:10], last[:10], query.get("number", "")[:40].strip(),
        query.get("extension", "")[:40].strip(), direction, ending,
    )  # fmt: skip


def found(context: Context, one: Whose, wanted: Search) -> list[Call]:
    """The calls that are looked for, the newest first. Raises Refused where there are too many."""
    with context.ground.ledger.reading() as reading:
        if many(reading, one.slug, wanted.start, wanted.end, _MOST):
            raise Refused(
                f"More than {_MOST:,} legs of calls lie in these days: choose fewer days."
            )
    every = views.calls_of(context.ground.ledger, one, wanted.start, wanted.end)
    return [call for call in every if _matches(call, wanted)][::-1]


def _matches(call: Call, wanted: Search) -> bool:
    if wanted.direction and call.direction != wanted.direction:
        return False
    if wanted.ending and call.disposition != wanted.ending:
        return False
    if wanted.extension and not _touches(call, wanted.extension):
        return False
    part = wanted.number.removeprefix("+").replace(" ", "")
    return not part or part in call.caller or part in call.number


def _touches(call: Call, extension: str) -> bool:
    """Whether an extension made it, paid for it, or was rung by it."""
    return extension in (call.caller, call.number) or any(_of(leg, extension) for leg in call.legs)


def _of(leg: Leg, extension: str) -> bool:
    """Whether a leg is an extension's: made, paid for, or the one that it was rung on."""
    fact = leg.fact
    return extension in (leg.extension, fact.extension) or (
        fact.direction == "internal" and fact.number == extension
    )


def _lines(found: Iterable[Call], one: Whose, kept: frozenset[str]) -> list[Line]:
    currency = one.terms.currency
    return [
        Line(
            call.id, call.started, call.direction, printable(call.caller), printable(call.number),
            call.seconds, Span(call.seconds).shown(), call.disposition, call.amount,
            "" if call.unrated else Money(call.amount, currency).shown(),
            any(leg.fact.uuid in kept for leg in call.legs),
        )
        for call in found
    ]  # fmt: skip


def _read(context: Context) -> tuple[Whose, Search, list[Call]]:
    one = whose(context)
    wanted = search(context, one)
    return one, wanted, found(context, one, wanted)


_SORTS: dict[str, Any] = {
    "time": lambda line: line.at,
    "from": lambda line: line.caller,
    "to": lambda line: line.number,
    "duration": lambda line: line.seconds,
    "cost": lambda line: line.micro,
}


async def _calls(context: Context) -> Response:
    """Scope: a manager sees the tenant's calls with their cost; others those of their own extensions."""

    def read() -> tuple[Whose, Search, list[Line]]:
        one, wanted, made = _read(context)
        return one, wanted, _lines(made, one, recorded.uuids(context, made))

    one, wanted, made = await context.ground.off(read)
    extensions = _extensions(context)
    return context.render(
        "money/calls.html", search=wanted, currency=one.terms.currency, endings=ENDINGS,
        directions=DIRECTIONS, extensions=extensions, money=context.visitor.manages,
        list=listing(context, made, sorts=_SORTS, sort="-time",
                     text=lambda line: f"{line.caller} {line.number}"),
        total=Span(sum(line.seconds for line in made)).shown(),
        cost=Money(sum(line.micro for line in made), one.terms.currency).shown(),
    )  # fmt: skip


def _extensions(context: Context) -> list[tuple[str, str]]:
    """The extensions that a visitor may look for, with their names."""
    known = context.scope().tenant.extensions
    mine = known if context.visitor.manages else context.visitor.extensions
    return [(number, f"{number} {known[number].name or ''}".strip()) for number in sorted(mine)]


async def _csv(context: Context) -> Response:
    """Scope: as the page."""
    one, wanted, made = await context.ground.off(_read, context)
    table = views.table(made, one.terms)
    hidden = () if context.visitor.manages else ("cost", "currency")
    seen = [index for index, column in enumerate(table.columns) if column.key not in hidden]
    rows = [tuple(row[index] for index in seen) for row in table.rows]
    name = f"calls-{one.slug}-{wanted.first}-{wanted.last}.csv"
    return saved(
        lines([table.columns[index] for index in seen], rows), name, "text/csv; charset=utf-8"
    )


async def _call(context: Context) -> Response:
    """One call with its legs. Scope: as the list; somebody else's is not there."""
    wanted, at = str(context.params["call"]), int(context.params["at"])

    def read() -> tuple[Whose, Call | None]:
        one = whose(context)
        near = views.calls_of(context.ground.ledger, one, at, at + 1) if at < 2**62 else iter(())
        call = next((call for call in near if call.id == wanted), None)
        return one, call if call is None else _mine(call, one)

    one, call = await context.ground.off(read)
    if call is None:
        raise NotThere("There is no such call.")
    money = context.visitor.manages
    hidden = ("call", "kind", "currency") + (() if money else ("cost", "trunk", "object"))
    kept = await context.ground.off(recorded.of_call, context, call)
    return context.render(
        "money/call.html", call=call, legs=shown(views.legs([call], one.terms), without=hidden),
        caller=printable(call.caller), number=printable(call.number), recordings=kept,
        lasted=Span(call.seconds).shown(), began=Moment(call.started, one.terms.timezone).shown(),
        cost=Money(call.amount, one.terms.currency).shown() if money and not call.unrated else "",
        currency=one.terms.currency,
    )  # fmt: skip


def _mine(call: Call, one: Whose) -> Call:
    """A call as its viewer may see it: of a user, the legs of the user's own extensions."""
    if one.extensions is None:
        return call
    return replace(
        call, legs=tuple(leg for leg in call.legs if any(_of(leg, n) for n in one.extensions))
    )


PAGES = (
    Page("/t/{tenant}/call-records", _calls, ANYBODY, menu=Menu("Call records", "Calls", 40)),
    Page("/t/{tenant}/call-records.csv", _csv, ANYBODY),
    Page("/t/{tenant}/call-records/{at:int}/{call}", _call, ANYBODY),
)
