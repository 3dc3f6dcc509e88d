"""The agent put together: lock, source, link, stores, whom to tell, what it serves over HTTP."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Callable, Coroutine
from functools import partial
from importlib import import_module
from typing import Any

from dialform.reconcile import job
from dialform.reconcile.agent import Agent, ending
from dialform.reconcile.commits import Commits
from dialform.reconcile.compiling import Make
from dialform.reconcile.concluding import Tell
from dialform.reconcile.ground import Ground
from dialform.reconcile.layout import Layout
from dialform.reconcile.lock import Lock
from dialform.reconcile.passing import Pass
from dialform.reconcile.policy import Ending
from dialform.reconcile.probing import probes
from dialform.reconcile.serving.app import app
from dialform.reconcile.serving.server import listening
from dialform.reconcile.settings import Settings, listen_address
from dialform.reconcile.source.source import Source
from dialform.reconcile.status import Listener
from dialform.reconcile.systemd import Systemd
from dialform.reconcile.telling.commitstatus import commit_status
from dialform.reconcile.telling.masking import SHARED
from dialform.reconcile.telling.teller import Messenger
from dialform.reconcile.telling.webhooks import Target, parse_target
from dialform.reconcile.times import Times
from dialform.reconcile.wavegate import Waves
from dialform.reconcile.waves.store import StatusStore, StoreError, open_store

HOOK_SECRET, FORGE_TOKEN, STORE_TOKEN = "hook", "forge-token", "status-token"
"""Files of the secrets folder: the webhook's secret, the tokens of the forge and of the HTTP store."""


_REDIS = "freeswitch/autoload_configs/hiredis.conf.xml"


class Service:
    """An agent with its surroundings, for as long as it runs."""

    def __init__(
        self, settings: Settings, *, times: Times | None = None, make: Make = job.make_apart,
        source: Commits | None = None,
    ) -> None:  # fmt: skip
        """Nothing is taken yet. Raises SourceError, TellingError, StoreError, SettingsError."""
        self.settings, self.times, self.make = settings, times or Times(), make
        self.layout = Layout(settings.state)
        self.source = source or Source(
            settings.site, settings.branch, self.layout, subfolder=settings.subfolder
        )
        self.listen = listen_address(settings.listen) if settings.listen else None
        probes(settings.probes)
        self.store = self._store("")
        self._platform = ""
        self.messenger = Messenger(self._targets())

    def store_of(self, platform: str) -> StatusStore | None:
        """The store, once the platform's name is known in its own room of it. Raises StoreError."""
        if platform != self._platform:
            self._platform, self.store = platform, self._store(platform)
        return self.store

    def _store(self, platform: str) -> StatusStore | None:
        if not self.settings.status_store:
            return None
        return open_store(
            self.settings.status_store, self.layout, remote=self.settings.site, platform=platform,
            token=partial(self._told_secret, STORE_TOKEN),
        )  # fmt: skip

    def _targets(self) -> list[Target]:
        found: list[Target] = [parse_target(one) for one in self.settings.notify]
        if self.secret(FORGE_TOKEN):
            token = partial(self._told_secret, FORGE_TOKEN)
            found.append(commit_status(self.settings.site, token, forge=self.settings.forge))
        return found

    def _told_secret(self, name: str) -> str:
        return self.secret(name) or ""

    def secret(self, name: str) -> str | None:
        """A secret of the agent's own, from the folder of secrets; None where there is none."""
        if self.settings.secrets is None:
            return None
        try:
            text = (self.settings.secrets / name).read_text("utf-8").strip()
        except OSError:
            return None
        SHARED.hide(text)
        return text or None

    @contextlib.asynccontextmanager
    async def agent(self, lock: Lock) -> AsyncIterator[Agent]:
        """The agent on its ground, with the link up as soon as the switch is."""
        self.layout.root.mkdir(parents=True, exist_ok=True)
        ground = Ground(self.settings, self.layout, lock, self.times)
        ground.generations.sweep()

        async def tell(kind: str, message: str) -> None:
            await self.messenger.tell(kind, ground.book.data, message)
            ground.book.data["counters"]["notifications"] = dict(self.messenger.outcomes)

        async def publish() -> None:
            try:
                store = self.store_of(ground.book.data["platform"])
                if store is not None:
                    await store.publish(self.settings.host, ground.book.data)
            except StoreError as error:
                ground.book.count("status_not_published")
                ground.log.warning("status not published", why=str(error))

        pass_ = Pass(
            ground,
            self.source,
            self.make,
            waves=Waves(ground, self.source, self.store_of),
            tell=tell,
        )
        beside: list[Callable[[], Coroutine[Any, Any, None]]] = [
            partial(_counts, ground), partial(_phones, ground), partial(_faxes, ground),
        ]  # fmt: skip
        if self.settings.billing:
            beside.append(partial(_bills, ground, tell))
        else:
            ground.book.condition("Billing", None, "Off", "It runs with --no-billing.")
        agent = Agent(ground, pass_, tell=tell, publish=publish, systemd=Systemd(), beside=beside)
        try:
            async with ground:
                yield agent
        finally:
            await job.close()
            await self.messenger.close()

    async def once(self, lock: Lock, listener: Listener | None = None) -> tuple[Ending, str]:
        """One turn, for cron and CI: how it ended, and in words. `listener` is given each status."""
        async with self.agent(lock) as agent:
            if listener is not None:
                agent.ground.book.listeners.append(listener)
            with _signals(agent):
                result, found = await agent.cycle()
                from dialform.reconcile.billing.once import settle
                from dialform.reconcile.fax.once import take_up
                from dialform.reconcile.phones.once import announce

                untold = await announce(agent.ground)
                unbooked = await settle(agent.ground)
                untaken = await take_up(agent.ground)
            agent.ground.conclude()
            report = self.settings.drift == "report" or self.settings.report_only
            words = result.message or _words(agent, result.what)
            if found.left:
                words += f"\nDrift: {'; '.join(str(one) for one in found.left)}"
            if untold:
                words += f"\nPhones: {untold}"
            if unbooked:
                words += f"\nBilling: {unbooked}"
            if untaken:
                words += f"\nFaxes: {untaken}"
            return ending(result, found, report=report), words

    async def forever(self, lock: Lock, ready: Callable[[str], None] | None = None) -> None:
        """The loop, until SIGTERM. `ready` is told where it listens."""
        async with self.agent(lock) as agent, self._http(agent, ready):
            with _signals(agent):
                await agent.run()

    @contextlib.asynccontextmanager
    async def _http(self, agent: Agent, ready: Callable[[str], None] | None) -> AsyncIterator[None]:
        if self.listen is None:
            yield
            return
        book = agent.ground.book
        loop = asyncio.get_running_loop()

        def secret() -> bytes | None:
            found = self.secret(HOOK_SECRET)
            return found.encode() if found else None

        def poke() -> None:
            loop.call_soon_threadsafe(agent.poke)

        made = app(
            lambda: book.data, poke, secret,
            branch=self.source.branch, alive=max(self.settings.stale_after, 900.0),
        )  # fmt: skip
        async with listening(made, *self.listen) as (host, port):
            if ready is not None:
                ready(f"http://{host}:{port}")
            yield


