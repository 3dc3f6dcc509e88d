"""What billing and faxes share: they run beside the loop, and never hold it up.

What ends one of their lives is said, and the next one begins: at once where it lived for a while, else later
each time.
"""

from collections.abc import Awaitable, Callable

from dialform.reconcile.ground import Ground
from dialform.reconcile.times import Times

SETTLED = 120.0
"""Seconds that it has to live to be tried again at once, and not later each time."""


async def relived(
    times: Times, life: Callable[[], Awaitable[None]], known: tuple[type[Exception], ...],
    wrong: Callable[[str], None], fault: Callable[[str], None],
) -> None:  # fmt: skip
    """One life after the other, until cancelled: nothing that goes wrong in one ends it.

    Args:
        times: the agent's clocks.
        life: ends by itself where its ground is another one now, and is begun again.
        known: what may go wrong in it and says itself what; `wrong` is told that sentence.
        fault: is told the kind of any other error, a fault of ours, while it is at hand.
    """
    attempt = 0
    while True:
        began = times.steady()
        try:
            await life()
            attempt = 0
            continue
        except known as error:
            wrong(str(error))
        except Exception as error:
            fault(type(error).__name__)
        attempt = 1 if times.steady() - began > SETTLED else attempt + 1
        await times.sleep(times.pause(attempt))


def is_ours(ground: Ground) -> bool:
    """Whether the switch is ours to tell anything."""
    held = (ground.book.data["held"] or {}).get("reason")
    return held != "WrongFolder" and not ground.settings.report_only
