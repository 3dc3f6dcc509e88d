"""Records read strictly: what mod_json_cdr writes, and what is none."""

import json
from pathlib import Path

import pytest

from dialform.billing.facts import MOST, FactError, Incomplete, read

FILES = sorted((Path(__file__).parent / "recorded").glob("*.cdr.json"))


def test_there_are_recorded_files() -> None:
    assert len(FILES) >= 5


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_a_real_switch_wrote_is_read(path: Path) -> None:
    assert read(path.read_bytes()) == json.loads(path.read_bytes())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_that_is_not_all_there_may_still_be_written(path: Path) -> None:
    data = path.read_bytes()
    for size in (0, 1, 100, len(data) // 2, len(data) - 2, len(data) - 1):
        with pytest.raises(Incomplete):
            read(data[:size])


def test_bytes_of_a_caller_that_are_no_utf_8_do_no_harm() -> None:
    found = read(b'{"variables":{"uuid":"u","sip_from_display":"\xff\xfe \xc3\xa6 \x7f"}}\n')
    assert found["variables"]["uuid"] == "u"
    assert found["variables"]["sip_from_display"] == "\udcff\udcfe æ \x7f"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b'[{"variables":{}}\n', "no JSON"),
        (b'{"variables":[1]}\n', "no variables"),
        (b"{}\n", "no variables"),
        (b'{"variables":{},"variables":{}}\n', "twice"),
        (b'{"variables":{"dialform_tenant":"a","dialform_tenant":"b"}}\n', "twice"),
        (b'{"variables":{"a":NaN}}\n', "no number"),
        (b'{"variables":{"a":-Infinity}}\n', "no number"),
        (b'{"variables":{"a":' + b"9" * 5000 + b"}}\n", "no JSON"),
        (b"[" * 200_000 + b"}\n", "too deep"),
        (b'{"a":' * 200_000 + b"}\n", "too deep"),
        (b'{"variables":{"a":"\x01"}}\n', "no JSON"),
        (b"\x00\x01\x02}\n", "no JSON"),
        (b"\xff\xfe{\x00}\x00}\n", "no JSON"),
        (b" " * (MOST + 1), "longer than"),
    ],
)
def test_what_is_no_record_is_refused_in_a_sentence(data: bytes, says: str) -> None:
    with pytest.raises(FactError, match=says) as refused:
        read(data)
    assert not isinstance(refused.value, Incomplete)
    assert "\n" not in str(refused.value) and len(str(refused.value)) < 160
