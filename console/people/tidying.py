"""What is looked after while the server runs: sessions that ended, and people whom the site knows no more."""

from dialform.billing.ledger.errors import LedgerError
from dialform.console.accounts import accounts, audit, presence, sessions
from dialform.console.accounts.reception import reception
from dialform.console.errors import Away
from dialform.console.ground import Ground

EVERY = 60.0
"""Seconds."""


async def tidy(ground: Ground) -> None:
    """Again and again, while the server runs."""
    while True:
        try:
            await ground.off(once, ground)
        except (Away, LedgerError) as error:
            ground.say("tidy", "warning", why=str(error))
        await ground.clocks.sleep(EVERY)


def once(ground: Ground) -> None:
    """One round. Blocks. Raises Away, LedgerError."""
    desk = reception(ground)
    now, database = desk.now(), ground.database
    sessions.sweep(database, desk.lifetime, now)
    found = presence.seen(ground.released(), accounts.of(database), now)
    accounts.present(database, found.present)
    accounts.missed(database, [one.id for one in found.missed], now)
    accounts.gone(database, [one.id for one in found.gone], now)
    for one in found.gone:
        audit.write(
            database, at=now, act="gone from the site", subject=one.subject, tenant=one.tenant
        )
