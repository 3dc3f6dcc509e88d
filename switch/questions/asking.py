"""How questions are asked, and replies taken apart."""

import json
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from html import unescape

from dialform.switch.errors import UnexpectedReply

Ask = Callable[[str], Awaitable[str]]
"""Sends an API command, gives the reply: `Client.api`, `Link.api`."""

_EMPTY = "+OK\n"
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


async def table(
    ask: Ask, command: str, needed: Sequence[str], free: str = ""
) -> list[dict[str, str]]:
    """The rows of a `callcenter_config … list`: a title and rows parted by `|`, and `+OK`.

    Where nothing is listed there is no title (of queues there is). Nothing is escaped: what a row has
    too much of belongs to the column `free`, a caller's name say. Raises UnexpectedReply.
    """
    reply = await ask(command)
    if reply == _EMPTY:
        return []
    title, newline, rest = reply.partition("\n")
    names = title.split("|")
    whole = newline and reply.endswith(f"\n{_EMPTY}")
    if not whole or not set(needed) <= set(names):
        raise UnexpectedReply(command, reply)
    place = names.index(free) if free else 0
    found = []
    for line in _lines(rest.removesuffix(_EMPTY), len(names) - 1):
        values = line.split("|")
        extra = len(values) - len(names)
        if extra < 0 or (extra and not free):
            raise UnexpectedReply(command, line)
        values[place : place + extra + 1] = ["|".join(values[place : place + extra + 1])]
        found.append(dict(zip(names, values, strict=True)))
    return found


def _lines(text: str, bars: int) -> Iterator[str]:
    """The lines, put together again where a newline stands in a value."""
    line = ""
    for part in text.split("\n")[:-1]:
        line = f"{line}\n{part}" if line else part
        if line.count("|") >= bars:
            yield line
            line = ""
    if line:
        yield line


def items(text: str) -> dict[str, str]:
    """`<name>value</name>` a line each, as mod_sofia writes them; not all of it is escaped."""
    return {name: unescape(value) for name, value in _ITEM.findall(text)}


def number(row: Mapping[str, str], name: str) -> int:
    """A column that holds a whole number; 0 where it is empty or none."""
    value = row.get(name, "")
    return int(value) if value.isascii() and value.lstrip("-").isdigit() else 0
