"""What every part of the agent stands on: settings, state folder, lock, record, status, the link."""

import asyncio
import json
import shlex
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any

from dialform.compiler.stamp import SITE
from dialform.reconcile import durable
from dialform.reconcile.endpoint import EndpointError, endpoint
from dialform.reconcile.generations import Generation, GenerationError, Generations
from dialform.reconcile.known import Known
from dialform.reconcile.layout import Layout
from dialform.reconcile.lock import Lock
from dialform.reconcile.phones.heard import Heard
from dialform.reconcile.probing import probes
from dialform.reconcile.quarantine import Quarantine
from dialform.reconcile.record import Applied, Record, plain
from dialform.reconcile.settings import Settings
from dialform.reconcile.status import StatusBook
from dialform.reconcile.telling.logs import logger
from dialform.reconcile.times import Times, written
from dialform.reconcile.wanted import Resources, wanted
from dialform.switch import Address, Client, Link, Unreachable
from dialform.switch.questions import Ask


class Stopped(Exception):  # noqa: N818 - it says what happened
    """It was told to end, between two commands. The record says where to go on."""


class Ground:
    """One agent's or command's footing on one host. The lock is held by whoever made it."""

    def __init__(self, settings: Settings, layout: Layout, lock: Lock, times: Times) -> None:
        self.settings, self.layout, self.lock, self.times = settings, layout, lock, times
        self.generations = Generations(layout)
        self.record = Record.load(layout)
        if self.record.applied is None:
            self.record.applied = self._found_again()
        applied = self.record.applied
        self.heard = Heard.load(layout, applied.generation if applied is not None else "")
        self.quarantine = Quarantine(layout)
        self.book = StatusBook(layout, settings, times)
        self.link = Link(self._find, sleep=times.sleep, random=times.chance)
        self.probes = probes(settings.probes)
        self.log: Any = logger("dialform.agent")
        self.stopping = False
        """Somebody said that it is to end: the command that runs is the last one."""
        self.on_proven: list[Callable[[], None]] = []
        """Called when a generation was proven, and the record says so. None of them may raise."""
        self.candidate: Path | None = None
        """A generation that is about to be applied: its password may be right already."""
        self._reconnects = int(self.book.data["counters"].get("reconnects", 0))
        self._platforms: dict[str, str] = {}
        self._wanted: dict[str, Resources] = {}
        self._task: asyncio.Task[None] | None = None

    def _find(self) -> tuple[Address, Sequence[str]]:
        """Where the switch is, by the generation that it runs; the passwords of all, the likeliest first."""
        current = self.generations.current()
        folders = [] if current is None else [current.folder]
        folders += [one.folder for one in self.generations.all() if one.folder not in folders]
        if self.candidate is not None and self.candidate not in folders:
            folders.append(self.candidate)
        try:
            found = endpoint(folders)
        except EndpointError as error:
            raise Unreachable(str(error)) from None
        return found.address, found.passwords

    def another_link(self) -> Link:
        """Another connection to the same switch, for what must not hold the loop up, nor wait for it."""
        return Link(self._find, sleep=self.times.sleep, random=self.times.chance)

    def _found_again(self) -> Applied | None:
        """What was applied last, where its note is lost: the guard says of which commit it is."""
        try:
            data = durable.read_json(self.layout.guard)
        except OSError:
            return None
        commit = data.get("commit") if isinstance(data, dict) else None
        if not isinstance(commit, str) or not commit:
            return None
        current = self.generations.current()
        found = current if current and current.commit == commit else self.generations.find(commit)
        return Applied(found.name, commit, found.revision, self.times.text()) if found else None

    async def prune(self, also: Collection[str] = ()) -> None:
        """Remove the oldest generations; what was proven last, and what is under way, stays.

        What was only held back drives nothing out that was proven. Tens of thousands of phones' files take
        seconds, in which limits are still to be set: it is done beside the loop. Raises OSError.
        """
        keep, applied, applying = self.settings.keep, self.record.applied, self.record.applying
        stay = set(also) | self.heard.generations
        if applied is not None:
            stay |= {applied.generation, *applied.proven[max(len(applied.proven) - keep + 1, 0) :]}
        if applying is not None:
            stay |= {applying.target, applying.origin or applying.target}
        await asyncio.to_thread(self.generations.prune, keep, stay)

    def wanted(self, generation: Generation) -> Resources:
        """What a generation's folder wants of the switch; read once. Raises GenerationError."""
        if generation.name not in self._wanted:
            last = next(reversed(self._wanted.values()), None)
            try:
                self._wanted[generation.name] = wanted(generation.folder, before=last)
            except (OSError, ValueError, KeyError, SyntaxError) as error:
                raise GenerationError(
                    f"generation {generation.name} cannot be read ({type(error).__name__})"
                ) from None
            while len(self._wanted) > 3:
                del self._wanted[next(iter(self._wanted))]
        return self._wanted[generation.name]

    def learn(self, known: Known) -> None:
        """Keep what is known of the switch; who was told to end, ends here. Raises OSError, Stopped."""
        self.lock.check()
        self.record.learn(known)
        self._stop_if_told()

    async def sleep(self, seconds: float) -> None:
        """Wait; whoever was told to end does not. Raises Stopped."""
        self._stop_if_told()
        await self.times.sleep(seconds)

    def asking(self, client: Client) -> Ask:
        """Asks this client; whoever was told to end asks no more.

        Raises Stopped, FencedError, and what asking does.
        """

        async def ask(command: str) -> str:
            self._stop_if_told()
            self.lock.check()
            return await client.api(command)

        return ask

    def _stop_if_told(self) -> None:
        if self.stopping:
            raise Stopped

    def forget(self) -> None:
        """What was read of the generations is no longer so, nor what others took over from it."""
        self._wanted.clear()

    async def __aenter__(self) -> "Ground":
        self._task = asyncio.create_task(self.link.run())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.link.close()
        if self._task is not None:
            await asyncio.wait([self._task])

    async def reach(self, within: float) -> str:
        """Wait for the switch, at most so many seconds or until a first try failed; why not, or empty."""
        until = self.times.steady() + within
        while not self.link.connected:
            if self.link.error is not None or self.times.steady() >= until:
                return str(self.link.error or "no connection yet")
            await asyncio.sleep(0.02)
        return ""

    @property
    def boot(self) -> str:
        """The command that starts the switch from what `current` is."""
        current = self.generations.current()
        return "" if current is None else self.boot_of(current)

    def boot_of(self, generation: Generation) -> str:
        """The command that starts the switch with a generation's settings, from `current`."""
        conf = self.layout.current / "freeswitch"
        try:
            manifest = json.loads((generation.folder / "manifest.json").read_bytes())
            boot = list(manifest["boot"])
            boot[boot.index("-conf") + 1] = str(conf)
        except (OSError, ValueError, KeyError, TypeError):
            return f"freeswitch -conf {conf} -log DIR -db DIR"
        return shlex.join(boot)

    def _platform(self, generation: Generation) -> str:
        """The platform's name, as the site says it that the generation was compiled from."""
        if generation.name not in self._platforms:
            from dialform.schema.reader import read

            try:
                raw = (generation.folder / SITE / "platform.yaml").read_bytes()
            except OSError:
                return ""
            data = read("platform.yaml", raw)[0].data
            name = data.get("platform") if isinstance(data, dict) else None
            self._platforms = {generation.name: str(name or "")}
        return self._platforms[generation.name]

    def summarise(self) -> None:
        """Bring the status up to what the state folder holds."""
        current, applied = self.generations.current(), self.record.applied
        if current is not None:
            self.book.data |= {"platform": self._platform(current), "wave": current.wave}
        self.book.data["counters"]["reconnects"] = self._reconnects + self.link.reconnects
        self.book.data |= {
            "quarantine": dict(self.quarantine.reasons),
            "applied": None if applied is None else _without(plain(applied), "ran"),
            "generations": [
                {
                    "name": one.name,
                    "commit": one.commit,
                    "revision": one.revision,
                    "made": written(one.made),
                    "current": current is not None and one.name == current.name,
                }
                for one in self.generations.all()
            ],
        }

    def conclude(self) -> None:
        """Say in the status that nobody works here any more."""
        self.summarise()
        self.book.condition("Reconciling", False, "Stopped")
        self.book.data["doing"] = "stopped"
        self.book.beat()


def _without(data: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key != name}
