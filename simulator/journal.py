"""What happens during a simulated call, written down as it happens."""

from collections.abc import Mapping
from typing import Protocol

from dialform.simulator.clock import Clock
from dialform.simulator.journey import Leg, Step, Visit
from dialform.values import dataclass, replace

MOST = 100_000
"""Steps after which a call is taken for one that never ends."""

_NOTHING: Mapping[str, str] = {}


class RunawayError(Exception):
    """A call that does not end by itself: a loop in the dialplan."""


class Place(Protocol):
    """Where something is written: an `Action`, an `Element`."""

    @property
    def file(self) -> str:
        """Relative to the configuration folder."""

    @property
    def line(self) -> int:
        """Counted from 1."""


class Where(Protocol):
    """Who does something: a channel."""

    @property
    def name(self) -> str:
        """As `sofia/internal/1001@…`."""

    @property
    def depth(self) -> int:
        """Below the caller's own leg."""


@dataclass(slots=True)
class Tried:
    """A leg while it lasts. `taken` is set when somebody is put through to it."""

    leg: Leg
    taken: bool = False


class Journal:
    """The notes of one run. A switch that only serves keeps none."""

    def __init__(self, clock: Clock, keeps: bool = True) -> None:
        self._clock = clock
        self.keeps = keeps
        self.count = 0
        self.steps: list[Step] = []
        self.tried: list[Tried] = []
        self.visits: list[Visit] = []

    def step(
        self,
        who: Where,
        kind: str,
        text: str,
        data: Mapping[str, str] = _NOTHING,
        place: Place | None = None,
    ) -> None:
        """Notes a step. Raises RunawayError after too many."""
        if not self.keeps:
            return
        self.count += 1
        if self.count > MOST:
            raise RunawayError(f"{MOST:,} steps")
        file, line = (place.file, place.line) if place else ("", 0)
        now = self._clock.elapsed
        self.steps.append(Step(now, who.name, who.depth, kind, text, data, file, line))

    def leg(self, who: Where, leg: Leg) -> Tried:
        """Notes that a far end is tried."""
        tried = Tried(leg)
        if self.keeps:
            self.tried.append(tried)
            shown = " ".join(part for part in (leg.caller_name, leg.caller_number) if part)
            data = {"to": leg.to, "number": leg.number, "shown": shown, "leg": leg.kind}
            self.step(who, "leg", f"{leg.kind} {leg.to} {leg.number}, shown {shown}", data)
        return tried

    def ends(self, tried: Tried, rang: bool, cause: str) -> None:
        """Notes how a far end's leg ended."""
        outcome = "ANSWERED" if tried.taken else cause
        now = self._clock.elapsed
        tried.leg = replace(tried.leg, until=now, rang=rang, outcome=outcome)

    def visit(self, who: Where, kind: str, name: str, place: Place | None = None) -> None:
        """Notes where the call stays: a menu, a queue, a mailbox, a file that is played."""
        if not self.keeps:
            return
        file, line = (place.file, place.line) if place else ("", 0)
        self.visits.append(Visit(kind, name, self._clock.elapsed, file, line))
        played = kind in ("playback", "phrase")
        data = {"visit": kind, "name": name}
        self.step(who, "plays" if played else "visit", f"{kind} {name}", data, place)
