"""What a switch keeps for its people in its own database (mod_db): a value by realm and key.

A value that was never written reads as nothing. Names and values are few kinds of signs: `/` parts them.
"""

import re

from dialform.switch.errors import UnexpectedReply, Unsendable
from dialform.switch.questions.asking import Ask
from dialform.switch.questions.core import NO_REPLY

_NAME = re.compile(r"[\w.-]{1,80}", re.ASCII)
_VALUE = re.compile(r"[\w.+*#-]{1,80}", re.ASCII)


async def read(ask: Ask, realm: str, key: str) -> str:
    """The value; "" for none. Raises Unsendable, UnexpectedReply."""
    command = f"db select/{_place(realm, key)}"
    reply = (await ask(command)).strip()
    if reply == NO_REPLY:
        return ""
    if reply.startswith(("-", "!")):
        raise UnexpectedReply(command, reply)
    return reply


async def write(ask: Ask, realm: str, key: str, value: str) -> None:
    """Writes a value, or takes it away where it is "", and reads it back.

    Raises Unsendable, UnexpectedReply: also where it does not stand there afterwards.
    """
    if value and not _VALUE.fullmatch(value):
        raise Unsendable("that cannot be written there")
    place = _place(realm, key)
    command = f"db insert/{place}/{value}" if value else f"db delete/{place}"
    reply = await ask(command)
    if reply.strip() != "+OK" or await read(ask, realm, key) != value:
        raise UnexpectedReply(command, reply)


def _place(realm: str, key: str) -> str:
    if not _NAME.fullmatch(realm) or not _NAME.fullmatch(key):
        raise Unsendable("that is no place in the switch's database")
    return f"{realm}/{key}"
