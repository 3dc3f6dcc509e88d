"""What became of an attempt, by what a real switch said of such (seen on 1.10.12)."""

import pytest

from dialform.fax.sending import outcome
from dialform.fax.sending.causes import CAUSES, TENANT_FULL, TRUNK, TRUNK_FULL
from dialform.fax.sending.results import RESULTS

ANSWERED = {"answer_uepoch": "1764342000000000"}
SPOKEN = {
    **ANSWERED,
    "fax_transfer_rate": "14400",
    "fax_remote_station_id": "+12125550177",
    "fax_document_total_pages": "3",
}

UNHEARD = {
    **ANSWERED,
    "fax_transfer_rate": "14400",
    "fax_ecm_used": "off",
    "fax_local_station_id": "+12125550150",
    "fax_document_total_pages": "0",
}
"""What spandsp says at the end of a session in which nobody spoke to it."""


def failure(code: int, **more: str) -> dict[str, str]:
    return {"fax_success": "0", "fax_result_code": str(code), **more}


@pytest.mark.parametrize(
    ("cause", "variables", "word", "fault"),
    [
        ("USER_BUSY", {}, "busy", "busy"),
        ("UNALLOCATED_NUMBER", {}, "no_such_number", "final"),
        ("CALL_REJECTED", {}, "rejected", "final"),
        ("NORMAL_TEMPORARY_FAILURE", {}, "trunk", "trunk"),
        ("GATEWAY_DOWN", {}, "trunk", "trunk"),
        ("NO_ANSWER", {}, "no_answer", "unanswered"),
        ("NO_USER_RESPONSE", {"answer_uepoch": "0"}, "no_answer", "unanswered"),
        (TENANT_FULL, {}, "cap", "held"),
        (TRUNK_FULL, {}, "trunk_full", "held"),
        ("SYSTEM_SHUTDOWN", ANSWERED, "lost", "lost"),
        ("SYSTEM_SHUTDOWN", SPOKEN, "lost", "lost"),
        # A switch that is stopped hangs up first, and spandsp says that the call dropped.
        ("SYSTEM_SHUTDOWN", {**SPOKEN, **failure(49)}, "lost", "lost"),
        # T.38 was agreed upon, and nothing came by it: that is not nobody.
        (
            "NORMAL_CLEARING",
            {**ANSWERED, **failure(3, fax_t38_status="negotiated")},
            "silent",
            "fax",
        ),
        (
            "NORMAL_CLEARING",
            {**ANSWERED, **failure(2, fax_t38_status="refused")},
            "no_fax",
            "no_fax",
        ),
        ("NORMAL_UNSPECIFIED", {}, "failed", "unanswered"),
        ("", {}, "failed", "unanswered"),
        ("NORMAL_CLEARING", ANSWERED, "no_fax", "no_fax"),
        ("NORMAL_CLEARING", SPOKEN, "broken", "fax"),
        # A trunk's failure after the answer is the fax's own.
        ("NETWORK_OUT_OF_ORDER", SPOKEN, "broken", "fax"),
        ("NORMAL_CLEARING", {**ANSWERED, **failure(2)}, "no_fax", "no_fax"),
        ("NORMAL_CLEARING", {**ANSWERED, **failure(49)}, "no_fax", "no_fax"),
        ("NORMAL_CLEARING", {**UNHEARD, **failure(2)}, "no_fax", "no_fax"),
        ("NORMAL_CLEARING", {**UNHEARD, **failure(49)}, "no_fax", "no_fax"),
        ("NORMAL_CLEARING", {**SPOKEN, **failure(49)}, "broken", "fax"),
        # At the end a rate is there in any case; a machine may have no name.
        (
            "NORMAL_CLEARING",
            {**ANSWERED, **failure(49), "fax_transfer_rate": "14400"},
            "no_fax",
            "no_fax",
        ),
        (
            "NORMAL_CLEARING",
            {**ANSWERED, **failure(49), "fax_document_total_pages": "3"},
            "broken",
            "fax",
        ),
        ("NORMAL_CLEARING", {**SPOKEN, **failure(14)}, "line", "fax"),
        ("NORMAL_CLEARING", {**SPOKEN, **failure(11)}, "coarse", "coarse"),
        ("NORMAL_CLEARING", {**SPOKEN, **failure(9)}, "unable", "unable"),
        ("NORMAL_CLEARING", {**SPOKEN, **failure(12)}, "size", "final"),
        ("NORMAL_CLEARING", {**SPOKEN, **failure(41)}, "file", "ours"),
        ("NORMAL_CLEARING", {**SPOKEN, **failure(999)}, "fax_failed", "fax"),
        (
            "NORMAL_CLEARING",
            {**ANSWERED, "current_application_response": "Cannot send non-existant fax file"},
            "file",
            "ours",
        ),
    ],
)
def test_each_end_has_its_word_and_what_it_does(
    cause: str, variables: dict[str, str], word: str, fault: str
) -> None:
    found = outcome.of(cause, variables)
    assert (found.word, found.fault) == (word, fault)
    assert found.words.endswith(".")


def test_a_success_is_sent_whatever_the_call_ended_with() -> None:
    said = {
        **SPOKEN, "fax_success": "1", "fax_result_code": "0", "fax_document_transferred_pages": "3",
    }  # fmt: skip
    for cause in ("NORMAL_CLEARING", "SYSTEM_SHUTDOWN", "USER_BUSY", ""):
        found = outcome.of(cause, said)
        assert (found.word, found.pages, found.fault) == ("sent", 3, "")


def test_a_success_from_a_later_page_on_is_whole() -> None:
    said = {
        **SPOKEN, "fax_success": "1", "fax_document_transferred_pages": "2", "fax_start_page": "1",
    }  # fmt: skip
    assert outcome.of("NORMAL_CLEARING", said).word == "sent"


def test_a_success_whose_last_page_was_refused_is_none() -> None:
    said = {**SPOKEN, "fax_success": "1", "fax_document_transferred_pages": "2"}
    found = outcome.of("NORMAL_CLEARING", said)
    assert (found.word, found.pages, found.fault) == ("refused_page", 2, "fax")


def test_pages_that_were_confirmed_before_it_broke_are_counted() -> None:
    said = {**SPOKEN, **failure(49), "fax_document_transferred_pages": "2"}
    assert outcome.of("NORMAL_CLEARING", said).pages == 2


@pytest.mark.parametrize("text", ["-1", "", "x", "1" * 30, "²"])
def test_what_is_no_count_of_pages_is_none(text: str) -> None:
    said = {**SPOKEN, **failure(49), "fax_document_transferred_pages": text}
    assert outcome.of("NORMAL_CLEARING", said).pages == 0


def test_refused_t38_is_said_with_the_failure() -> None:
    said = {**SPOKEN, **failure(14), "fax_t38_status": "refused"}
    assert "refused T.38" in outcome.of("NORMAL_CLEARING", said).words


def test_which_causes_go_to_the_next_trunk_the_released_folder_says() -> None:
    assert outcome.of("NO_ROUTE_TRANSIT_NET", {}, frozenset()).fault == "unanswered"
    assert outcome.of("INTERWORKING", {}, frozenset({"INTERWORKING"})).fault == "trunk"


def test_no_cause_has_two_meanings() -> None:
    assert not TRUNK & CAUSES.keys()


def test_every_result_of_spandsp_has_words() -> None:
    assert set(RESULTS) == set(range(1, 62))
