"""The servers of a service: the one for phones, and the one for those who watch. uvicorn runs both."""

import asyncio
import contextlib
import errno
import ipaddress
import resource
import socket
from asyncio import sslproto
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial

import uvicorn
from starlette.types import ASGIApp

from dialform.provisioning.addresses import address_of
from dialform.provisioning.app import build_app
from dialform.provisioning.errors import ListenError
from dialform.provisioning.gate import Door, Gate, Places
from dialform.provisioning.limits import network_of
from dialform.provisioning.monitor import build_monitor
from dialform.provisioning.service import Follower, Service
from dialform.provisioning.tls import Tls
from dialform.provisioning.wire import Patience
from dialform.values import dataclass, replace

BACKLOG = 1024
_FILES = 256
"""Descriptors for all else."""

_READ = 32 * 1024
"""Bytes that asyncio keeps for each TLS connection, whether anything comes or not. Its own 256 KiB make
half a gigabyte of all places; a head has 16 KiB at most, and so has a record.
"""

GRACE = 5
"""Seconds that running requests have when the service ends."""


@dataclass(frozen=True, slots=True)
class Running:
    """Where a service listens; `watch` is None where nobody watches."""

    address: tuple[str, int]
    watch: tuple[str, int] | None


async def serve(
    service: Service, stop: asyncio.Event, *, monitor: tuple[str, int] | None = None,
    ready: Callable[[Running], None] = lambda _: None, places: Places | None = None,
    patience: Patience | None = None,
) -> None:  # fmt: skip
    """Serve until `stop` is set; running requests are then finished.

    Args:
        service: settings, release, state.
        stop: ends it. Signals are the caller's.
        monitor: where /healthz and /metrics are; a loopback address.
        ready: called once it listens.
        places: how many connections there may be.
        patience: how long a client may take.

    Raises:
        ListenError: the address cannot be listened on, the certificate not be used.
    """
    async with running(service, monitor=monitor, places=places, patience=patience) as found:
        ready(found)
        await stop.wait()


@contextlib.asynccontextmanager
async def running(
    service: Service, *, monitor: tuple[str, int] | None = None, places: Places | None = None,
    patience: Patience | None = None,
) -> AsyncIterator[Running]:  # fmt: skip
    """The same while a block runs. Raises ListenError."""
    tls = None
    if service.settings.tls:
        sslproto.SSLProtocol.max_size = _READ
        tls = Tls(
            lambda: service.settings, lambda text: service.say("certificate", "error", trouble=text)
        )
    gate = Gate(
        lambda: service.settings, tls, service.counts, service.limits,
        places=_affordable(places or Places()), patience=patience,
        malformed=partial(_malformed, service),
    )  # fmt: skip
    follower = Follower(service, tls.refresh if tls else lambda: None)
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(gate.close)
        stack.callback(service.write)  # at the end: what was fetched meanwhile, too
        settings = service.settings
        phones = await stack.enter_async_context(
            _listening(
                build_app(service), bound(settings.listen, settings.port), partial(_door, gate),
                gate.patience.idle,
            )
        )  # fmt: skip
        servers, watch = [phones], None
        if monitor is not None:
            _near(monitor[0])
            servers.append(
                await stack.enter_async_context(_listening(build_monitor(service), bound(*monitor)))
            )
            watch = servers[-1].address
        task = asyncio.create_task(follower.run())
        try:
            yield Running(phones.address, watch)
        finally:
            gate.ends = True
            for one in servers:
                one.should_exit = True
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


def _affordable(places: Places) -> Places:
    """As many connections as the system lets us have, files beside."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = places.all + _FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        return replace(places, all=max(16, min(places.all, soft - _FILES)))
    return places


def _malformed(service: Service, peer: str, status: int) -> None:
    peer = str(address_of(peer) or "unknown")
    service.counts.request("malformed")
    service.limits.wrong(network_of(peer))
    if not service.limits.suspect(network_of(peer)) or service.seldom(f"malformed {peer}"):
        fields = {"outcome": "malformed", "status": status, "address": peer, "agent": ""}
        service.lines.fetch(service.clocks.wall(), fields)


def _door(gate: Gate, **given: object) -> Door:
    given.pop("_loop", None)
    return Door(gate, **given)  # type: ignore[arg-type]


@contextlib.asynccontextmanager
async def _listening(
    app: ASGIApp,
    listener: socket.socket,
    protocol: Callable[..., asyncio.Protocol] | None = None,
    idle: int = 5,
) -> AsyncIterator["_Server"]:
    config = uvicorn.Config(
        app, http="h11", ws="none", lifespan="off", log_config=None, access_log=False,
        server_header=False, date_header=False, proxy_headers=False, backlog=BACKLOG,
        timeout_keep_alive=idle, timeout_graceful_shutdown=GRACE,
    )  # fmt: skip
    config.load()
    if protocol is not None:
        config.http_protocol_class = protocol  # type: ignore[assignment]
    server = _Server(config)
    server.address = name = listener.getsockname()[:2]
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        while not server.started:
            if task.done():
                task.result()
                raise ListenError(f"the server at {name[0]}:{name[1]} ended as it began")
            await asyncio.sleep(0.001)
        yield server
    finally:
        server.should_exit = True
        try:
            await asyncio.wait_for(asyncio.shield(task), GRACE + 5)
        except TimeoutError:
            task.cancel()
        listener.close()


def _near(host: str) -> None:
    """Who watches is on this host: what is told there is nobody else's business."""
    try:
        loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = host == "localhost"
    if not loopback:
        raise ListenError(f"/metrics would be served on {host}: give an address of this host's own")


def bound(host: str, port: int) -> socket.socket:
    """A socket that listens there. Raises ListenError."""
    try:
        return _socket(host, port)
    except OSError as error:
        # Where nothing was said it is all addresses, and some hosts have no IPv6.
        if host == "::" and error.errno in (errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL):
            return bound("0.0.0.0", port)  # noqa: S104 -- phones come from everywhere
        raise ListenError(
            f"cannot listen on {host}:{port} ({error.strerror or error}): another program may be "
            "there, or a port below 1024 needs CAP_NET_BIND_SERVICE"
        ) from None


def _socket(host: str, port: int) -> socket.socket:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, kind, protocol, _, address = found[0]
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        listener.bind(address)
        listener.setblocking(False)
    except BaseException:
        listener.close()
        raise
    return listener


class _Server(uvicorn.Server):
    address: tuple[str, int]

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]
        """None: signals are the caller's."""
        return _nothing()


def quiet_server(config: uvicorn.Config) -> uvicorn.Server:
    """A server that leaves signals to its caller."""
    return _Server(config)


@contextlib.contextmanager
def _nothing() -> Iterator[None]:
    yield
