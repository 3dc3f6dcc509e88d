"""What became of an attempt, by the cause of its end and what spandsp says of the fax.

Variables are those of the leg, as its record and its CHANNEL_HANGUP_COMPLETE have them
(mod_spandsp_fax.c, phase_b_handler to phase_e_handler). A page counts when the other machine
confirmed it: spandsp counts it with the MCF or RTP that follows it, and not where RTN refuses it
(t30.c, process_state_…, tx_end_page).
"""

from collections.abc import Collection, Mapping
from typing import Literal

from dialform.fax.sending import causes, results
from dialform.values import dataclass

Fault = Literal["", "busy", "unanswered", "trunk", "fax", "no_fax", "unable", "coarse", "held", "lost",
                "ours", "final"]  # fmt: skip
"""What an outcome does to a job (`after`): `` sent · busy, unanswered: later, the same way · trunk:
the next trunk, or later · fax: a rung down · no_fax: once more · unable: the machine cannot just
now · coarse: in standard resolution · held: our own limits, no attempt at all · lost: nobody knows
how it would have gone on · ours: what we gave the switch was wrong · final: never again.
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`word` is kept with the attempt, `words` is a sentence for people; `pages` were confirmed."""

    word: str
    words: str
    pages: int
    fault: Fault


def of(
    hangup_cause: str, variables: Mapping[str, str], failures: Collection[str] = causes.TRUNK
) -> Outcome:
    """By the hangup cause of the leg, and its variables without `variable_`.

    `failures` are the causes upon which the next trunk is tried, of a call that nobody answered.
    """
    pages = _number(variables, "fax_document_transferred_pages")
    success, code = variables.get("fax_success", ""), variables.get("fax_result_code", "")
    if success == "1":
        return _success(pages, variables)
    if hangup_cause in causes.DOWN:
        return lost(pages)
    if code:
        return _failure(int(code) if code.isdecimal() else -1, pages, variables)
    if not _answered(variables):
        return _unanswered(hangup_cause, failures)
    if (said := variables.get("current_application_response", "")).startswith("Cannot send"):
        return Outcome("file", f"The switch could not read the document ({said}).", pages, "ours")
    if began(variables):
        return Outcome("broken", "The call ended in the middle of the fax.", pages, "fax")
    return Outcome("no_fax", "Somebody answered, and no fax machine was heard.", pages, "no_fax")


def lost(pages: int) -> Outcome:
    """The switch died or was stopped in the middle of it."""
    return Outcome("lost", "The switch was restarted in the middle of it.", pages, "lost")


def began(variables: Mapping[str, str]) -> bool:
    """Whether a fax machine was there: it said its name, it asked for T.38 and got it, or the document
    was opened to be sent.

    That happens once its DIS is there (t30.c, process_rx_dis_dtc). The rate says nothing: at the end
    spandsp writes it in any case (phase_e_handler). Where T.38 was agreed upon and nothing came by
    it, a rung further down may get through.
    """
    opened = ("fax_document_total_pages", "fax_document_transferred_pages")
    named = variables.get("fax_remote_station_id")
    agreed = variables.get("fax_t38_status") == "negotiated"
    return bool(named) or agreed or any(_number(variables, name) for name in opened)


def _success(pages: int, variables: Mapping[str, str]) -> Outcome:
    """A fax whose last page is answered by RTN ends well for spandsp, without that page: t30.c,
    process_state_iii_q_…, EOP. It counts what was confirmed; whoever knows the document sees the
    rest.
    """
    total = _number(variables, "fax_document_total_pages")
    start = _number(variables, "fax_start_page")
    if total and start + pages < total:
        return Outcome(
            "refused_page", "The other machine could not read the last page.", pages, "fax"
        )
    return Outcome("sent", "", pages, "")


def _failure(code: int, pages: int, variables: Mapping[str, str]) -> Outcome:
    """Spandsp gave up, and says why."""
    found = results.RESULTS.get(code, results.UNKNOWN)
    if found.fault == "no_fax" and began(variables):
        found = results.BROKEN if code == results.DROPPED else results.SILENT
    said = variables.get("fax_result_text", "")
    words = found.words if found is not results.UNKNOWN or not said else f"The fax failed: {said}."
    if found.fault == "fax" and variables.get("fax_t38_status") == "refused":
        words += " The other side refused T.38."
    return Outcome(found.word, words, pages, found.fault)


def _unanswered(cause: str, failures: Collection[str]) -> Outcome:
    if known := causes.CAUSES.get(cause):
        return Outcome(known.word, known.words, 0, known.fault)
    if cause in failures:
        return Outcome("trunk", f"The call did not get through ({cause}).", 0, "trunk")
    return Outcome("failed", f"The call failed ({cause or 'no cause given'}).", 0, "unanswered")


def _answered(variables: Mapping[str, str]) -> bool:
    return any(_number(variables, name) for name in ("answer_uepoch", "answer_epoch"))


def _number(variables: Mapping[str, str], name: str) -> int:
    """A count; what is none, such as the -1 of a document that was never opened, is 0."""
    text = variables.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else 0
