"""A connection that comes back: for whoever lives beside a switch for months."""

import asyncio
import contextlib
import random as chances
from collections.abc import Awaitable, Callable, Mapping, Sequence
from time import monotonic

from dialform.switch.backoff import Backoff
from dialform.switch.errors import SwitchError, Unreachable
from dialform.switch.esl import Address, Client
from dialform.switch.events import Event
from dialform.switch.hub import Expectation, Hub, Match, Stream
from dialform.switch.limits import Limits

Find = Callable[[], tuple[Address, Sequence[str]]]


class Link:
    """Connects again and again until it is closed. Nothing that was sent is sent again.

    ```python
    link = Link(lambda: (("127.0.0.1", 8021), ["ClueCon"]), subscribe=["sofia::gateway_state"])
    link.on_up.append(resync)          # async def resync(client: Client) -> None
    task = asyncio.create_task(link.run())
    ```

    After each connect `on_up` is called, for what happened meanwhile nobody told. Streams of
    `events` outlive connections.
    """

    def __init__(
        self,
        find: Find,
        *,
        subscribe: Sequence[str] = (),
        backoff: Backoff | None = None,
        timeout: float = 10.0,
        watch: float = 30.0,
        limits: Limits | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        random: Callable[[], float] = chances.random,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """`find` gives the address and the passwords to try, each time anew.

        A switch that said nothing for `watch` seconds is asked whether it lives.
        """
        self.on_up: list[Callable[[Client], Awaitable[None]]] = []
        """Called with each new connection, in this order; a SwitchError of theirs ends it."""
        self.reconnects = 0
        """Connections after the first."""
        self.error: SwitchError | None = None
        """Why there is no connection, or why there was none before."""
        self._find, self._subscribe = find, tuple(subscribe)
        self._backoff, self._timeout, self._watch = backoff or Backoff(), timeout, watch
        self._limits = limits or Limits()
        self._sleep, self._random, self._clock = sleep, random, clock
        self._hub = Hub(self._limits)
        self._client: Client | None = None
        self._waiting: list[asyncio.Future[None]] = []
        self._connects = 0
        self._closed = False
        self._was_up = False
        self._running: asyncio.Task[None] | None = None

    @property
    def connected(self) -> bool:
        """Whether commands can be sent now."""
        return self._client is not None and self._client.connected

    @property
    def core_uuid(self) -> str:
        """Of the switch that is or was connected last."""
        return "" if self._client is None else self._client.core_uuid

    @property
    def overflowed(self) -> int:
        """Events that were given up because nobody read them."""
        return self._hub.overflowed

    async def run(self) -> None:
        """Runs until `close`. What `find` and `on_up` raise besides SwitchError ends it."""
        self._running = asyncio.current_task()
        tries = 0
        try:
            while not self._closed:
                began = self._clock()
                try:
                    await self._once()
                except SwitchError as error:
                    self.error = error
                tries = 1 if self._settled(began) else tries + 1
                if not self._closed:
                    await self._sleep(self._backoff.wait(tries, self._random()))
        except asyncio.CancelledError:
            if not self._closed:
                raise
        finally:
            self._running, self._closed = None, True
            self._hub.fail(Unreachable("the link is closed"))
            if self._client is not None:
                await self._client.close()
            self._wake()

    def _wake(self) -> None:
        """Whoever waits in `up` looks again."""
        waiting, self._waiting = self._waiting, []
        for one in waiting:
            if not one.done():
                one.set_result(None)

    def _settled(self, began: float) -> bool:
        return self._clock() - began >= self._backoff.settled and self._was_up

    async def _once(self) -> None:
        """One connection, from its beginning to its end."""
        self._was_up = False
        address, passwords = self._find()
        client = Client(
            address, passwords, timeout=self._timeout, limits=self._limits, hub=self._hub
        )
        try:
            await client.connect()
            if self._subscribe:
                await client.subscribe(*self._subscribe)
            self._client, self.error, self._was_up = client, None, True
            self.reconnects = self._connects
            self._connects += 1
            self._wake()
            for call in self.on_up:
                await call(client)
            await self._live(client)
        finally:
            await client.close()
        raise client.ended

    async def _live(self, client: Client) -> None:
        """Until the connection is gone."""
        while client.connected:
            heard = client.heard
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._watch):
                    await client.lost()
            if client.connected and client.heard == heard:
                await client.api("global_getvar core_uuid")

    async def close(self) -> None:
        """Ends the connection and `run`."""
        self._closed = True
        running = self._running
        if running is not None and running is not asyncio.current_task():
            running.cancel()
            await asyncio.wait([running])

    async def up(self, timeout: float) -> Client:
        """The connection, when it is there. Raises Unreachable after so many seconds."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                while not self.connected and not self._closed:
                    woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
                    self._waiting.append(woken)
                    await woken
        return self._now()

    def _now(self) -> Client:
        if self._client is None or not self._client.connected:
            raise Unreachable(str(self.error or "not connected to the switch yet"))
        return self._client

    async def api(self, command: str, *, timeout: float | None = None) -> str:
        """As Client.api; Unreachable at once while there is no connection."""
        return await self._now().api(command, timeout=timeout)

    async def bgapi(self, command: str, *, timeout: float | None = None) -> str:
        """As Client.bgapi; Unreachable at once while there is no connection."""
        return await self._now().bgapi(command, timeout=timeout)

    async def send_event(self, name: str, headers: Mapping[str, str]) -> str:
        """As Client.send_event; Unreachable at once while there is no connection."""
        return await self._now().send_event(name, headers)

    async def subscribe(self, *names: str) -> None:
        """Asks for more events, now and after each connect. Without a connection, that is all."""
        self._subscribe = tuple(dict.fromkeys((*self._subscribe, *names)))
        if self.connected:
            await self._now().subscribe(*names)

    def events(self, match: Match | None = None) -> Stream:
        """As Client.events, and on over all connections."""
        return self._hub.stream(match)

    def expect(self, match: Callable[[Event], bool]) -> Expectation:
        """As Client.expect: the end of the connection ends it."""
        return self._hub.expect(match)
