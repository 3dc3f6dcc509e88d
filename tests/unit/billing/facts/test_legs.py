"""What a leg is, by what the dialplan stamped on it."""

import pytest

from dialform.billing.facts import CALL, CONFERENCE, FAX, FactError, facts_of, facts_of_event

from . import legs
from .legs import INBOUND, INTERNAL, OUTBOUND, START, UUID, event, record, recorded, times


def only(made, **given):
    (fact,) = facts_of(made, "pbx1", **given)
    return fact


def test_an_outbound_leg_says_all_that_rating_needs() -> None:
    fact = only(record(OUTBOUND))
    assert fact.key == (UUID, CALL)
    assert (fact.tenant, fact.direction, fact.trunk) == ("acme", "outbound", "mycarrier")
    assert (fact.number, fact.route, fact.plan) == ("+12125550177", "us-voice", "standard")
    assert (fact.extension, fact.object) == ("1001", "extension 1001")
    assert (fact.forwarder, fact.emergency, fact.provisional) == ("extension 1002", False, False)
    assert (fact.started, fact.answered, fact.ended) == (
        START, START + 1_000_000, START + 31_000_000
    )  # fmt: skip
    assert (fact.host, fact.peer, fact.call) == ("pbx1", "+19175550100", legs.CALL)
    assert (fact.cause, fact.revision) == ("NORMAL_CLEARING", "0123456789ab")
    assert fact.core == "61f6beb2-5b45-4b46-b387-7d10ba91c9e6"


def test_an_inbound_leg_is_priced_by_its_did() -> None:
    fact = only(record(INBOUND))
    assert (fact.direction, fact.trunk, fact.number) == ("inbound", "backup", "+12125550199")
    assert (fact.plan, fact.route, fact.object) == ("", "", "number +12125550199")


def test_what_a_trunk_leg_does_later_does_not_count() -> None:
    """The plain marks are of the call that it was transferred to."""
    later = {
        "dialform_called": "+442079460000", "dialform_route": "world", "dialform_plan": "gold",
        "dialform_route_plan": "gold", "dialform_urgent": "true", "dialform_emergency": "true",
        "dialform_extension": "1003", "dialform_object": "extension 1003",
        "dialform_forwarder": "extension 1003",
    }  # fmt: skip
    for marks in (OUTBOUND, INBOUND):
        assert only(record(marks, **later)) == only(record(marks))


def test_emergency_is_a_word_of_the_leg() -> None:
    assert only(record(OUTBOUND, dialform_bill_urgent="true", dialform_to="911")).emergency
    assert not only(record(INTERNAL, dialform_urgent="true", dialform_emergency="true")).emergency


def test_an_internal_leg_has_no_trunk_and_no_plan() -> None:
    fact = only(record(INTERNAL))
    assert (fact.direction, fact.trunk, fact.plan, fact.number) == ("internal", "", "", "1002")
    assert not fact.on_trunk
    called = dict(INTERNAL, dialform_self="1002")
    del called["dialform_dialled"]
    assert only(record(called)).number == "1002"


def test_a_direction_without_a_trunk_is_internal() -> None:
    assert only(record(INTERNAL, dialform_direction="inbound")).direction == "internal"


def test_unanswered_is_a_fact_too() -> None:
    assert only(record(OUTBOUND, **times(answered=0))).answered == 0


def test_a_call_without_its_first_leg_is_its_own() -> None:
    assert only(record(INTERNAL, dialform_call="")).call == UUID


def test_a_leg_of_nobody_is_none() -> None:
    assert facts_of(record({}), "pbx1") == []
    assert facts_of(recorded("outbound-gw-1"), "pbx1") == []


def test_a_probe_of_the_agent_is_nobody_s_call() -> None:
    probe = {**OUTBOUND, "dialform_tenant": "", "dialform_probe": "true"}
    assert facts_of(record(probe), "pbx1") == []
    assert only(record(OUTBOUND, dialform_probe="true")), "what has a tenant is billed"


