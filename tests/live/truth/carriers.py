"""All carriers in one: each takes a call as the scene says of the number that is called."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from dialform.simulator.scene import Gateway, Phone

from .. import phone as live
from ..call import Call
from ..phone import Behaviour
from ..sip import Message
from .outcome import MOMENT

# The SIP answer that the switch reads as this cause (sofia_glue_sip_cause_to_freeswitch), of
# several the one that it would itself say for it.
STATUS = {
    "USER_BUSY": 486,
    "CALL_REJECTED": 603,
    "UNALLOCATED_NUMBER": 404,
    "NO_USER_RESPONSE": 480,
    "NORMAL_TEMPORARY_FAILURE": 503,
    "NETWORK_OUT_OF_ORDER": 502,
    "RECOVERY_ON_TIMER_EXPIRE": 504,
    "INCOMPATIBLE_DESTINATION": 488,
    "NORMAL_UNSPECIFIED": 499,
}
ITSELF = 0.5  # seconds until a phone answers by itself
HEARD = 0.8
"""Seconds from the answer until whoever answered has heard what there is to press."""


def takes(manner: Phone) -> Behaviour:
    """How one phone takes a call."""

    async def behave(call: Call) -> None:
        if manner.cause is not None:
            await asyncio.sleep(MOMENT)
            if not call.over:
                call.reject(STATUS[manner.cause])
            return
        if manner.rings:
            call.ring()
        soon = manner.answer_after
        if soon is None and answers_itself(call.invite):
            soon = ITSELF
        if soon is None:
            return
        await asyncio.sleep(soon)
        if call.over:
            return
        call.answer()
        if manner.press:
            await asyncio.sleep(HEARD)
            await call.press(manner.press)
        if manner.hangup_after is not None:
            await asyncio.sleep(max(manner.hangup_after - (HEARD if manner.press else 0), 0))
            await call.hangup()

    return behave


def answers_itself(invite: Message) -> bool:
    """Whether a desk phone takes this call without anybody's hand: an intercom or a page."""
    return "autoanswer" in invite.get("Alert-Info")


@dataclass
class World:
    """What is beyond the trunks."""

    outside: Mapping[str, Phone] = field(default_factory=dict)
    beyond: Phone = field(default_factory=Phone)
    gateways: Mapping[str, Gateway] = field(default_factory=dict)


class Carrier(live.Phone):
    """A carrier's switch. It lets register whoever asks, unless its line is down."""

    world = World()

    def manner(self, call: Call) -> Phone:
        """How the called number takes it."""
        cause = self.world.gateways.get(self.user, Gateway()).cause
        if cause is not None:
            return Phone(cause=cause)
        number = call.invite.uri.user
        known = {form: phone for e164, phone in self.world.outside.items() for form in forms(e164)}
        return known.get(number, self.world.beyond)

    async def _ring(self, invite: Message, peer: tuple[str, int]) -> None:
        self.behaviour = self._as_called
        await super()._ring(invite, peer)

    async def _as_called(self, call: Call) -> None:
        await takes(self.manner(call))(call)

    def _answer(self, request: Message) -> Message:
        up = self.world.gateways.get(self.user, Gateway()).up
        if request.method == "REGISTER" and not up:
            return request.response(503)
        return super()._answer(request)


def forms(e164: str) -> set[str]:
    """The ways in which providers want a number: E.164, its digits, the US national form."""
    digits = e164.lstrip("+")
    national = {digits[1:]} if digits.startswith("1") else {"0" + digits[2:], "011" + digits}
    return {e164, digits} | national
