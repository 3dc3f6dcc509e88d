"""Where a simulated call ended, worked out from what was written down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialform.simulator.journey import End, Leg, Visit

if TYPE_CHECKING:
    from dialform.simulator.calls.channel import Channel
    from dialform.simulator.journal import Journal

_PLACES = {
    "voicemail": "voicemail",
    "conference": "conference",
    "page": "conference",
    "fax": "fax",
    "parking": "parking",
    "queue": "queue",
}


def ending(
    journal: Journal, channel: Channel, legs: tuple[Leg, ...], refused: str, cause: str
) -> End:
    """The last thing that took the call: a person, a place on the switch, a refusal, or nothing."""
    if refused:
        return End("refused", refused, cause)
    answered = [leg for leg in legs if leg.outcome == "ANSWERED"]
    visits = [visit for visit in journal.visits if visit.kind in _PLACES]
    last = visits[-1] if visits else None
    talked = max(answered, key=lambda leg: leg.until) if answered else None
    if talked and not _moved_on(talked, last):
        return End("answered", talked.to, cause)
    if last and channel.answered:
        return End(_PLACES[last.kind], last.name, cause)
    return End("hangup", "", cause)


def _moved_on(talked: Leg, last: Visit | None) -> bool:
    """Whether the call went on to a place on the switch after the last person who took it."""
    if last is None or last.kind == "queue":
        return False
    if last.kind in ("conference", "page", "voicemail") and last.at >= talked.at:
        return True
    return talked.until <= last.at
