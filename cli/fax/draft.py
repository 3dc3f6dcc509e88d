"""A fax on its way to the queue: its recipients are checked, then the tenant's standing, then the pages."""

import contextlib
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import click

from dialform.cli.fax.order import Order
from dialform.cli.fax.times import MICRO
from dialform.values import dataclass, replace

if TYPE_CHECKING:
    from pathlib import Path

    from dialform.billing.ledger.ledger import Ledger
    from dialform.cli.fax.placed import Placed
    from dialform.cli.fax.recipients import Checked
    from dialform.fax.released import Account, Company


@dataclass(frozen=True, slots=True)
class Draft:
    """An order with its recipients, as of `now` (seconds since 1970). `root` is the host's folder, `sender`
    who is named on the cover page.
    """

    order: Order
    root: "Path"
    company: "Company"
    account: "Account"
    checked: "Checked"
    sender: str
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

    def placed(self, notes: Sequence[str], *, first: bool = False) -> "Placed":
        """With its pages: nothing is queued yet. With `first` only the first recipient's are made."""
        from dialform.cli.fax import paper
        from dialform.cli.fax.placed import Placed

        order = self.order
        files = paper.files_of(self.root, self.company, order.documents, order.files)
        title = paper.title_of(self.company, order.subject, order.documents, order.files)
        letter = paper.Letter(
            self.root, self.company, self.account, files, order.cover, order.subject, self.sender, self.now
        )  # fmt: skip
        with _told() as told:
            sheets, news, note = paper.pages(letter, self.checked.news, told, first=first)
        checked = replace(self.checked, news=news)
        return Placed(
            self.company, self.account, checked, sheets, title, (*notes, *filter(None, [note]))
        )


@contextlib.contextmanager
def _told() -> Iterator[Callable[[str], None]]:
    """On a terminal, what is being done."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield lambda words: None
        return
    from rich.console import Console

    with Console(stderr=True).status("") as shown:
        yield shown.update
