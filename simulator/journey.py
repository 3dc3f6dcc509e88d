"""What became of a simulated call: its steps, the phones and trunks it tried, where it ended.

Pure values, in the order in which things happened. Times are seconds since the call began. A compiled
file is named relative to the configuration folder; an empty file means that no XML stands behind it.
"""

from collections.abc import Mapping
from typing import Any

from dialform.values import dataclass, field


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened."""

    at: float
    leg: str
    """The channel's name, `sofia/internal/1001@…`."""
    depth: int
    """How deep it stands in the tree: a leg's steps stand under the bridge that started it."""
    kind: str
    """enter, extension, application, inline, leg, rings, answered, failed, press, plays, fax_tone, transfer,
    refused, hangup or visit."""
    text: str
    """One line for people."""
    data: Mapping[str, str] = field(default_factory=dict)
    """The same in parts: `application` and `data`, `context` and `number`, `cause`, …"""
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Leg:
    """One far end that was tried."""

    kind: str
    """phone, trunk or agent (a phone that a queue asks)."""
    to: str
    """`1001@acme.example.com`, or the gateway's name."""
    number: str
    """What was dialled there."""
    caller_number: str
    """The caller as the far end is shown: where the trunk reads it, empty when withheld."""
    caller_name: str
    object: str
    """The object that the call is billed to (`dialform_object`), empty when none is."""
    at: float
    until: float
    rang: bool
    outcome: str
    """ANSWERED, or the hangup cause (LOSE_RACE: somebody else answered first)."""
    stage: int
    """Legs that were tried side by side by one bridge share it."""
    marks: Mapping[str, str] = field(default_factory=dict)
    """The leg's own variables `dialform_…`, as it was tried: what it is billed by."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A place on the switch where the call stayed."""

    kind: str
    """ivr, queue, voicemail, conference, fax, parking, page, playback, phrase or directory."""
    name: str
    """`acme.700`, `1999@acme.example.com`, a file."""
    at: float
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class End:
    """Where the call ended."""

    kind: str
    """answered, voicemail, conference, queue, fax, parking, refused or hangup."""
    name: str
    """Who answered (as in `Leg.to`), the box, the room, the queue, or the refusal."""
    cause: str
    """The hangup cause of the caller's own leg."""


@dataclass(frozen=True, slots=True)
class Journey:
    """The whole of one simulated call."""

    steps: tuple[Step, ...]
    legs: tuple[Leg, ...]
    visits: tuple[Visit, ...]
    end: End
    refused: str
    """The refusal's name, `toll` or `cap`; empty when the call was not refused."""
    cause: str
    """The hangup cause of the caller's own leg."""
    sip: int
    """The status that the caller's phone or carrier saw: 200, or that of the refusal."""
    answered: bool
    """Whether the caller's own leg was answered, by a person or by the switch."""
    duration: float
    variables: Mapping[str, str]
    """The channel variables of the caller's own leg at its end."""
    records: tuple[Mapping[str, Any], ...] = ()
    """The CDR of each leg, as mod_json_cdr writes them."""
