"""Records of legs, held against recorded ones of a real switch."""

import json
from pathlib import Path
from typing import Any

import pytest

from dialform.simulator.scene import Dial, Phone

from .esl_bench import RECORDED
from .test_esl_calls import Calls

Record = dict[str, Any]
TIMES = (
    "_stamp",
    "_epoch",
    "_uepoch",
    "sec",
    "duration",
    "hold_accum_ms",
)


def recorded(name: str) -> Record:
    found: Record = json.loads((RECORDED / "cdr" / f"{name}.cdr.json").read_text())
    return found


@pytest.fixture
def calls(tmp_path: Path) -> Calls:
    return Calls(tmp_path)


def legs(calls: Calls, phone: Phone) -> tuple[Record, Record]:
    """The records of the caller's leg and of the phone's."""
    calls.calls.register("1002@127.0.0.1")
    calls.calls.live.surroundings.otherwise = phone
    first = calls.calls.call(Dial("1001@127.0.0.1", "1002"))
    calls.pass_time(5)
    found = calls.records()
    mine = found.pop(first)
    (other,) = found.values()
    return mine, other


@pytest.mark.parametrize(("place", "name"), [(0, "onnet-1"), (1, "onnet-2")])
def test_a_record_is_laid_out_as_the_module_does(calls: Calls, place: int, name: str) -> None:
    made, real = legs(calls, Phone(answer_after=0.5, hangup_after=2.0))[place], recorded(name)
    assert list(made) == list(real)
    assert list(made["channel_data"]) == list(real["channel_data"])
    assert list(made["callStats"]["audio"]["inbound"]) == list(
        real["callStats"]["audio"]["inbound"]
    )
    for mine, theirs in zip(made["callflow"], real["callflow"], strict=True):
        assert list(mine) == list(theirs)
        assert list(mine["caller_profile"]) == list(theirs["caller_profile"])
        assert list(mine["times"]) == list(theirs["times"])


@pytest.mark.parametrize(("place", "name"), [(0, "onnet-1"), (1, "onnet-2")])
def test_all_times_are_told_under_their_names_and_in_order(
    calls: Calls, place: int, name: str
) -> None:
    made, real = legs(calls, Phone(answer_after=0.5, hangup_after=2.0))[place], recorded(name)
    told, wanted = (
        [key for key in record["variables"] if key.endswith(TIMES) and not key.startswith("sip_")]
        for record in (made, real)
    )
    assert told == wanted


def test_times_add_up(calls: Calls) -> None:
    made, _ = legs(calls, Phone(answer_after=0.5, hangup_after=2.0))
    said = {key: int(value) for key, value in made["variables"].items() if value.isdigit()}
    assert said["uduration"] == said["end_uepoch"] - said["start_uepoch"]
    assert said["billusec"] == said["end_uepoch"] - said["answer_uepoch"]
    assert said["answerusec"] + said["billusec"] == said["uduration"]
    assert said["billsec"] == said["end_epoch"] - said["answer_epoch"]
    assert 2_000_000 <= said["billusec"] < 2_300_000


def test_a_leg_that_was_busy_has_no_answer_and_says_why(calls: Calls) -> None:
    _, made = legs(calls, Phone(cause="USER_BUSY"))
    real = recorded("ringgroup-3")
    for key in ("hangup_cause", "hangup_cause_q850", "answer_epoch", "billsec", "sip_term_status"):
        assert made["variables"][key] == real["variables"][key]
    assert "answer_stamp" not in made["variables"]


def test_a_file_is_one_line_that_ends_with_its_brace(calls: Calls) -> None:
    legs(calls, Phone(answer_after=0.5, hangup_after=1.0))
    for path in calls.cdr.iterdir():
        text = path.read_text()
        assert path.name == f"{json.loads(text)['variables']['uuid']}.cdr.json"
        assert text.endswith("}\n")
        assert text.count("\n") == 1
