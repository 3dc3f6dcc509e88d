"""What mod_sofia says: profiles, gateways, registrations."""

import asyncio
import re
from typing import NamedTuple

from dialform.switch.errors import UnexpectedReply
from dialform.switch.questions.asking import Ask, items, number, rows
from dialform.switch.questions.core import NO_REPLY
from dialform.values import dataclass, replace

_HEAD = '<?xml version="1.0" encoding="ISO-8859-1"?>\n'
_PART = re.compile(r"<(profile|alias|gateway)>\n(.*?)</\1>\n", re.DOTALL)
_GATEWAY = re.compile(r"  <gateway>\n(.*?)  </gateway>\n", re.DOTALL)
_STATE = re.compile(r"(\w+) \((\d+)\)(?: \((TLS|WS|WSS)\))?")
_STAMP = re.compile(r"[\w.:-]+")
_NEEDED = ("reg_user", "realm", "url", "expires", "network_ip", "network_port", "network_proto")
STAMP = "dialform_stamp"
"""The variable of a gateway that says which version it is."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A SIP profile that runs; one that does not is not listed."""

    name: str
    state: str
    """`RUNNING`."""
    running: bool
    calls: int
    """What holds it at present, calls above all."""
    urls: tuple[str, ...] = ()
    """Where it listens: `sip:mod_sofia@192.0.2.1:5060`."""
    transports: tuple[str, ...] = ()
    """Beside UDP and TCP: TLS, WS, WSS."""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gateway:
    """A trunk to a carrier."""

    name: str
    profile: str
    state: str
    """NOREG (does not register), REGED, TRYING, REGISTER, FAILED, FAIL_WAIT, UNREGED, EXPIRED…"""
    status: str
    """UP or DOWN."""
    up: bool
    username: str = ""
    realm: str = ""
    proxy: str = ""
    uptime: float = 0.0
    """Seconds it is up."""
    ping: float = 0.0
    """Milliseconds that the last answer to OPTIONS took."""
    retry: str = ""
    """When it tries again: `28s`, `NEVER`, or nothing."""
    calls_in: int = 0
    calls_out: int = 0
    failed_in: int = 0
    failed_out: int = 0
    stamp: str = ""
    """Only where `stamps` was asked for."""


class Registration(NamedTuple):
    """A phone that is registered. A tuple: there may be fifty thousand."""

    user: str
    domain: str
    contact: str
    """`sip:1001@192.0.2.7:5060`."""
    agent: str
    """What the phone says it is; only `details` know."""
    network: str
    """Its address as the switch sees it."""
    port: int
    transport: str
    """udp, tcp, tls, ws, wss."""
    profile: str
    expires: int
    """Seconds since the epoch."""
    call_id: str = ""


async def profiles(ask: Ask) -> dict[str, Profile]:
    """The profiles that run, in one question, with their aliases."""
    command = "sofia xmlstatus"
    found: dict[str, Profile] = {}
    aliases: list[tuple[str, str]] = []
    for kind, said in _parts(command, await ask(command)):
        name = said.get("name", "")
        if kind == "alias":
            aliases.append((said.get("data", ""), name))
        elif kind == "profile":
            state = _STATE.fullmatch(said.get("state", ""))
            if not name or state is None:
                raise UnexpectedReply(command, str(said))
            known = found.get(name) or Profile(name, state[1], state[1] == "RUNNING", int(state[2]))
            extra = (state[3],) if state[3] else ()
            urls, transports = (*known.urls, said["data"]), (*known.transports, *extra)
            found[name] = replace(known, urls=urls, transports=transports)
    for name, alias in aliases:
        if name in found:
            found[name] = replace(found[name], aliases=(*found[name].aliases, alias))
    return found


def _parts(command: str, reply: str) -> list[tuple[str, dict[str, str]]]:
    """What stands between the tags, which are not all closed in the way of XML."""
    if not reply.startswith(f"{_HEAD}<profiles>\n") or not reply.endswith("</profiles>\n"):
        raise UnexpectedReply(command, reply)
    return [(kind, items(inside)) for kind, inside in _PART.findall(reply)]


async def gateways(ask: Ask, *, stamps: bool = False) -> dict[str, Gateway]:
    """All gateways of all profiles in one question; with `stamps`, one more for each.

    A gateway that `killgw` has marked stands here until its `sofia::gateway_delete`.
    """
    command = "sofia xmlstatus gateway"
    reply = await ask(command)
    if not reply.startswith(f"{_HEAD}<gateways>\n") or not reply.endswith("</gateways>\n"):
        raise UnexpectedReply(command, reply)
    found = [_gateway(command, items(inside)) for inside in _GATEWAY.findall(reply)]
    if stamps:
        found = [replace(each, stamp=await gateway_stamp(ask, each.name)) for each in found]
    return {each.name: each for each in found}


async def gateway(ask: Ask, name: str) -> Gateway | None:
    """One gateway; None: there is none of this name, or it is about to go."""
    command = f"sofia xmlstatus gateway {name}"
    reply = await ask(command)
    if reply == "Invalid Gateway!\n":
        return None
    found = _GATEWAY.fullmatch(reply.removeprefix(_HEAD))
    if found is None:
        raise UnexpectedReply(command, reply)
    return _gateway(command, items(found[1]))


def _gateway(command: str, said: dict[str, str]) -> Gateway:
    if not {"name", "profile", "state", "status"} <= said.keys():
        raise UnexpectedReply(command, str(said))
    if said["status"] not in ("UP", "DOWN"):
        raise UnexpectedReply(command, str(said))
    return Gateway(
        name=said["name"],
        profile=said["profile"],
        state=said["state"],
        status=said["status"],
        up=said["status"] == "UP",
        username=said.get("username", ""),
        realm=said.get("realm", ""),
        proxy=said.get("proxy", ""),
        uptime=number(said, "uptime-usec") / 1_000_000,
        ping=float(said.get("pingtime") or 0.0),
        retry=said.get("retry", ""),
        calls_in=number(said, "calls-in"),
        calls_out=number(said, "calls-out"),
        failed_in=number(said, "failed-calls-in"),
        failed_out=number(said, "failed-calls-out"),
    )


async def gateway_stamp(ask: Ask, name: str) -> str:
    """The variable `dialform_stamp` of a live gateway; empty: no such gateway, or it has none.

    The switch answers both by nothing at all, which the event socket calls `-ERR no reply`.
    """
    command = f"sofia_gateway_data {name} var {STAMP}"
    reply = await ask(command)
    if reply.strip() == NO_REPLY:
        return ""
    if not _STAMP.fullmatch(reply):
        raise UnexpectedReply(command, reply)
    return reply


async def registrations(ask: Ask) -> list[Registration]:
    """All phones that are registered, in one question."""
    found: list[Registration] = []
    for row in await rows(ask, "show registrations as json", _NEEDED):
        if len(found) % 2000 == 1999:
            await asyncio.sleep(0)  # whoever else waits for the loop
        _, _, rest = row["url"].partition("/")
        profile, _, contact = rest.partition("/")
        found.append(
            Registration(
                row["reg_user"],
                row["realm"],
                contact,
                "",
                row["network_ip"],
                number(row, "network_port"),
                row["network_proto"],
                profile,
                number(row, "expires"),
                row.get("token", ""),
            )
        )
    return found
