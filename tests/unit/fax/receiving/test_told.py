"""What a switch tells of a fax, by its record and by its event; what it cannot have said is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.billing.facts.errors import FactError
from dialform.fax.receiving.told import COMPLETE, of_event, of_leg

LEG = "0a4e1e6a-0000-4000-8000-0000000000cc"
VARIABLES = {
    "uuid": LEG, "dialform_tenant": "acme", "dialform_fax": "1050", "dialform_did": "+12125550150",
    "fax_success": "1", "fax_result_text": "OK", "fax_document_transferred_pages": "3",
    "fax_remote_station_id": " +12125550177 ", "start_uepoch": "1796083000000000",
    "answer_uepoch": "1796083001000000", "end_uepoch": "1796083060000000",
}  # fmt: skip


def record(**changed: Any) -> dict[str, Any]:
    variables = {name: value for name, value in (VARIABLES | changed).items() if value is not None}
    return {
        "core-uuid": "core", "variables": variables,
        "callflow": [{"caller_profile": {"caller_id_number": "+12125550177"}}],
    }  # fmt: skip


def event(**changed: Any) -> dict[str, Any]:
    own = {f"variable_{name}": value for name, value in record(**changed)["variables"].items()}
    return own | {
        "Unique-ID": LEG, "Core-UUID": "core", "Caller-Caller-ID-Number": "+12125550177",
        "Caller-Channel-Answered-Time": "1796083001000000", "Event-Date-Timestamp": "1796083060000000",
    }  # fmt: skip


def test_record_and_event_say_the_same() -> None:
    told = of_leg(record())
    assert told == of_event(event())
    assert (told.tenant, told.account, told.did) == ("acme", "1050", "+12125550150")
    assert (told.pages, told.ok, told.result, told.seconds) == (3, True, COMPLETE, 59)
    assert (told.station_id, told.caller) == ("+12125550177", "+12125550177")
    assert told.at == 1_796_083_001_000_000


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("The call dropped prematurely", "the call dropped prematurely"),
        ("TIFF/F file cannot be opened", "TIFF/F file cannot be opened"),
        (None, "the caller hung up before a fax began"),
    ],
)
def test_a_failure_is_told_in_the_switchs_words(text: str | None, result: str) -> None:
    assert of_leg(record(fax_success="0", fax_result_text=text)).result == result


@pytest.mark.parametrize(
    "changed",
    [
        {"uuid": "../../etc/passwd"}, {"dialform_tenant": "acmé"}, {"dialform_fax": "1\n2"},
        {"fax_document_transferred_pages": "-1"}, {"answer_uepoch": "9" * 30}, {"fax_success": 1},
    ],
)  # fmt: skip
def test_what_no_switch_says_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(FactError):
        of_leg(record(**changed))


@given(station=st.text(max_size=60), text=st.text(max_size=200), caller=st.text(max_size=90))
def test_what_strangers_sent_is_shortened_and_made_printable(
    station: str, text: str, caller: str
) -> None:
    said = event(fax_success="0", fax_remote_station_id=station, fax_result_text=text)
    told = of_event(said | {"Caller-Caller-ID-Number": caller})
    for shown in (told.station_id, told.result, told.caller):
        assert shown.isprintable()
    assert len(told.station_id) <= 20
