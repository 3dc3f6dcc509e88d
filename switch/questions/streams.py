"""What mod_local_stream says: music on hold."""

from dialform.switch.errors import UnexpectedReply
from dialform.switch.questions.asking import Ask
from dialform.switch.questions.core import NO_REPLY


async def streams(ask: Ask) -> dict[str, str]:
    """The streams that play, with their folders."""
    command = "local_stream show"
    reply = await ask(command)
    if reply.strip() == NO_REPLY:
        return {}
    found = {}
    for line in reply.splitlines():
        name, comma, folder = line.partition(",")
        if not comma or line.startswith("-ERR"):
            raise UnexpectedReply(command, reply)
        found[name] = folder
    return found
