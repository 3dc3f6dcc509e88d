"""docs/provisioning.md says what the service does: outcomes, limits, metrics."""

import re
from pathlib import Path

from dialform.provisioning.counts import OUTCOMES
from dialform.provisioning.gate import Places
from dialform.provisioning.limits import Rates
from dialform.provisioning.settings import BEHIND

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs/provisioning.md").read_text("utf-8")


def test_each_outcome_is_explained() -> None:
    (table,) = re.findall(r"\| `outcome` \|.*?\n\n", PAGE, re.DOTALL)
    assert [name for name in OUTCOMES if f"`{name}`" not in table] == []


def test_the_numbers_are_those_of_the_service() -> None:
    rates, places = Rates(), Places()
    assert (
        f"may be wrong {rates.wrong_of_address.burst:.0f} times, then once in two seconds" in PAGE
    )
    assert rates.wrong_of_address.each == 0.5
    assert f"At most {places.all:,} at once, {places.of_address} of one address" in PAGE
    assert f"`{BEHIND[0]}:{BEHIND[1]}`" in PAGE


def test_each_metric_is_named() -> None:
    source = Path(__file__).resolve().parents[3] / "provisioning/monitor.py"
    names = set(
        re.findall(r'\(\s*"(?:dialform_phones_)?([a-z_]+)", "[A-Z1]', source.read_text("utf-8"))
    )
    assert {"requests", "connections", "known", "unwritten"} <= names
    assert [name for name in sorted(names) if name not in PAGE] == []
