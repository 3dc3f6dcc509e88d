"""Telling phones where no agent stays: at the end of the one pass, until all heard of it."""

from dialform.reconcile.durable import explained
from dialform.reconcile.ground import Ground
from dialform.reconcile.phones.announcing import Announcer
from dialform.switch import SwitchError

_ROUNDS = 4
"""More than a phone is tried."""


async def announce(ground: Ground) -> str:
    """Tell the phones whose files are others than they heard of.

    Why some are still owed it, in a sentence, or empty: nothing of the pass depends on it, and the next
    one goes on with it. Raises Stopped, FencedError.
    """
    announcer = Announcer(ground)
    target = announcer.due()
    if target is None or announcer.waits(target):
        return ""
    ground.book.doing("telling phones to fetch")
    try:
        client = await ground.link.up(0.1)
        for _ in range(_ROUNDS):
            if await announcer.go_on(client):
                return ""
        return "some are still to be told; the next pass does it."
    except SwitchError as error:
        return f"not all were told: {error}."
    except (OSError, ValueError) as error:
        return explained(error) if isinstance(error, OSError) else f"{error}."
    finally:
        ground.book.doing("")
