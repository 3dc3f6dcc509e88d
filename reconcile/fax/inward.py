"""Faxes that come in, put together: taking them up, mailing them, and forgetting what is old."""

import asyncio
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from dialform.billing.consequences.mailing import Sender
from dialform.billing.ledger.database import Database
from dialform.billing.ledger.errors import LedgerError
from dialform.fax.queue import Inbox, Queue
from dialform.fax.released import Company
from dialform.reconcile.durable import explained
from dialform.reconcile.fax.delivering import Delivery
from dialform.reconcile.fax.pruning import prune
from dialform.reconcile.fax.receiver import Convert, Receiver
from dialform.reconcile.fax.receiving import Receiving
from dialform.reconcile.ground import Ground
from dialform.reconcile.together import first_of
from dialform.switch import Link

MAILING, PRUNING = 2.0, 3600.0
"""Seconds between two looks at mails that are due, and at what is too old."""
MICRO = 1_000_000


def folder_of(state: Path) -> Path:
    """Where a host keeps the PDFs of received faxes: `<state>/fax/in/<tenant>/<uuid>.pdf`."""
    return state.absolute() / "fax" / "in"


def storage_of(released: Path) -> Path | None:
    """The switch's folder of what it stores, by a compiled folder; None where only the switch knows it."""
    try:
        boot = list(json.loads((released / "manifest.json").read_bytes())["boot"])
        return Path(str(boot[boot.index("-storage") + 1]))
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return None


class Inward:
    """Runs for as long as a ledger and a link do. Neither a mail server nor a switch that hangs stops it."""

    def __init__(
        self, ground: Ground, database: Database, link: Link,
        companies: Callable[[], Mapping[str, Company]], released: Callable[[], Path],
        call_records: Callable[[], Path | None], sender: Callable[[], Sender | None],
        convert: Convert | None = None, unreadable: type[Exception] | None = None,
    ) -> None:  # fmt: skip
        """`released` is the folder of what runs, `call_records` the switch's spool, `sender` how mail leaves.

        `companies` has to give the same mapping as long as nothing changed.
        """
        self._host, self._times, self._log = ground.settings.host, ground.times, ground.log
        self._companies, self._sender = companies, sender
        self._folder = folder_of(ground.layout.root)
        self._inbox, self._queue = Inbox(database), Queue(database)
        if convert is None or unreadable is None:
            from dialform.fax.documents import DocumentError, pdf_of

            convert, unreadable = pdf_of, DocumentError
        receiver = Receiver(
            self._inbox, self._host, self._folder, convert, unreadable, companies, self._log
        )
        self.receiving = Receiving(
            receiver, database, link, self._times, companies, lambda: storage_of(released()),
            call_records, self._log,
        )  # fmt: skip
        self._delivery = Delivery(
            self._inbox, self._host, self._log, steady=self._times.steady
        )  # fmt: skip
        self._mailed, self._mail_error, self._unmailed, self._pruned = 0, "", 0, 0
        self._prune_error, self._prune_due = "", 0.0

    def wake(self) -> None:
        """Something was proven."""
        self.receiving.wake()

    async def run(self) -> None:
        """Until cancelled."""
        # Never one without the others: two rounds of mails at once would send each twice.
        work = (
            self.receiving.run(),
            self._again(self.mail, MAILING),
            self._again(self._prune, MAILING),
        )
        try:
            await first_of(work)
        finally:
            self._delivery.stop()  # a thread hears of no end

    async def once(self) -> str:
        """One round of everything; why something waits, or empty. Raises LedgerError, SwitchError, OSError.

        Ends of faxes that nobody heard are found by their files.
        """
        await self.receiving.turn()
        await self.mail()
        await self.prune()
        return self.receiving.error or self._mail_error

    async def _again(self, work: Callable[[], Any], every: float) -> None:
        while True:
            try:
                await work()
            except LedgerError as error:
                self._log.debug("the inbox cannot be read", why=str(error))
            except OSError as error:
                self._prune_error = explained(error)
            except Exception as error:  # a fault of ours is no reason to send no faxes
                self._log.exception("received faxes", why=type(error).__name__)
                self._mail_error = (
                    f"Received faxes are not seen to by a fault of dialform ({type(error).__name__}): "
                    "please report it."
                )
            await self._times.sleep(every)

    async def mail(self) -> None:
        """One round of mails. Raises LedgerError."""
        posted = await asyncio.to_thread(
            self._delivery.round, self._sender(), dict(self._companies()), self._now()
        )
        self._mailed += len(posted.taken)
        owed = await asyncio.to_thread(self._inbox.unmailed, self._host)
        self._unmailed = len(owed)
        before = self._mail_error or next((one.mail for one in owed if one.tries), "")
        self._mail_error = next(iter(posted.waits.values()), before) if owed else ""

    async def prune(self) -> None:
        """One round of forgetting, once it is known what cannot be removed. Raises LedgerError, OSError."""
        if not self.receiving.looked:
            return
        stuck = frozenset(path.rpartition("/")[2][:-4] for path in self.receiving.stuck)
        companies = list(self._companies().values())
        self._pruned += await asyncio.to_thread(
            prune, self._inbox, self._queue, self._host, self._folder, companies, stuck, self._now()
        )
        self._prune_error = ""

    async def _prune(self) -> None:
        now = self._times.steady()
        if self.receiving.looked and now >= self._prune_due:
            await self.prune()
            self._prune_due = now + PRUNING

    def section(self) -> dict[str, Any]:
        """What the status says of it. No tenant is named."""
        receiving = self.receiving
        return {
            "spool": str(receiving.folder) if receiving.folder else None,
            "received": receiving.received,
            "waiting": receiving.waiting,
            "stuck": len(receiving.stuck),
            "receive_error": receiving.error or None,
            "mailed": self._mailed,
            "unmailed": self._unmailed,
            "mail_error": self._mail_error or None,
            "pruned": self._pruned,
            "prune_error": self._prune_error or None,
        }

    def _now(self) -> int:
        return int(self._times.now() * MICRO)
