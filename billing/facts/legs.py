"""From a leg's record, or from the event of its end, to the facts that are booked."""

from collections.abc import Iterator, Mapping
from typing import Any

from dialform.billing.facts.errors import FactError
from dialform.billing.facts.fact import CALL, CONFERENCE, FAX, Fact
from dialform.billing.facts.said import Said, of_event, of_record
from dialform.billing.facts.visits import MOST, visits
from dialform.values import replace

_SECOND = 1_000_000
_DAY = 86_400 * _SECOND
LONGEST = 30 * _DAY
"""Microseconds of the longest call that is believed."""
_FIRST, _LAST = 946_684_800 * _SECOND, 4_102_444_800 * _SECOND
"""The years 2000 and 2100: no switch's clock is further off and goes unnoticed."""
_PAGES = 100_000
_DIRECTIONS = {"outbound": "dialform_to", "inbound": "dialform_did"}
"""The ways of a trunk's leg, and where the number stands that is priced."""


def facts_of(record: Mapping[str, Any], host: str, *, now: int = 0) -> list[Fact]:
    """The facts of a record that `read` gave; none where the leg is no tenant's.

    `now`, microseconds since 1970, refuses what is to happen in more than a day. Raises FactError.
    """
    return _facts(of_record(record), host, now)


def facts_of_event(headers: Mapping[str, Any], host: str, *, now: int = 0) -> list[Fact]:
    """The facts of a leg by its CHANNEL_HANGUP_COMPLETE: those of its record, by key and digest.

    Raises FactError, for any other event too.
    """
    return _facts(of_event(headers), host, now)


def _facts(said: Said, host: str, now: int) -> list[Fact]:
    tenant, trunk = said.text("dialform_tenant"), said.text("dialform_trunk")
    if not tenant:
        if trunk and not said.text("dialform_probe"):
            raise FactError(f"It is a leg of trunk {trunk} and of no tenant.")
        return []
    whole = _leg(said, host, now)
    found = [] if _inner(said, trunk) else [_main(said, whole)]
    return [*found, *_stay(said, whole)]


def _inner(said: Said, trunk: str) -> bool:
    """Whether it is one of the two ends that the switch has of a number it calls within itself.

    mod_loopback.c says so. A channel's name says nothing: a phone chooses its own by X-FS-Channel-Name
    (sofia.c).
    """
    return not trunk and bool(said.text("loopback_leg"))


def _leg(said: Said, host: str, now: int) -> Fact:
    """The leg as a call."""
    started, answered, ended = _times(said, now)
    trunk = said.text("dialform_trunk")
    direction = said.text("dialform_direction") if trunk else "internal"
    # What a trunk's leg is billed by was stamped when it began; the plain marks are those of whatever the
    # leg did since, such as to be transferred.
    mark = "dialform_bill_" if trunk else "dialform_"
    return Fact(
        uuid=said.uuid,
        kind=CALL,
        host=host,
        tenant=said.text("dialform_tenant"),
        started=started,
        answered=answered,
        ended=ended,
        direction=direction,
        trunk=trunk,
        route=said.text(mark + "route"),
        plan=said.text("dialform_bill_plan") if trunk else "",
        emergency=said.text(mark + "urgent") == "true" if trunk else False,
        number=_number(said, direction, trunk),
        peer=said.peer,
        extension=said.text(mark + "extension"),
        object=said.text(mark + "object"),
        forwarder=said.text(mark + "forwarder"),
        revision=said.text("dialform_revision"),
        call=said.text("dialform_call") or said.uuid,
        core=said.core,
        cause=said.text("hangup_cause"),
    )


def _number(said: Said, direction: str, trunk: str) -> str:
    if not trunk:
        return said.text("dialform_dialled") or said.text("dialform_self")
    if direction not in _DIRECTIONS:
        raise FactError(f"It is a leg of trunk {trunk} without a direction.")
    number = said.text(_DIRECTIONS[direction])
    if not number:
        raise FactError(f"It is a leg of trunk {trunk} without a number.")
    return number


def _times(said: Said, now: int) -> tuple[int, int, int]:
    """When it started, was answered (0: never) and ended."""
    started, answered, ended = (
        said.number(f"{name}_uepoch", _LAST) for name in ("start", "answer", "end")
    )
    if min(started, ended) < _FIRST or 0 < answered < _FIRST:
        raise FactError("It has no times.")
    if ended < max(started, answered):
        raise FactError("It ended before it began.")
    if ended - (answered or started) > LONGEST:
        raise FactError("It lasted longer than 30 days.")
    if now and ended > now + _DAY:
        raise FactError("It ended in the future.")
    return started, answered, ended


def _main(said: Said, whole: Fact) -> Fact:
    """The leg as a fax where the dialplan had it be one (`dialform_fax`), or spandsp says how one went on
    this very channel; else as a call.

    spandsp sets its variables itself, as pages come and at the end of a fax, and no header of SIP has their
    names (mod_spandsp_fax.c, phase_d_handler, phase_e_handler; sofia.c writes `sip_…` only). Where it says
    nothing (nobody answered, somebody hung up at once), there were no pages, and no minutes either.
    """
    success, pages = said.text("fax_success"), said.text("fax_document_transferred_pages")
    if not success and not pages and not said.text("dialform_fax"):
        return whole
    return replace(
        whole,
        kind=FAX,
        pages=said.number("fax_document_transferred_pages", _PAGES),
        total_pages=_total(said),
        fax_ok=success == "1",
    )


def _total(said: Said) -> int:
    """The pages of the document; of one that was not opened yet spandsp says -1 (t4_tx.c)."""
    name = "fax_document_total_pages"
    return 0 if said.text(name) == "-1" else said.number(name, _PAGES)


def _stay(said: Said, whole: Fact) -> Iterator[Fact]:
    """The time in conferences, as one fact: from the first coming to the last going."""
    found = visits(said.text("dialform_rooms", MOST), whole.ended)
    if found and not said.text("conference_member_id"):
        del found[-1]  # nobody let it in: the room was full, or locked
    stayed = sum(visit.left - visit.came for visit in found)
    if stayed > LONGEST:
        raise FactError("It was in a conference for longer than 30 days.")
    if stayed:
        yield replace(
            whole,
            kind=CONFERENCE,
            answered=found[0].came,
            ended=found[-1].left,
            number=found[0].room,
            # The route's plan is for what the route carries.
            route="",
            plan="",
            seconds=-(-stayed // _SECOND),
        )
