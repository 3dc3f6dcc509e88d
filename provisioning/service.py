"""A running service: its settings, what it serves, its state, its limits, its word to the world."""

import asyncio
import os
import time
import traceback
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from dialform.provisioning.counts import Counts
from dialform.provisioning.errors import ProvisioningError, StateError
from dialform.provisioning.following import Releases
from dialform.provisioning.identify import Identify
from dialform.provisioning.limits import Limits, Rates
from dialform.provisioning.log import Lines
from dialform.provisioning.nonces import Nonces
from dialform.provisioning.settings import Settings, read_settings
from dialform.provisioning.state import State
from dialform.values import dataclass

FLOOR = 0.02
"""Seconds that every refusal takes at least, so that none tells by its time what it was about."""

SELDOM = 10.0
"""Seconds between two lines of the log that say the same of an address."""

_SAID = 4096

EVERY = 0.1
"""Seconds between two looks whether the released folder moved."""


@dataclass(frozen=True, slots=True)
class Clocks:
    """Time, which a test turns itself."""

    wall: Callable[[], float] = time.time
    """Seconds since 1970."""
    steady: Callable[[], float] = time.monotonic
    """Seconds, never back."""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    random: Callable[[int], bytes] = os.urandom


class Service:
    """What all requests share. `overrides` are those of `read_settings`: they outlive a release."""

    def __init__(
        self, settings: Settings, releases: Releases, state: State, *, lines: Lines | None = None,
        rates: Rates | None = None, clocks: Clocks | None = None, overrides: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        self.settings, self.releases, self.state = settings, releases, state
        self.lines, self.clocks = lines or Lines(), clocks or Clocks()
        self.overrides = dict(overrides or {})
        self.limits = Limits(self.clocks.steady, rates)
        self.counts = Counts()
        self._said: dict[str, float] = {}
        nonces = Nonces(state.nonce_key, self.clocks.wall, self.clocks.random)
        self.identify = Identify(state.enrolments, nonces)
        self.nonces = nonces
        releases.tell = self._broken

    def seldom(self, what: str) -> bool:
        """Whether something that repeats may be said again: once in SELDOM seconds."""
        now = self.clocks.steady()
        if now - self._said.get(what, -SELDOM) < SELDOM:
            return False
        self._said.pop(what, None)
        self._said[what] = now
        if len(self._said) > _SAID:
            del self._said[next(iter(self._said))]
        return True

    def say(self, event: str, level: str = "info", **fields: object) -> None:
        """A line of the log about the service itself."""
        self.lines.say(event, self.clocks.wall(), level, **fields)

    def fault(self, error: Exception) -> None:
        """A mistake of ours: where it happened, not what was in it, which may be a secret."""
        where = "".join(traceback.format_tb(error.__traceback__))
        self.say("fault", "error", kind=type(error).__name__, where=where)

    def follow(self) -> bool:
        """Serve the newest release; whether it was another. Blocks while it is read."""
        if not self.releases.refresh():
            return False
        generation = self.releases.current
        self.say("release", folder=generation.root.name, phones=len(generation.index.by_mac))
        try:
            new = read_settings(Path(self.releases.root), **self.overrides)
        except ProvisioningError as error:
            self.say("settings", "error", trouble=f"{error}; those before go on")
            return True
        if (new.listen, new.port, new.tls) != (
            self.settings.listen, self.settings.port, self.settings.tls,
        ):  # fmt: skip
            self.say(
                "settings", "warning", trouble="it listens elsewhere only when it is restarted"
            )
        self.settings = new
        return True

    def write(self) -> None:
        """Write what phones fetched. Blocks. Never raises."""
        try:
            self.state.fetches.flush()
        except StateError as error:
            self.counts.unwritten += 1
            if self.counts.unwritten % 60 == 1:
                self.say("fetches", "error", trouble=str(error))

    def _broken(self, text: str) -> None:
        self.say("release", "error", trouble=text)


class Follower:
    """Looks after a service while it runs: follows the release; each second it writes fetches, and `also`."""

    def __init__(self, service: Service, also: Callable[[], object] = lambda: None) -> None:
        self._service, self._also = service, also

    async def run(self) -> None:
        """Until it is cancelled."""
        service, count = self._service, 0
        while True:
            await asyncio.sleep(EVERY)
            count += 1
            try:
                if service.releases.moved():
                    await asyncio.to_thread(service.follow)
                if count % 10 == 0:
                    await asyncio.to_thread(service.write)
                    await asyncio.to_thread(self._also)
            except Exception as error:
                service.fault(error)
