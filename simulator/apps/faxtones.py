"""spandsp_start_fax_detect, spandsp_stop_fax_detect: something is done as soon as a fax machine is heard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialform.simulator.calls.application import application
from dialform.simulator.dialling.dialstring import split
from dialform.simulator.dialling.sip import SipEndpoint
from dialform.simulator.faxing.legs import Faxing
from dialform.simulator.reading.words import integer
from dialform.values import dataclass, field

if TYPE_CHECKING:
    from dialform.simulator.calls.channel import Channel
    from dialform.simulator.journal import Place
    from dialform.simulator.switch import Switch

_HEARD = 1.0
"""Seconds until a tone is known that is there from the beginning."""
_AGAIN = 3.5
"""Seconds from one calling tone (CNG) to the next."""


@dataclass(slots=True)
class Listening:
    """The legs that listen, by UUID, and until when; 0 for ever. One that has listened never does again
    (mod_spandsp_fax.c: "Max Tones Reached!").
    """

    switch: Switch
    until: dict[str, float] = field(default_factory=dict)
    over: set[str] = field(default_factory=set)

    def hears(self, channel: Channel) -> bool:
        """Whether a fax machine calls on this leg: one of the scene, or a leg that a carrier brought back."""
        endpoint = channel.endpoint
        if not isinstance(endpoint, SipEndpoint):
            return False
        if endpoint.peer is None:
            return endpoint.tone
        faxing: Faxing = self.switch.theme(Faxing)
        found = faxing.legs.get(endpoint.peer.uuid)
        return found is not None and found[0].sends

    def listen(self, channel: Channel, application: str, data: str) -> None:
        """Listens now, and once more when the next tone is due."""
        until = self.until.get(channel.uuid)
        if until is None or channel.down or (until and channel.clock.elapsed > until):
            self.stop(channel)
        elif self.hears(channel):
            self.stop(channel)
            channel.switch.journal.step(channel, "fax_tone", "a fax tone is heard")
            channel.tell(application, data)
        elif isinstance(channel.endpoint, SipEndpoint) and channel.endpoint.peer is not None:
            channel.clock.later(_AGAIN, lambda: self.listen(channel, application, data))

    def stop(self, channel: Channel) -> None:
        """Listens no more."""
        if self.until.pop(channel.uuid, None) is not None:
            self.over.add(channel.uuid)

    def forget(self, channel: Channel) -> None:
        """The leg is gone."""
        self.until.pop(channel.uuid, None)
        self.over.discard(channel.uuid)


@application("spandsp_start_fax_detect", media=True)
async def start(channel: Channel, data: str, place: Place | None) -> None:
    """`APPLICATION ARGUMENT [SECONDS [TONE]]`: waits for a tone beside what else the leg does."""
    words = split(data, " ")
    listening: Listening = channel.switch.theme(Listening)
    if len(words) < 2 or channel.uuid in listening.until or channel.uuid in listening.over:
        return
    seconds = integer(words[2]) if len(words) > 2 else 0
    channel.on_hangup.append(lambda: listening.forget(channel))
    listening.until[channel.uuid] = channel.clock.elapsed + seconds if seconds else 0.0
    channel.clock.later(_HEARD, lambda: listening.listen(channel, words[0], words[1]))


@application("spandsp_stop_fax_detect")
async def stop(channel: Channel, data: str, place: Place | None) -> None:
    """Listens no more."""
    listening: Listening = channel.switch.theme(Listening)
    listening.stop(channel)
