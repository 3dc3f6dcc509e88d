"""All legs of a switch, asked again and again by somebody who watches: each is looked into once, and again
where something happened to it, so that a second of watching costs what happened in it, not what is up.
"""

from dialform.reconcile.desk.legs import Leg, marked
from dialform.switch.questions import Ask, Channel, channels

EVENTS = (
    "CHANNEL_CREATE",
    "CHANNEL_ANSWER",
    "CHANNEL_BRIDGE",
    "CHANNEL_UNBRIDGE",
    "CHANNEL_HOLD",
    "CHANNEL_UNHOLD",
    "CHANNEL_HANGUP_COMPLETE",
)
"""What happens to a leg that its row in `show channels` need not say, or says late."""


class LegBook:
    """What is known of the legs. One asks at a time."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Channel, Leg]] = {}
        self._touched: set[str] = set()

    def touch(self, uuid: str) -> None:
        """Something happened to a leg: it is looked into at the next look."""
        self._touched.add(uuid)

    def forget(self) -> None:
        """Nothing is known any more: events were lost, or it is another switch."""
        self._known.clear()
        self._touched.clear()

    async def look(self, ask: Ask) -> list[Leg]:
        """All legs as they are now. Raises what asking raises."""
        listed = await channels(ask)
        touched, self._touched = self._touched, set()
        found: dict[str, tuple[Channel, Leg]] = {}
        try:
            for channel in listed:
                known = self._known.get(channel.uuid)
                if known is not None and known[0] == channel and channel.uuid not in touched:
                    found[channel.uuid] = known
                elif (leg := await marked(ask, channel)) is not None:
                    found[channel.uuid] = (channel, leg)
        except BaseException:
            self._touched |= touched
            raise
        self._known = found
        return [leg for _, leg in found.values()]
