"""How questions are asked, and replies taken apart."""

import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from html import unescape

from dialform.switch.errors import UnexpectedReply

Ask = Callable[[str], Awaitable[str]]
"""Sends an API command, gives the reply: `Client.api`, `Link.api`."""

_ITEM = re.compile(r"<([\w-]+)>([^\n]*?)</\1>\n?")


async def rows(ask: Ask, command: str, needed: Sequence[str]) -> list[dict[str, str]]:
    """The rows of a `show … as json`; each has the `needed` columns. Raises UnexpectedReply."""
    reply = await ask(command)
    try:
        found = json.loads(reply)
    except (ValueError, RecursionError):
        raise UnexpectedReply(command, reply) from None
    if not isinstance(found, dict) or not isinstance(found.get("row_count"), int):
        raise UnexpectedReply(command, reply)
    listed = found.get("rows", [])
    if not isinstance(listed, list) or len(listed) != found["row_count"]:
        raise UnexpectedReply(command, reply)
    wanted = frozenset(needed)
    for row in listed:
        if not isinstance(row, dict) or not wanted <= row.keys():
            raise UnexpectedReply(command, reply)
    return listed


async def table(ask: Ask, command: str, needed: Sequence[str]) -> list[dict[str, str]]:
    """The rows of a `callcenter_config … list`: a title and rows parted by `|`, and `+OK`.

    Where nothing is listed there is no title (of queues there is). Raises UnexpectedReply.
    """
    reply = await ask(command)
    lines = reply.split("\n")
    if lines[-2:] != ["+OK", ""]:
        raise UnexpectedReply(command, reply)
    title, *listed = lines[:-2] or [""]
    names = title.split("|")
    if not title and not listed:
        return []
    if not set(needed) <= set(names):
        raise UnexpectedReply(command, reply)
    found = []
    for line in listed:
        values = line.split("|")
        if len(values) != len(names):
            raise UnexpectedReply(command, line)
        found.append(dict(zip(names, values, strict=True)))
    return found


def items(text: str) -> dict[str, str]:
    """`<name>value</name>` a line each, as mod_sofia writes them; not all of it is escaped."""
    return {name: unescape(value) for name, value in _ITEM.findall(text)}


def number(row: Mapping[str, str], name: str) -> int:
    """A column that holds a whole number; 0 where it is empty or none."""
    value = row.get(name, "")
    return int(value) if value.isascii() and value.lstrip("-").isdigit() else 0