# What runs beside the loop is imported when the loop begins, and does not hold it up by that.


async def _bills(ground: Ground, tell: Tell) -> None:
    module = await asyncio.to_thread(import_module, "dialform.reconcile.billing.beside")
    billing = module.Billing(ground, tell)
    ground.on_proven.append(billing.wake)
    await billing.run()


async def _phones(ground: Ground) -> None:
    module = await asyncio.to_thread(import_module, "dialform.reconcile.phones.beside")
    phones = module.Phones(ground)
    ground.on_proven.append(phones.wake)
    await phones.run()


async def _faxes(ground: Ground) -> None:
    module = await asyncio.to_thread(import_module, "dialform.reconcile.fax.beside")
    faxes = module.Faxes(ground)
    ground.on_proven.append(faxes.wake)
    await faxes.run()


async def _counts(ground: Ground) -> None:
    """Where the switch counts in Redis."""
    while not (ground.layout.current / _REDIS).is_file():
        await ground.times.sleep(30.0)
    module = await asyncio.to_thread(import_module, "dialform.reconcile.caps")
    await module.beside(ground)


@contextlib.contextmanager
def _signals(agent: Agent) -> Any:
    """SIGTERM and SIGINT end it after the command that runs; SIGHUP makes a pass at once."""
    loop = asyncio.get_running_loop()
    handlers: dict[int, Callable[[], None]] = {
        signal.SIGTERM: agent.stop, signal.SIGINT: agent.stop, signal.SIGHUP: agent.poke,
    }  # fmt: skip
    for number, handler in handlers.items():
        loop.add_signal_handler(number, handler)
    try:
        yield
    finally:
        for number in handlers:
            loop.remove_signal_handler(number)


def _words(agent: Agent, what: str) -> str:
    applied = agent.ground.record.applied
    if applied is None:
        return what
    done = "is applied and proven" if what == "applied" else "runs; there is nothing to do"
    return (
        f"{(applied.commit or 'the working tree')[:10]} {done} (generation {applied.generation})."
    )
