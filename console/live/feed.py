"""What one browser shows by now, and what it still lacks: always the newest, never a queue of the old."""

import asyncio
from collections.abc import Mapping, Sequence

from dialform.console.live.reach import Reach
from dialform.console.live.views import View

_MOST = 400
"""Letters of a Last-Event-ID that are read."""


class Feed:
    """One stream to a browser. `has` is what it shows by view, as digests."""

    def __init__(self, reach: Reach, views: Sequence[View], has: Mapping[str, str]) -> None:
        self.reach, self.views = reach, tuple(views)
        self.has = {view.name: has.get(view.name, "") for view in views}
        self.awake = asyncio.Event()
        """Set: there may be something to send."""
        self.ended = False

    def end(self) -> None:
        """Send no more."""
        self.ended = True
        self.awake.set()

    @property
    def id(self) -> str:
        """All that the browser shows, as it says it again when it comes back (Last-Event-ID)."""
        return ",".join(f"{name}:{digest}" for name, digest in self.has.items() if digest)


def said(text: str) -> Mapping[str, str]:
    """What a browser says that it shows. Whatever else it says, it is sent what it lacks."""
    pairs = (one.partition(":") for one in text[:_MOST].split(","))
    return {name: digest for name, _, digest in pairs if name and digest}
