"""What became of a call, in the words that the real switch and the simulator share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import PurePosixPath
from typing import Any

Cdr = Mapping[str, Any]

# Applications that are places where a call stays: the kind, and the word of the data that names it.
PLACES = {
    "ivr": ("ivr", -1),
    "callcenter": ("queue", 0),
    "conference": ("conference", 0),
    "valet_park": ("parking", -1),
    "directory": ("directory", 1),
}
# As a recording's file is named for its second.
DATED = re.compile(r"\d{4}-\d\d-\d\d[_-]\d\d-\d\d-\d\d")
# Said every so many seconds, and whoever answers may be a moment earlier or later.
CLOCKWORK = (
    "execute_extension place XML queue.place",
    "set dialform_waiting=",
    "unset dialform_waiting",
    "phrase queue_place,",
)
ENDS = {"queue", "conference", "parking", "fax", "voicemail"}
"""Where a call can end that nobody answers."""
MARKS = ("tenant", "direction", "trunk", "route", "object", "extension", "forwarder", "refused")
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MOMENT = 0.15
"""Seconds that a refusal takes: every leg of a group has been sent by then."""
# Seconds or microseconds since 1970: of this decade and the next, and of no number with a plus.
INSTANT = re.compile(r"(?<![+\d])1[789]\d{8}(?:\d{6})?(?!\d)")


@dataclass(frozen=True)
class FarEnd:
    """A phone or trunk that an INVITE was sent to."""

    kind: str
    to: str
    number: str
    caller_number: str
    caller_name: str
    rang: bool
    outcome: str


NOBODY = FarEnd("", "", "", "", "", False, "")


@dataclass(frozen=True)
class Record:
    """What a CDR must say to be billed right."""

    channel: str
    marks: tuple[tuple[str, str], ...]
    answered: bool
    cause: str


@dataclass(frozen=True)
class Outcome:
    """All that is compared."""

    sip: int
    cause: str
    answered: bool
    refused: str
    legs: tuple[tuple[FarEnd, ...], ...]
    """In turn; what rang side by side stands together, by name."""
    places: tuple[tuple[str, str], ...]
    end: tuple[str, str]
    ran: tuple[str, ...]
    """The applications that the caller's own leg ran, with their data."""
    records: tuple[Record, ...]


@dataclass(frozen=True)
class Span:
    """A far end with the time that it was tried, in seconds."""

    at: float
    until: float
    far: FarEnd
    stage: int | None = None
    """What one bridge tried side by side, where that is known."""


def in_turn(spans: Iterable[Span]) -> tuple[tuple[FarEnd, ...], ...]:
    """What overlaps is one group, in an order that does not depend on who was faster."""
    groups: list[list[FarEnd]] = []
    before, end = Span(0, 0, NOBODY), float("-inf")
    for span in sorted(spans, key=lambda span: span.at):
        beside = span.stage is not None and span.stage == before.stage
        if span.at >= end + (MOMENT if beside else 0):
            groups.append([])
        groups[-1].append(span.far)
        before, end = span, max(end, span.until)
    return tuple(tuple(sorted(group, key=repr)) for group in groups)


def record(cdr: Cdr) -> Record:
    """One leg's record; of the channel's name what kind it is."""
    said = cdr["variables"]
    marks = tuple(
        (mark, said[f"dialform_{mark}"]) for mark in MARKS if said.get(f"dialform_{mark}")
    )
    return Record(
        channel(said), marks, int(said.get("answer_uepoch", "0")) > 0, said.get("hangup_cause", "")
    )


def channel(said: Mapping[str, str]) -> str:
    """`inbound sofia/internal`, `outbound loopback-b`: the channel without what is chance in it."""
    name = said.get("channel_name", "")
    kind = "/".join(name.split("/")[:2])
    if name.startswith("loopback/"):
        kind = f"loopback{name[-2:]}"
    return f"{said.get('direction', '')} {kind}"


def records(cdrs: Iterable[Cdr]) -> tuple[Record, ...]:
    return tuple(sorted((record(cdr) for cdr in cdrs), key=repr))


def ran(cdr: Cdr, conf: str) -> tuple[str, ...]:
    """What the leg's application log says, without ids, moments and folders."""
    log = (cdr.get("app_log") or {}).get("applications") or []
    lines = (steady(f"{one['app_name']} {one.get('app_data') or ''}".rstrip(), conf) for one in log)
    return tuple(line for line in lines if not line.startswith(CLOCKWORK))


def steady(text: str, conf: str) -> str:
    text = UUID.sub("<uuid>", text.replace(conf, "<conf>"))
    return DATED.sub("<moment>", INSTANT.sub("<moment>", text))


def places(log: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Where the call stayed, from the applications that it ran."""
    found = []
    for line in log:
        name, _, data = line.partition(" ")
        words = data.split()
        if name == "voicemail" and words:
            at_box = words[0] == "check"
            rest = words[2:] if at_box else words[1:]
            box = "@".join(reversed(rest[:2]))
            found.append(("voicemail check" if at_box else "voicemail", box))
        elif name == "rxfax" and words:
            found.append(("fax", PurePosixPath(words[-1]).parent.name))
        elif name in PLACES and words:
            kind, place = PLACES[name]
            found.append((kind, words[place].partition("@")[0].partition("+")[0]))
    return tuple(found)


def ended(
    refused: str,
    spans: Sequence[Span],
    log: tuple[str, ...],
) -> tuple[str, str]:
    """Where the call ended: with whom, in which place, or refused for what reason."""
    if refused:
        return "refused", refused
    stayed = [place for place in places(log) if place[0] in ENDS]
    taken = [span for span in spans if span.far.outcome == "ANSWERED"]
    # Whoever is paged answers in a room, where the caller is already.
    if taken and not (stayed and stayed[-1][0] == "conference"):
        last = max(sorted(taken, key=lambda span: span.at), key=lambda span: round(span.until, 1))
        return "answered", last.far.to
    return stayed[-1] if stayed else ("hangup", "")


def differences(real: Outcome, simulated: Outcome) -> list[str]:
    """What differs, a line each; empty where nothing does."""
    found = []
    for field in fields(Outcome):
        truth, told = getattr(real, field.name), getattr(simulated, field.name)
        if truth == told:
            continue
        if not isinstance(truth, tuple) or field.name == "end":
            found.append(f"{field.name}: real {truth!r}, simulated {told!r}")
            continue
        found.append(f"{field.name}:")
        found += _unlike([repr(one) for one in truth], [repr(one) for one in told])
    return found


def _unlike(truth: list[str], told: list[str]) -> list[str]:
    import difflib

    return [
        f"    {line}"
        for line in difflib.unified_diff(truth, told, "real", "simulated", lineterm="", n=1)
        if not line.startswith("@@")
    ]
