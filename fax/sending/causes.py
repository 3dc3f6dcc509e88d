"""Hangup causes of a call that nobody answered, in words, and what each does to the fax.

Which SIP answer becomes which cause stands in sofia_glue.c (sofia_glue_sip_cause_to_freeswitch); a
carrier may send any of ITU-T Q.850 in a Reason header. What is not here is a trunk's failure, or an
odd one.
"""

from typing import Literal

from dialform.renderers.freeswitch.trunks import TRUNK_FAILURES
from dialform.values import dataclass

TRUNK = frozenset(TRUNK_FAILURES)
"""Causes upon which the next trunk is tried."""

TENANT_FULL, TRUNK_FULL = "BOWOUT", "PICKED_OFF"
"""How a leg ends that is one too many for its tenant, and for its trunk: neither is a SIP answer,
nor one of Q.850, so nobody else ends a call so that was not answered (switch_types.h).
"""

DOWN = frozenset({"SYSTEM_SHUTDOWN", "CRASH"})
"""The switch itself went."""


@dataclass(frozen=True, slots=True)
class Cause:
    """What a cause means for a fax."""

    word: str
    words: str
    fault: Literal["busy", "unanswered", "held", "lost", "final"]


def _rows() -> dict[str, Cause]:
    table = (
        (Cause("busy", "The number is busy.", "busy"), "USER_BUSY BUSY_EVERYWHERE"),
        (
            Cause("no_answer", "Nobody answers.", "unanswered"),
            "NO_ANSWER NO_USER_RESPONSE ALLOTTED_TIMEOUT PROGRESS_TIMEOUT SUBSCRIBER_ABSENT"
            " ORIGINATOR_CANCEL",
        ),
        (
            Cause("no_such_number", "There is no such number.", "final"),
            "UNALLOCATED_NUMBER INVALID_NUMBER_FORMAT NO_ROUTE_DESTINATION NUMBER_CHANGED"
            " DOES_NOT_EXIST_ANYWHERE",
        ),
        (
            Cause("rejected", "The call was rejected.", "final"),
            "CALL_REJECTED DECLINE REJECT_ALL UNWANTED OUTGOING_CALL_BARRED INCOMING_CALL_BARRED"
            " FACILITY_REJECTED FACILITY_NOT_SUBSCRIBED BEARERCAPABILITY_NOTAUTH"
            " BEARERCAPABILITY_NOTAVAIL",
        ),
        (Cause("cap", "The tenant has all the calls that it may have at once.", "held"), TENANT_FULL),
        (Cause("trunk_full", "The trunk has all the calls that it may have at once.", "held"), TRUNK_FULL),
        (Cause("lost", "The switch was restarted in the middle of it.", "lost"), " ".join(DOWN)),
    )  # fmt: skip
    return {name: cause for cause, names in table for name in names.split()}


CAUSES = _rows()
"""By hangup cause."""
