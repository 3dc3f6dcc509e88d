"""A fax on its way to the queue: its recipients are checked, then the tenant's standing, then the pages."""

import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dialform.fax.ordering import paper
from dialform.fax.ordering.errors import OrderError
from dialform.fax.ordering.order import Order
from dialform.fax.ordering.recipients import Checked
from dialform.fax.ordering.standing import room
from dialform.fax.ordering.times import MICRO
from dialform.fax.queue.values import Sheets
from dialform.fax.released import Account, Company
from dialform.values import dataclass, replace

if TYPE_CHECKING:
    from dialform.billing.ledger.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Placed:
    """Faxes that are checked and converted. `ids` are theirs in the queue, none of what is not queued."""

    company: Company
    account: Account
    checked: Checked
    sheets: Sheets
    title: str
    notes: Sequence[str]
    batch: str = ""
    ids: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """An order with its recipients, as of `now` (seconds since 1970). `root` is the host's folder, `sender`
    who is named on the cover page.
    """

    order: Order
    root: Path
    company: Company
    account: Account
    checked: Checked
    sender: str
    now: float

    def notes(self, ledger: "Ledger") -> Sequence[str]:
        """What has to be said of limits and credit. Raises OrderError where nothing can go out now."""
        at = int(self.now * MICRO)
        found = room(ledger, self.company.slug, self.company.name, at)
        soon = sum(one.due <= at for one in self.checked.news)
        if found.refused and soon:
            raise OrderError(found.refused)
        if found.refused:
            return [f"{found.refused} If that lasts, the faxes wait."]
        if found.left is not None and soon > found.left:
            return [
                f"The limits of {self.company.name} leave {found.left:,} more: the other faxes wait."
            ]
        return []

    def body(self, told: Callable[[str], None]) -> Sheets | None:
        """Its documents as pages, without a cover; None where it has none. `told` hears what is being done.

        Raises OrderError, DocumentError.
        """
        return paper.body_of(self._letter(), told)

    def placed(
        self, body: Sheets | None, notes: Sequence[str], told: Callable[[str], None], *,
        first: bool = False,
    ) -> Placed:  # fmt: skip
        """With its pages: nothing is queued yet. With `first` only the first recipient's are made.

        Raises OrderError, DocumentError.
        """
        order = self.order
        title = paper.title_of(self.company, order.subject, order.documents, order.files)
        sheets, news, note = paper.pages(self._letter(), body, self.checked.news, told, first=first)
        checked = replace(self.checked, news=news)
        return Placed(
            self.company, self.account, checked, sheets, title, (*notes, *filter(None, [note]))
        )

    def _letter(self) -> paper.Letter:
        order = self.order
        files = paper.files_of(self.root, self.company, order.documents, order.files)
        return paper.Letter(
            self.root, self.company, self.account, files, order.cover, order.subject, self.sender, self.now
        )  # fmt: skip


def submit(ledger: "Ledger", placed: Placed, *, by: str, now: int, batch: str = "") -> Placed:
    """Queue all of them, or none. `now` is microseconds since 1970; a `batch` that is queued already stays as
    it is. Raises LedgerError.
    """
    from dialform.fax.queue import Queue

    account, batch = placed.account, batch or secrets.token_hex(8)
    ids = Queue(ledger.database).submit(
        placed.sheets, placed.company.slug, account.number, placed.checked.news,
        by=by, title=placed.title, retries=account.retries,
        coarse=account.resolution == "standard", now=now, batch=batch,
    )  # fmt: skip
    return replace(placed, batch=batch, ids=tuple(ids))
