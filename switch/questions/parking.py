"""What mod_valet_parking says: who waits in which slot."""

import re

from dialform.switch.errors import UnexpectedReply
from dialform.switch.questions.asking import Ask
from dialform.switch.questions.core import NO_REPLY
from dialform.values import dataclass

_LOT = re.compile(r'  <lot name="([^"]*)">\n(.*?)  </lot>\n', re.DOTALL)
_SLOT = re.compile(r'    <extension uuid="([0-9a-f-]{36})">([^<\n]*)</extension>\n')


@dataclass(frozen=True, slots=True)
class Parked:
    """A call that waits in a slot of a lot."""

    lot: str
    slot: str
    uuid: str


async def parked(ask: Ask) -> list[Parked]:
    """All calls that are parked, by lot and slot (mod_valet_parking.c, `valet_info`)."""
    command = "valet_info"
    reply = await ask(command)
    if reply.strip() == NO_REPLY:
        return []
    if not reply.startswith("<lots>\n") or not reply.endswith("</lots>\n"):
        raise UnexpectedReply(command, reply)
    found = [
        Parked(lot, slot, uuid)
        for lot, inside in _LOT.findall(reply)
        for uuid, slot in _SLOT.findall(inside)
    ]
    return sorted(found, key=lambda one: (one.lot, one.slot))
