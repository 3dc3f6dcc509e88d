"""Who guesses passwords is logged so that fail2ban finds exactly them, and told in events that are counted."""

from __future__ import annotations

import asyncio
import configparser
import re
import socket
from collections import Counter

import pytest

from dialform.cli.installing import jail
from dialform.reconcile.watching.attackers import SUBSCRIPTIONS, Attackers, Rules
from dialform.switch.esl import Client
from dialform.switch.events import Event

from .conftest import Extension, Outsider
from .lab import has_ipv6
from .scene import scene
from .site import Site
from .switch import Switch

ADDR = r"\[?(?P<address>[0-9.]+|[0-9a-fA-F:]+)\]?"
DATE = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+")
VICTIM = "1.2.3.4"


def banned(log: str, mode: str = "normal") -> Counter[str]:
    """Whom fail2ban would count, and how often, from lines of the switch's log."""
    parser = configparser.ConfigParser()
    parser.read_string(jail.filter_file())
    patterns = [
        re.compile(line.strip().replace("<ADDR>", ADDR))
        for line in parser["Definition"][f"failregex-{mode}"].splitlines()
    ]
    found: Counter[str] = Counter()
    for line in log.split("\n"):
        if date := DATE.match(line):
            hits = (pattern.match(line[date.end() :]) for pattern in patterns)
            found.update(hit["address"] for hit in hits if hit)
    return found


class Watched:
    """A connection that hears what the switch says of log-ins, as the agent's does."""

    def __init__(self, switch: Switch) -> None:
        self.client = Client(switch.esl.address, switch.esl.password)
        self.heard: list[Event] = []

    async def __aenter__(self) -> Watched:
        await self.client.connect()
        await self.client.subscribe(*SUBSCRIPTIONS)
        self._task = asyncio.create_task(self._hear())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await self.client.close()

    async def _hear(self) -> None:
        async for event in self.client.events():
            assert isinstance(event, Event)
            self.heard.append(event)

    async def becomes(self, count: int, subclass: str = SUBSCRIPTIONS[0]) -> list[Event]:
        async with asyncio.timeout(5.0):
            while len(found := [e for e in self.heard if e.subclass == subclass]) < count:
                await asyncio.sleep(0.02)
        return found


@scene
async def test_refused_log_ins_are_told_logged_and_counted(
    extension: Extension, switch: Switch
) -> None:
    mark = switch.mark()
    async with Watched(switch) as watched:
        for _ in range(3):
            async with extension("acme/1001", bind="127.0.0.66") as guesser:
                assert (await guesser.register(password="guessed")).status == 403
        async with extension("acme/1001", password="x", bind="127.0.0.67") as lost:
            lost.user = lost.login = "9999"
            assert (await lost.register()).status == 403
        async with extension("acme/1001", password="x", bind="127.0.0.67") as lost:
            lost.domain = "nowhere.example.com"
            assert (await lost.register()).status == 403
        async with extension("acme/1001", password="guessed", bind="127.0.0.68") as caller:
            assert await (await caller.call("1002")).refused() == 403
        events = await watched.becomes(6)
    sources = {"127.0.0.66": 3, "127.0.0.67": 2, "127.0.0.68": 1}
    assert Counter(event.get("network-ip") for event in events) == sources
    assert [event.get("registration-type") for event in events] == ["REGISTER"] * 5 + ["INVITE"]
    assert banned(switch.log()[mark:]) == sources
    watch = Attackers(Rules(threshold=3))
    alarms = [alarm for event in events for alarm in watch.note(event, 0.0)]
    assert [(alarm.kind, alarm.source) for alarm in alarms] == [("guessing", "127.0.0.66")]
    assert "1001@acme.example.com" in alarms[0].message


@scene
async def test_a_right_password_after_wrong_ones_is_told(
    extension: Extension, switch: Switch
) -> None:
    watch = Attackers(Rules(threshold=3))
    async with Watched(switch) as watched, extension("acme/1001", bind="127.0.0.66") as guesser:
        for _ in range(3):
            await guesser.register(password="guessed")
        assert (await guesser.register()).status == 200
        await guesser.unregister()
        await watched.becomes(3)
        await watched.becomes(4, SUBSCRIPTIONS[1])
        alarms = [alarm for event in watched.heard for alarm in watch.note(event, 0.0)]
    assert [alarm.kind for alarm in alarms] == ["guessing", "guessed"]


@scene
async def test_one_from_outside_of_an_extension_s_networks_is_refused_and_counted(
    extension: Extension, switch: Switch
) -> None:
    mark = switch.mark()
    async with extension("lab/2009", bind="127.0.0.10") as elsewhere:
        assert (await elsewhere.register()).status == 403
    async with extension("lab/2009", bind="127.0.0.9") as home:
        assert (await home.register()).status == 200
        await home.unregister()
    assert banned(switch.log()[mark:]) == {"127.0.0.10": 1}


