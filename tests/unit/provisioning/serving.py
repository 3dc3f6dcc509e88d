"""A real server on a port of loopback, in a thread of its own, and clients that say what they like."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from dialform.provisioning.following import Releases
from dialform.provisioning.gate import Places
from dialform.provisioning.limits import Rate, Rates
from dialform.provisioning.log import Lines
from dialform.provisioning.server import running
from dialform.provisioning.service import Clocks, Service
from dialform.provisioning.settings import read_settings
from dialform.provisioning.state import State
from dialform.provisioning.wire import Patience
from dialform.values import dataclass, replace

from .release import Phone

NOW = 1_800_000_000.0
_MANY = Rate(1e9, 1e9)
FREE = Rates(_MANY, _MANY, _MANY, _MANY, _MANY)
"""Nobody asks too much."""

WAIT = 60.0
"""Seconds after which a test gives up; nothing takes nearly as long."""


@dataclass(slots=True)
class Turned:
    """A clock that the test turns."""

    now: float = NOW

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. `raw` is all of it, to the byte."""

    raw: bytes
    head: bytes

    @property
    def status(self) -> int:
        return int(self.raw.split(b" ", 2)[1]) if self.raw else 0

    @property
    def body(self) -> bytes:
        return self.raw.partition(b"\r\n\r\n")[2]

    @property
    def headers(self) -> list[tuple[str, str]]:
        lines = self.head.decode("latin-1").split("\r\n")[1:]
        return [
            (name.lower(), value.strip())
            for name, _, value in (one.partition(":") for one in lines)
        ]


@dataclass(slots=True)
class Served:
    """A running service."""

    service: Service
    port: int
    watch: int
    log: io.StringIO
    clock: Turned
    state: Path
    root: Path
    authority: Path | None
    host: str = "127.0.0.1"

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The log so far."""
        return [json.loads(line) for line in self.log.getvalue().splitlines()]

    def plain(self) -> socket.socket:
        """A connection before any handshake."""
        return socket.create_connection((self.host, self.port), WAIT)

    def connect(self, **how: Any) -> socket.socket:
        """A connection, after its handshake."""
        raw = socket.create_connection((self.host, self.port), WAIT)
        if self.authority is None:
            return raw
        return self.context(**how).wrap_socket(raw, server_hostname="127.0.0.1")

    def context(self, certificate: Path | None = None) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=str(self.authority))
        if certificate is not None:
            context.load_cert_chain(certificate)
        return context

    def say(self, data: bytes, **how: Any) -> bytes:
        """Send bytes, and give all that comes until the other end closes."""
        with self.connect(**how) as connection:
            with suppress(OSError):  # it was refused before all of it was said
                connection.sendall(data)
            return rest(connection)

    def ask(
        self, path: str, method: str = "GET", headers: Mapping[str, str] | None = None, **how: Any
    ) -> Reply:
        """A request of its own connection."""
        said = {"Host": "x", "Connection": "close", **(headers or {})}
        lines = "".join(f"{name}: {value}\r\n" for name, value in said.items())
        raw = self.say(f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode("latin-1"), **how)
        return Reply(raw, raw.partition(b"\r\n\r\n")[0])

    def enrol(self, mac: str, minutes: float = 10) -> None:
        self.service.state.enrolments.open_window(mac, minutes, "test", self.clock())

    def metrics(self) -> str:
        with socket.create_connection(("127.0.0.1", self.watch), WAIT) as connection:
            connection.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            return rest(connection).decode()


def rest(connection: socket.socket) -> bytes:
    """All that comes until the other end closes, or breaks off."""
    found = b""
    while True:
        try:
            data = connection.recv(65536)
        except (ConnectionError, ssl.SSLError):
            return found
        if not data:
            return found
        found += data


def basic(phone: Phone, password: str = "") -> dict[str, str]:
    """Credentials of a phone."""
    text = f"{phone.mac}:{password or phone.password}"
    return {"Authorization": f"Basic {base64.b64encode(text.encode()).decode()}"}


@contextmanager
def serving(
    root: Path, state: Path, certificate: Path | None, *, rates: Rates = FREE, places: Places | None = None,
    patience: Patience | None = None, clock: Turned | None = None, rest_at_refusal: bool = False, **said: Any,
) -> Iterator[Served]:  # fmt: skip
    """Serve a folder while a block runs. `rest_at_refusal`: whether refusals take their time."""
    turned, log = clock or Turned(), io.StringIO()

    async def at_once(_: float) -> None:
        await asyncio.sleep(0)

    clocks = Clocks(wall=turned, steady=turned, sleep=asyncio.sleep if rest_at_refusal else at_once)
    pem = str(certificate) if certificate else None
    overrides = {"listen": "127.0.0.1", "port": 1, "certificate": pem, "key": pem, **said}
    settings = read_settings(root, **overrides)
    service = Service(
        replace(settings, port=0), Releases(root, clock=turned), State(state), lines=Lines(log), rates=rates,
        clocks=clocks, overrides=overrides,
    )  # fmt: skip
    ready, found, failed = threading.Event(), [], []
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    async def run() -> None:
        monitor = ("127.0.0.1", 0)
        async with running(service, monitor=monitor, places=places, patience=patience) as one:
            found.append(one)
            service.settings = (
                settings  # it listens: what it is told now is compared with what it was told
            )
            ready.set()
            await stop.wait()

    def work() -> None:
        try:
            loop.run_until_complete(run())
        except BaseException as error:
            failed.append(error)
        finally:
            ready.set()
            loop.close()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    ready.wait(WAIT)
    if failed:
        raise failed[0]
    where = found[0]
    assert where.watch
    try:
        yield Served(
            service, where.address[1], where.watch[1], log, turned, state, root, certificate
        )
    finally:
        if not failed:
            loop.call_soon_threadsafe(stop.set)
        thread.join(WAIT)
        assert not thread.is_alive(), "the service does not end"
        assert not failed, failed
    faults = [
        line for line in map(json.loads, log.getvalue().splitlines()) if line["event"] == "fault"
    ]
    assert not faults, faults


def until(what: Any, why: str = "it does not come") -> None:
    """Wait until something is so."""
    end = time.monotonic() + WAIT
    while not what():
        assert time.monotonic() < end, why
        time.sleep(0.005)
