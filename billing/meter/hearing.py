"""What the switch tells of legs, written down as it comes: cheap, and bounded."""

from collections.abc import Callable, Iterable, Mapping
from itertools import islice

from dialform.billing.facts import KINDS, FactError, facts_of_event
from dialform.billing.ledger.values import Live
from dialform.billing.meter.pending import End, Pending
from dialform.billing.meter.standing import standing
from dialform.billing.meter.stats import Stats
from dialform.billing.spool import Alarm
from dialform.switch import Event

FAXES = (
    "spandsp::rxfaxresult", "spandsp::txfaxresult", "spandsp::rxfaxpageresult",
    "spandsp::txfaxpageresult", "spandsp::rxfaxnegociateresult", "spandsp::txfaxnegociateresult",
)  # fmt: skip
"""How a fax goes; the words are mod_spandsp's own (mod_spandsp.h)."""
ROOMS = "conference::maintenance"
SUBSCRIPTIONS = ("CHANNEL_ANSWER", "CHANNEL_HANGUP_COMPLETE", "HEARTBEAT", ROOMS, *FAXES)
"""What a meter listens for."""

_INSIDE = {"add-member": True, "del-member": False}
_MOST = 20_000
"""Legs whose state waits to be written; beyond that the switch is asked how things stand."""

_UP = ("CHANNEL_ANSWER", *FAXES)


class Hearing:
    """Keeps what is to be written: of legs that are up, and of those that ended."""

    def __init__(
        self, host: str, stats: Stats, pending: Pending, *, grace: float, now: Callable[[], float],
        steady: Callable[[], float], alarm: Alarm,
    ) -> None:  # fmt: skip
        """`grace` is how many seconds a file may come after the event of its leg's end."""
        self.host, self.pending = host, pending
        self.notes: dict[tuple[str, str], Live] = {}
        """Legs that are up, by uuid and kind, to be written to the journal."""
        self.moved: dict[str, tuple[int, bool]] = {}
        """Who went into a room or out of it, when (µs), and whether it is inside: to be asked for."""
        self.ended_badly: dict[str, int] = {}
        """Legs whose end cannot be read, and when it was (µs): the journal says what is known of them."""
        self.lost = False
        """Whether something was given up: the switch is to be asked how things stand."""
        self._stats, self._grace, self._now, self._steady = stats, grace, now, steady
        self._alarm = alarm

    def hear(self, event: Event) -> bool:
        """Take an event; whether there is something to do at once."""
        try:
            if event.name == "CHANNEL_HANGUP_COMPLETE":
                return self._ended(event)
            if event.kind in _UP:
                return self.note(event.headers, self._moment(event.headers))
            if event.kind == ROOMS and event.get("Action") in _INSIDE:
                return self._moved(event)
        except FactError as error:
            uuid = event.get("Unique-ID")
            self._alarm("bad", f"{uuid[:40]}, {event.name}: {error}")
            if event.name == "CHANNEL_HANGUP_COMPLETE":
                self.ended_badly[uuid] = self._moment(event.headers)
                return True
        return False

    def note(self, headers: Mapping[str, str], at: int, inside: bool | None = None) -> bool:
        """Write down a leg that is up, as at a time (µs since 1970). Raises FactError."""
        found = standing(headers, self.host, at=at, inside=inside)
        if len(self.notes) + len(found) > _MOST:
            self.notes.clear()
            self.lost = True
            return True
        self.notes.update({leg.fact.key: leg for leg in found})
        return bool(found)

    def _moved(self, event: Event) -> bool:
        """Into a room, or out of it. The event says which leg, and nothing more of it.

        So it is without `verbose-events` (conference_member.c, `conference_member_add_event_data`).
        """
        if len(self.moved) >= _MOST:
            self.moved.clear()
            self.lost = True
        self.moved[event.get("Unique-ID")] = (
            self._moment(event.headers), _INSIDE[event.get("Action")],
        )  # fmt: skip
        return True

    def take(self, most: int) -> list[Live]:
        """Up to so many of the notes, to be written; they stay until they are `written`."""
        return list(islice(self.notes.values(), most))

    def written(self, notes: Iterable[Live]) -> None:
        """They stand in the journal. What was told of a leg since then is still to be written."""
        for leg in notes:
            if self.notes.get(leg.fact.key) is leg:
                del self.notes[leg.fact.key]

    def _ended(self, event: Event) -> bool:
        facts = facts_of_event(event.headers, self.host, now=int(self._now() * 1_000_000))
        uuid = event.get("Unique-ID")
        self.moved.pop(uuid, None)
        for kind in KINDS:
            self.notes.pop((uuid, kind), None)
        if facts:
            end = End(facts, self._steady() + self._grace, self._now())
            if dropped := self.pending.add(uuid, end):
                self._stats.dropped += dropped
                self.lost = True
        return bool(facts)

    def _moment(self, headers: Mapping[str, str]) -> int:
        """When it happened, by the switch's clock."""
        said = headers.get("Event-Date-Timestamp", "")
        return int(said) if said.isascii() and said.isdigit() else int(self._now() * 1_000_000)
