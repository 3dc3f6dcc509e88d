"""Whether a call did what its test expects, and in words what it did instead."""

from collections.abc import Callable, Iterator

from dialform.proof.reached import Reached, numbers_in_words
from dialform.renderers.freeswitch.refusals import HANGUPS
from dialform.schema.calltest import Expect
from dialform.schema.destination import Destination
from dialform.values import dataclass

_WORDS = {
    "voicemail": "mailbox", "ivr": "IVR menu", "queue": "call queue", "conference": "conference",
    "fax": "fax account",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unmet:
    """An expectation that did not hold: its key, what was expected and what happened, in words."""

    key: str
    expected: str
    happened: str

    def __str__(self) -> str:
        return f"expected {self.expected}, but {self.happened}"


def judge(expect: Expect, reached: Reached, e164: Callable[[str], str]) -> list[Unmet]:
    """What of the expectations did not hold, in their order. `e164` writes outside numbers so."""
    return list(_Judge(reached, e164).unmet(expect))


class _Judge:
    def __init__(self, reached: Reached, e164: Callable[[str], str]) -> None:
        self.reached = reached
        self.journey = reached.journey
        self.e164 = e164

    def unmet(self, expect: Expect) -> Iterator[Unmet]:
        """Each key that is written, judged by the method of its name."""
        for name in type(expect).model_fields:
            value = getattr(expect, name)
            if value is not None:
                if name in _WORDS:
                    yield from self._came_to(name, value)
                else:
                    yield from getattr(self, f"_{name.rstrip('_')}")(value)

    def _rings(self, wanted: list[str]) -> Iterator[Unmet]:
        numbers = frozenset(map(self.e164, wanted))
        if numbers not in self.reached.sets_that_rang():
            who = numbers_in_words(self.reached.rang)
            expected = numbers_in_words(wanted) + " to ring" if wanted else "nobody to ring"
            yield Unmet("rings", expected, f"{who} rang" if wanted or self.reached.rang else who)

    def _answered_by(self, wanted: str) -> Iterator[Unmet]:
        answered = self.reached.answered_by
        if self.e164(wanted) not in answered:
            yield Unmet("answered_by", f"{wanted} to answer", f"{numbers_in_words(answered)} did")

    def _came_to(self, kind: str, wanted: list[str]) -> Iterator[Unmet]:
        found = self.reached.objects(kind)
        missing = [number for number in wanted if number not in found]
        if missing:
            word = _WORDS[kind]
            yield Unmet(kind, f"the call at {word} {numbers_in_words(missing)}", self._instead())

    def _trunk(self, wanted: str) -> Iterator[Unmet]:
        leg = self.reached.trunk
        if leg is None or leg.to != wanted:
            happened = f"{leg.to} took it" if leg else f"no trunk took it: {self._instead()}"
            yield Unmet("trunk", f"the call to go out through {wanted}", happened)

    def _as(self, wanted: str) -> Iterator[Unmet]:
        leg = self.reached.trunk
        shown = self.reached.shown(leg) if leg else ""
        if shown != self.e164(wanted):
            happened = f"it was {shown}" if shown else f"no trunk took it: {self._instead()}"
            yield Unmet("as", f"the caller ID {wanted}", happened)

    def _refused(self, wanted: str) -> Iterator[Unmet]:
        if self.journey.refused != wanted:
            yield Unmet("refused", f"the call refused ({wanted})", self._instead())

    def _plays(self, wanted: list[str]) -> Iterator[Unmet]:
        silent = [sound for sound in wanted if not self.reached.heard(sound)]
        if silent:
            heard = [name.rsplit("/", 1)[-1] for name in self.reached.played()]
            happened = f"{numbers_in_words(heard)} was" if heard else "nothing was"
            yield Unmet("plays", f"{numbers_in_words(silent)} to be played", happened)

    def _not_reaches(self, places: list[str | Destination]) -> Iterator[Unmet]:
        for place in places:
            if (what := self._reached(place)) is not None:
                yield Unmet("not_reaches", f"the call not to reach {what}", "it did")

    def _reached(self, place: str | Destination) -> str | None:
        """The place in words where the call came there, else None."""
        reached = self.reached
        if isinstance(place, str):
            return place if reached.came_to(place) or self.e164(place) in reached.rang else None
        kind, target = place.kind, place.target
        hit = {
            "extension": lambda: target in reached.rang,
            "ring_group": lambda: reached.came_to(target),
            "external": lambda: self.e164(target) in reached.rang,
            "schedule": lambda: any(
                s == target or s.startswith(f"{target}-") for s in reached.schedules()
            ),
            "play": lambda: reached.heard(target),
            "hangup": lambda: self.journey.cause == HANGUPS.get(target, target),
        }.get(kind, lambda: target in reached.objects(kind))()
        return f"{kind.replace('_', ' ')} {target}" if hit else None

    def _hangup(self, wanted: str) -> Iterator[Unmet]:
        cause = HANGUPS.get(wanted, wanted.upper())
        if self.journey.cause != cause:
            yield Unmet("hangup", f"the call to end with {cause}", f"it was {self.journey.cause}")

    def _instead(self) -> str:
        return outcome(self.reached)


def outcome(reached: Reached) -> str:
    """What became of a call, in words behind "but"."""
    journey = reached.journey
    if journey.refused:
        return f"it was refused ({journey.refused})"
    if reached.answered_by:
        return f"{numbers_in_words(reached.answered_by)} answered it"
    name = journey.end.name.partition("@")[0].rpartition(".")[2]
    if journey.end.kind in _WORDS:
        return f"it ended at {_WORDS[journey.end.kind]} {name}"
    rang = f"{numbers_in_words(reached.rang)} rang and " if reached.rang else ""
    return f"{rang}it ended with {journey.cause}"
