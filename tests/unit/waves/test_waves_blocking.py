"""Who waits for whom: hosts of a lower wave that are not healthy at the commit, or after it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.reconcile.waves.blocking import blocking
from dialform.reconcile.waves.record import moment

from .conftest import RECORD

NOW = moment("2026-11-28T05:15:00Z") or 0.0
LINE = [f"{n:x}" * 40 for n in range(1, 6)]
"""Commits, each after the one before it."""

WAVES = {"pbx1": 0, "pbx2": 1, "pbx3": 1, "pbx4": 2}


def is_descendant(one: str, other: str) -> bool:
    return one in LINE and other in LINE and LINE.index(one) <= LINE.index(other)


def at(commit: str = LINE[2], **more: Any) -> dict[str, Any]:
    return {**RECORD, "commit": commit, **more}


def ask(records: dict[str, Any], mine: str = "pbx2", **more: Any) -> list[str]:
    return blocking(records, WAVES, mine, LINE[2], is_descendant, NOW, **more)


@pytest.mark.parametrize("commit", LINE[2:])
def test_a_lower_host_that_is_ready_at_the_commit_or_after_it_lets_through(commit: str) -> None:
    assert ask({"pbx1": at(commit)}) == []


@pytest.mark.parametrize(
    ("record", "why"),
    [
        (None, "has not published its status"),
        (at(LINE[1]), f"is at {LINE[1][:12]}, not yet at {LINE[2][:12]}"),
        (at("f" * 40), "is at ffffffffffff, not yet at 333333333333"),
        (at(""), "is at no commit, not yet at 333333333333"),
        (at(ready=False, reason="RollbackFailed"), "is not ready: RollbackFailed"),
        (at(ready=False, reason=""), "is not ready"),
        (at(ready="True"), "is not ready: Proven"),
        (at(at=None), "published a status without a time"),
        (at(at="2026-11-28T04:14:00Z"), "last published its status 1 hour ago"),
        (at(at="2026-11-28T06:00:00Z"), "has a clock that is 45 minutes ahead"),
    ],
)
def test_each_reason_to_wait_is_a_sentence(record: Any, why: str) -> None:
    records = {} if record is None else {"pbx1": record}
    assert ask(records) == [f"pbx1 (wave 0) {why}"]


def test_the_first_wave_waits_for_nobody() -> None:
    assert ask({}, "pbx1") == []


def test_hosts_of_the_same_or_a_higher_wave_are_not_waited_for() -> None:
    assert ask({"pbx1": at()}, "pbx3") == []


def test_a_host_waits_for_all_lower_waves_in_order() -> None:
    assert [line.split()[0] for line in ask({}, "pbx4")] == ["pbx1", "pbx2", "pbx3"]


def test_how_old_a_record_may_be_is_a_setting() -> None:
    old = {"pbx1": at(at="2026-11-28T05:05:00Z")}
    assert ask(old) == []
    assert ask(old, fresh=500.0) == ["pbx1 (wave 0) last published its status 10 minutes ago"]


def test_what_a_record_says_of_its_wave_counts_for_nothing() -> None:
    assert ask({"pbx1": at(LINE[0], wave=5)}) != []


def test_records_of_hosts_that_the_site_has_not_are_not_asked() -> None:
    assert ask({"pbx1": at(), "stranger": at(LINE[0], ready=False)}) == []


HOSTS = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 3), min_size=1)
RECORDS = st.dictionaries(
    st.sampled_from("abcdef"),
    st.builds(at, st.sampled_from([*LINE, "", "f" * 40]), ready=st.booleans(),
              at=st.sampled_from(["2026-11-28T05:14:00Z", "2026-11-27T05:14:00Z", None])),
)  # fmt: skip


@given(HOSTS, RECORDS, st.sampled_from("abcdef"))
def test_nobody_goes_before_every_lower_host_is_well(
    waves: dict[str, int], records: dict[str, Any], mine: str
) -> None:
    told = blocking(records, waves, mine, LINE[2], is_descendant, NOW)
    well = {
        host for host, one in records.items()
        if one["ready"] and one["at"] == "2026-11-28T05:14:00Z" and one["commit"] in LINE[2:]
    }  # fmt: skip
    lower = {host for host, wave in waves.items() if wave < waves.get(mine, 0)}
    assert {line.split()[0] for line in told} == lower - well


@given(HOSTS)
def test_waves_never_wait_for_each_other_in_a_circle(waves: dict[str, int]) -> None:
    """Somebody always goes first: hosts that have nothing to wait for, until all went."""
    records: dict[str, Any] = {}
    for _ in range(len(waves)):
        free = [h for h in waves if h not in records
                and not blocking(records, waves, h, LINE[2], is_descendant, NOW)]  # fmt: skip
        records |= {host: at() for host in free}
        if len(records) == len(waves):
            return
    raise AssertionError(f"stuck with {records.keys()}")
