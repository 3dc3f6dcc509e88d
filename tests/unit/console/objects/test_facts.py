"""What an object says, in words."""

import pytest

from dialform.console.forms import Form
from dialform.console.forms.picking import pick
from dialform.console.objects.columns import lead
from dialform.console.objects.facts import facts
from dialform.console.objects.kinds import KINDS
from dialform.console.objects.lists import shown
from dialform.schema.destination import Destination

OFFERS = {"to-fax": [("8001", "Front desk")]}
OFFICE = {"schedule": "office", "open": {"extension": "1001"}, "closed": {"voicemail": "1001"}}


def said(data: object, offers: dict[str, list[tuple[str, str]]]) -> dict[str, str]:
    kind = KINDS["inbound-routes"]
    form = Form.of(kind.node, data, words=kind.words)
    pick(form.root, offers)
    return dict(facts(form))


@pytest.mark.parametrize(
    ("offers", "fax"), [(OFFERS, "8001 · Front desk"), ({}, "8001")], ids=["chosen", "typed"]
)
def test_where_fax_machines_go_is_said_however_it_is_entered(
    offers: dict[str, list[tuple[str, str]]], fax: str
) -> None:
    voice = {"extension": "1001"}
    assert said(voice, offers) == {"Where calls go": "Extension 1001"}
    both = said({**voice, "detect_fax": "8001"}, offers)
    assert both == {"Where calls go": f"Extension 1001, fax machines to {fax}"}
    assert said({"detect_fax": "8001"}, offers) == {"Where calls go": f"fax machines to {fax}"}
    (hours,) = said({**OFFICE, "detect_fax": "8001"}, offers).values()
    assert hours.startswith("By opening hours office (while it is open: Extension 1001, ")
    assert hours.endswith(f"), fax machines to {fax}")


def test_lists_show_addresses_as_they_are_and_choices_in_words() -> None:
    assert shown("bob_roe@acme.example") == "bob_roe@acme.example"
    assert lead(Destination.model_validate({"hangup": "not_found"})) == "hang up (not found)"
    assert lead(Destination.model_validate({"hangup": True})) == "hang up"
