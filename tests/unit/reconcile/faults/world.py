"""One host: a repository, a simulated switch that boots from the agent's `current`, and agents that die.

An agent is made anew for each pass, as after a restart of its process: all that it knows it has from its state
folder. Time runs twenty times as fast for the switch and the agents alike.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

from dialform.compiler.planning.actions import CALLERS, KINDS
from dialform.reconcile import durable
from dialform.reconcile.agent import Agent
from dialform.reconcile.comparing import compare
from dialform.reconcile.job import Made, Order, make
from dialform.reconcile.layout import Layout
from dialform.reconcile.lock import Lock
from dialform.reconcile.observe import observe
from dialform.reconcile.passing import Result
from dialform.reconcile.prove import doubts
from dialform.reconcile.service import Service
from dialform.reconcile.settings import Settings
from dialform.reconcile.times import Times
from dialform.reconcile.wanted import wanted
from dialform.reconcile.watch import Found
from dialform.simulator.faults import Faults
from dialform.simulator.served import SimulatedSwitch
from dialform.switch import Client
from dialform.switch.questions import agents

from .repository import HOST, Repository

SPEED = 20.0
SECRETS = ("master", "esl", "north", "south")

PHONES = tuple(f"{n}.pbx.example.com" for n in ("1001@alpha", "1003@alpha", "1001@beta"))
AGENTS = (("alpha.1001", "alpha.800"), ("alpha.1002", "alpha.800"), ("beta.1001", "beta.800"))

QUESTIONS = re.compile(
    r"global_getvar |module_exists |xml_locate |sofia status|sofia xmlstatus|sofia_gateway_data |"
    r"callcenter_config (queue|agent|tier) list|local_stream show|show |status$|version|sofia_contact |"
    r"uuid_getvar |fsctl|eval |list_users|uuid_dump |db select/"
)
"""What may be asked at any time: it changes nothing."""

COMMANDS = re.compile(
    "NOTIFY|"  # an event for one phone, of the kind `notify`
    + "|".join(
        re.sub(r"\\\{\w+\\\}", r"[^\\s]+(?: [^\\s]+)*", re.escape(kind.command))
        for kind in (*KINDS.values(), *CALLERS.values())
        if kind.command and not kind.by_hand
    )
)
"""Every command that the table knows."""


class Killed(BaseException):
    """The process is gone: nothing catches this, as nothing catches SIGKILL."""


class Clock:
    """A clock that runs fast. What the agent takes for the time of day can be set."""

    def __init__(self) -> None:
        self._began, self.off = time.monotonic(), 0.0
        self._epoch = time.time()

    def steady(self) -> float:
        return (time.monotonic() - self._began) * SPEED

    def true(self) -> float:
        return self._epoch + self.steady()

    def now(self) -> float:
        return self.true() + self.off

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / SPEED)

    @property
    def times(self) -> Times:
        return Times(self.now, self.steady, self.sleep, lambda: 0.5)


class Ears(Faults):
    """The faults of the socket; they hear every command, those too that are not run."""

    switch: Switch

    def drops(self, command: str) -> bool:
        # What opens the socket comes here as well, and what is subscribed to.
        known = ("json", "plain", *self.switch.passwords)
        if command and not self.switch.deaf and not command.startswith(known):
            self.switch.heard.append(command)
        return super().drops(command)


class Switch(SimulatedSwitch):
    """It writes down what it is told, and does something at each change if it is asked to."""

    def __init__(self, conf: Path, port: int, clock: Clock, records: Path | None = None) -> None:
        ears = Ears()
        self.heard: list[str] = []
        ears.switch, self.deaf, self.passwords = self, False, set[str]()
        super().__init__(
            conf, ("127.0.0.1", port), cdr=records, faults=ears, seed=1, now=clock.true
        )
        self.before: Callable[[str], None] = lambda command: None
        self.after: Callable[[str], None] = lambda command: None

    @property
    def changes(self) -> list[str]:
        """The commands that were no questions."""
        return [each for each in self.heard if not QUESTIONS.match(each)]

    async def api(self, command: str, argument: str) -> str | None:
        text = f"{command} {argument}".strip()
        if QUESTIONS.match(text):
            return await super().api(command, argument)
        self.before(text)
        reply = await super().api(command, argument)
        self.after(text)
        return reply

    def mend(self) -> None:
        """The socket works again."""
        faults = self.faults
        faults.drop_on, faults.silent, faults.replies = set(), set(), {}
        faults.delay, faults.drop_after, faults.garbage, faults.refuse = 0.0, None, b"", False


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


class World:
    """Everything on one machine. Use it as an asynchronous context: the switch then runs the first commit."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.clock = Clock()
        self.layout = Layout(folder / "state")
        self.secrets = folder / "secrets"
        self.secrets.mkdir(parents=True)
        for name in SECRETS:
            (self.secrets / name).write_text(f"{name}-{'x' * 32}")
        self.passwords = {(self.secrets / "esl").read_text()}
        self.repository = Repository(folder / "origin", self.port)
        self.made = 0
        self.edited = False
        """Somebody wrote into a generation: only the one that runs is put right again."""
        self.spoil: Callable[[Path], None] | None = None
        self.records: Path | None = None
        """Where the switch writes its call records; it writes none where there is no such folder."""
        self._switch: Switch | None = None

    async def __aenter__(self) -> World:
        first = await self.pass_()
        assert self.layout.current.is_symlink(), first
        await self.boots_from(self.layout.current / "freeswitch")
        applied = await self.pass_()
        assert applied.what == "applied", applied
        await self.people_come()
        self.switch.heard.clear()
        return self

    async def boots_from(self, conf: Path) -> None:
        """Starts a switch."""
        self._switch = Switch(conf, self.port, self.clock, self.records)
        self._switch.passwords = self.passwords
        await self._switch.start()

    def restart_at(self, number: int) -> Callable[[], Awaitable[None]]:
        """Lets the switch crash and start after its so-many-th change; gives what waits for that."""
        count, done = 0, asyncio.get_running_loop().create_future()

        async def restart() -> None:
            await self.switch.restart()
            done.set_result(None)

        def told(command: str) -> None:
            nonlocal count
            count += 1
            if count == number:
                self._task = asyncio.ensure_future(restart())

        self.switch.after = told

        async def wait() -> None:
            if count < number:
                await restart()
            await done

        return wait

    async def people_come(self) -> None:
        """Phones log in, and agents to their queues, as their feature codes do it."""
        self.switch.deaf = True
        for address in PHONES:
            self.switch.register(address)
        async with Client(self.switch.address, self.switch.password) as client:
            for agent, queue in AGENTS:
                await client.api(f"callcenter_config agent add {agent} Callback")
                await client.api(f"callcenter_config tier add {queue} {agent} 1 1")
                await client.api(f"callcenter_config agent set status {agent} Available")
        self.switch.deaf = False

    async def people_are_left_alone(self) -> None:
        """Whoever is still an agent is logged in as before."""
        async with Client(self.switch.address, self.switch.password) as client:
            found = await agents(client.api)
        assert {row["status"] for row in found.values()} == {"Available"}, found

    async def __aexit__(self, *_: object) -> None:
        if self._switch is not None:
            await self._switch.stop()

    @property
    def switch(self) -> Switch:
        assert self._switch is not None
        return self._switch

    # An agent.

    def settings(self, **changed: Any) -> Settings:
        given: dict[str, Any] = {
            "site": str(self.repository.folder), "host": HOST, "state": self.layout.root,
            "branch": "main", "secrets": self.secrets, "confirm_within": 30.0,
        }  # fmt: skip
        return Settings(**(given | changed))

    @contextlib.asynccontextmanager
    async def agent(self, **settings: Any) -> AsyncIterator[Agent]:
        """An agent that has just started, and ends with the block however that ends."""
        service = Service(self.settings(**settings), times=self.clock.times, make=self._make)
        with Lock(self.layout, self.clock.now) as lock:
            async with service.agent(lock) as agent:
                yield agent

    async def _make(self, order: Order) -> Made:
        self.made += 1
        made = make(order)
        if self.spoil is not None and made.generation:
            self.spoil(self.layout.generations / made.generation)
        return made

    async def turn(self, **settings: Any) -> tuple[Result, Found]:
        """A new agent, one turn: a pass, and a look at disk and switch."""
        async with self.agent(**settings) as agent:
            return await agent.cycle()

    async def pass_(self, **settings: Any) -> Result:
        """The same; what came of the pass."""
        return (await self.turn(**settings))[0]

    async def settle(self, most: int = 6, **settings: Any) -> Result:
        """Agents until one finds nothing to do."""
        for _ in range(most):
            result, found = await self.turn(**settings)
            if result.what == "unchanged" and not found.left and not found.why:
                return result
        raise AssertionError(f"it does not settle: {result} {found}")

    async def stay(self, reason: str, most: int = 6) -> None:
        """Agents until one holds for this reason and finds nothing else to do."""
        for _ in range(most):
            _, found = await self.turn()
            if self.held() == reason and not found.left and not found.why:
                return
        raise AssertionError(f"it does not come to rest: {self.held()} {found}")

    # Faults.

    @contextlib.contextmanager
    def at_checkpoint(self, number: int, error: BaseException | None = None) -> Iterator[list[str]]:
        """Dies (or fails with `error`) at the so-many-th write; gives the checkpoints that were passed."""
        passed: list[str] = []

        def hook(name: str) -> None:
            passed.append(name)
            if len(passed) == number:
                raise error or Killed(name)

        durable.hook = hook
        try:
            yield passed
        finally:
            durable.hook = None

    @contextlib.contextmanager
    def at_every_write(self, error: OSError, only: str = "") -> Iterator[None]:
        """All that is written fails so; or what passes the checkpoints of one name."""

        def hook(name: str) -> None:
            if only in ("", name):
                raise error

        durable.hook = hook
        try:
            yield
        finally:
            durable.hook = None

    async def killed(self, number: int, **settings: Any) -> bool:
        """An agent that dies at its so-many-th checkpoint; False: it was done before."""
        with self.at_checkpoint(number):
            try:
                await self.pass_(**settings)
            except Killed:
                return True
        return False

    # What must hold.

    def status(self) -> dict[str, Any]:
        found: dict[str, Any] = durable.read_json(self.layout.status)
        return found

    def held(self) -> str:
        """Why it holds; empty where it does not."""
        return str((self.status()["held"] or {}).get("reason", ""))

    def tenant(self, slug: str) -> str:
        """A tenant's files that the switch has, in one text."""
        found = files(self.layout.current.resolve())
        return "".join(
            content.decode("latin-1")
            for name, content in found.items()
            if name.startswith(f"tenants/{slug}/")
        )

    async def until(self, met: Callable[[], bool], within: float = 30.0) -> None:
        """Waits for something; seconds of real time."""
        async with asyncio.timeout(within):
            while not met():
                await asyncio.sleep(0.05)

    async def drifts(self, *kinds: str, within: float = 30.0) -> None:
        """Waits until that many things of these kinds differ from what is wanted."""
        async with asyncio.timeout(within):
            while Counter(kinds) - Counter(one.kind for one in (await compare(self.layout)).drift):
                await asyncio.sleep(0.02)

    async def becomes(self, command: str, word: str, within: float = 30.0) -> None:
        """Asks the switch until this is in its reply."""
        async with asyncio.timeout(within):
            while word not in await self.ask(command):
                await asyncio.sleep(0.02)

    async def ask(self, command: str) -> str:
        async with Client(self.switch.address, self.switch.password) as client:
            return await client.api(command)

    async def expect(self, commit: str, spoilt: str = "") -> None:
        """The live switch is what this commit says, compiled by somebody who knows nothing of the agent."""
        clean = self.folder / f"clean-{commit[:12]}"
        if not clean.exists():
            self.repository.git("worktree", "add", "--quiet", "--detach", str(clean), commit)
        out = compile_clean(clean, self.secrets, self.folder / f"out-{commit[:12]}")
        want = wanted(out)
        async with Client(self.switch.address, self.switch.password) as client:
            seen = await observe(client.api, want.modules)
        assert seen.revision == want.revision, "another revision is live"
        assert [str(one) for one in doubts(want, seen, seen)] == []
        assert seen.gateways.keys() == want.gateways.keys()
        for name, gateway in want.gateways.items():
            assert seen.gateways[name].stamp == gateway.stamp, name
        assert seen.queues.keys() == want.queues.keys()
        assert seen.agents <= want.agents
        assert seen.tiers <= want.tiers
        assert seen.streams == set(want.streams)
        assert seen.profiles == set(want.profiles)
        current = self.layout.current.resolve()
        assert files(current) == files(out), "the files on the disk are not those of the commit"
        self.whole(spoilt)
        self.only_the_table()
        await self.people_are_left_alone()

    def whole(self, spoilt: str = "") -> None:
        """No file and no folder is half: each is as its manifest says, or is none."""
        from dialform.reconcile.generations import Generations

        generations = Generations(self.layout)
        for one in generations.all():
            current = one.folder == self.layout.current.resolve()
            if (current or not self.edited) and (not spoilt or one.commit != spoilt):
                assert generations.damaged(one, whole=True) == [], one.name
        assert generations.current() is not None
        for path in self.layout.root.glob("*.json"):
            assert durable.read_json(path) is not None, f"{path.name} is half"

    def only_the_table(self) -> None:
        """Nothing was ever sent that the table does not know."""
        strange = [each for each in self.switch.changes if not COMMANDS.fullmatch(each)]
        assert not strange, strange


def compile_clean(site: Path, secrets: Path, out: Path) -> Path:
    """Compiles a commit in one go, without any cache that an agent may have spoilt."""
    from dialform.compiler.build import Options, build
    from dialform.compiler.check import Run
    from dialform.compiler.secrets import open_store
    from dialform.renderers import freeswitch
    from dialform.schema.tree import scan

    if not (out / HOST / "manifest.json").exists():
        build(Run(scan(site), open_store(secrets, {}), {}), freeswitch, Options(out))
    return out / HOST


def files(folder: Path) -> dict[str, bytes]:
    """The switch's files by their paths."""
    switch = folder / "freeswitch"
    return {
        str(path.relative_to(switch)): path.read_bytes()
        for path in sorted(switch.rglob("*"))
        if path.is_file()
    }
