"""The server on a real socket: in the agent's loop, without its signals, deaf to who says nothing."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import Coroutine
from typing import Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialform.reconcile.serving import server
from dialform.reconcile.serving.app import app
from dialform.reconcile.serving.server import ServingError, listening

T = TypeVar("T")
SECRET = b"a-hook-secret-of-32-characters-!"


def run(main: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(main)


def plain() -> Any:
    status = {"at": "2026-11-28T05:10:00Z", "conditions": []}
    return app(lambda: status, lambda: None, lambda: SECRET)


async def said(address: tuple[str, int], request: bytes) -> bytes:
    """All that the server answers until it closes (asked to), at most 100 kB."""
    reader, writer = await asyncio.open_connection(*address)
    try:
        with contextlib.suppress(ConnectionError):
            writer.write(request)
            await writer.drain()
            writer.write_eof()
            return await reader.read(100_000)
        return b""
    finally:
        writer.close()


def test_it_serves_on_loopback_at_a_port_of_the_system() -> None:
    async def main() -> tuple[tuple[str, int], bytes]:
        async with listening(plain()) as address:
            return address, await said(
                address, b"GET /readyz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
            )

    address, answer = run(main())
    assert address[0] == "127.0.0.1"
    assert address[1] > 0
    assert answer.startswith(b"HTTP/1.1 503")
    assert b"server:" not in answer.lower()


def test_it_is_gone_when_the_block_ends_and_again_there_at_once() -> None:
    async def main() -> None:
        async with listening(plain()) as address:
            pass
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection(*address)
        async with listening(plain(), *address):
            assert b"HTTP/1.1" in await said(address, b"GET / HTTP/1.0\r\n\r\n")

    run(main())


def test_signals_stay_the_agents() -> None:
    async def main() -> None:
        before = [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)]
        async with listening(plain()):
            assert [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)] == before

    run(main())


def test_cancelling_ends_it() -> None:
    async def main() -> None:
        there: asyncio.Future[tuple[str, int]] = asyncio.get_running_loop().create_future()

        async def serve() -> None:
            async with listening(plain()) as address:
                there.set_result(address)
                await asyncio.Event().wait()

        task = asyncio.create_task(serve())
        address = await there
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection(*address)

    run(main())


def test_a_port_that_is_taken_is_one_sentence() -> None:
    async def main() -> None:
        taken = pytest.raises(ServingError, match=r"cannot listen on 127\.0\.0\.1:\d+ \(.*in use")
        with socket.create_server(("127.0.0.1", 0)) as other, taken:
            async with listening(plain(), *other.getsockname()):
                pass

    run(main())


def test_who_says_nothing_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "FIRST_WORD", 0.05)

    async def main() -> bytes:
        async with listening(plain()) as address:
            reader, writer = await asyncio.open_connection(*address)
            writer.write(b"GET / HT")
            try:
                return await reader.read(100)
            except ConnectionResetError:
                return b""
            finally:
                writer.close()

    assert run(main()) == b""


def test_a_webhook_whose_body_does_not_come_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    from dialform.reconcile.serving import app as module

    monkeypatch.setattr(module, "PATIENCE", 0.05)

    async def main() -> bytes:
        async with listening(plain()) as address:
            reader, writer = await asyncio.open_connection(*address)
            writer.write(b"POST /hook HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nab")
            answer = await reader.read(20)
            writer.close()
            return answer

    assert run(main()).startswith(b"HTTP/1.1 408")


TOKENS = st.sampled_from(
    [b"GET", b"POST", b"HEAD", b"OPTIONS", b"\x00", b" ", b"/", b"/hook", b"/status", b"/metrics", b"/%00",
     b"/..%2f..%2fetc/passwd", b"http://evil/", b"*", b"HTTP/1.1", b"HTTP/0.9", b"HTTP/9.9", b"\r\n", b"\n",
     b"\r\n\r\n", b"Host: a", b"Host: b", b"Host:", b"Content-Length: 5", b"Content-Length: -1",
     b"Content-Length: 99999999999999999999", b"Transfer-Encoding: chunked", b"Transfer-Encoding: x",
     b"FFFFFFFFFFFFFFFFFFF\r\n", b"0\r\n\r\n", b"X-Hub-Signature-256: sha256=\xff", b"Upgrade: websocket",
     b"Connection: Upgrade", b"Expect: 100-continue", b"Cookie: " + b"a" * 20_000, b"?" + b"q=1&" * 50,
     b"Content-Type: application/x-www-form-urlencoded; charset=x", b"X-GitHub-Event: ping", b"\xff\xfe"]
)  # fmt: skip
WELL_FORMED = st.builds(
    lambda method, path, headers, body: (
        b" ".join((method, path, b"HTTP/1.1")) + b"\r\nHost: a\r\n" + b"".join(h + b"\r\n" for h in headers)
        + b"\r\n" + body
    ),
    st.sampled_from([b"GET", b"POST", b"PUT", b"BREW"]),
    st.sampled_from([b"/", b"/hook", b"/status", b"/metrics", b"/healthz", b"/readyz/", b"//hook", b"/%ff%fe"]),
    st.lists(TOKENS.filter(lambda token: b"\n" not in token), max_size=4),
    st.binary(max_size=40),
)  # fmt: skip


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        WELL_FORMED | st.lists(TOKENS | st.binary(max_size=20), max_size=8).map(b" ".join),
        min_size=8,
        max_size=16,
    )
)
def test_hostile_requests_never_are_a_fault_of_ours(requests: list[bytes]) -> None:
    async def main() -> list[bytes]:
        async with listening(plain()) as address:
            found = [await said(address, request) for request in requests]
            alive = await said(
                address, b"GET /status HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
            )
            assert alive.startswith(b"HTTP/1.1 200"), alive
            return found

    for answer in run(main()):
        first = answer.split(b"\r\n", 1)[0]
        assert not first or first.startswith(
            (b"HTTP/1.1 1", b"HTTP/1.1 2", b"HTTP/1.1 4", b"HTTP/1.1 503")
        ), answer
        assert b"Traceback" not in answer
