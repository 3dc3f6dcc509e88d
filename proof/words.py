"""Words for what happens in a call: tables from the switch's terms to an operator's."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dialform.proof.reached import Reached

CAUSES = {
    "ANSWERED": "answered", "USER_BUSY": "busy", "NO_ANSWER": "nobody answered",
    "ORIGINATOR_CANCEL": "the caller gave up", "LOSE_RACE": "somebody else took it",
    "USER_NOT_REGISTERED": "not registered", "SUBSCRIBER_ABSENT": "not registered",
    "CALL_REJECTED": "rejected", "ALLOTTED_TIMEOUT": "nobody answered",
    "PROGRESS_TIMEOUT": "no phone replied", "GATEWAY_DOWN": "the trunk is down",
    "NETWORK_OUT_OF_ORDER": "the trunk cannot be reached",
    "NORMAL_TEMPORARY_FAILURE": "the trunk failed", "SWITCH_CONGESTION": "the trunk is full",
    "PICKED_OFF": "taken from elsewhere", "NORMAL_CLEARING": "nobody answered",
    "OUTGOING_CALL_BARRED": "barred", "UNALLOCATED_NUMBER": "no such number",
}  # fmt: skip

ENDS = {
    "NORMAL_CLEARING": "hung up", "USER_BUSY": "busy", "NO_ANSWER": "nobody answered",
    "CALL_REJECTED": "rejected", "UNALLOCATED_NUMBER": "no such number",
    "ORIGINATOR_CANCEL": "the caller gave up", "NORMAL_CIRCUIT_CONGESTION": "congestion",
    "GATEWAY_DOWN": "every trunk is down", "INCOMING_CALL_BARRED": "calls from there are barred",
    "OUTGOING_CALL_BARRED": "barred", "USER_NOT_REGISTERED": "nobody is registered",
    "SERVICE_NOT_IMPLEMENTED": "that is not offered",
    "EXCHANGE_ROUTING_ERROR": "it goes round in a circle",
    "NORMAL_TEMPORARY_FAILURE": "the trunk failed", "SWITCH_CONGESTION": "every trunk is full",
}  # fmt: skip
"""What a hangup cause means for the caller."""

GAVE_UP = {
    "timeout": ("no_input", "no key is pressed"), "failure": ("invalid", "no key that it knows"),
}  # fmt: skip
"""How a menu ends that nothing was chosen in: what of the YAML says where to, and words for it."""

_REFUSALS = {
    "toll": "the caller may not make such calls", "no_route": "no route takes the number",
    "cap": "as many calls as are allowed are up already", "limit": "the limit is reached",
    "credit": "the credit is used up", "suspended": "the tenant is suspended",
    "blocked": "the caller is on the block list", "do_not_call": "the number is on the do-not-call list",
    "not_found": "nobody has the number", "not_allowed": "that is not allowed",
}  # fmt: skip

_OBJECTS = {
    "extensions": "extension", "ring_groups": "ring group", "ivr_menus": "menu",
    "call_queues": "queue", "conferences": "conference", "voicemails": "mailbox",
    "paging": "paging group",
}  # fmt: skip

_VISITS = {
    "ivr": ("menu", "ivr_menus", "listens to"), "queue": ("queue", "call_queues", "waits in"),
    "voicemail": ("mailbox", "voicemails", "leaves a message in"),
    "conference": ("conference", "conferences", "joins"), "fax": ("fax account", "", "comes to"),
    "parking": ("parking slot", "", "is parked in"), "page": ("paging group", "paging", "speaks to"),
    "directory": ("directory", "", "asks the"),
}  # fmt: skip


class Names:
    """What a tenant calls its objects."""

    def __init__(self, tenant: Mapping[str, Any]) -> None:
        self._tenant = tenant

    def of(self, table: str, number: str) -> str:
        """An object's name, empty where it has none."""
        entries = self._tenant.get(table)
        entry = entries.get(number) if isinstance(entries, dict) else None
        return str(entry.get("name") or "") if isinstance(entry, dict) else ""

    def phone(self, number: str) -> str:
        """An extension with its name; an outside number as it is."""
        name = self.of("extensions", number)
        return f"{number} {name}" if name else number

    def box(self, number: str) -> str:
        """A mailbox with its name, or its extension's."""
        name = self.of("voicemails", number) or self.of("extensions", number)
        return f"mailbox {number} {name}".strip()

    def dialled(self, number: str) -> str:
        """What a number inside the tenant is, with its name; empty where it is nothing."""
        for table, word in _OBJECTS.items():
            entries = self._tenant.get(table)
            if isinstance(entries, dict) and number in entries:
                return f"{word} {number} {self.of(table, number)}".strip()
        return ""


