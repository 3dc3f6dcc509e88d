"""What the bytes of the event socket say, whatever they are and however they are cut."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.switch import Garbled, Limits, SwitchError
from dialform.switch.framing import Frame, Framing

from .bytes_recorded import raw, recorded

KINDS = {
    *("auth/request", "command/reply", "api/response", "text/disconnect-notice"),
    *("text/event-json", "text/event-plain"),
}
SMALL = Limits(line=40, head=80, body=50, event=30)


def read(data: bytes, cuts: list[int], limits: Limits | None = None) -> tuple[list[Frame], bool]:
    """The frames, and whether the rest was garbage."""
    framing, found, at, turn = Framing(limits or Limits()), [], 0, 0
    while at < len(data):
        size = cuts[turn % len(cuts)]
        framing.feed(data[at : at + size])
        at, turn = at + size, turn + 1
        try:
            while (frame := framing.take()) is not None:
                found.append(frame)
        except Garbled:
            return found, True
    return found, False


@pytest.mark.parametrize("path", recorded(), ids=lambda path: path.stem)
def test_what_a_switch_said_is_read_to_the_last_byte(path: Path) -> None:
    data = path.read_bytes()
    framing = Framing(Limits())
    framing.feed(data)
    frames = []
    while (frame := framing.take()) is not None:
        frames.append(frame)
    assert framing.held == 0
    assert frames
    assert {frame.kind for frame in frames} <= KINDS


@pytest.mark.parametrize("size", [1, 2, 7, 4096])
def test_cuts_do_not_matter(size: int) -> None:
    data = raw("13-sip-register-json")
    assert read(data, [size]) == read(data, [len(data)])


def test_a_reply_and_an_event() -> None:
    frames, _ = read(raw("07-bgapi-status-json"), [100_000])
    assert [frame.kind for frame in frames] == [
        "auth/request",
        "command/reply",
        "command/reply",
        "command/reply",
        "text/event-json",
    ]
    assert frames[3].headers["Reply-Text"].startswith("+OK Job-UUID: ")
    assert frames[4].body.startswith(b'{"Event-Name":"BACKGROUND_JOB"')


PIECES = st.lists(
    st.one_of(
        st.binary(max_size=12),
        st.sampled_from([
            b"\n", b"\n\n", b"Content-", b"Content-Type: api/response\n", b"Content-Length: 3\n",
            b"Content-Length: 30\n", b"Content-Type: text/event-json\n\n", b"Content-Length: 031\n",
            b"Reply-Text: +OK\n", b": ", b"Content-Type: command/reply\n\n", b"abc", b"\xff\xfe",
        ]),
    ),
    max_size=40,
)  # fmt: skip


@given(PIECES, st.lists(st.integers(1, 9), min_size=1, max_size=30))
def test_the_same_frames_come_however_the_bytes_are_cut(
    pieces: list[bytes], cuts: list[int]
) -> None:
    data = b"".join(pieces)
    if data:
        whole, garbage = read(data, [len(data)], SMALL)
        parts, broken = read(data, cuts, SMALL)
        assert (parts, broken) == (whole, garbage)


@given(st.lists(st.binary(max_size=300), max_size=60))
def test_any_bytes_are_refused_or_read_and_never_hoarded(chunks: list[bytes]) -> None:
    framing = Framing(SMALL)
    try:
        for chunk in chunks:
            framing.feed(chunk)
            while framing.take() is not None:
                pass
            assert framing.held <= SMALL.head + 2 + max(SMALL.body, SMALL.event)
    except SwitchError as error:
        assert isinstance(error, Garbled)


@pytest.mark.parametrize(
    "data",
    [
        b"SSH-2.0-OpenSSH_9.6",
        b"HTTP/1.1 400 Bad Request\r\n",
        b"\n",
        b"Content-Type: command/reply\nno header\n\n",
        b"Content-Type: command/reply\nReply-Text:\n\n",
        b"Content-Length: 3\n\nabc",
        b"Content-Type: api/response\nContent-Length: -3\n\n",
        b"Content-Type: api/response\nContent-Length: 3 \n\n",
        b"Content-Type: api/response\nContent-Length: \xd9\xa3\n\n",
        b"Content-Type: api/response\nContent-Length: 3\nContent-Length: 4\n\n",
        b"Content-Type: api/response\nContent-Length: 51\n\n",
        b"Content-Type: text/event-json\nContent-Length: 31\n\n",
        b"Content-Type: " + b"x" * 30 + b"\n\n",
        b"Content-Type: a/b\n" + b"X: yyyy\n" * 9,
    ],
)
def test_what_is_no_frame_or_beyond_the_limits_is_refused_at_once(data: bytes) -> None:
    _, garbage = read(data, [len(data)], SMALL)
    assert garbage


def test_a_header_that_stands_twice_with_one_value_is_one() -> None:
    frames, garbage = read(b"Content-Type: a/b\nContent-Type: a/b\n\n", [5])
    assert (len(frames), garbage) == (1, False)


def test_bytes_that_are_no_utf_8_are_text_all_the_same() -> None:
    frames, _ = read(b"Content-Type: command/reply\nReply-Text: \xff\xfe\n\n", [100])
    assert frames[0].headers["Reply-Text"] == "��"
