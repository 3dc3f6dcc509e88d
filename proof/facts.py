"""A story as plain data, for JSON."""

from typing import Any

from dialform.proof.price import LegPrice
from dialform.proof.reached import rang
from dialform.proof.story import DETAIL, Line, Story
from dialform.simulator.journey import Leg


def facts(story: Story, *, verbose: bool = False) -> dict[str, Any]:
    """The call, its steps, legs and end. With `verbose` every step of the switch."""
    made, journey = story.made, story.made.journey
    trunk = made.reached.trunk
    return {
        "call": {
            "tenant": made.call.tenant,
            "from": made.call.caller,
            "to": made.call.to,
            "at": made.call.at.isoformat(),
            "press": made.call.press,
        },
        "host": made.host,
        "compiled": str(made.ground.conf),
        "steps": [_step(line) for line in story.lines if verbose or line.weight != DETAIL],
        "legs": [
            _leg(leg, made.reached.member(leg), price)
            for leg, price in zip(journey.legs, story.prices, strict=True)
        ],
        "visits": [
            {"kind": visit.kind, "name": visit.name, "at": round(visit.at, 3)}
            for visit in journey.visits
        ],
        "outside": {
            "trunk": trunk.to if trunk else None,
            "caller_id": made.reached.shown(trunk) if trunk else None,
            "route": story.route or None,
            "toll": story.toll or None,
            "toll_allowed": story.allowed or None,
            "price": story.price.data if story.price else None,
        },
        "inbound": {"price": story.inbound.data if story.inbound else None},
        "refused": journey.refused or None,
        "answered_by": made.reached.answered_by,
        "end": {"kind": journey.end.kind, "name": journey.end.name, "cause": journey.cause,
                "sip": journey.sip},
        "seconds": round(journey.duration, 3),
    }  # fmt: skip


def _step(line: Line) -> dict[str, Any]:
    compiled = {"file": line.file, "line": line.line} if line.file else None
    place = line.place
    written = {"file": place.file, "line": place.line, "column": place.column} if place else None
    return {
        "at": round(line.at, 3), "depth": line.level, "kind": line.kind, "text": line.text,
        "compiled": compiled, "yaml": written,
    }  # fmt: skip


def _leg(leg: Leg, member: str, price: LegPrice | None) -> dict[str, Any]:
    return {
        "kind": leg.kind, "to": leg.to, "number": member, "rang": rang(leg),
        "outcome": leg.outcome, "at": round(leg.at, 3), "until": round(leg.until, 3),
        "caller_number": leg.caller_number, "caller_name": leg.caller_name, "object": leg.object,
        "price": price.data if price else None,
    }  # fmt: skip
