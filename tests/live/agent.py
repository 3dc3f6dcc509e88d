"""A real agent, as a process of its own, beside a real switch that boots from the agent's `current`."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from . import lab
from .conftest import answering
from .site import HOST, Site
from .switch import Switch

T = TypeVar("T")
DIALFORM = str(Path(sys.executable).with_name("dialform"))
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
    "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Alice", "GIT_AUTHOR_EMAIL": "alice@example.com",
    "GIT_COMMITTER_NAME": "Alice", "GIT_COMMITTER_EMAIL": "alice@example.com",
}  # fmt: skip

QUESTION = (
    r"(global_getvar|module_exists|xml_locate|sofia status|sofia xmlstatus|sofia_gateway_data|show|status|"
    r"callcenter_config (queue|agent|tier) list|local_stream show|db select|uuid_getvar|uuid_dump)\b"
)

DRIVER = f"""
import os, re, signal, sys
from dialform.reconcile import durable
from dialform.switch.esl import Client
what, number = os.environ["DIES_AT"].split()
count = 0
def passed(name=""):
    global count
    count += 1
    if count == int(number):
        os.kill(os.getpid(), signal.SIGKILL)
if what == "write":
    durable.hook = passed
else:
    api = Client.api
    async def watched(self, command, **given):
        changes = re.match({QUESTION!r}, command) is None
        if changes and what == "before":
            passed()
        reply = await api(self, command, **given)
        if changes and what == "after":
            passed()
        return reply
    Client.api = watched
from dialform.cli.entry import script
script()
"""
"""The command, dying by SIGKILL at its so-many-th write, or before or after its so-many-th change."""

THROUGH = """
import os
from dialform.switch.esl import Client
begin = Client.__init__
def through(self, address, *args, **given):
    begin(self, ("127.0.0.1", int(os.environ["THROUGH"])), *args, **given)
Client.__init__ = through
from dialform.cli.entry import script
script()
"""
"""The command, reaching the event socket by the port of a proxy."""


async def off(work: Callable[[], T]) -> T:
    """In a thread: phones go on, and what else the scene's loop serves."""
    return await asyncio.to_thread(work)


class AgentHost:
    """One host: a site in git, a state folder, agents, and the switch."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.agent_state = site.folder / "agent"
        self.git("init", "--quiet", "--initial-branch", "main")
        self.commit("the first")
        self.switch = Switch(self.agent_state / "current" / "freeswitch", site.state)

    # The repository.

    def git(self, *words: str) -> str:
        ran = subprocess.run(
            ["git", *words], cwd=self.site.source, env=ENVIRONMENT, capture_output=True, text=True
        )
        assert ran.returncode == 0, (words, ran.stderr)
        return ran.stdout.strip()

    def commit(self, message: str = "an edit") -> str:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.git("rev-parse", "HEAD")

    # The agent.

    def command(self, *options: str) -> list[str]:
        return [
            "agent", "--site", str(self.site.source), "--branch", "main", "--host", HOST,
            "--state", str(self.agent_state), "--secrets", str(self.site.secrets),
            "--confirm-within", "30", *options,
        ]  # fmt: skip

    def once(self, *options: str, dies_at: str = "") -> subprocess.CompletedProcess[str]:
        """One turn of an agent; with `dies_at`, as `write 12`, `before 3`, `after 3`, it is killed there."""
        words = self.command("--once", *options)
        run = [sys.executable, "-c", DRIVER] if dies_at else [DIALFORM]
        return subprocess.run(
            [*run, *words], env=ENVIRONMENT | {"DIES_AT": dies_at}, capture_output=True, text=True,
            timeout=120, check=False,
        )  # fmt: skip

    def settle(self, *options: str, most: int = 5) -> None:
        """Agents until one has nothing to do, and says so."""
        for _ in range(most):
            ran = self.once(*options)
            status = self.status()
            if ran.returncode == 0 and status["held"] is None and not status["drift"]:
                return
        raise AssertionError(f"it does not settle: {ran.returncode} {ran.stdout}{ran.stderr}")

    @contextlib.contextmanager
    def agent(self, *options: str, through: int = 0) -> Iterator[subprocess.Popen[bytes]]:
        """An agent that stays; it reaches the switch through a proxy at that port, if one is named."""
        log = self.site.folder / "agent.log"
        run = [sys.executable, "-c", THROUGH] if through else [DIALFORM]
        with log.open("ab") as stream:
            process = subprocess.Popen(
                [*run, *self.command(*options)], env=ENVIRONMENT | {"THROUGH": str(through)},
                stdout=stream, stderr=stream,
            )  # fmt: skip
        try:
            yield process
            assert process.poll() is None, log.read_text()[-2000:]
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                raise

    @contextlib.asynccontextmanager
    async def staying(
        self, *options: str, through: int = 0
    ) -> AsyncIterator[subprocess.Popen[bytes]]:
        """The same in a scene, which goes on while the agent ends."""
        with contextlib.ExitStack() as stack:
            process = stack.enter_context(self.agent(*options, through=through))
            await off(lambda: self.until(lambda: self.status()["pid"] == process.pid))
            yield process
            await off(stack.close)

    def status(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.agent_state / "status.json").read_text())
        return found

    def applied(self) -> str:
        """The commit that is said to run, proven."""
        return str((self.status()["applied"] or {}).get("commit"))

    def until(self, met: Callable[[], bool], within: float = 30.0) -> None:
        deadline = time.monotonic() + within
        while not met():
            assert time.monotonic() < deadline, json.dumps(self.status(), indent=1)[:3000]
            time.sleep(0.05)

    def comes_to(self, commit: str) -> None:
        """Waits until this commit is said to run."""
        self.until(lambda: self.applied() == commit, 60.0)

    def poke(self, process: subprocess.Popen[bytes]) -> None:
        process.send_signal(signal.SIGHUP)

    # What must hold.

    def revision(self) -> str:
        """What the live XML says."""
        said = self.switch.api("xml_locate configuration configuration name dialform.conf")
        found = re.search(r'name="revision" value="(\w+)"', said)
        assert found, said
        return found[1]

    def expect(self, commit: str) -> None:
        """The switch runs this commit: proven, whole on the disk, and as it says itself."""
        assert self.applied() == commit
        manifest = json.loads((self.agent_state / "current" / "manifest.json").read_text())
        assert manifest["commit"] == commit
        assert self.revision() == manifest["revision"]
        self.site.out.mkdir(exist_ok=True)
        self.site.compile()
        clean = json.loads((self.site.out / HOST / "manifest.json").read_text())
        assert clean["files"] == manifest["files"], "the files are those of the commit"


H = TypeVar("H", bound=AgentHost)


@contextlib.contextmanager
def beside_a_switch(folder: Path, kind: type[H]) -> Iterator[H]:
    """A host of the suite's site; its switch runs the first commit, proven, and its carriers answer."""
    site = lab.demo(folder)
    with answering(site):
        host = kind(site)
        host.once()  # lays out the files for a switch that never ran
        with host.switch as running:
            running.until(running.registered, 15.0, "carriers do not let it register")
            host.settle()
            yield host
