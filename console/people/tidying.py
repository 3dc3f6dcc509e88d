"""What is looked after while the server runs: sessions that ended, and people whom the site knows no more."""

from dialform.billing.ledger.errors import LedgerError
from dialform.console.accounts import accounts, audit, sessions
from dialform.console.accounts.reception import reception
from dialform.console.errors import Away
from dialform.console.ground import Ground
from dialform.console.site import Site

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
    site = ground.released()
    left = [
        one.subject for one in accounts.of(database) if not one.gone and _gone(site, one.subject)
    ]
    accounts.gone(database, left, now)
    for subject in left:
        tenant = "" if subject.startswith("@") else subject.partition("/")[0]
        audit.write(database, at=now, act="gone from the site", subject=subject, tenant=tenant)


def _gone(site: Site, subject: str) -> bool:
    """Whether the site names somebody no more. What cannot be read at the moment names everybody."""
    if subject.startswith("@"):
        known = {handle.casefold() for handle in site.admins}
        return bool(known) and subject.casefold() not in known
    slug, _, user = subject.partition("/")
    if slug not in site.slugs:
        return bool(site.slugs)
    scope = site.tenant(slug)
    return scope is not None and user not in scope.tenant.users
