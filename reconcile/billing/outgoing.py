"""What the ledger has to tell: mails to tenants, alarms to operators; each by whichever agent is first."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from dialform.billing.consequences.alarms import SENTENCES, SILENT, sentence
from dialform.billing.consequences.mailing import Mailing, Posted, Sender
from dialform.billing.consequences.outbox import Outbox
from dialform.billing.ledger.errors import LedgerError
from dialform.billing.ledger.ledger import Ledger
from dialform.billing.ledger.values import Notice
from dialform.compiler.terms import Terms
from dialform.reconcile.concluding import Tell
from dialform.reconcile.times import Times

EVERY = 2.0
"""Seconds between two looks at the outbox."""


class Outgoing:
    """Works the outbox off. Neither a mail server nor a webhook that hangs holds anything up but its own."""

    def __init__(
        self, ledger: Ledger, times: Times, terms: Callable[[], Mapping[str, Terms]],
        sender: Callable[[], Sender | None], tell: Tell | None, log: Any,
    ) -> None:  # fmt: skip
        self._outbox = Outbox(ledger.database)
        self._mailing = Mailing(ledger.database, times.steady)
        self._times, self._terms, self._sender = times, terms, sender
        self._tell, self._log = tell, log
        self.mailed = 0
        """Mails that a server took since this began."""
        self.error = ""
        """Why the last mail was not taken; empty: all were."""

    async def run(self) -> None:
        """Until cancelled."""
        await asyncio.gather(self._again(self.mail), self._again(self.alarm))

    async def _again(self, work: Any) -> None:
        while True:
            try:
                await work()
            except LedgerError as error:
                self._log.debug("the outbox cannot be read", why=str(error))
            except Exception as error:  # a fault of ours is no reason to book no calls
                what = type(error).__name__
                words = f"The outbox is not worked off by a fault of dialform ({what}): please report it."
                if words != self.error:
                    self._log.warning("outbox", why=words)
                self.error = words
            await self._times.sleep(EVERY)

    async def mail(self) -> None:
        """One round of mails. Raises LedgerError."""
        done: Posted = await asyncio.to_thread(
            self._mailing.work, self._sender(), dict(self._terms()), self._now()
        )
        self.mailed += done.taken
        for why in (done.failed or {}).values():
            self._log.warning("a mail was not taken", why=why)
            self.error = why
        if done.taken and not done.failed:
            self.error = ""

    async def alarm(self) -> None:
        """One round of alarms. Raises LedgerError."""
        for notice in await asyncio.to_thread(self._outbox.waiting, (*SENTENCES, *SILENT)):
            done = await asyncio.to_thread(self._outbox.do, notice, _taken, self._now())
            if done == "" and notice.kind in SENTENCES:
                await self._say(notice)

    async def _say(self, notice: Notice) -> None:
        words = sentence(notice)
        self._log.warning("billing", kind=notice.kind, tenant=notice.tenant, message=words)
        if self._tell is not None:
            await self._tell(f"billing_{notice.kind}", words)

    def _now(self) -> int:
        return int(self._times.now() * 1_000_000)


def _taken(_: Notice) -> str:
    """An alarm is taken out before it is told: told twice it would be two."""
    return ""
