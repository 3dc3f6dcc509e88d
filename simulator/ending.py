"""Where a simulated call ended, worked out from what was written down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .journey import End, Leg

if TYPE_CHECKING:
    from .channel import Channel
    from .journal import Journal

_PLACES = ("voicemail", "conference", "fax", "parking", "queue")


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
    if talked and (last is None or talked.until > last.at or last.kind == "queue"):
        if not (last and last.kind in ("conference", "voicemail") and last.at >= talked.at):
            return End("answered", talked.to, cause)
    if last and channel.answered:
        return End(last.kind, last.name, cause)
    return End("hangup", "", cause)
