"""What the status says is wrong: the gravest first, in a sentence, and nothing where all is well."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dialform.reconcile.billing.section import OLD, flagged, trouble

WELL: dict[str, Any] = {
    "error": None, "oldest": 3, "backlog": 2, "payments_changed": [], "flags_error": None, "unrated": 0,
    "bad_files": 0,
}  # fmt: skip
WRONG: dict[str, tuple[str, Any]] = {
    "NotBooked": ("error", "The ledger cannot be reached."),
    "Backlog": ("oldest", OLD + 1),
    "PaymentChanged": ("payments_changed", ["acme inv-1"]),
    "FlagsNotSet": ("flags_error", "The switch did not take it."),
    "Unrated": ("unrated", 3),
    "BadFiles": ("bad_files", 1),
}


def test_all_is_well() -> None:
    assert trouble(WELL) == ("", "")
    assert trouble({}) == ("", "")


@pytest.mark.parametrize("reason", WRONG)
def test_each_trouble_has_its_reason_and_a_sentence(reason: str) -> None:
    key, value = WRONG[reason]
    found, words = trouble({**WELL, key: value})
    assert found == reason
    assert words.endswith(".")


def test_the_gravest_comes_first() -> None:
    everything = {**WELL, **dict(WRONG.values())}
    for reason, (key, _) in WRONG.items():
        assert trouble(everything)[0] == reason
        everything[key] = WELL[key]


def test_the_page_explains_each_reason() -> None:
    page = (Path(__file__).parents[4] / "docs/limits-and-credit.md").read_text("utf-8")
    assert [reason for reason in (*WRONG, "Off") if f"| `{reason}` |" not in page] == []


def test_tenants_stand_by_their_flag() -> None:
    assert flagged({"b": "limit", "a": "limit", "c": "credit"}) == {
        "limit": ["a", "b"],
        "credit": ["c"],
    }
    assert flagged({}) == {"limit": [], "credit": []}
