"""Whatever comes: never a fault, never a 5xx, never another phone's file."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dialform.provisioning.wire import Patience, is_strict

from .release import ACME, OTHER, PHONES, Phone, release
from .serving import FREE, Reply, Served, basic, serving

MINE, YOURS = PHONES
KNOWN = [
    "GET", "HEAD", "POST", " ", "/", "/provision/", MINE.name, YOURS.name, ACME, OTHER, MINE.token, "auth/", "HTTP/1.1",
    "HTTP/1.0", "\r\n", "\r\n\r\n", "Host: x", "Content-Length: 5", "Transfer-Encoding: chunked", "Connection: close",
    "Connection: keep-alive, upgrade", "Upgrade: websocket", "Expect: 100-continue", "Authorization: Basic ",
    "Authorization: Digest ", 'username="', "..", "%2f", "%00", "\0", "\n", "\t", ":", "?", "#", "0\r\n\r\n", "\xff",
    "Range: bytes=0-", "If-None-Match: *", "X-Forwarded-For: 1.1.1.1",
]  # fmt: skip
ALLOWED = {200, 304, 400, 401, 404}


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """In clear, as for a proxy: what is beside TLS is the same, and quicker."""
    folder = tmp_path_factory.mktemp("fuzz")
    # No body and no second request is waited for: a client of these tests hears when it is over.
    patience = Patience(head=0.2, idle=1)
    with serving(
        release(folder / "pbx1"), folder / "state", None, rates=FREE, patience=patience
    ) as found:
        yield found


FUZZ = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def statuses(raw: bytes) -> list[int]:
    """Of all answers."""
    return [int(part[2:5]) for part in raw.split(b"HTTP/1.")[1:]]


def judge(served: Served, raw: bytes) -> None:
    assert set(statuses(raw)) <= ALLOWED | {100}, raw
    assert b"Traceback" not in raw
    assert not [line for line in served.lines if line["event"] == "fault"]
    served.log.seek(0)
    served.log.truncate()


@FUZZ
@given(
    st.lists(
        st.one_of(
            st.binary(max_size=40), st.sampled_from(KNOWN).map(lambda text: text.encode("latin-1"))
        )
    )
)
@example([b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n"])
@example([b"POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"])
@example([b"GET http://[::1 HTTP/1.1\r\nHost: x\r\n\r\n"])
def test_any_bytes(plain: Served, parts: list[bytes]) -> None:
    raw = plain.say(b"".join(parts) + b"\r\n\r\n")
    judge(plain, raw)
    # Files are got by a token alone, which stands in front of the name.
    for phone in PHONES:
        if phone.contents[phone.name].encode() in raw:
            assert phone.token.encode() in b"".join(parts)


texts = st.one_of(st.sampled_from(KNOWN), st.text(max_size=12))
paths = st.lists(texts, max_size=6).map("".join)
names = st.sampled_from(
    ["Authorization", "User-Agent", "If-None-Match", "X-Forwarded-For", "Range", "Cookie", "X"]
)


@FUZZ
@given(
    method=st.sampled_from(["GET", "HEAD", "POST", "PUT", "OPTIONS", "BREW"]), path=paths,
    headers=st.dictionaries(names, st.lists(texts, max_size=4).map("".join)), whole=st.booleans(),
)  # fmt: skip
def test_any_request(
    plain: Served, method: str, path: str, headers: dict[str, str], whole: bool
) -> None:
    start = "/provision/" if whole else ""
    lines = [f"{method} {start}{path} HTTP/1.1", "Host: x", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    said = "\r\n".join([*lines, "", ""]).encode("utf-8", "replace")
    raw = plain.say(said)
    judge(plain, raw)
    assert YOURS.token.encode() not in raw, "nothing here says the other phone's secret"
    if MINE.token.encode() in Reply(raw, b"").body:
        assert MINE.token.encode() in said


@given(st.binary(max_size=200))
def test_what_is_strict_is_read_in_one_way(head: bytes) -> None:
    import h11

    if not is_strict(head):
        return
    assert b"\n" not in head.replace(b"\r\n", b"")
    connection = h11.Connection(h11.SERVER)
    connection.receive_data(head + b"\r\n\r\n")
    try:
        event = connection.next_event()
    except h11.RemoteProtocolError:
        return  # stricter still
    assert isinstance(event, h11.Request)
    assert len(event.headers) == head.count(b"\r\n")


def test_memory_does_not_grow(tmp_path: Path) -> None:
    """Objects that are alive, after as many requests again of each kind."""
    root = release(tmp_path / "pbx1", [*PHONES, Phone("805ec0000003")])
    with serving(root, tmp_path / "state", None) as served:
        requests = [
            (f"/provision/{MINE.token}", {}), (f"/provision/{YOURS.token}/{YOURS.name}", {}), ("/provision/no", {}),
            (f"/provision/auth/{MINE.name}", {}), (f"/provision/{MINE.name}", basic(MINE)),
            (f"/provision/auth/{MINE.name}", basic(MINE, "wrong")),
        ]  # fmt: skip

        def alive(rounds: int) -> int:
            for _ in range(rounds):
                for path, headers in requests:
                    served.ask(path, headers=headers)  # type: ignore[arg-type]
            served.log.seek(0)
            served.log.truncate()
            gc.collect()
            return len(gc.get_objects())

        alive(30)
        before = alive(30)
        assert alive(60) - before < 150, "360 requests and connections leave nothing"
