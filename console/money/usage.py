"""What was used in a month, and where it came from."""

from starlette.responses import Response

from dialform.billing.statements.spreadsheet import lines
from dialform.billing.statements.table import Row, Table
from dialform.billing.views import usage
from dialform.billing.views.whose import Whose
from dialform.console.downloads import saved
from dialform.console.money.shown import shown
from dialform.console.money.whose import month, whose
from dialform.console.need import ANYBODY
from dialform.console.page import Context, Menu, Page
from dialform.values import replace

_MONEY = ("amount", "currency", "unrated")


def table(context: Context) -> tuple[Whose, str, Table]:
    """Whose usage, of which month, and its rows."""
    one = whose(context)
    period = month(context, one)
    rows: list[Row] = []
    cost = 0
    for row, amount in usage.rows(context.ground.ledger, one, period):
        rows.append(row)
        cost += amount
    return one, period, usage.table(rows, {one.terms.currency: cost}, one_tenant=True)


async def _usage(context: Context) -> Response:
    """Scope: a manager sees the tenant's, with its cost; others what their extensions used, without."""
    _, period, made = await context.ground.off(table, context)
    hidden = () if context.visitor.manages else _MONEY
    return context.render(
        "money/usage.html", period=period, table=replace(shown(made, without=hidden), title=f"In {period}")
    )  # fmt: skip


async def _csv(context: Context) -> Response:
    """Scope: as the page."""
    one, period, made = await context.ground.off(table, context)
    seen = [
        index for index, column in enumerate(made.columns)
        if context.visitor.manages or column.key not in _MONEY
    ]  # fmt: skip
    columns = [made.columns[index] for index in seen]
    rows = [tuple(row[index] for index in seen) for row in made.rows]
    return saved(lines(columns, rows), f"usage-{one.slug}-{period}.csv", "text/csv; charset=utf-8")


PAGES = (
    Page("/t/{tenant}/usage", _usage, ANYBODY, menu=Menu("Usage", "Money", 20)),
    Page("/t/{tenant}/usage.csv", _csv, ANYBODY),
)
