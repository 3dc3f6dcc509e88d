"""What mod_local_stream says: music on hold."""

import re

from dialform.switch.errors import UnexpectedReply
from dialform.switch.questions.asking import Ask
from dialform.switch.questions.core import NO_REPLY

_LINE = re.compile(r"^([^,\n]+),(/[^\n]*)\n", re.MULTILINE)


async def streams(ask: Ask) -> dict[str, str]:
    """The streams that play, with their folders."""
    command = "local_stream show"
    reply = await ask(command)
    if reply.strip() == NO_REPLY:
        return {}
    found = dict(_LINE.findall(reply))
    if not found or len(found) != reply.count("\n"):
        raise UnexpectedReply(command, reply)
    return found
