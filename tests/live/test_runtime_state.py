"""What people set by phone is theirs: it outlives commits, ways back and restarts, and is never written to.

An agent logs in to a queue, somebody forwards, somebody will not be disturbed, an owner records a greeting and
chooses a PIN, a caller leaves a message. Then commits change those very objects.
"""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from . import lab
from .agent import ENVIRONMENT, QUESTION, AgentHost, beside_a_switch, off
from .callcenter import CALLER, log_in, served, status
from .conftest import Extension, phones_of
from .desk import desk
from .phone import Call, Phone
from .scene import play
from .switch import Switch
from .test_forwarding import dial
from .test_voicemail import MESSAGE, counted, leaves_a_message

AGENT, BOX = "queues.6001", "2999"
GREETING = 1640
"""Hertz of what the mailbox's owner says."""
NEW_PIN = "86420"
PERSONAL = r"callcenter_config (?:agent|tier) (?!list)|db |hash |vm_|voicemail_|voicemail (?!reload default)|sql"
"""Commands that reach what people set."""

AGENT_PROCESS = """
import os, re, sys
from pathlib import Path
from dialform.reconcile import generations
from dialform.switch.esl import Client

heard, spoils, lies = (os.environ[name] for name in ("HEARD", "SPOILS", "LIES"))
api, bgapi, flip = Client.api, Client.bgapi, generations.Generations.flip
back = False

async def watched(self, command, *, _how=None, **given):
    with open(heard, "a") as stream:
        print(command, file=stream)
    reply = await (_how or api)(self, command, **given)
    return "-ERR so it was wished" if lies and not back and re.match(lies, command) else reply

async def in_background(self, command, **given):
    return await watched(self, command, _how=bgapi, **given)

def flipped(self, one):
    global back, spoils
    back = bool(not spoils and lies and done)
    if spoils:
        path = one.folder / "freeswitch" / spoils
        text = path.read_text()
        path.unlink()
        path.write_text(text.replace("</context>", "</kontext>", 1))
        spoils = ""
    done.append(one)
    flip(self, one)

done = []
Client.api, Client.bgapi, generations.Generations.flip = watched, in_background, flipped
from dialform.cli.entry import script
script()
"""
"""The agent, writing down what it sends; `SPOILS` is a file that somebody breaks between the compiler's end and
the reload, `LIES` a pattern of commands whose replies are wrong on the way forward."""


