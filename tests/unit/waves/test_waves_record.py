"""What is published of a host, and what is believed of others."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.reconcile.waves.record import (
    LARGEST,
    checked,
    decode,
    encode,
    is_host,
    moment,
    record,
)

from .conftest import RECORD, status

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


def test_no_more_than_the_short_record_is_published() -> None:
    assert record(status()) == RECORD
    text = encode(record(status())).decode()
    assert "acme" not in text
    assert "hunter2" not in text
    assert "git.example" not in text


def test_an_agent_that_has_applied_nothing_is_not_ready() -> None:
    one = record({"host": "pbx1", "at": "2026-11-28T05:10:00Z", "applied": None, "conditions": []})
    assert (one["ready"], one["commit"]) == (False, "")


@given(st.dictionaries(st.sampled_from(["host", "platform", "wave", "commit", "ready", "reason", "at",
                                        "version", "more"]), ANYTHING))  # fmt: skip
def test_whatever_was_stored_is_read_in_its_right_form(stored: dict[str, Any]) -> None:
    one = checked(stored)
    assert one.keys() == RECORD.keys()
    assert checked(one) == one
    assert len(encode(one)) < LARGEST
    assert type(one["ready"]) is bool
    assert all(type(one[key]) is str for key in ("host", "platform", "commit", "reason", "version"))
    assert one["at"] is None or moment(one["at"]) is not None


@given(st.binary(max_size=60) | ANYTHING.map(lambda value: json.dumps(value).encode()))
def test_what_is_no_record_is_none(content: bytes) -> None:
    assert decode(content, "pbx1") is None


def test_a_record_is_of_the_host_that_it_lies_under() -> None:
    content = encode(RECORD)
    assert decode(content, "pbx1") == RECORD
    assert decode(content, "pbx2") is None
    assert decode(content + b" " * LARGEST, "pbx1") is None
    assert decode(b"[" * 4000, "pbx1") is None


@pytest.mark.parametrize("name", ["pbx1", "a", "Pbx-1_2", "pbx1.example.com", "1", "x" * 63])
def test_names_of_hosts(name: str) -> None:
    assert is_host(name)


@pytest.mark.parametrize(
    "name", ["", ".", "..", "a..b", "a.", ".a", "a/b", "a\\b", "a b", "a\n", "-a", "a.lock", "a\0", "ä", "a~1",
             "a^", "a:b", "a?", "a*", "a[", "a@{", "x" * 70, None, 5]
)  # fmt: skip
def test_what_cannot_stand_in_a_path_a_url_and_a_ref_is_no_host(name: Any) -> None:
    assert not is_host(name)


@pytest.mark.parametrize(
    ("at", "seconds"),
    [("1970-01-01T00:00:10Z", 10.0), ("1970-01-01T01:00:10+01:00", 10.0), (10, 10.0), (10.5, 10.5)],
)
def test_times(at: Any, seconds: float) -> None:
    assert moment(at) == seconds


@pytest.mark.parametrize(
    "at", ["", "yesterday", "1970-01-01T00:00:10", "1970-01-01", True, None, [], float("nan"), float("inf"),
           1e300, "0" * 100, "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"]
)  # fmt: skip
def test_what_is_no_time(at: Any) -> None:
    moment(at)  # never raises
    if not isinstance(at, str) or not at.startswith(("0001", "9999")):
        assert moment(at) is None
