"""`dialform cdr` from outside."""

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from .billedsite import bill, here
from .conftest import Done, copy_of_the_demo

Asked = Callable[..., Done]

OCTOBER = ("--from", "2026-10-01", "--to", "2026-10-31")


@pytest.fixture(scope="module")
def billed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    root = tmp_path_factory.mktemp("billed")
    site = copy_of_the_demo(root / "site")
    return site, bill(site, root / "ledger.db")


@pytest.fixture
def cdr(billed: tuple[Path, str], capfd: pytest.CaptureFixture[str]) -> Asked:
    def cdr(*arguments: str) -> Done:
        return here(capfd, "cdr", *arguments, "--site", str(billed[0]), "--ledger", billed[1])

    return cdr


def found(done: Done) -> list[dict[str, object]]:
    made: dict[str, list[dict[str, object]]] = json.loads(done.out)
    return next(iter(made.values()))


def test_calls_are_told_in_the_tenants_time(cdr: Asked) -> None:
    calls = found(cdr("--tenant", "acme", *OCTOBER, "--format", "json"))
    assert len(calls) == 8
    assert calls[1] == {
        "time": "2026-10-05T10:59:54-04:00", "direction": "outbound", "from": "1001", "to": "+13105550123",
        "duration": 95, "disposition": "answered", "cost": calls[1]["cost"], "currency": "USD", "call": calls[1]["call"],
    }  # fmt: skip
    assert [call["disposition"] for call in calls] == [
        "answered", "answered", "answered", "fax", "answered", "busy", "answered", "answered"
    ]  # fmt: skip
    assert all(isinstance(call["cost"], str) for call in calls)
    text = cdr("--tenant", "acme", *OCTOBER).out
    assert re.search(r"2026-10-08 10:29:54  outbound   1001 +\+13105550123 +0:00  busy", text)


def test_a_day_is_whole_and_a_moment_is_a_moment(cdr: Asked) -> None:
    def count(*span: str) -> int:
        return len(found(cdr("--tenant", "acme", *span, "--format", "json")))

    assert count("--from", "2026-10-08", "--to", "2026-10-08") == 2
    assert count("--from", "2026-10-08T10:00", "--to", "2026-10-08") == 1
    assert count("--from", "2026-10-08", "--to", "2026-10-08T10:00") == 1
    assert count("--since", "9999d") == 8
    assert count("--since", "1s") == 0


def test_calls_by_direction_user_and_number(cdr: Asked) -> None:
    def numbers(*more: str) -> list[object]:
        return [
            one["to"] for one in found(cdr("--tenant", "acme", *OCTOBER, *more, "--format", "json"))
        ]

    assert numbers("--direction", "inbound") == ["+12125550199"]
    assert numbers("--direction", "internal") == ["900"]
    assert numbers("--user", "bob") == ["+442079460000"]
    assert numbers("--user", "carol") == []
    assert numbers("--limit", "2") == ["911", "900"]


def test_each_leg_is_shown_where_it_is_asked_for(cdr: Asked) -> None:
    done = cdr("--tenant", "acme", *OCTOBER, "--legs", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(done.out, newline="")))
    assert len(rows) == 8
    assert {row["kind"] for row in rows} == {"call", "fax", "conference"}
    assert next(row for row in rows if row["direction"] == "inbound")["from"] == "'=HYPERLINK(1)"
    assert next(row for row in rows if row["disposition"] == "busy")["cause"] == "USER_BUSY"


def test_no_other_tenants_call_is_there(cdr: Asked) -> None:
    assert "+498912345" not in cdr("--tenant", "acme", "--since", "9999d", "--legs").out
    (theirs,) = found(cdr("--tenant", "nordlicht", "--since", "9999d", "--format", "json"))
    assert (theirs["to"], theirs["time"]) == ("+498912345", "2026-10-12T17:09:54+02:00")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "Say whose: --tenant SLUG."),
        (["--tenant", "acme", "--since", "2 fortnights"], "'2 fortnights' is no time"),
        (["--tenant", "acme", "--since", "2h", "--from", "2026-10-01"], "either --from or --since"),
        (["--tenant", "acme", "--from", "2026-13-01"], "'2026-13-01' is no time"),
        (
            ["--tenant", "acme", "--from", "2026-10-03", "--to", "2026-10-02"],
            "one is after the other",
        ),
        (["--tenant", "nordlichd"], "Did you mean 'nordlicht'?"),
    ],
)
def test_a_mistake_is_one_sentence(cdr: Asked, arguments: list[str], words: str) -> None:
    done = cdr(*arguments)
    assert (done.status, words in done.err) == (64, True)
