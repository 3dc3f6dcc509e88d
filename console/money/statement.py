"""The statement of a month: on the page with its plot, and as PDF, page, CSV or JSON to be kept."""

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup
from starlette.responses import Response

from dialform.billing.ledger.issuing import draw_up, issue
from dialform.billing.statements import plot
from dialform.billing.statements.forms import FORMS
from dialform.billing.statements.head import heading, letterhead, warnings
from dialform.billing.statements.sections import named, sections
from dialform.billing.statements.statement import Statement
from dialform.billing.statements.table import Column, Table
from dialform.billing.statements.values import Money, Span
from dialform.billing.views.whose import Whose, agreed, included, party, this_month
from dialform.console.downloads import saved
from dialform.console.errors import NotThere, Refused
from dialform.console.money.shown import shown
from dialform.console.money.whose import month, platform_of
from dialform.console.need import ADMIN, MANAGER
from dialform.console.page import Context, Menu, Page

MEDIA = {
    "pdf": "application/pdf", "html": "text/html; charset=utf-8", "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}  # fmt: skip
"""Form of a statement → what browsers are told that it is. HTML is only ever saved, never shown here."""


def drawn(context: Context, period: str, *, calls: bool = False) -> Statement:
    """A month's statement, as it was issued, or as it stands. It asks the ledger: off the loop."""
    scope, ledger = context.scope(), context.ground.ledger
    terms = agreed(ledger, scope, scope.slug)
    head, months = party(terms, platform_of(context, scope)), included(ledger, terms, period)
    with ledger.reading() as connection:
        return draw_up(connection, head, months, period, calls=calls)


def _one(context: Context) -> Whose:
    scope = context.scope()
    return Whose(agreed(context.ground.ledger, scope, scope.slug))


def _months(period: str) -> tuple[str, str]:
    """The month before one, and the one after it."""
    number = int(period[:4]) * 12 + int(period[5:]) - 1
    before, after = number - 1, number + 1
    return f"{before // 12:04}-{before % 12 + 1:02}", f"{after // 12:04}-{after % 12 + 1:02}"


def _days(statement: Statement) -> Table:
    """The plot's numbers, for whoever cannot see it."""
    currency = statement.party.currency
    columns = (Column("day", "Day"), Column("service", "Service"), Column("time", "Time", right=True),
               Column("amount", currency, right=True))  # fmt: skip
    rows: Sequence[Any] = [
        (f"{statement.period}-{one.day:02}", named(one.service), Span(one.seconds),
         Money(one.amount, currency))
        for one in statement.days
    ]  # fmt: skip
    return Table("days", plot.heading(statement), columns, rows)


async def _statement(context: Context) -> Response:
    """Scope: the tenant's managers."""

    def read() -> tuple[str, str, Statement]:
        one = _one(context)
        period = month(context, one)
        now = this_month(one.terms.timezone, context.ground.clocks.wall())
        return period, now, drawn(context, period)

    period, now, made = await context.ground.off(read)
    before, after = _months(period)
    return context.render(
        "money/statement.html", period=period, before=before, after=after if after <= now else "",
        title=heading(made), lines=letterhead(made), warnings=warnings(made), issued=bool(made.issued),
        over=period < now, tables=[shown(one) for one in sections(made)],
        # Our own drawing: no text of anybody is in it.
        drawing=Markup(plot.svg(made)) if made.days else "",  # noqa: S704
        drawn=plot.heading(made), days=shown(_days(made)),
    )  # fmt: skip


async def _file(context: Context) -> Response:
    """A form of it. Scope: the tenant's managers."""
    form = str(context.params["form"])
    if form not in FORMS:
        raise NotThere("A statement comes as pdf, html, csv or json.")

    def made() -> tuple[str, list[str | bytes]]:
        period = month(context, _one(context))
        statement = drawn(context, period, calls=context.query.get("calls") == "yes")
        return period, list(FORMS[form](statement))

    period, content = await context.ground.off(made)
    return saved(content, f"statement-{context.tenant}-{period}.{form}", MEDIA[form])


async def _issue(context: Context) -> Response:
    """Issue a month's statement: it stays as it is then. Scope: admins."""
    with_calls = await context.text("calls") == "yes"

    def issued() -> str:
        one = _one(context)
        period = month(context, one)
        if period >= this_month(one.terms.timezone, context.ground.clocks.wall()):
            raise Refused(f"{period} is not over yet: issue it when it is.")
        scope, ledger = context.scope(), context.ground.ledger
        head = party(one.terms, platform_of(context, scope))
        months = included(ledger, one.terms, period)
        ledger.database.write(
            lambda connection: issue(
                connection, lambda again: draw_up(again, head, months, period, calls=with_calls),
                one.slug, period, context.ground.clocks.micros(),
            )
        )  # fmt: skip
        return period

    period = await context.ground.off(issued)
    context.audit("statement.issued", period=period)
    context.flash(f"The statement {period} is issued. What comes later is a line of the next one.")
    return context.redirect(f"/t/{context.tenant}/statement?month={period}")


PAGES = (
    Page("/t/{tenant}/statement", _statement, MANAGER, menu=Menu("Statement", "Money", 40)),
    Page("/t/{tenant}/statement/{month}/issue", _issue, ADMIN, methods=("POST",)),
    Page("/t/{tenant}/statement/{month}.{form}", _file, MANAGER),
)
