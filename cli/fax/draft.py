"""A fax on its way to the queue: its recipients are checked, then the tenant's standing, then the pages."""

import contextlib
import os
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from dialform.cli.fax.order import Order
from dialform.cli.fax.times import MICRO
from dialform.values import dataclass

if TYPE_CHECKING:
    from pathlib import Path

    from dialform.billing.ledger.ledger import Ledger
    from dialform.cli.fax.placed import Placed
    from dialform.cli.fax.recipients import Checked
    from dialform.fax.released import Account, Company


@dataclass(frozen=True, slots=True)
class Draft:
    """An order with its recipients, as of `now` (seconds since 1970); `root` is the host's folder."""

    order: Order
    root: "Path"
    company: "Company"
    account: "Account"
    checked: "Checked"
    now: float

    def notes(self, ledger: "Ledger") -> Sequence[str]:
        """What has to be said of limits and credit. Raises ClickException where nothing can go out now."""
        from dialform.cli.fax.standing import room

        at = int(self.now * MICRO)
        found = room(ledger, self.company.slug, self.company.name, at)
        soon = sum(one.due <= at for one in self.checked.news)
        if found.refused and soon:
            raise click.ClickException(found.refused)
        if found.refused:
            return [f"{found.refused} If that lasts, the faxes wait."]
        if found.left is not None and soon > found.left:
            return [
                f"The limits of {self.company.name} leave {found.left:,} more: the other faxes wait."
            ]
        return []

    def placed(self, notes: Sequence[str]) -> "Placed":
        """With its pages: nothing is queued yet. What is wrong with a document is one sentence."""
        from dialform.cli.fax import paper
        from dialform.cli.fax.placed import Placed

        order = self.order
        files = paper.files_of(self.root, self.company, order.documents, order.files)
        title = paper.title_of(self.company, order.subject, order.documents, order.files)
        with _converting():
            pages = paper.sheets(
                self.root, self.company, self.account, files, paper.Letter(order.cover, order.subject),
                self.checked.news, self.now,
            )  # fmt: skip
        return Placed(
            self.company, self.account, self.checked, pages, title or "Cover page", tuple(notes)
        )


@contextlib.contextmanager
def _converting() -> Iterator[None]:
    """On a terminal, that something is being done."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status("converting"):
        yield
