"""The legs of faxes that are being sent, as the switch tells of them: their pages, their ends."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping

from dialform.reconcile.times import Times
from dialform.switch import Event, Link, SwitchError
from dialform.values import dataclass, field

PAGE, RESULT, END = (
    "spandsp::txfaxpageresult", "spandsp::txfaxresult", "CHANNEL_HANGUP_COMPLETE",
)  # fmt: skip
_PREFIX = "variable_"
_AGAIN = 1.0


@dataclass(frozen=True, slots=True)
class Ended:
    """The end of a leg: its hangup cause, and its variables without `variable_`."""

    cause: str
    variables: Mapping[str, str]


@dataclass(slots=True, eq=False)
class Leg:
    """A leg that is watched. `news` is set with each thing heard of it."""

    uuid: str
    pages: int = 0
    spoke: bool = False
    """Its fax said something: it was dialled, and answered."""
    ended: Ended | None = None
    news: asyncio.Event = field(default_factory=asyncio.Event)


class Legs:
    """All that are watched. Of what was missed nobody tells: who waits asks the switch as well."""

    def __init__(self, link: Link, times: Times, paged: Callable[[str, int], None]) -> None:
        """`paged` is told of each page (uuid, pages so far)."""
        self._link, self._times, self._paged = link, times, paged
        self._legs: dict[str, Leg] = {}

    def watch(self, uuid: str) -> Leg:
        """Watch a leg, from before it is dialled on."""
        return self._legs.setdefault(uuid, Leg(uuid))

    def forget(self, uuid: str) -> None:
        """Its end is written down."""
        self._legs.pop(uuid, None)

    def poke(self) -> None:
        """Whoever waits looks again."""
        for leg in self._legs.values():
            leg.news.set()

    async def run(self) -> None:
        """Until cancelled, on a link that others run."""
        events = self._link.events(lambda event: event.get("Unique-ID") in self._legs)
        with contextlib.suppress(SwitchError):
            await self._link.subscribe(PAGE, RESULT, END)
        while True:
            try:
                async for event in events:
                    if isinstance(event, Event):
                        self.hear(event)
                    else:
                        self.poke()
            except SwitchError:
                await self._times.sleep(_AGAIN)

    def hear(self, event: Event) -> None:
        """One event of a leg that is watched."""
        leg = self._legs.get(event.get("Unique-ID"))
        if leg is None:
            return
        if event.kind in (PAGE, RESULT):
            leg.spoke = True
            self._count(leg, event.get("fax-document-transferred-pages"))
        elif event.kind == END:
            leg.ended = Ended(event.get("Hangup-Cause"), variables(event.headers))
        leg.news.set()

    def _count(self, leg: Leg, text: str) -> None:
        pages = int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0
        if pages > leg.pages:
            leg.pages = pages
            self._paged(leg.uuid, pages)


def variables(headers: Mapping[str, str]) -> dict[str, str]:
    """The variables of a leg, by its event."""
    return {
        name.removeprefix(_PREFIX): value
        for name, value in headers.items()
        if name.startswith(_PREFIX)
    }
