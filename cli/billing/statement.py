"""`dialform billing statement`."""

import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dialform.billing.statements.forms import FORMS
from dialform.cli.billing import common, output
from dialform.cli.exits import Exit

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from dialform.billing.ledger.ledger import Ledger
    from dialform.billing.statements.statement import Statement
    from dialform.billing.views.whose import Whose


def _table(statement: "Statement") -> Iterable[str | bytes]:
    from dialform.billing.statements.sections import sections

    return [_head(statement), output.text_of(sections(statement))]


def _head(statement: "Statement") -> str:
    from dialform.billing.statements.head import heading, letterhead, warnings

    lines = [heading(statement), *letterhead(statement), *warnings(statement)]
    return "\n".join(lines) + "\n\n"


FORMATS: dict[str, Callable[["Statement"], Iterable[str | bytes]]] = {
    "table": _table, **FORMS,
}  # fmt: skip
"""Format → what writes it."""


@click.command("statement")
@common.sources
@common.TENANT
@common.MONTH
@click.option("--calls", is_flag=True, help="List each call too.")
@click.option("--issue", "issuing", is_flag=True,
              help="Issue it: it stays as it is then; what comes later is a line of the next.")  # fmt: skip
@output.form_option(tuple(FORMATS))
@output.OUTPUT
def command(
    site: Path | None, secrets: Path | None, state: Path | None, ledger: str | None,
    tenant: str | None, month: str | None, calls: bool, issuing: bool, form: str | None,
    file: Path | None,
) -> int:  # fmt: skip
    """Draw up a month's statement: opening balance, payments, usage, closing balance.

    A statement that was issued is printed as it was issued, whatever came since.
    """
    form = output.form_of(form, file, tuple(FORMATS))
    if form == "pdf" and file is None and sys.stdout.isatty():
        raise click.UsageError("A PDF is nothing for a terminal: say -o FILE.")
    where = common.place(site, state, secrets, ledger)
    with common.opened(where) as books:
        one = common.only(where, books, tenant)
        period = common.month_of(month, one.terms.timezone)
        if issuing:
            _over(period, one.terms.timezone)
        made = _drawn(where, books, one, period, calls, issuing)
        _other_money(books, one)
    if calls and made.calls is None:
        click.echo(
            f"note: the statement was issued without its calls; `dialform cdr --tenant {one.slug} "
            f"--from {period}-01` lists them",
            err=True,
        )
    if form == "table" and file is None and output.on_terminal():
        from dialform.billing.statements.sections import sections

        click.echo(_head(made), nl=False)
        output.put(sections(made), form, None)
    else:
        output.save(FORMATS[form](made), file)
    return Exit.CLEAN


def _drawn(
    where: common.Place, books: "Ledger", one: "Whose", period: str, calls: bool, issuing: bool
) -> "Statement":
    from dialform.billing.ledger.issuing import draw_up, issue
    from dialform.billing.views.whose import included, party

    view = where.site.view if where.site else None
    head = party(one.terms, view.platform.platform if view else "")
    months = included(books, one.terms, period)

    def draw(connection: "Connection") -> "Statement":
        return draw_up(connection, head, months, period, calls=calls)

    if not issuing:
        with books.reading() as connection:
            return draw(connection)
    now = int(time.time() * 1_000_000)
    return books.database.write(lambda connection: issue(connection, draw, one.slug, period, now))


def _other_money(books: "Ledger", one: "Whose") -> None:
    """A tenant whose currency changed has money that this statement does not count."""
    from dialform.billing.ledger.reports import balances_of
    from dialform.billing.statements.values import Money

    with books.reading() as reading:
        held = balances_of(reading, one.slug)
    for currency, (paid, charges) in held.items():
        if currency != one.terms.currency and (paid or charges):
            left = Money(paid - charges, currency).shown()
            click.echo(
                f"note: {one.slug} has {left} {currency} of an earlier currency too", err=True
            )


def _over(period: str, timezone: str) -> None:
    """A month that is not over cannot be issued: all of its days would be late."""
    if period >= common.month_of(None, timezone):
        raise click.UsageError(
            f"{period} is not over yet in {timezone}: it can be shown now, and issued when it is over."
        )