class Host(AgentHost):
    """A host whose agent is listened to."""

    def turn(self, spoils: str = "", lies: str = "") -> subprocess.CompletedProcess[str]:
        more = {"HEARD": str(self.heard), "SPOILS": spoils, "LIES": lies}
        words = self.command("--once", "--allow-disruption", "--confirm-within", "8")
        return subprocess.run(
            [sys.executable, "-c", AGENT_PROCESS, *words],
            env=ENVIRONMENT | more, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip

    @property
    def heard(self) -> Path:
        return self.site.folder / "heard.txt"

    @property
    def changes(self) -> list[str]:
        """What the agent sent, without its questions."""
        lines = self.heard.read_text().splitlines() if self.heard.exists() else []
        return [line for line in lines if not re.match(QUESTION, line)]

    @property
    def domain(self) -> str:
        return self.site.domain("lab")

    @property
    def box(self) -> str:
        return f"{BOX}@{self.domain}"


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """The switch runs the first commit."""
    with beside_a_switch(tmp_path_factory.mktemp("people"), Host) as host:
        yield host


@pytest.fixture
def switch(host: Host) -> Switch:
    return host.switch


@pytest.fixture(scope="module")
def phone(host: Host) -> Extension:
    return phones_of(host.site)


@pytest.fixture(scope="module")
def people(host: Host, phone: Extension) -> None:
    """They set everything, once, by phone."""
    play(_people(host, phone), 120)


async def _people(host: Host, phone: Extension) -> None:
    switch = host.switch
    async with desk(phone, "queues/6001") as (ann,):
        await log_in(ann)
    async with desk(phone, "office/2101", "office/2102") as (one, two):
        await dial(one, "*722103", lab.FORWARD_SET)
        await dial(two, "*78", lab.DND_ON)
    async with desk(phone, "lab/2002") as (two,):
        call = await opens_the_box(two, host.site.secret(f"lab/{BOX}/pin"))
        for menu, key in ((lab.BOX_MENU, "5"), (lab.BOX_SETTINGS, "1")):
            assert await call.media.hears(menu, within=10.0)
            await call.press(key)
        await asyncio.sleep(1.0)
        await call.press("1")  # the first of nine greetings
        await asyncio.sleep(1.0)
        call.media.play(GREETING)
        await asyncio.sleep(3.0)
        await call.press("#")
        call.media.play(0)
        await asyncio.sleep(0.5)
        await call.press("2")  # kept
        await switch.becomes(f"vm_prefs default/{host.box}|greeting_path", "^/", within=10.0)
        assert await call.media.hears(lab.BOX_SETTINGS, within=10.0)
        await call.press("6")
        assert await call.media.hears(lab.ENTER_PIN, within=10.0)
        await call.press(NEW_PIN + "#")
        await switch.becomes(f"vm_prefs default/{host.box}|password", NEW_PIN, within=10.0)
        await call.hangup()
        await leaves_a_message(await two.call(BOX))
    await counted(switch, host.box, 1)


async def opens_the_box(owner: Phone, pin: str) -> Call:
    """The call to the mailbox, past its PIN."""
    call = await owner.call("*98")
    await call.answered()
    await call.media.hears_sound()
    await call.press(f"{BOX}#")
    assert await call.media.hears(lab.ENTER_PIN, within=8.0)
    await call.press(pin + "#")
    return call


async def as_they_left_it(host: Host, phone: Extension) -> None:
    """Everything does what they wanted, by phone; and no command of the agent reached any of it."""
    switch = host.switch
    assert [line for line in host.changes if re.search(PERSONAL, line)] == []
    assert await status(switch, AGENT) == "Available"
    async with desk(phone, "queues/6001", CALLER) as (ann, caller):
        # As if she had rested long.
        await switch.ask(f"callcenter_config agent set ready_time {AGENT} 0")
        call = await caller.call("800")
        await served(call, await ann.rung(10.0))
        await call.hangup()
    async with desk(phone, "office/2101", "office/2102", "office/2103") as (one, two, three):
        assert await (await one.call("2102")).refused() == 486
        await two.call("2101")
        await three.rung(8.0)
        assert await one.stays_quiet(0.2)
    async with desk(phone, "lab/2001") as (caller,):
        call = await caller.call(BOX)
        await call.answered()
        assert await call.media.hears(GREETING, within=8.0), "the recorded greeting"
        await call.hangup()
    await counted(switch, host.box, 1)


async def hears_it(host: Host, phone: Extension) -> None:
    """The owner opens the box with the new PIN and hears the message."""
    async with desk(phone, "lab/2002") as (two,):
        call = await opens_the_box(two, NEW_PIN)
        assert await call.media.hears(lab.NEW_MESSAGES, within=8.0)
        await call.press("1")
        assert await call.media.hears(MESSAGE, within=12.0)
        await call.hangup()


def change(host: Host, number: int) -> str:
    """All of their objects are changed: the queue, the names, the mailbox and its greeting, the groups."""
    with host.site.edit("tenants.d/queues.yaml") as queues:
        queues["call_queues"]["800"] |= {
            "name": f"Support {number}", "max_wait": 60 + number, "strategy": "ring-all",
        }  # fmt: skip
        queues["extensions"]["6001"] |= {"name": f"Ann {number}", "ring_timeout": 15 + number}
    with host.site.edit("tenants.d/office.yaml") as office:
        for which in ("2101", "2102", "2103"):
            office["extensions"][which]["name"] = f"Clerk {number}"
        office["ring_groups"]["600"] |= {"timeout": 5 + number, "members": ["2103", "2102"]}
    with host.site.edit("tenants.d/lab.yaml") as tenant:
        tenant["voicemails"][BOX] |= {
            "name": f"Post {number}", "email": f"post{number}@lab.example",
            "pin": f"77{number:03}", "greeting": "media/tones/main.wav",
        }  # fmt: skip
        tenant["ring_groups"]["601"]["timeout"] = 4 + number
    return host.commit(f"change {number}")


def leave(host: Host, number: int, trunk: bool = False) -> str:
    """What takes the agent out of every queue, and makes a new stream of music; a trunk to nobody, too."""
    change(host, number)
    with host.site.edit("tenants.d/queues.yaml") as queues:
        for queue in queues["call_queues"].values():
            queue["agents"] = [one for one in queue["agents"] if one != "6001"] or ["6005"]
        queues["music_on_hold"]["lively"] = {"files": ["media/tones/hold-2.wav"]}
    if trunk:
        (host.site.source / "providers.d" / "dead.yaml").write_text(NOBODY)
    return host.commit(f"leave {number}")


NOBODY = """\
host: 127.0.0.99
port: 9
username: nobody
password: {secret: mycarrier}
register: true
caller_id: "+12125550100"
"""


@pytest.mark.parametrize("number", [1, 2])
def test_a_commit_that_changes_their_objects(
    host: Host, phone: Extension, switch: Switch, people: None, number: int
) -> None:
    async def changes() -> None:
        head = change(host, number)
        ran = await off(host.turn)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert host.applied() == head
        assert "callcenter_config queue reload queues.800" in host.changes
        await as_they_left_it(host, phone)

    play(changes(), 90)


FAULTS = {
    "at the reload": {"spoils": "tenants/lab/dialplan.xml"},
    "at its last command": {"lies": "local_stream start queues.lively"},
    "at the proof": {},  # a new trunk does not register
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_commit_that_is_rolled_back(
    host: Host, phone: Extension, switch: Switch, people: None, fault: str
) -> None:
    """The commit would log the agent out. It fails, and she has noticed nothing."""
    switch.expects("XML|xml|unexpected closing tag|local_stream|lively|dead")

    async def goes_back() -> None:
        good = host.applied()
        bad = leave(host, 10, trunk=fault == "at the proof")
        ran = await off(lambda: host.turn(**FAULTS[fault]))
        assert ran.returncode == 1, ran.stdout + ran.stderr
        assert host.applied() == good and bad in host.status()["quarantine"]
        await as_they_left_it(host, phone)
        host.git("revert", "--no-edit", "HEAD", "HEAD~1")
        assert (await off(host.turn)).returncode == 0
        await as_they_left_it(host, phone)

    play(goes_back(), 150)


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_a_restart_of_the_switch(
    host: Host, phone: Extension, switch: Switch, people: None, how: str
) -> None:
    """With a commit that came while it was down."""
    head = change(host, 20 if how == "stop" else 21)
    switch.stop() if how == "stop" else switch.kill()
    switch.start()
    switch.until(switch.registered, 15.0, "carriers do not let it register")

    async def found() -> None:
        ran = await off(host.turn)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        await off(host.settle)
        assert host.applied() == head
        await as_they_left_it(host, phone)

    play(found(), 90)


def test_and_the_message_is_heard_with_the_pin_of_its_owner(
    host: Host, phone: Extension, switch: Switch, people: None
) -> None:
    """After all of that."""
    play(hears_it(host, phone))
