"""Where connections come in: who may have one, how many, and the handshake with its time.

What waits in vain for a handshake or a request counts like any other. When all places are taken, the one that
has waited longest without asking anything goes, so that a flood keeps nobody out for long.
"""

import asyncio
import ssl
from collections import Counter
from collections.abc import Callable
from typing import Any

from uvicorn.config import Config
from uvicorn.server import ServerState

from dialform.provisioning.addresses import address_of
from dialform.provisioning.counts import Counts
from dialform.provisioning.limits import Limits, network_of
from dialform.provisioning.settings import Settings
from dialform.provisioning.tls import Tls
from dialform.provisioning.wire import Patience, Wire
from dialform.values import dataclass

_SPARED = 4096
"""Addresses whose phones are not asked for a certificate."""

SPARED_FOR = 300.0
"""Seconds of that: such a phone tries again at once, and others there have certificates that count."""


@dataclass(frozen=True, slots=True)
class Places:
    """How many connections there may be."""

    all: int = 2048
    of_address: int = 256


class Gate:
    """Of one service. Calling it makes the protocol of a new connection, as uvicorn asks for it."""

    def __init__(
        self, settings: Callable[[], Settings], tls: Tls | None, counts: Counts, limits: Limits, *,
        places: Places | None = None, patience: Patience | None = None,
        malformed: Callable[[str, int], None] = lambda _, __: None,
    ) -> None:  # fmt: skip
        self.settings, self.tls, self.counts, self.limits = settings, tls, counts, limits
        self.places, self.patience = places or Places(), patience or Patience()
        self.malformed = malformed
        self.open: dict[Door, None] = {}
        """All connections, the oldest first."""
        self.of_address: Counter[str] = Counter()
        self.spared: dict[str, float] = {}
        self.ends = False
        """Whether nobody is let in any more."""

    def enter(self, door: "Door", peer: str) -> str:
        """Let a connection in, or say why not."""
        if self.ends:
            return "end"
        found = address_of(peer)
        settings = self.settings()
        near = found is not None and (found.is_loopback or settings.trusts(found))
        if self.tls is None and not near:
            return "plain"
        door.network = network_of(peer)
        trusted = found is not None and settings.trusts(found)
        if not trusted and self.of_address[door.network] >= self.places.of_address:
            return "address"
        if not trusted and not self.limits.connect(door.network):
            return "often"
        if len(self.open) >= self.places.all and not self._make_room():
            return "full"
        self.open[door] = None
        self.of_address[door.network] += 1
        self.counts.connections = len(self.open)
        return ""

    def leave(self, door: "Door") -> None:
        """A connection is over."""
        if door not in self.open:
            return
        del self.open[door]
        self.of_address[door.network] -= 1
        if self.of_address[door.network] <= 0:
            del self.of_address[door.network]
        self.counts.connections = len(self.open)

    async def close(self) -> None:
        """Who is left goes."""
        self.ends = True
        await asyncio.sleep(0)  # who was accepted just now comes in, and out
        for door in list(self.open):
            door.abort()
        await asyncio.sleep(0)

    def drop(self, why: str) -> None:
        """Count a connection that was cut."""
        self.counts.dropped[why] += 1

    def spare(self, network: str) -> None:
        """Do not ask there for a certificate any more: what was shown is none of the vendors'."""
        self.spared.pop(network, None)
        self.spared[network] = asyncio.get_running_loop().time() + SPARED_FOR
        if len(self.spared) > _SPARED:
            del self.spared[next(iter(self.spared))]

    def asks(self, network: str) -> bool:
        """Whether a certificate is asked for there."""
        return self.spared.get(network, 0.0) <= asyncio.get_running_loop().time()

    def _make_room(self) -> bool:
        waiting = next((door for door in self.open if door.waits), None)
        if waiting is None:
            return False
        self.drop("full")
        waiting.abort()
        self.leave(waiting)
        return True


class Door(asyncio.Protocol):
    """A connection until its handshake is done; then its `Wire` has it."""

    def __init__(
        self, gate: Gate, config: Config, server_state: ServerState, app_state: dict[str, Any]
    ) -> None:
        self._gate, self._config, self._state, self._app = gate, config, server_state, app_state
        self._loop = asyncio.get_running_loop()
        self._wire: Wire | None = None
        self._task: asyncio.Task[None] | None = None
        self.raw: asyncio.Transport
        self.network = ""

    @property
    def waits(self) -> bool:
        """Whether it can go without an answer being lost."""
        return self._wire is None or self._wire.waits

    def abort(self) -> None:
        """End it now."""
        if self._task is not None:
            self._task.cancel()
        self.raw.abort()

    def shutdown(self) -> None:
        """The service ends."""
        self.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let it in, or not."""
        assert isinstance(transport, asyncio.Transport)
        self.raw = transport
        peer = transport.get_extra_info("peername")
        why = self._gate.enter(self, str(peer[0]) if peer else "")
        if why:
            self._gate.drop(why)
            transport.abort()
            return
        if self._gate.tls is None:
            self._hand_over(transport, None)
            return
        self._state.connections.add(self)  # type: ignore[arg-type]
        # Until TLS reads, nobody does.
        transport.pause_reading()
        self._task = self._loop.create_task(self._handshake(self._gate.tls))

    def connection_lost(self, exc: Exception | None) -> None:
        """It ended before it was let in."""
        self._gone()

    async def _handshake(self, tls: Tls) -> None:
        asking = tls.asking if self._gate.asks(self.network) else None
        early = _Early(self._gone)
        try:
            transport = await self._loop.start_tls(
                self.raw, early, asking or tls.silent, server_side=True,
                ssl_handshake_timeout=self._gate.patience.handshake,
                ssl_shutdown_timeout=self._gate.patience.answer,
            )  # fmt: skip
        except (OSError, asyncio.CancelledError) as error:
            self._gate.drop("tls")
            if asking is not None and isinstance(error, ssl.SSLCertVerificationError):
                self._gate.spare(self.network)
            # Its frames hold the connection, which holds the error: a circle with buffers in it.
            error.__traceback__ = error.__context__ = None
            self.raw.abort()
            self._gone()
            return
        if transport is None or self.raw.is_closing():
            self._gone()
            return
        connection = transport.get_extra_info("ssl_object")
        shown = tls.certificate(connection) if asking is not None else None
        self._hand_over(transport, shown)
        if early.data:
            assert self._wire is not None
            self._wire.data_received(bytes(early.data))

    def _hand_over(self, transport: asyncio.Transport, shown: tuple[str, str] | None) -> None:
        state = {**self._app, "certificate": shown}
        self._state.connections.discard(self)
        self._wire = wire = Wire(self._config, self._state, state)
        wire.patience, wire.raw = self._gate.patience, self.raw
        wire.malformed, wire.cut, wire.gone = self._gate.malformed, self._gate.drop, self._gone
        transport.set_protocol(wire)
        wire.connection_made(transport)

    def _gone(self) -> None:
        self._gate.leave(self)
        self._state.connections.discard(self)
        # It has what has us, so that neither would go before somebody looks for circles.
        self._wire = self._task = None


class _Early(asyncio.Protocol):
    """What comes between the handshake and its end being noticed."""

    def __init__(self, gone: Callable[[], None]) -> None:
        self.data, self._gone = bytearray(), gone

    def data_received(self, data: bytes) -> None:
        self.data += data

    def connection_lost(self, exc: Exception | None) -> None:
        self._gone()
