"""How much there is on a switch: numbers alone, cheap however many calls are up."""

import re

from dialform.switch.errors import UnexpectedReply
from dialform.switch.questions.asking import Ask

COUNTED = ("channels", "calls", "registrations")
"""What `show … count` is asked for. A registration is one of a phone, whatever its profile."""

_COUNT = re.compile(r"\s*(\d+) total\.\s*")


async def counts(ask: Ask) -> dict[str, int]:
    """The number of each of `COUNTED` (mod_commands.c, `show`)."""
    return {name: await _count(ask, name) for name in COUNTED}


async def _count(ask: Ask, name: str) -> int:
    command = f"show {name} count"
    reply = await ask(command)
    found = _COUNT.fullmatch(reply)
    if found is None:
        raise UnexpectedReply(command, reply)
    return int(found[1])
