"""What is at the other end of a leg that faxes: a machine of the scene, or another leg of this switch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialform.simulator.dialling.sip import SipEndpoint
from dialform.simulator.faxing.machine import FaxMachine
from dialform.values import dataclass, field, replace

if TYPE_CHECKING:
    from dialform.simulator.calls.channel import Channel
    from dialform.simulator.faxing.session import Settings
    from dialform.simulator.switch import Switch

PATIENCE = 5.0
"""Seconds that a leg waits for the other to fax too."""


@dataclass(slots=True)
class Faxing:
    """The legs that fax now, by UUID, each with its file."""

    switch: Switch
    legs: dict[str, tuple[Settings, str]] = field(default_factory=dict)

    def begin(self, channel: Channel, ours: Settings, file: str) -> None:
        """A leg begins, and whoever waits for it goes on."""
        self.legs[channel.uuid] = (ours, file)
        channel.changed.fire()

    def end(self, channel: Channel) -> None:
        """It is over."""
        self.legs.pop(channel.uuid, None)

    async def other(self, channel: Channel) -> FaxMachine | None:
        """The machine at the other end. Raises InterruptedCallError."""
        endpoint = channel.endpoint
        if not isinstance(endpoint, SipEndpoint):
            return None
        peer = endpoint.peer
        if peer is None:
            return endpoint.fax
        until = channel.clock.elapsed + PATIENCE
        while peer.uuid not in self.legs and (left := until - channel.clock.elapsed) > 0:
            await channel.clock.wait(peer.changed, channel.changed, timeout=left)
            channel.check()
        found = self.legs.get(peer.uuid)
        return _machine(*found, endpoint.fax or _USUAL) if found else None


_USUAL = FaxMachine(handshake=2.0, page=4.0)


def _machine(own: Settings, file: str, times: FaxMachine) -> FaxMachine:
    return replace(
        times,
        station_id=own.ident,
        t38=own.t38,
        asks=own.asks,
        ecm=own.ecm,
        v17=own.v17,
        sheets=file if own.sends else "",
        first=own.first,
    )
