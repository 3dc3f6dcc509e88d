"""Mails to tenants about their credit: out of the ledger's outbox, until a server has taken each once."""

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import select

from dialform.billing import smtp
from dialform.billing.consequences.letters import MAILED, Used, letter
from dialform.billing.consequences.outbox import Outbox
from dialform.billing.ledger import pricing
from dialform.billing.ledger.database import Database
from dialform.billing.ledger.tables import counters
from dialform.billing.ledger.values import Notice
from dialform.compiler.terms import Terms
from dialform.values import dataclass

FIRST, LONGEST = 30.0, 3600.0
"""Seconds until a mail that was not taken is tried again: twice as long each time, and no longer."""

NOBODY = "the tenant has no contact to write to"


@dataclass(frozen=True, slots=True)
class Sender:
    """How mail leaves the host: the server's URL, the sender's address, the platform's name."""

    server: str
    sender: str
    platform: str = ""

    def __repr__(self) -> str:  # a password may be in the URL
        return f"Sender({self.sender})"


@dataclass(frozen=True, slots=True)
class Posted:
    """What came of a round: mails that were taken, and why others were not, by the notice."""

    taken: int = 0
    failed: dict[int, str] | None = None


class Mailing:
    """The mails of one agent. It waits for the network: not for a loop to run."""

    def __init__(self, database: Database, steady: Callable[[], float]) -> None:
        """`steady` tells seconds of a clock that never goes back."""
        self._database, self._outbox, self._steady = database, Outbox(database), steady
        self._again: dict[int, float] = {}
        self._out: set[int] = set()
        """Mails that a server took and of which the ledger could not be told yet."""

    def work(self, sender: Sender | None, terms: dict[str, Terms], now: int) -> Posted:
        """One round, at `now` (microseconds since 1970). `terms` are those of the tenants that live here.

        Without a sender nothing is sent, and nothing lost: it waits for one. Raises LedgerError.
        """
        if sender is None:
            return Posted()
        taken, failed = 0, {}
        for notice in self._waiting():
            if notice.tenant not in terms or self._again.get(notice.id, 0.0) > self._steady():
                continue
            why = self._outbox.do(
                notice, lambda one: self._send(one, sender, terms[one.tenant]), now
            )
            self._out.discard(notice.id)
            if why:
                failed[notice.id] = why
                pause = min(FIRST * 2 ** min(notice.tries, 10), LONGEST)
                self._again[notice.id] = self._steady() + pause
            else:
                self._again.pop(notice.id, None)
                taken += why is not None
        return Posted(taken, failed)

    def _waiting(self) -> Iterator[Notice]:
        """All of them, some in memory at once: those that nobody can send stand before no other."""
        place = 0
        while found := self._outbox.waiting(MAILED, place):
            yield from found
            place = found[-1].id

    def _send(self, notice: Notice, sender: Sender, terms: Terms) -> str:
        if notice.id in self._out:
            return ""
        recipients = smtp.addresses([terms.contact])
        if not recipients:
            return NOBODY
        month = pricing.day(notice.at, terms.timezone)[:7]
        try:
            mail = letter(
                notice, terms, month, self._used(terms.slug, month),
                sender=sender.sender, platform=sender.platform,
            ).as_bytes()  # fmt: skip
        except (ValueError, TypeError, LookupError) as error:  # no header takes a line's end, say
            return (
                f"no mail to {terms.slug} can be made ({type(error).__name__}): see to its contact"
            )
        try:
            url = smtp.server(sender.server)
            smtp.hand_over(url, smtp.Envelope(sender.sender, tuple(recipients), mail))
        except smtp.MailError as error:
            return str(error)
        self._out.add(notice.id)
        return ""

    def _used(self, tenant: str, month: str) -> list[Used]:
        wanted = select(counters).where(counters.c.tenant == tenant, counters.c.period == month)
        with self._database.reading() as connection:
            rows: Any = connection.execute(wanted).all()
        return [Used(row.resource, row.units, row.free, row.amount) for row in rows]
