"""The agent, killed, cut off and led astray beside a real switch: it converges, and calls go on."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from .agent import AgentHost, beside_a_switch, off
from .call import Call
from .conftest import Extension, phones_of
from .desk import desk
from .proxy import Proxy
from .scene import play
from .switch import Switch

FULL = os.environ.get("DIALFORM_FAULTS") == "full"
"""200 applies under 20 calls, and a kill at each point; otherwise some of each."""
ACME, QUEUES, CARRIER = "tenants.d/acme/pbx.yaml", "tenants.d/queues.yaml", "providers.d/third.yaml"
OUTSIDE = "+12125550123"


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AgentHost]:
    """A host whose agent has applied the first commit."""
    with beside_a_switch(tmp_path_factory.mktemp("agent"), AgentHost) as host:
        yield host


@pytest.fixture
def switch(host: AgentHost) -> Switch:
    """In the place of the suite's own: after each test nobody speaks and no error was logged."""
    return host.switch


@pytest.fixture
def extension(host: AgentHost) -> Extension:
    return phones_of(host.site)


def edit(host: AgentHost, number: int) -> str:
    """A change that needs something else of the switch each time; all of them are taken back in turn."""
    with host.site.edit(ACME) as acme:
        group = acme["ring_groups"]["600"]
        group["timeout"] = 4 if group["timeout"] == 3 else 3
        if number % 3 == 1 and acme["call_queues"].pop("888", None) is None:
            acme["call_queues"]["888"] = {
                "name": "More", "agents": ["1001"], "max_wait": 60, "timeout": {"voicemail": "1999"},
            }  # fmt: skip
        if number % 3 == 2:
            music = acme["music_on_hold"]
            if music.pop("lively", None) is None:
                music["lively"] = {"files": ["media/hold.wav"]}
    if number % 5 == 4:
        with host.site.edit(CARRIER) as carrier:
            carrier["max_channels"] = 31 if carrier.get("max_channels") == 30 else 30
            carrier["username"] = "two" if carrier.get("username") == "one" else "one"
    return host.commit(f"edit {number}")


@contextlib.asynccontextmanager
async def speaking(
    extension: Extension, count: int
) -> AsyncIterator[tuple[list[Call], Callable[[], Any]]]:
    """Calls through a trunk, on which the carrier echoes; and what makes sure that each still does."""
    async with desk(extension, "acme/1001", "acme/1002") as phones:
        calls = []
        for number in range(count):
            call = await phones[number % 2].call(OUTSIDE)
            await call.answered(10.0)
            calls.append(call)

        async def go_on() -> None:
            for call in calls:
                assert not call.over, call
                call.media.play(700)
                assert await call.media.hears(700, 10.0), f"nothing is heard on {call}"

        await go_on()
        yield calls, go_on
        await go_on()
        for call in calls:
            await call.hangup()


POINTS = [
    *(f"write {number}" for number in (range(1, 200, 3) if FULL else (3, 40, 75))),
    *(
        f"{when} {number}"
        for when in ("before", "after")
        for number in ((1, 2, 3, 4) if FULL else (1, 2))
    ),
]


@pytest.mark.parametrize("point", POINTS)
def test_killed(host: AgentHost, extension: Extension, switch: Switch, point: str) -> None:
    async def dies() -> None:
        async with speaking(extension, 1):
            head = edit(host, 4 + 15 * POINTS.index(point))
            killed = await off(lambda: host.once("--allow-disruption", dies_at=point))
            assert killed.returncode in (-9, 0), killed.stderr
            await off(lambda: host.settle("--allow-disruption"))
            await off(lambda: host.expect(head))

    play(dies(), 180)


def test_the_connection_drops_in_mid_command(
    host: AgentHost, extension: Extension, switch: Switch
) -> None:
    """Each time after the switch was told something, and before it said what became of it."""

    async def drops() -> None:
        async with speaking(extension, 1), Proxy(switch.esl.address) as proxy:
            options = ("--interval", "600", "--allow-disruption")
            async with host.staying(*options, through=proxy.address[1]) as agent:
                head = edit(host, 4)
                proxy.cut_after = [b"reloadxml", b" killgw ", b" rescan"]
                host.poke(agent)
                await off(lambda: host.comes_to(head))
                assert proxy.cut_after == [], "they were not sent, or not through the proxy"
            await off(lambda: host.settle("--allow-disruption"))
            await off(lambda: host.expect(head))

    play(drops(), 180)


