"""Received faxes where no agent stays: what lies there is taken up and mailed, once."""

import asyncio

from dialform.billing.ledger.errors import LedgerError
from dialform.billing.ledger.opening import open_ledger
from dialform.fax.released import ReleaseError
from dialform.reconcile.billing import terms as agreed
from dialform.reconcile.billing.place import place_of
from dialform.reconcile.durable import explained
from dialform.reconcile.fax import released
from dialform.reconcile.fax.inward import Inward
from dialform.reconcile.ground import Ground
from dialform.switch import SwitchError


async def take_up(ground: Ground) -> str:
    """Take up and mail what came in. Why that was not done, in a sentence, or empty."""
    folder = agreed.proven(ground)
    if folder is None:
        return ""
    try:
        found = await asyncio.to_thread(released.read, folder, "")
        if not any(
            one.receives for each in found.companies.values() for one in each.accounts.values()
        ):
            return ""
        place = await asyncio.to_thread(place_of, ground.settings, folder)
        ledger = await asyncio.to_thread(open_ledger, place.url)
        try:
            inward = Inward(
                ground, ledger.database, ground.link, lambda: found.companies, lambda: folder,
                lambda: place.spool, lambda: place.sender,
            )  # fmt: skip
            return await inward.once()
        finally:
            await asyncio.to_thread(ledger.close)
    except (LedgerError, ReleaseError, SwitchError) as error:
        return str(error)
    except OSError as error:
        return explained(error)
