"""What facts ask a leg for: each variable is stamped by somebody, and stands in the documentation."""

from pathlib import Path
from typing import Any

import pytest

from dialform.billing.facts import facts_of
from dialform.reconcile import probing
from dialform.renderers import freeswitch
from dialform.renderers.freeswitch.marks import billed

from .legs import INBOUND, INTERNAL, OUTBOUND, record

DOCS = (Path(__file__).parents[4] / "docs/billing-facts.md").read_text("utf-8")
THE_SWITCH_S = {
    "start_uepoch", "answer_uepoch", "end_uepoch", "hangup_cause", "fax_success",
    "fax_document_transferred_pages", "fax_document_total_pages", "conference_member_id",
    "loopback_leg", "uuid",
}  # fmt: skip


class Asked(dict[str, Any]):
    """Variables that remember which of them were asked for."""

    def __init__(self, known: dict[str, Any]) -> None:
        super().__init__(known)
        self.names: set[str] = set()

    def get(self, name: str, default: Any = None) -> Any:
        self.names.add(name)
        return super().get(name, default)


def asked() -> set[str]:
    """All that is asked for, of legs of all kinds."""
    found: set[str] = set()
    stay = {"dialform_rooms": "901:1795346222000000-", "conference_member_id": "1"}
    for marks in (OUTBOUND, INBOUND, INTERNAL, {"dialform_trunk": "x", "dialform_probe": "true"}):
        for more in (stay, {"fax_success": "1"}, {"dialform_dialled": ""}):
            made = record({**marks, **more})
            made["variables"] = variables = Asked(made["variables"])
            facts_of(made, "pbx1")
            found |= variables.names
    return found


ASKED = sorted(asked())


def test_only_marks_and_what_the_switch_counts_is_asked_for() -> None:
    assert {name for name in ASKED if not name.startswith("dialform_")} == THE_SWITCH_S


@pytest.mark.parametrize("name", ASKED)
def test_each_is_documented(name: str) -> None:
    assert f"`{name}`" in DOCS.split("## What a leg says")[1]


@pytest.mark.parametrize("name", [name for name in ASKED if name not in THE_SWITCH_S])
def test_each_is_stamped_by_somebody(name: str) -> None:
    folder = Path(freeswitch.__file__).parent
    texts = [path.read_text("utf-8") for path in folder.rglob("*") if path.suffix in (".py", ".j2")]
    texts.append(Path(probing.__file__).read_text("utf-8"))
    assert name in billed() or any(f"{name}=" in text or f'"{name}"' in text for text in texts)