def test_no_half_of_a_loopback_is_a_call_but_its_visit_counts() -> None:
    half = record(INTERNAL, loopback_leg="B")
    assert facts_of(half, "pbx1") == []
    half["variables"] |= {
        "dialform_rooms": f"901:{START + 2_000_000}-",
        "conference_member_id": "1",
    }
    assert [fact.kind for fact in facts_of(half, "pbx1")] == [CONFERENCE]
    assert only(record(OUTBOUND, loopback_leg="B")).kind == CALL, "a trunk's leg always is one"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"dialform_tenant": ""}, "of no tenant"),
        ({"dialform_direction": ""}, "without a direction"),
        ({"dialform_direction": "sideways"}, "without a direction"),
        ({"dialform_to": ""}, "without a number"),
        ({"dialform_direction": "inbound"}, "without a number"),
        ({"dialform_tenant": "acme\n"}, "no text"),
        ({"dialform_tenant": "a" * 201}, "too long"),
        ({"dialform_tenant": "\udcff"}, "no text"),
        ({"uuid": ""}, "names no leg"),
        ({"uuid": "../../etc/passwd"}, "names no leg"),
        ({"uuid": UUID.upper()}, "names no leg"),
        ({"end_uepoch": ""}, "no times"),
        ({"end_uepoch": "0"}, "no times"),
        ({"start_uepoch": "12"}, "no times"),
        ({"answer_uepoch": "12"}, "no times"),
        ({"end_uepoch": "-1"}, "no number that can be"),
        ({"end_uepoch": "1e9"}, "no number that can be"),
        ({"end_uepoch": "٣"}, "no text"),
        ({"end_uepoch": "9" * 19}, "no number that can be"),
        (times(answered=40), "ended before it began"),
        (times(answered=0, started=40), "ended before it began"),
        (times(ended=30 * 86_400 + 2), "longer than 30 days"),
        (times(answered=0, ended=30 * 86_400 + 1), "longer than 30 days"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(change: dict[str, str], says: str) -> None:
    with pytest.raises(FactError, match=says) as refused:
        facts_of(record(OUTBOUND | change), "pbx1")
    assert "\n" not in str(refused.value) and len(str(refused.value)) < 120


def test_a_call_of_thirty_days_is_believed() -> None:
    assert only(record(OUTBOUND, **times(answered=1, ended=30 * 86_400 + 1))).ended


def test_what_is_to_happen_is_refused_where_somebody_knows_the_time() -> None:
    made = record(OUTBOUND)
    end = START + 31_000_000
    assert only(made, now=end - 3_600_000_000)
    with pytest.raises(FactError, match="in the future"):
        facts_of(made, "pbx1", now=end - 86_401_000_000)


@pytest.mark.parametrize("name", ["dialform_tenant", "dialform_trunk", "answer_uepoch"])
@pytest.mark.parametrize("value", [1, None, ["acme", "evil"], {"a": 1}, True])
def test_a_variable_that_is_no_text_is_refused(name: str, value: object) -> None:
    made = record(OUTBOUND)
    made["variables"][name] = value
    for facts, given in ((facts_of, made), (facts_of_event, event(made))):
        with pytest.raises(FactError, match="no text"):
            facts(given, "pbx1")


# Faxes.


def test_a_fax_is_no_call() -> None:
    fact = only(recorded("fax-rx-1", **INBOUND))
    assert (fact.kind, fact.fax_ok, fact.pages, fact.total_pages) == (FAX, True, 1, 1)
    assert fact.number == "+12125550199"


def test_a_fax_that_broke_off_says_how_far_it_came() -> None:
    fact = only(recorded("fax-rx-1", **INBOUND, fax_success="0", fax_document_total_pages="7"))
    assert (fact.kind, fact.fax_ok, fact.pages, fact.total_pages) == (FAX, False, 1, 7)


def test_pages_without_an_end_are_a_fax_that_failed() -> None:
    """spandsp counts pages as they come, and says of success at the end."""
    fact = only(record(OUTBOUND, fax_document_transferred_pages="2"))
    assert (fact.kind, fact.fax_ok, fact.pages) == (FAX, False, 2)


def test_a_fax_that_ended_before_its_document_was_opened() -> None:
    """As spandsp says it: of -1 pages none got through."""
    marks = {"fax_success": "0", "fax_document_transferred_pages": "0"}
    fact = only(record(OUTBOUND, **marks, fax_document_total_pages="-1"))
    assert (fact.kind, fact.fax_ok, fact.pages, fact.total_pages) == (FAX, False, 0, 0)


@pytest.mark.parametrize("pages", ["-1", "many", "1.5", "9999999"])
def test_pages_that_cannot_be_are_refused(pages: str) -> None:
    with pytest.raises(FactError, match="no number that can be"):
        facts_of(record(OUTBOUND, fax_success="1", fax_document_transferred_pages=pages), "pbx1")


def test_a_call_that_only_passes_a_fax_on_is_a_call() -> None:
    assert only(record(OUTBOUND, fax_enable_t38="true")).kind == CALL


@pytest.mark.parametrize("marks", [OUTBOUND, INBOUND], ids=["sent", "received"])
def test_a_leg_of_a_fax_of_which_no_page_came_has_no_minutes(marks: dict[str, str]) -> None:
    """Nobody was a fax machine, or hung up before spandsp said anything."""
    fact = only(record({**marks, "dialform_fax": "1050"}))
    assert (fact.kind, fact.fax_ok, fact.pages, fact.total_pages) == (FAX, False, 0, 0)


def test_a_fax_that_nobody_answered_is_a_fax() -> None:
    marks = {**OUTBOUND, "dialform_fax": "1050"}
    made = record(marks, **times(answered=0), hangup_cause="USER_BUSY")
    fact = only(made)
    assert (fact.kind, fact.answered, fact.cause) == (FAX, 0, "USER_BUSY")


# Conferences.

T = [START + second * 1_000_000 for second in range(60)]


def stay(rooms: str, marks: dict[str, str] = INTERNAL, member: str = "7"):
    found = facts_of(record(marks, dialform_rooms=rooms, conference_member_id=member), "pbx1")
    return next((fact for fact in found if fact.kind == CONFERENCE), None)


def test_a_visit_is_a_fact_beside_the_call() -> None:
    made = record(OUTBOUND, dialform_rooms=f"901:{T[5]}-{T[15]},", conference_member_id="7")
    call, conference = facts_of(made, "pbx1")
    assert (call.kind, call.seconds, call.number) == (CALL, 0, "+12125550177")
    assert conference.key == (UUID, CONFERENCE)
    assert (conference.answered, conference.ended, conference.seconds) == (T[5], T[15], 10)
    assert (conference.number, conference.trunk, conference.plan) == ("901", "mycarrier", "")
    assert conference.call == call.call and conference.extension == "1001"


def test_who_hangs_up_inside_was_there_to_the_end() -> None:
    assert (stay(f"901:{T[5]}-").ended, stay(f"901:{T[5]}-").seconds) == (T[31], 26)


def test_part_of_a_second_is_one() -> None:
    assert stay(f"901:{T[5]}-{T[15] + 1},").seconds == 11


def test_visits_are_summed_and_rounded_once() -> None:
    found = stay(f"901:{T[2]}-{T[3] + 1},6001:{T[9]}-{T[10] + 1},901:{T[20]}-")
    assert found.seconds == 14
    assert (found.number, found.answered, found.ended) == ("901", T[2], T[31])


def test_who_was_not_let_in_was_not_there() -> None:
    assert stay(f"901:{T[5]}-", member="") is None
    assert stay(f"901:{T[5]}-{T[8]},", member="") is None
    assert stay(f"901:{T[5]}-{T[8]},902:{T[9]}-{T[12]},", member="").seconds == 3


def test_no_stay_reaches_past_the_end_of_its_leg() -> None:
    assert stay(f"901:{T[5]}-{T[40]},").ended == T[31]


@pytest.mark.parametrize(
    "rooms",
    ["x", "901", f"901:{T[5]}", f"901:{T[15]}-{T[5]},", f"901:{T[45]}-", f"901:{T[5]}-,901:{T[6]}-",
     f"901:{T[5]}-{T[9]},901:{T[8]}-{T[12]},", "901:1-2,", f"901:{T[5]}-{T[9]},;", ","],
)  # fmt: skip
def test_a_list_that_no_dialplan_wrote_is_refused(rooms: str) -> None:
    with pytest.raises(FactError, match="room"):
        stay(rooms)


# The event of the end.


@pytest.mark.parametrize("marks", [OUTBOUND, INBOUND, INTERNAL])
def test_the_event_says_the_same(marks: dict[str, str]) -> None:
    rooms = {"dialform_rooms": f"901:{T[5]}-", "conference_member_id": "7"}
    for more in ({}, rooms, {"fax_success": "1", "fax_document_transferred_pages": "3"}):
        made = record(marks, **more)
        assert facts_of_event(event(made), "pbx1") == facts_of(made, "pbx1")


def test_only_the_event_of_an_end_is_one() -> None:
    with pytest.raises(FactError, match="HANGUP_COMPLETE"):
        facts_of_event(event(record(OUTBOUND)) | {"Event-Name": "CHANNEL_HANGUP"}, "pbx1")
    with pytest.raises(FactError, match="HANGUP_COMPLETE"):
        facts_of_event({}, "pbx1")


def test_the_caller_s_number_is_text_and_no_more() -> None:
    made = record(OUTBOUND)
    made["callflow"][0]["caller_profile"]["caller_id_number"] = "=cmd()\n\udcff" + "9" * 500
    fact = only(made)
    assert fact.peer.startswith("=cmd()??999") and len(fact.peer) == 64
    made["callflow"] = "gone"
    assert only(made).peer == ""
    assert only(made).digest == fact.digest, "it proves nothing"
