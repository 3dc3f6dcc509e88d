"""Billing where no agent stays: what is proven is agreed to, what lies in the spool is booked, once."""

import asyncio
from collections.abc import Callable

from dialform.billing.consequences.flags import FlagError
from dialform.billing.ledger.errors import LedgerError
from dialform.billing.ledger.ledger import Ledger
from dialform.billing.ledger.opening import open_ledger
from dialform.billing.meter.ingest import Ingest
from dialform.billing.meter.stats import Stats
from dialform.billing.spool import Spool
from dialform.reconcile.billing import terms as agreed
from dialform.reconcile.billing.flagging import Flagging
from dialform.reconcile.billing.outgoing import Outgoing
from dialform.reconcile.billing.place import Place, place_of
from dialform.reconcile.concluding import Tell
from dialform.reconcile.ground import Ground
from dialform.switch import SwitchError


async def settle(ground: Ground, *, ingest: bool = True, tell: Tell | None = None) -> str:
    """Store the terms of what is proven, bring the flags; with `ingest` book, and send what waits.

    Why it was not done, in a sentence, or empty: whatever it is, nothing of the pass depends on it.
    """
    found = agreed.proven(ground)
    if not ground.settings.billing or found is None:
        return ""
    try:
        place = await asyncio.to_thread(place_of, ground.settings, found)
        ledger = await asyncio.to_thread(open_ledger, place.url)
        try:
            await _settle(ground, ledger, place, ingest, tell)
        finally:
            await asyncio.to_thread(ledger.close)
    except (LedgerError, FlagError, SwitchError, OSError) as error:
        ground.book.condition("Billing", False, "NotBooked", str(error))
        return str(error)
    ground.book.condition("Billing", True, "Booked")
    return ""


async def _settle(
    ground: Ground, ledger: Ledger, place: Place, ingest: bool, tell: Tell | None
) -> None:
    folder = agreed.proven(ground)
    assert folder is not None
    host, times = ground.settings.host, ground.times
    await asyncio.to_thread(agreed.store, ledger, host, agreed.ran(ground))
    if ingest and place.spool is not None:
        spool = Spool(place.spool, host, now=times.now, alarm=_logged(ground))
        await asyncio.to_thread(_ingest, ledger, host, spool, ground)
    terms = await asyncio.to_thread(agreed.terms_of, folder)
    flags = Flagging(ledger, lambda: terms, ground.link, times, lambda *change: None, ground.log)
    if not ground.settings.report_only:
        await flags.turn()
    if ingest:
        outgoing = Outgoing(ledger, times, lambda: terms, lambda: place.sender, tell, ground.log)
        await outgoing.mail()
        await outgoing.alarm()


def _ingest(ledger: Ledger, host: str, spool: Spool, ground: Ground) -> None:
    def now() -> int:
        return int(ground.times.now() * agreed.MICRO)

    work = Ingest(ledger, host, spool, Stats(), now, _logged(ground))
    for batch in spool.passes():
        work.files(batch)


def _logged(ground: Ground) -> Callable[[str, str], None]:
    def alarm(kind: str, words: str) -> None:
        ground.log.warning("billing", kind=kind, message=words)

    return alarm