def test_broken_xml_is_rolled_back_and_calls_go_on(
    host: AgentHost, extension: Extension, switch: Switch
) -> None:
    """The compiler parses what it writes; here its file is spoilt between its end and the reload."""

    async def broken() -> None:
        good = host.applied()
        async with speaking(extension, 2) as (_, go_on):
            bad = edit(host, 0)
            ran = await off(lambda: _spoilt(host))
            assert ran.returncode == 1, ran.stdout + ran.stderr
            assert "reloadxml" in ran.stderr
            await go_on()
            assert host.applied() == good
            assert host.status()["quarantine"].keys() == {bad}
            assert host.revision() == _revision(host)
            await off(host.once)
            assert host.applied() == good, "it is not tried again by itself"
            head = edit(host, 0)
            await off(host.settle)
            assert host.applied() == head

    switch.expects("unexpected closing tag|XML|xml")
    play(broken(), 180)


SPOILS = """
from pathlib import Path
from dialform.reconcile import generations
flip = generations.Generations.flip
done = []
def spoilt(self, one):
    if not done:
        done.append(one)
        path = one.folder / "freeswitch" / "tenants" / "acme" / "dialplan.xml"
        text = path.read_text()
        path.unlink()
        path.write_text(text.replace("</context>", "</kontext>", 1))
    flip(self, one)
generations.Generations.flip = spoilt
from dialform.cli.entry import script
script()
"""


def _spoilt(host: AgentHost) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", SPOILS, *host.command("--once")],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def _revision(host: AgentHost) -> str:
    return str(host.status()["applied"]["revision"])


def test_the_switch_restarts_in_mid_apply(host: AgentHost, switch: Switch) -> None:
    edit(host, 4)
    head = edit(host, 1)
    before = host.status()["switch"]["core_uuid"]
    with host.agent("--interval", "600", "--allow-disruption") as agent:
        host.until(lambda: _is_applying(host, agent.pid), 20)
        assert host.applied() != head
        switch.kill()
        switch.start()
        host.until(lambda: host.applied() == head and host.status()["held"] is None, 60)
        host.until(lambda: host.status()["switch"]["core_uuid"] not in (None, before), 60)
    host.settle()
    host.expect(head)
    switch.until(switch.registered, 15.0, "carriers do not let it register")


def _is_applying(host: AgentHost, pid: int) -> bool:
    """A trunk that changed takes a second or two to go: it is in the midst of that."""
    status = host.status()
    return bool(status["pid"] == pid and status["doing"].startswith("applying"))


def test_a_new_event_socket_password(host: AgentHost, extension: Extension, switch: Switch) -> None:
    """Shown as "needs a restart"; the old one goes on; after the restart the new one is found."""
    secret = host.site.secrets / "esl"

    async def waits() -> None:
        async with speaking(extension, 1):
            secret.write_text("another-password-of-the-socket\n")
            await off(lambda: host.once())
            assert host.status()["switch"]["needs_restart"] == ["event_socket"]
            head = edit(host, 1)
            await off(lambda: host.settle("--allow-disruption"))
            await off(lambda: host.expect(head))

    play(waits(), 120)
    switch.stop()
    switch.start()
    switch.until(switch.registered, 15.0, "carriers do not let it register")
    assert switch.esl.password == "another-password-of-the-socket"
    host.settle()
    assert host.status()["switch"]["needs_restart"] == []
    host.expect(host.applied())


@pytest.mark.parametrize(("applies", "calls"), [(200, 20) if FULL else (12, 4)])
def test_many_applies_under_calls(
    host: AgentHost, extension: Extension, switch: Switch, applies: int, calls: int
) -> None:
    """No call is lost, and the agent has as many descriptors and as much memory as at its beginning."""
    # A stream whose files go is stopped a moment after they went.
    switch.expects(r"Can.t open .*/music/lively/")

    async def many() -> None:
        measured: list[tuple[int, int]] = []
        async with speaking(extension, calls) as (_, go_on):
            options = ("--interval", "600", "--keep", "4", "--allow-disruption")
            async with host.staying(*options) as agent:
                for number in range(applies):
                    head = await off(partial(edit, host, number))
                    host.poke(agent)
                    await off(partial(host.comes_to, head))
                    if number % max(applies // 10, 1) == 0:
                        await go_on()
                        measured.append(_size(agent.pid))
            await off(lambda: host.settle("--allow-disruption"))
            await off(lambda: host.expect(head))
        print(f"\n{applies} applies, {calls} calls: (descriptors, KiB) {measured}")
        descriptors, memory = zip(*measured[len(measured) // 3 :], strict=True)
        assert max(descriptors) <= min(descriptors) + 3
        assert memory[-1] <= memory[0] * 1.06

    play(many(), 60 + 15 * applies)


def _size(pid: int) -> tuple[int, int]:
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+)", status)
    assert found
    return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir()), int(found[1])