_NODES = (
    (r"did-([0-9]+)", "number +{0}"),
    (r"schedule-(.+)", "schedule {0}"),
    (r"follow-([0-9]+)", "follow-me of {0}"),
    (r"external-([0-9]+)-(?:extension|number)-(.+)", "outside number +{0}, for {1}"),
    (r"external-([0-9]+)-([a-z_]+)-(.+)", "outside number +{0}, for {1} {2}"),
    (r"fax-([0-9]+)", "fax account {0}"),
    (r"page-([0-9]+)", "paging group {0}"),
    (r"left-([0-9]{2,6})-NO_AGENT.*", "queue {0}: no agent is logged in"),
    (r"left-([0-9]{2,6})-.*", "queue {0}: waited long enough"),
    (r"play-.*", "a sound file"),
    (r"park-([0-9]+)", "parking {0}"),
)

_CODES = {
    "voicemail": "listens to voicemail", "forward all calls": "forwards all calls",
    "forward no calls": "forwards no calls any more", "do not disturb": "wants no calls",
    "disturb": "wants calls again", "pick up at an extension": "takes a ringing call",
    "pick up in a group": "takes a ringing call of the group", "directory": "directory by name",
    "agent logs in": "logs in to the queues", "agent logs out": "logs out of the queues",
    "conference of an extension": "a conference on demand", "intercom": "intercom",
    "emergency": "an emergency call", "forwarded": "forwards the call",
    "browsers only": "a call over WebSocket",
}  # fmt: skip
"""The dialplan's entries that say something by themselves, in a tenant's own context."""


def arrival(slug: str, context: str, number: str, extension: str, names: Names) -> str:
    """Where the call came to, in words; empty for a hop that says nothing to people."""
    if context == slug:
        if extension in _CODES:
            who = f" of {names.phone(number)}" if extension == "forwarded" else ""
            return _CODES[extension] + who
        return "" if extension in _PASSING else names.dialled(number)
    if context == f"{slug}.flow" and extension not in _PASSING:
        if number.startswith("voicemail-"):
            return names.box(number.removeprefix("voicemail-"))
        for pattern, text in _NODES:
            if found := re.fullmatch(pattern, number):
                return text.format(*found.groups())
        return ""
    if context == "outbound":
        if extension in ("no route", "fax without a fax route"):
            return ""
        return f"route {extension}"
    return ""


_PASSING = frozenset(("phone", "cap", "agent is busy", "tenant", "inbound"))
"""Entries that every call passes."""


def visit(kind: str, number: str, names: Names) -> str:
    """Where the call stays, in words."""
    word, table, verb = _VISITS.get(kind, (kind, "", "comes to"))
    if kind == "voicemail":
        return f"{verb} {names.box(number)}"
    name = names.of(table, number) if table else ""
    if kind == "directory":
        number = ""
    return " ".join(part for part in (verb, word, number, name) if part)


def ringing(outcome: str, seconds: float, did_ring: bool) -> str:
    """How a leg went: `nobody answered in 25 s`, `answered after 3 s`, `not registered`."""
    what = CAUSES.get(outcome, outcome.lower().replace("_", " "))
    if not did_ring or not seconds:
        return what
    if outcome == "ANSWERED":
        return what
    return (
        f"{what} in {duration(seconds)}"
        if what == "nobody answered"
        else f"{what} after {duration(seconds)}"
    )


def caller(name: str, number: str) -> str:
    """What the far end is shown: `, showing Carol Poe 1003`."""
    shown = " ".join(part for part in (name, "" if name.endswith(number) else number) if part)
    return f", showing {shown}" if shown else ""


def refusal(reason: str, toll: str, allowed: str) -> str:
    """Why a call was refused, in words."""
    if reason == "toll" and toll and allowed:
        return f"refused (toll): the call is {toll}, and only up to {allowed} is allowed"
    return f"refused ({reason}): {_REFUSALS.get(reason, reason)}"


def duration(seconds: float) -> str:
    """`25 s`, `2.5 s`, `2 min 5 s`."""
    if seconds >= 120:
        minutes, rest = divmod(round(seconds), 60)
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    return f"{seconds:.1f}".rstrip("0").rstrip(".") + " s"


def sound(name: str) -> str:
    """A sound as people know it: without its folders, streams and tones left out."""
    if "://" in name:
        return ""
    return name.rsplit("/", 1)[-1]


_STAYS = {
    "voicemail": "in {box}", "conference": "in conference {number}", "queue": "in queue {number}",
    "fax": "at fax account {number}", "parking": "in parking slot {number}",
}  # fmt: skip


def ending(reached: "Reached", names: Names | None = None) -> str:
    """Where a call ended, in words."""
    journey = reached.journey
    end = journey.end
    if journey.refused:
        return f"refused, {journey.refused} ({journey.cause}, SIP {journey.sip})"
    if reached.answered_by and end.kind == "answered":
        return f"answered by {reached.answered_by[-1]}"
    if end.kind in _STAYS:
        number = end.name.partition("@")[0].rpartition(".")[2]
        number = end.name.rpartition(" ")[2] if " " in end.name else number
        box = names.box(number) if names else f"mailbox {number}"
        return _STAYS[end.kind].format(number=number, box=box)
    sip = f", SIP {journey.sip}" if not journey.answered else ""
    return f"{ENDS.get(journey.cause, 'hung up')} ({journey.cause}{sip})"
