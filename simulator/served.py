"""A simulated switch with an event socket, in real time: for trials, and for tests of an agent."""

import asyncio
import random
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from . import heartbeat
from .clock import Clock
from .commands.table import COMMANDS
from .esl.serial import Stamped
from .esl.server import Server
from .esl.stamp import Stamp
from .events import Event, Events
from .faults import Faults
from .live import Live
from .registrations import Registration

_TICK = 0.02
"""Seconds that the clock may be behind, at most, when nothing is due before."""


class SimulatedSwitch:
    """A compiled folder as a running switch.

    ```python
    async with SimulatedSwitch(conf, esl=("127.0.0.1", 0)) as switch:
        host, port = switch.address            # the event socket; switch.password opens it
        switch.register("1001@acme.example.com")
        switch.faults.delay = 0.5              # see Faults: slow, wrong or cut-off replies
        switch.live.carriers.answers["mycarrier"] = Answer(403, "Forbidden")
        await switch.restart()                 # as after a crash: all lost, a new Core-UUID
    ```

    It listens on loopback alone. Time runs as outside; all else that FreeSWITCH would decide by
    chance comes from `seed`.
    """

    def __init__(
        self,
        conf: Path,
        esl: tuple[str, int] | None = None,
        *,
        variables: Mapping[str, str] | None = None,
        faults: Faults | None = None,
        seed: int | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        """`esl` is where the socket listens, by default where the configuration says.

        `variables` are what a real switch is told by its options or finds out for itself:
        `certs_dir`, `sounds_dir`, `local_ip_v4` and so on. `now` tells the time in seconds since
        the epoch; a test may bring its own.
        """
        self.faults = faults or Faults()
        self.events = Events()
        self._conf, self._esl, self._now = conf, esl, now
        self._variables = dict(variables or {})
        self._chance = random.Random(seed)  # noqa: S311 - ids of a simulation, no secrets
        self._jobs: set[asyncio.Task[None]] = set()
        self._server: Server | None = None
        self._driver: asyncio.Task[None] | None = None
        self.address = ("", 0)
        self._boot()

    def _boot(self) -> None:
        self._began = self._now()
        clock = Clock(datetime.fromtimestamp(self._began, UTC))
        self.live = Live(self._conf, clock, self.events, self._variables, self._chance)
        self.live.later = self._take_job
        self._stamp = Stamp(self.live.identity, lambda: clock.epoch)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.stop()

    # Its life.

    async def start(self) -> None:
        """Boots and listens. Raises NotLoopbackError, and OSError where the port is taken."""
        self._server = Server(self)
        try:
            self.address = await self._server.start(self._esl or self._configured())
        except BaseException:
            await self._server.close()
            raise
        self._esl = self.address
        self.live.boot()
        heartbeat.start(self.live)
        self._driver = asyncio.create_task(self._drive())

    async def stop(self) -> None:
        """Ends all, the calls too."""
        for task in [*self._jobs, *([self._driver] if self._driver else [])]:
            task.cancel()
        self._driver = None
        if self._server is not None:
            await self._server.close()
        self._server = None

    async def restart(self) -> None:
        """A crash and a new start: connections are cut, calls and registrations are lost."""
        await self.stop()
        self._boot()
        await self.start()

    def _configured(self) -> tuple[str, int]:
        settings = self.live.configuration.settings("event_socket.conf")
        return settings.get("listen-ip", "127.0.0.1"), int(settings.get("listen-port", "8021"))

    async def _drive(self) -> None:
        """Lets the switch's clock follow real time."""
        while True:
            self.advance()
            due = self.live.clock.due()
            passed = self._now() - self._began
            wait = _TICK if due is None else min(max(due - passed, 0.0), _TICK)
            await asyncio.sleep(wait)

    def advance(self) -> None:
        """Runs what is due by now."""
        self.live.clock.run(until=self._now() - self._began)

    # What the event socket asks for.

    @property
    def password(self) -> str:
        """What opens the event socket."""
        settings = self.live.configuration.settings("event_socket.conf")
        return settings.get("password", "ClueCon")

    def stamp(self, event: Event) -> Stamped:
        """The event with its number and its date."""
        return self._stamp(event)

    def publish(self, event: Stamped) -> None:
        """Gives an event to all who listen."""
        if self._server is not None:
            self._server.publish(event)

    def new_uuid(self) -> str:
        """A fresh UUID."""
        return self.live.new_uuid()

    async def api(self, command: str, argument: str) -> str | None:
        """Runs an API command; None where there is none of this name."""
        self.advance()
        run = COMMANDS.get(command)
        if run is None or not self.live.has(command):
            return None
        return run(self.live, argument)

    def message(self, uuid: str, headers: dict[str, str]) -> bool:
        """Gives a channel a message."""
        return False

    def _take_job(self, text: str) -> None:
        command, _, argument = text.partition(" ")
        job = asyncio.get_running_loop().create_task(self._work(command, argument.strip()))
        self._jobs.add(job)
        job.add_done_callback(self._jobs.discard)

    async def _work(self, command: str, argument: str) -> None:
        await self.api(command, argument)

    # What a test does.

    def register(self, address: str, seconds: int = 3600) -> Registration:
        """A phone registers, `1001@acme.example.com`, at the profile that serves its domain."""
        self.advance()
        domain = address.partition("@")[2]
        profile = self.live.profiles.find(domain) or next(iter(self.live.profiles), None)
        name = profile.name if profile else "internal"
        port = 20000 + len(self.live.registrations)
        return self.live.registrations.add(address, name, seconds, port=port)

    def unregister(self, address: str) -> bool:
        """A phone leaves."""
        return self.live.registrations.remove(address)
