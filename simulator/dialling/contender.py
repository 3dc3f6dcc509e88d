"""One leg of a race, with the limits that it has of its own (`check_per_channel_timeouts`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Self

from dialform.simulator.reading.words import integer
from dialform.values import dataclass

if TYPE_CHECKING:
    from dialform.simulator.calls.channel import Channel


@dataclass(slots=True)
class Contender:
    """One leg of the race. The limits are seconds since its start; 0 is none."""

    channel: Channel
    limit: int = 0
    progress_limit: int = 0
    delay: int = 0

    @property
    def eligible(self) -> bool:
        """Whether it still runs in this race (`peer_eligible`)."""
        channel = self.channel
        return channel.originating and not (channel.transfer or channel.redirect or channel.bridged)

    @classmethod
    def of(cls, channel: Channel) -> Self:
        """A leg with what its variables say; one that starts later has its limits later."""
        delay = max(integer(channel.get("leg_delay_start") or "0"), 0)
        limit = max(integer(channel.get("leg_timeout") or "0"), 0)
        progress = max(integer(channel.get("leg_progress_timeout") or "0"), 0)
        return cls(channel, limit and limit + delay, progress and progress + delay, delay)

    def begin(self) -> None:
        """Lets the channel run, if it waited."""
        if not self.delay and self.channel.blocked:
            self.channel.blocked = False
            self.channel.changed.fire()


def release(legs: Sequence[Contender], elapsed: int) -> None:
    """Lets legs begin whose delay is over, or the next ones when nobody else is tried."""
    waiting = [leg for leg in legs if leg.delay and leg.channel.up]
    active = any(not leg.delay and leg.channel.up for leg in legs)
    least = min((leg.delay for leg in waiting), default=0)
    early = least - elapsed
    for leg in waiting:
        if not active:
            leg.limit = leg.limit and max(leg.limit - early, 1)
            leg.progress_limit = leg.progress_limit and max(leg.progress_limit - early, 1)
            leg.delay -= least
        elif elapsed > leg.delay:
            leg.delay = 0
        leg.begin()


def ahead(legs: Sequence[Contender]) -> Iterator[int]:
    """The seconds of the race at which something is to be looked at."""
    for leg in legs:
        if leg.channel.up:
            for limit in (leg.limit, leg.progress_limit, leg.delay):
                if limit:
                    yield limit + 1
