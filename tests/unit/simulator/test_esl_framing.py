"""Requests on the event socket, whatever the bytes and however they are cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.simulator.esl.framing import Reader, Request, TooLongError


def all_at_once(data: bytes) -> list[Request]:
    return Reader().feed(data)


def test_a_request_ends_with_an_empty_line_and_newlines_before_it_do_not_count() -> None:
    assert [r.command for r in all_at_once(b"\n\r\n\nauth x\n\napi status\r\n\r\nexit\n")] == [
        "auth x",
        "api status",
    ]


def test_headers_are_known_in_any_case_and_lose_the_blanks_before_their_value() -> None:
    (request,) = all_at_once(b"bgapi status\nJob-UUID:   abc\nno colon here\n\n")
    assert request.headers == {"job-uuid": "abc"}


def test_a_length_brings_a_body_that_may_hold_empty_lines() -> None:
    first, second = all_at_once(b"sendevent X\ncontent-length: 6\n\na\n\nb\n\napi x\n\n")
    assert (first.body, second.command) == ("a\n\nb\n\n", "api x")


def test_a_length_of_nonsense_brings_no_body() -> None:
    first, second = all_at_once(b"a\nContent-Length: many\n\nb\nContent-Length: -5\n\n")
    assert (first.body, second.command) == ("", "b")


def test_a_body_beyond_the_limit_is_refused_before_it_comes() -> None:
    with pytest.raises(TooLongError):
        Reader(limit=100).feed(b"x\nContent-Length: 101\n\n")


def test_a_head_beyond_the_limit_is_taken_for_complete() -> None:
    (request, *rest) = Reader(limit=100).feed(b"a" * 150)
    assert (len(request.command), rest) == (100, [])


def test_what_follows_a_zero_byte_is_not_seen() -> None:
    (request,) = all_at_once(b"api status\0; api shutdown\n\n")
    assert request.command == "api status"


PIECES = st.lists(
    st.one_of(
        st.binary(max_size=20),
        st.sampled_from(
            [b"\n", b"\r\n", b"\n\n", b"\r\n\r\n", b"api status", b"Content-Length: 3\n", b":"]
        ),
    ),
    max_size=40,
)


@given(PIECES, st.lists(st.integers(1, 9), min_size=1, max_size=30))
def test_the_same_requests_come_however_the_bytes_are_cut(
    pieces: list[bytes], cuts: list[int]
) -> None:
    data = b"".join(pieces)
    reader, found, at = Reader(), [], 0
    try:
        whole = all_at_once(data)
    except TooLongError:
        return
    for turn in range(len(data)):
        step = cuts[turn % len(cuts)]
        found += reader.feed(data[at : at + step])
        at += step
    assert found == whole


@given(st.lists(st.binary(max_size=300), max_size=60))
def test_any_bytes_are_read_without_a_fault_and_never_hoarded(chunks: list[bytes]) -> None:
    reader = Reader(limit=200)
    for chunk in chunks:
        try:
            reader.feed(chunk)
        except TooLongError:
            return
        assert len(reader._buffer) <= 200