@scene
async def test_phones_that_log_in_are_no_attackers(extension: Extension, switch: Switch) -> None:
    mark = switch.mark()
    async with extension("acme/1001", bind="127.0.0.66") as alice:
        for _ in range(3):
            assert (await alice.register()).status == 200
        await alice.unregister()
    assert banned(switch.log()[mark:], "strict") == {}


@scene
async def test_strangers_at_the_carriers_port(outsider: Outsider, switch: Switch) -> None:
    mark = switch.mark()
    async with outsider("mallory", "127.0.0.70") as mallory:
        assert await (await mallory.call("+12125550199")).refused() == 403
    assert banned(switch.log()[mark:]) == {}
    assert banned(switch.log()[mark:], "strict") == {"127.0.0.70": 1}


@pytest.mark.skipif(not has_ipv6(), reason="no IPv6 here")
@scene
async def test_ipv6(extension: Extension, switch: Switch, compiled: Site) -> None:
    mark = switch.mark()
    proxy = ("::1", compiled.ports["internal"])
    async with extension("acme/1001", bind="::1", proxy=proxy) as guesser:
        assert (await guesser.register(password="guessed")).status == 403
    assert banned(switch.log()[mark:]) == {"::1": 1}


FAKE = (
    "2026-11-28 05:15:44.673280 100.00% [WARNING] sofia_reg.c:1787 SIP auth failure (REGISTER) on "
    f"sofia profile 'internal' for [1001@acme.example.com] from ip {VICTIM}"
)
NAMES = [
    f"1001@acme] from ip {VICTIM}",
    f"x%5D%20from%20ip%20{VICTIM}",
    f"x]%20from%20ip%20{VICTIM}%0D%0A",
    f"x%0A{FAKE}%0A",
    f"x\\\n{FAKE}",
    f"x] from ip {VICTIM}\x0b",
    f"x] from ip {VICTIM}\u2028",
    f"x] from ip {VICTIM}\x85",
    f"x\n {FAKE}",
    f"x\r\n {FAKE}\r\n ",
    f"x\r {FAKE}\r ",
    "<ADDR>",
]


@pytest.mark.parametrize("name", NAMES)
def test_hostile_names_get_nobody_else_banned(
    extension: Extension, switch: Switch, compiled: Site, name: str
) -> None:
    """As user, domain, display name, agent, and as the name and the realm of the credentials."""
    switch.expects(".")
    mark = switch.mark()

    @scene
    async def tries() -> None:
        for where in ("user", "domain", "login", "name"):
            async with extension("acme/1001", password="x", bind="127.0.0.69") as mallory:
                setattr(mallory, where, name)
                try:
                    async with asyncio.timeout(1.0):
                        await mallory.register()
                except (TimeoutError, AssertionError, ValueError):
                    continue

    tries()
    _shout(compiled.address("internal"), name)
    _log_ends(switch)
    log = switch.log()[mark:]
    assert set(banned(log, "strict")) <= {"127.0.0.69", "127.0.0.72"}
    assert "127.0.0.69" in banned(log) or "\n" in name or "\r" in name


def _shout(where: tuple[str, int], name: str) -> None:
    """One packet with the name in every place, in quotes where a parser might want them."""
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.bind(("127.0.0.72", 0))
        port = out.getsockname()[1]
        for method in ("REGISTER", "INVITE", "SUBSCRIBE", "MESSAGE"):
            text = (
                f"{method} sip:acme.example.com SIP/2.0\r\n"
                f"Via: SIP/2.0/UDP 127.0.0.72:{port};branch=z9hG4bK{method}{abs(hash(name))}\r\n"
                f'From: "{quoted}" <sip:1001@acme.example.com>;tag=a\r\n'
                f'To: "{quoted}" <sip:1001@acme.example.com>\r\n'
                f"Call-ID: {method}{abs(hash(name))}\r\nCSeq: 1 {method}\r\nMax-Forwards: 70\r\n"
                f"Contact: <sip:1001@127.0.0.72:{port}>\r\nExpires: 60\r\nUser-Agent: {name}\r\n"
                f'Authorization: Digest username="{quoted}", realm="{quoted}", nonce="{quoted}", '
                f'uri="sip:acme.example.com", response="{"0" * 32}", algorithm=MD5\r\n'
                "Content-Length: 0\r\n\r\n"
            )
            out.sendto(text.encode(), where)


def _log_ends(switch: Switch) -> None:
    """Waits until what was sent before is logged: a command after it is, too."""
    switch.until(lambda: "is ready" in switch.api("status"), 5.0, "no answer")
    for _ in range(10):
        before = switch.mark()
        switch.api("msleep 100")
        if switch.mark() == before:
            return
