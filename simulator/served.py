"""A simulated switch with an event socket, in real time: for trials, and for tests of an agent."""

import asyncio
import contextlib
import random
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from dialform.simulator.calls import cdr
from dialform.simulator.calls.channel import Channel
from dialform.simulator.clock import Clock
from dialform.simulator.commands.running import run as run_command
from dialform.simulator.esl.serial import Stamped
from dialform.simulator.esl.server import Server
from dialform.simulator.esl.stamp import Stamp
from dialform.simulator.events import Event, Events
from dialform.simulator.faults import Faults
from dialform.simulator.run import place
from dialform.simulator.scene import Dial
from dialform.simulator.state import heartbeat
from dialform.simulator.state.live import Live
from dialform.simulator.state.registrations import Registration

_TICK = 0.02
"""Seconds that the clock may be behind, at most, when nothing is due before."""


class SimulatedSwitch:
    """A compiled folder as a running switch.

    ```python
    async with SimulatedSwitch(conf, esl=("127.0.0.1", 0)) as switch:
        host, port = switch.address            # the event socket; switch.password opens it
        switch.register("1001@acme.example.com")
        switch.call(Dial("+19175550100", "+12125550199"))
        switch.faults.delay = 0.5              # see Faults: slow, wrong or cut-off replies
        switch.live.carriers.answers["mycarrier"] = Answer(403, "Forbidden")
        switch.live.surroundings.phones["1001@acme.example.com"] = Phone(cause="USER_BUSY")
        await switch.restart()                 # as after a crash: all lost, a new Core-UUID
    ```

    It listens on loopback alone. Time runs as outside; all else that FreeSWITCH would leave to chance
    comes from `seed`.
    """

    def __init__(
        self,
        conf: Path,
        esl: tuple[str, int] | None = None,
        *,
        cdr: Path | None = None,
        variables: Mapping[str, str] | None = None,
        faults: Faults | None = None,
        seed: int | None = None,
        zone: tzinfo = UTC,
        now: Callable[[], float] = time.time,
    ) -> None:
        """`esl` is where the socket listens, by default where the configuration says; `cdr` is the
        folder for records, without one none are written.

        `variables` are what a real switch is told by its options or finds out for itself:
        `certs_dir`, `sounds_dir`, `local_ip_v4` and so on. `zone` is the switch's own time zone. `now`
        tells the time in seconds since the epoch; a test may bring its own. Raises MarkupError where
        the folder cannot be read.
        """
        self.faults = faults or Faults()
        self.events = Events()
        self._conf, self._esl, self._cdr = conf, esl, cdr
        self._zone, self._now = zone, now
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
        self.live = Live(self._conf, clock, self.events, self._variables, self._chance, self._zone)
        self.live.later = self._take_job
        self.live.switch.on_record = self._record
        settings = self.live.configuration.settings("event_socket.conf")
        self._configured = (
            settings.get("listen-ip", "127.0.0.1"),
            int(settings.get("listen-port", "8021")),
        )
        # Read once, as the switch does: a later change of the file needs a restart.
        self._password = settings.get("password", "ClueCon")
        self._stamp = Stamp(self.live.identity, lambda: clock.epoch, self._zone)

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

    @property
    def wanted(self) -> tuple[str, int]:
        """Where the event socket is to listen."""
        return self._esl or self._configured

    def listen_on_loopback(self) -> None:
        """Takes the configured port, whatever address stands beside it."""
        self._esl = ("127.0.0.1", self._configured[1])

    async def start(self) -> None:
        """Boots and listens. Raises NotLoopbackError, and OSError where the port is taken."""
        self._server = Server(self)
        try:
            self.address = await self._server.start(self.wanted)
        except BaseException:
            await self._server.close()
            raise
        self._esl = self.address
        self.live.boot()
        heartbeat.start(self.live)
        self._driver = asyncio.create_task(self._drive())

    async def stop(self) -> None:
        """Ends all, the calls too. Raises what ended it before, if anything did."""
        for job in self._jobs:
            job.cancel()
        self.live.close()
        if self._server is not None:
            await self._server.close()
        driver, self._server, self._driver = self._driver, None, None
        if driver is not None:
            driver.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await driver

    async def restart(self) -> None:
        """A crash and a new start: connections are cut, calls and registrations are lost.

        Agents of queues and what `db` holds stay; phones and carriers are none of the switch's.
        """
        await self.stop()
        before = self.live
        self._boot()
        self.live.remember(before)
        await self.start()

    async def _drive(self) -> None:
        """Lets the switch's clock follow real time."""
        try:
            while True:
                self.advance()
                due = self.live.clock.due()
                passed = self._now() - self._began
                wait = _TICK if due is None else min(max(due - passed, 0.0), _TICK)
                await asyncio.sleep(wait)
        finally:
            # Whoever is connected must not wait for a switch whose time stands still.
            if self._server is not None:
                await self._server.drop_all()

    def advance(self) -> None:
        """Runs what is due by now."""
        self.live.clock.run(until=self._now() - self._began)

    # What the event socket asks for.

    @property
    def password(self) -> str:
        """What opens the event socket."""
        return self._password

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
        return await run_command(self.live, command, argument)

    def message(self, uuid: str, headers: dict[str, str]) -> bool:
        """Gives a channel a message: `execute` and `hangup` are those that it knows."""
        channel = self.live.switch.channel(uuid)
        if channel is None:
            return False
        what = headers.get("call-command", "").lower()
        if what == "hangup":
            channel.hangup(headers.get("hangup-cause", "NORMAL_CLEARING"))
        elif what == "execute":
            channel.tell(headers.get("execute-app-name", ""), headers.get("execute-app-arg", ""))
        return True

    def _take_job(self, text: str) -> None:
        command, _, argument = text.partition(" ")
        job = asyncio.get_running_loop().create_task(self._work(command, argument.strip()))
        self._jobs.add(job)
        job.add_done_callback(self._jobs.discard)

    async def _work(self, command: str, argument: str) -> None:
        await self.api(command, argument)

    def _record(self, made: dict[str, Any], channel: Channel) -> None:
        settings = self.live.configuration.settings("json_cdr.conf")
        both = settings.get("log-b-leg", "false") == "true"
        if self._cdr is None or "mod_json_cdr" not in self.live.modules:
            return
        if both or not channel.profile.originators:
            cdr.write(made, self._cdr)

    # What a test does.

    def register(self, address: str, seconds: int = 3600, agent: str = "unknown") -> Registration:
        """A phone registers, `1001@acme.example.com`, at the profile that serves its domain.

        `agent` is its User-Agent.
        """
        self.advance()
        number, _, domain = address.partition("@")
        user = self.live.configuration.user(number, domain)
        forced = user.variables.get("sip-force-extension", "") if user else ""
        profiles = self.live.profiles
        # A host with IPv6 has four profiles, and those of the carriers stand first.
        profile = profiles.find(domain) or profiles.find("internal") or next(iter(profiles), None)
        name = profile.name if profile else "internal"
        port = 20000 + len(self.live.registrations)
        return self.live.registrations.add(
            address, name, seconds, port=port, agent=agent, forced=forced
        )

    def unregister(self, address: str) -> bool:
        """A phone leaves. False: it was not there."""
        self.advance()
        return self.live.registrations.remove(address)

    def call(self, dial: Dial) -> str:
        """Somebody calls; the UUID of the caller's leg. What becomes of it, events tell."""
        self.advance()
        channel = place(self.live.switch, dial)
        self.advance()
        return channel.uuid
