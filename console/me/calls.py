"""One's own calls: who called, who was called, how it ended."""

from starlette.responses import Response

from dialform.billing.ledger import finding
from dialform.billing.statements.calls import Call
from dialform.billing.statements.values import Span, printable
from dialform.billing.views.calls import wanted
from dialform.billing.views.whose import Whose, agreed
from dialform.console.listing import listing
from dialform.console.me import desk
from dialform.console.need import ANYBODY
from dialform.console.page import Context, Menu, Page
from dialform.values import dataclass

DAYS = 30
_DAY = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Line:
    """A call as one of the two sides saw it. `at` is in microseconds."""

    at: int
    came: bool
    missed: bool
    other: str
    """Number of the other side, made printable; "" where it said none."""
    mine: str
    lasted: str
    seconds: int
    ending: str


async def calls(context: Context) -> Response:
    """The calls of the last 30 days. Scope: the visitor's own extensions, whatever their role."""
    if not context.visitor.user:
        return desk.nobody(context, "My calls")
    who = desk.own(context)

    def read() -> list[Line]:
        ledger = context.ground.ledger
        terms = agreed(ledger, who.scope, who.slug)
        now = context.ground.clocks.micros()
        whose = Whose(terms, who.user, who.extensions)
        with ledger.reading() as reading:
            found = finding.found(reading, wanted(whose, now - DAYS * _DAY, None))
            return [_line(call, who.extensions) for call in found]

    lines = await context.ground.off(read) if who.extensions else []
    made = listing(
        context, lines, text=lambda line: f"{line.other} {line.mine} {line.ending}",
        sorts={"time": lambda line: line.at, "other": lambda line: line.other,
               "duration": lambda line: line.seconds},
    )  # fmt: skip
    return context.render("me/calls.html", list=made, days=DAYS, tenant=who.slug)


def _line(call: Call, mine: tuple[str, ...]) -> Line:
    came = call.caller not in mine
    other, own = (call.caller, call.number) if came else (call.number, call.caller)
    missed = came and call.disposition != "answered"
    return Line(
        call.started, came, missed, printable(other), printable(own), Span(call.seconds).shown(),
        call.seconds, call.disposition,
    )  # fmt: skip


PAGES = (Page("/me/calls", calls, ANYBODY, menu=Menu("My calls", "My account", 40, own=True)),)
