"""Whatever a record or an event says: facts come from the dialplan's own variables, or there are none."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.billing.facts import Fact, FactError, facts_of, facts_of_event, read

from .legs import INBOUND, INTERNAL, OUTBOUND, UUID, data, event, record

MARKS = sorted({*OUTBOUND, *INBOUND, *INTERNAL, "dialform_rooms", "dialform_bill_urgent"})
SAYS = [
    *MARKS, "fax_success", "fax_document_transferred_pages", "answer_uepoch", "start_uepoch",
    "end_uepoch", "uuid", "conference_member_id", "loopback_leg", "hangup_cause",
]  # fmt: skip
BEFORE = [
    "sip_h_",
    "sip_h_X-",
    "sip_h_P-",
    "sip_rh_",
    "sip_i_",
    "sip_",
    "variable_",
    "sip_h_variable_",
]
THEIRS = st.one_of(
    st.builds("".join, st.tuples(st.sampled_from(BEFORE), st.sampled_from(SAYS))),
    st.sampled_from(["sip_gateway", "sip_gateway_name", "channel_name", "sip_from_user", "direction",
                     "gateway", "effective_caller_id_number", "call_uuid", "dialed_user"]),
    st.text(min_size=1, max_size=20).map("sip_h_".__add__),
)  # fmt: skip
VALUES = st.one_of(
    st.sampled_from(["evil", "true", "1", "outbound", "901:1-2,", "+19005550177", "", "0", UUID]),
    st.text(max_size=40),
)
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=20)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.one_of(st.sampled_from(SAYS), st.text(max_size=8)), inner, max_size=5),
    ),
    max_leaves=20,
)  # fmt: skip


def said(made: object) -> list[Fact] | str:
    """Its facts, or why there are none."""
    try:
        return facts_of(made, "pbx1")  # type: ignore[arg-type]
    except FactError as error:
        assert "\n" not in str(error) and 0 < len(str(error)) < 160
        return str(error)


@given(st.sampled_from([OUTBOUND, INBOUND, INTERNAL, {}]), st.dictionaries(THEIRS, VALUES))
def test_no_variable_that_sip_can_set_changes_a_fact(
    marks: dict[str, str], theirs: dict[str, str]
) -> None:
    plain, hostile = record(marks), record(marks)
    hostile["variables"] = {**theirs, **hostile["variables"]}
    assert facts_of(hostile, "pbx1") == facts_of(plain, "pbx1")
    assert facts_of_event(event(hostile), "pbx1") == facts_of(plain, "pbx1")
    assert facts_of(read(data(hostile)), "pbx1") == facts_of(plain, "pbx1")


@given(st.dictionaries(st.sampled_from(SAYS), JSON), st.sampled_from([OUTBOUND, INTERNAL]))
def test_file_and_event_agree_on_any_variables(
    changed: dict[str, Any], marks: dict[str, str]
) -> None:
    made = record(marks)
    made["variables"] |= changed
    told = event(made)
    try:
        its: object = facts_of_event(told, "pbx1")
    except FactError as error:
        its = str(error)
    assert said(made) == its


@given(JSON)
def test_any_json_is_facts_or_a_sentence(found: object) -> None:
    for raw in (json.dumps(found).encode() + b"\n", data({"variables": found, "callflow": found})):
        try:
            made = read(raw)
        except FactError:
            continue
        said(made)
        if isinstance(found, dict):
            with contextlib.suppress(FactError):
                facts_of_event({"Event-Name": "CHANNEL_HANGUP_COMPLETE", **found}, "pbx1")


@given(st.dictionaries(st.sampled_from(SAYS), JSON, min_size=1))
def test_the_tenant_is_what_the_dialplan_said(changed: dict[str, Any]) -> None:
    changed.pop("dialform_tenant", None)
    found = said(record(OUTBOUND | changed))
    if not isinstance(found, str):
        assert {fact.tenant for fact in found} <= {"acme"}
        assert {fact.host for fact in found} <= {"pbx1"}


@pytest.mark.parametrize("name", MARKS)
def test_a_mark_that_stands_twice_is_refused(name: str) -> None:
    raw = data(record({name: "a"}))
    twice = raw.replace(f'"{name}":"a"'.encode(), f'"{name}":"a","{name}":"b"'.encode())
    assert twice != raw
    with pytest.raises(FactError, match="twice"):
        read(twice)
