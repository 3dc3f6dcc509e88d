"""Nonces that nobody remembers, and what is remembered of those in use."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.provisioning import nonces as module
from dialform.provisioning.auth import basic, parameters
from dialform.provisioning.nonces import LIFE, Nonces

from .serving import Turned

KEY = b"k" * 32


def test_a_nonce_is_good_for_a_while_and_each_count_once() -> None:
    clock = Turned()
    nonces = Nonces(KEY, clock)
    one, two = nonces.make(), nonces.make()
    assert one != two
    assert [nonces.use(one, n) for n in (1, 1, 3, 2, 4)] == [True, False, True, False, True]
    assert nonces.use(two, 1)
    clock.now += LIFE - 1
    assert nonces.use(one, 5)
    clock.now += 2
    assert not nonces.use(one, 6)
    assert nonces.made(one) is not None, "ours, and old: stale, not wrong"


def test_another_process_with_the_same_key_knows_it() -> None:
    clock = Turned()
    assert Nonces(KEY, clock).fresh(Nonces(KEY, clock).make())
    assert not Nonces(b"x" * 32, clock).fresh(Nonces(KEY, clock).make())


def test_one_of_the_future_is_none() -> None:
    clock = Turned()
    made = Nonces(KEY, clock).make()
    clock.now -= 60
    assert not Nonces(KEY, clock).fresh(made)


@given(st.integers(0, 47), st.integers(1, 63))
def test_a_nonce_with_another_letter_is_not_ours(at: int, by: int) -> None:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    nonces = Nonces(KEY, Turned())
    good = nonces.make()
    other = letters[(letters.index(good[at]) + by) % 64]
    assert nonces.made(good[:at] + other + good[at + 1 :]) is None


@given(st.text(max_size=80))
def test_what_somebody_made_up_is_not_ours(text: str) -> None:
    assert Nonces(KEY, Turned()).made(text) is None


def test_the_same_bytes_in_another_spelling_are_not_ours() -> None:
    nonces = Nonces(KEY, Turned(), random=lambda n: b"\xff" * n)
    good = nonces.make()
    assert "_" in good
    assert nonces.made(good.replace("_", "/")) is None


def test_memory_is_bounded_and_what_is_forgotten_is_stale_not_free(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MOST", 10)
    clock = Turned()
    nonces = Nonces(KEY, clock)
    made = []
    for _ in range(50):
        clock.now += 1
        made.append(nonces.make())
        assert nonces.use(made[-1], 1)
    assert len(nonces) == 10
    assert [nonces.use(one, 2) for one in made] == [False] * 40 + [True] * 10
    assert not any(nonces.use(one, 1) for one in made), "nothing is accepted twice"


def test_what_is_over_is_forgotten() -> None:
    clock = Turned()
    nonces = Nonces(KEY, clock)
    for _ in range(20):
        assert nonces.use(nonces.make(), 1)
    clock.now += LIFE
    assert nonces.use(nonces.make(), 1)
    assert len(nonces) == 1


@given(st.binary(max_size=200))
def test_credentials_that_are_rubbish_are_nobodys(data: bytes) -> None:
    assert basic(b"Basic " + data, {}.get).device is None
    assert basic(b"Basic " + base64.b64encode(data), {}.get).device is None
    parameters(data)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (b'a="b", c=d', {"a": "b", "c": "d"}), (b'A="x,\\"y" ,B = z', {"a": 'x,"y', "b": "z"}),
        (b'a="b', {}), (b"a=b c=d", {}), (b'a="1", a="2"', {}), (b"", {}), (b"=", {}), (b'a=""', {"a": ""}),
    ],
)  # fmt: skip
def test_parameters_are_read_whole_or_not_at_all(text: bytes, found: dict[str, str]) -> None:
    assert parameters(text) == found
