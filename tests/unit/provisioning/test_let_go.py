"""A connection that is over leaves nothing: not even what only a search for circles would find."""

from __future__ import annotations

import gc
from asyncio import sslproto
from collections.abc import Callable, Iterator

import pytest

from dialform.provisioning.gate import Door
from dialform.provisioning.wire import Patience, Wire

from .conftest import Serve
from .release import PHONES
from .serving import Served, until

MINE, _ = PHONES
TIMES = 20


def fetched(served: Served) -> None:
    assert served.ask(f"/provision/{MINE.token}").status == 200


def refused(served: Served) -> None:
    assert served.ask("/provision/no").status == 404


def kept_and_left(served: Served) -> None:
    with served.connect() as connection:
        connection.sendall(b"GET /provision/no HTTP/1.1\r\nHost: x\r\n\r\n")
        assert connection.recv(4096)


def malformed(served: Served) -> None:
    assert served.say(b"what is it\r\n\r\n").startswith(b"HTTP/1.1 400")


def half_a_head(served: Served) -> None:
    with served.connect() as connection:
        connection.sendall(b"GET /provision/no HTTP/1.1\r\nA: " + b"x" * 12000)


def silent(served: Served) -> None:
    served.connect().close()


def no_tls(served: Served) -> None:
    with served.plain() as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
        connection.recv(4096)


def half_a_handshake(served: Served) -> None:
    with served.plain() as connection:
        connection.sendall(b"\x16\x03\x01\x02\x00\x01")


def slow(served: Served) -> None:
    with served.connect() as connection:
        connection.sendall(b"GET /")
        connection.recv(4096)


@pytest.fixture(autouse=True)
def no_search() -> Iterator[None]:
    """Nobody looks for circles while a test runs."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def left() -> int:
    """Connections that are kept, in any of their forms."""
    kinds = (sslproto.SSLProtocol, Door, Wire)
    return sum(isinstance(one, kinds) for one in gc.get_objects())


@pytest.mark.parametrize(
    "how",
    [fetched, refused, kept_and_left, malformed, half_a_head, silent, no_tls, half_a_handshake, slow],
)  # fmt: skip
def test_a_connection_leaves_nothing(serve: Serve, how: Callable[[Served], None]) -> None:
    patience = Patience(handshake=0.1, head=0.1) if how is slow else None
    with serve(patience=patience) as served:
        before = left()
        for _ in range(TIMES):
            how(served)
        until(lambda: not served.service.counts.connections)
        # The last ones are let go of a moment after they were counted out.
        until(lambda: left() - before < 3, f"{left() - before} of {TIMES} are kept")


def test_a_connection_that_waits_takes_little(served: Served) -> None:
    with served.connect():
        until(lambda: served.service.counts.connections == 1)
        mine = [one for one in gc.get_objects() if isinstance(one, sslproto.SSLProtocol)]
        assert [len(one._ssl_buffer) for one in mine] == [32 * 1024]  # type: ignore[attr-defined]
