"""What the switch told of a fax that came in: out of the leg's record, or the event of the fax's end.

Both have the channel's variables: spandsp sets `fax_…` at the end of each page and of the fax
(mod_spandsp_fax.c, phase_d_handler and phase_e_handler), the dialplan `dialform_…`, and nothing of SIP has
these names. The station id and the caller are what strangers sent.
"""

from collections.abc import Mapping
from typing import Any

from dialform.billing.facts.said import Said, of_record
from dialform.values import dataclass

RESULT = "spandsp::rxfaxresult"
"""The event of a received fax's end (mod_spandsp.h)."""

COMPLETE = "complete"
"""The result of a fax that came whole."""
UNTOLD = "the switch ended in it, or its record is lost"
"""The result of a fax of which there is nothing but its pages."""
LOST = (
    "its pages could not be written: the disk was full, or the switch may not write to its folder"
)
"""The result of a fax that the switch confirmed, and of which no file is there."""

_STATION, _TEXT, _CALLER = 20, 100, 64
_LAST = 4_102_444_800 * 1_000_000
_PAGES = 100_000
_OK_TEXT = "OK"
"""What spandsp calls a fax without a fault (t30_completion_code_to_str)."""


@dataclass(frozen=True, slots=True)
class Told:
    """A fax as the switch tells it. `at` is when it was answered, in microseconds since 1970; 0: not said.

    `account` is empty where the leg was for no fax account.
    """

    uuid: str
    tenant: str
    account: str
    at: int = 0
    caller: str = ""
    did: str = ""
    station_id: str = ""
    pages: int = 0
    ok: bool = False
    result: str = UNTOLD
    seconds: int = 0


def of_leg(record: Mapping[str, Any]) -> Told:
    """By the record that mod_json_cdr wrote, as `billing.facts.record.read` gives it. Raises FactError."""
    said = of_record(record)
    began = said.number("answer_uepoch", _LAST) or said.number("start_uepoch", _LAST)
    return _told(said, began, said.number("end_uepoch", _LAST))


def of_event(headers: Mapping[str, Any]) -> Told:
    """By the event `spandsp::rxfaxresult`, which has all variables but those of the leg's end.

    Raises FactError.
    """
    caller = shown(headers.get("Caller-Caller-ID-Number"), _CALLER)
    uuid, core = str(headers.get("Unique-ID", "")), str(headers.get("Core-UUID", ""))
    said = Said(uuid, core, caller, headers, "variable_")
    answered = Said(uuid, core, caller, headers).number("Caller-Channel-Answered-Time", _LAST)
    ended = Said(uuid, core, caller, headers).number("Event-Date-Timestamp", _LAST)
    return _told(said, answered or ended, ended)


def _told(said: Said, began: int, ended: int) -> Told:
    raw = said.variables.get
    ok = said.text("fax_success") == "1"
    text = shown(raw(f"{said.prefix}fax_result_text"), _TEXT)
    return Told(
        uuid=said.uuid,
        tenant=said.text("dialform_tenant"),
        account=said.text("dialform_fax"),
        at=began,
        caller=said.peer,
        did=said.text("dialform_did"),
        station_id=shown(raw(f"{said.prefix}fax_remote_station_id"), _STATION),
        pages=said.number("fax_document_transferred_pages", _PAGES),
        ok=ok,
        result=COMPLETE if ok else _trouble(text),
        seconds=max(0, ended - began) // 1_000_000,
    )


def _trouble(text: str) -> str:
    if not text or text == _OK_TEXT:
        return "the caller hung up before a fax began"
    return text[0].lower() + text[1:] if text[1:2].islower() else text


def shown(value: object, most: int) -> str:
    """Text that strangers sent: what can be shown of it on one line, and not too much."""
    text = value if isinstance(value, str) else ""
    return "".join(sign if sign.isprintable() else " " for sign in text[: 4 * most]).strip()[:most]
