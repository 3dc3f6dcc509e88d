"""How much of what takes long one account may have done at once: each such work holds a thread that all
share, and most of it waits for a lock.
"""

import contextlib
from collections import Counter
from collections.abc import Iterator

from dialform.console.errors import Refused
from dialform.console.page import Context

AT_ONCE = 3
"""Works of one account."""


@contextlib.contextmanager
def turn(context: Context) -> Iterator[None]:
    """One of the works of whoever asks, while the block runs. On the event loop. Raises Refused."""
    running: Counter[int] = context.ground.parts.setdefault("turns", Counter())
    account = context.visitor.account
    if running[account] >= AT_ONCE:
        raise Refused(
            "What you asked for before is still being looked at. Wait a moment, and try again."
        )
    running[account] += 1
    try:
        yield
    finally:
        running[account] -= 1
        if not running[account]:
            del running[account]
