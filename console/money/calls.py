"""Calls that were: found by day, number, extension, direction, and how they ended."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from starlette.responses import Response

from dialform.billing.ledger import finding
from dialform.billing.ledger.finding import Sums, Wanted
from dialform.billing.ledger.lines import many
from dialform.billing.ledger.rows import plain
from dialform.billing.statements.calls import DIRECTIONS, DISPOSITIONS, Call, Leg
from dialform.billing.statements.spreadsheet import lines
from dialform.billing.statements.values import Moment, Money, Span, printable
from dialform.billing.views import calls as views
from dialform.billing.views.moments import MomentError, moment
from dialform.billing.views.whose import Whose
from dialform.console.downloads import spooled
from dialform.console.errors import NotThere, Refused
from dialform.console.listing import Listing, sliced
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
    lasted: str
    ending: str
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
        start, end, first[:10], last[:10], plain(query.get("number", "")[:40].strip()),
        plain(query.get("extension", "")[:40].strip()), direction, ending,
    )  # fmt: skip


def _wanted(context: Context, one: Whose, said: Search) -> Wanted:
    """The calls that are looked for. Raises Refused where there are too many."""
    with context.ground.ledger.reading() as reading:
        if many(reading, one.slug, said.start, said.end, _MOST):
            raise Refused(
                f"More than {_MOST:,} legs of calls lie in these days: choose fewer days."
            )
    return views.wanted(
        one, said.start, said.end, number=said.number, extension=said.extension,
        direction=said.direction, ending=said.ending,
    )  # fmt: skip


def _lines(context: Context, one: Whose, found: Sequence[Call]) -> list[Line]:
    """A page of calls; whether something of them was recorded is looked for where anything was."""
    currency, ledger = one.terms.currency, context.ground.ledger
    kept = recorded.uuids(context, found)
    whole = views.whole(ledger, one, found) if kept else []
    heard = {call.id for call in whole if any(leg.fact.uuid in kept for leg in call.legs)}
    return [
        Line(
            call.id, call.started, call.direction, printable(call.caller), printable(call.number),
            Span(call.seconds).shown(), call.disposition,
            "" if call.unrated else Money(call.amount, currency).shown(), call.id in heard,
        )
        for call in found
    ]  # fmt: skip


async def _calls(context: Context) -> Response:
    """Scope: a manager sees the tenant's calls with their cost; others those of their own extensions."""

    def read() -> tuple[Whose, Search, Listing[Line], Sums]:
        one = whose(context)
        said = search(context, one)
        wanted = _wanted(context, one, said)
        sums = Sums(0, 0, 0)

        def part(sort: str, down: bool, skip: int, most: int) -> tuple[int, list[Line]]:
            nonlocal sums
            with context.ground.ledger.reading() as reading:
                sums, some = finding.part(reading, wanted, sort, down=down, skip=skip, most=most)
            return sums.count, _lines(context, one, some)

        return one, said, sliced(context, part, sorts=finding.SORTS, sort="-time"), sums

    one, said, made, sums = await context.ground.off(read)
    return context.render(
        "money/calls.html", search=said, currency=one.terms.currency, endings=ENDINGS,
        directions=DIRECTIONS, extensions=_extensions(context), money=context.visitor.manages,
        list=made, total=Span(sums.seconds).shown(),
        cost=Money(sums.amount, one.terms.currency).shown(),
    )  # fmt: skip


def _extensions(context: Context) -> list[tuple[str, str]]:
    """The extensions that a visitor may look for, with their names."""
    known = context.scope().tenant.extensions
    mine = known if context.visitor.manages else context.visitor.extensions
    return [(number, f"{number} {known[number].name or ''}".strip()) for number in sorted(mine)]


async def _csv(context: Context) -> Response:
    """Scope: as the page."""
    hidden = () if context.visitor.manages else ("cost", "currency")

    def made() -> Response:
        one = whose(context)
        said = search(context, one)
        wanted = _wanted(context, one, said)
        every = views.columns(one.terms)
        seen = [index for index, column in enumerate(every) if column.key not in hidden]
        with context.ground.ledger.reading() as reading:
            rows = (views.row(call, one.terms) for call in finding.found(reading, wanted))
            slim = (tuple(row[index] for index in seen) for row in rows)
            name = f"calls-{one.slug}-{said.first}-{said.last}.csv"
            heads = [every[index] for index in seen]
            return spooled(lines(heads, slim), name, "text/csv; charset=utf-8")

    return await context.ground.off(made)


async def _call(context: Context) -> Response:
    """One call with its legs. Scope: as the list; somebody else's is not there."""
    wanted, at = str(context.params["call"]), int(context.params["at"])

    def read() -> tuple[Whose, Call | None]:
        one = whose(context)
        known = at < 2**62 and wanted == plain(wanted)
        near = (
            views.calls_of(context.ground.ledger, one, at, at + 1, (wanted,)) if known else iter(())
        )
        call = next(near, None)
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


def _of(leg: Leg, extension: str) -> bool:
    """Whether a leg is an extension's: made, paid for, or the one that it was rung on."""
    fact = leg.fact
    return extension in (leg.extension, fact.extension) or (
        fact.direction == "internal" and fact.number == extension
    )


PAGES = (
    Page("/t/{tenant}/call-records", _calls, ANYBODY, menu=Menu("Call records", "Calls", 40)),
    Page("/t/{tenant}/call-records.csv", _csv, ANYBODY),
    Page("/t/{tenant}/call-records/{at:int}/{call}", _call, ANYBODY),
)
