"""Who of a user's phones is registered, and what each says that it is."""

import re
from html import unescape
from typing import NamedTuple

from dialform.switch.errors import UnexpectedReply
from dialform.switch.questions.asking import Ask

_START = '<?xml version="1.0" encoding="ISO-8859-1"?>\n<profile>\n  <registrations>\n'
_END = "  </registrations>\n</profile>\n"
_ONE = "    <registration>\n"
_WHO = re.compile(r"[\w.+*#-]+@[\w.-]+", re.ASCII)
_NEEDED = ("call-id", "user", "contact", "agent")


class Registered(NamedTuple):
    """One phone that is registered, by its own registration."""

    profile: str
    user: str
    """Whom the switch takes it for."""
    domain: str
    call_id: str
    """Of its REGISTER: it names this registration, and no other one of the profile."""
    contact: str
    """`"" <sip:1001@192.0.2.7:5060>`."""
    agent: str
    """Its User-Agent."""


async def registered(ask: Ask, profile: str, who: str) -> list[Registered]:
    """The phones that are registered at a profile for `user@domain`; none where it does not run.

    Raises ValueError where that is none, besides what questions raise.
    """
    if not _WHO.fullmatch(who):
        raise ValueError(f"{who!r} is no user of a domain")
    command = f"sofia xmlstatus profile {profile} user {who}"
    reply = await ask(command)
    if reply == "Invalid Profile!\n":
        return []
    if not reply.startswith(_START) or not reply.endswith(_END):
        raise UnexpectedReply(command, reply)
    user, _, domain = who.partition("@")
    found = []
    for one in reply[len(_START) : -len(_END)].split(_ONE)[1:]:
        said = _told(one)
        if not said.keys() >= set(_NEEDED):
            raise UnexpectedReply(command, one)
        if said["user"] == f"{user}@{domain}":
            found.append(
                Registered(
                    profile, user, domain, said["call-id"],
                    unescape(said["contact"]), unescape(said["agent"]),
                )
            )  # fmt: skip
    return found


_LINE = re.compile(r" {8}<([a-z-]+)>(.*)</\1>")


def _told(text: str) -> dict[str, str]:
    """Its values, a line each, the first of each name. A Call-ID is what the phone likes, and not escaped:
    it may hold what looks like a tag, and never a line end.
    """
    found: dict[str, str] = {}
    for line in text.split("\n"):
        if one := _LINE.fullmatch(line):
            found.setdefault(one[1], one[2])
    return found
