"""Legs put together to calls, as people count them: who called whom, how long, how it ended, what it cost.

A leg that was answered is told by that; one that was not, by its hang-up cause (Q.850 and the switch's own,
switch_types.h).
"""

from collections.abc import Collection, Iterable

from dialform.billing.facts.fact import CONFERENCE, FAX, Fact
from dialform.values import dataclass, field, replace

DIRECTIONS = ("inbound", "outbound", "internal")

ANSWERED, FAX_SENT, FAX_FAILED = "answered", "fax", "fax failed"
FAILED = "failed"

DISPOSITIONS = {
    "NORMAL_CLEARING": "cancelled", "ORIGINATOR_CANCEL": "cancelled",
    "USER_BUSY": "busy",
    "NO_ANSWER": "no answer", "NO_USER_RESPONSE": "no answer", "ALLOTTED_TIMEOUT": "no answer",
    "PROGRESS_TIMEOUT": "no answer", "MEDIA_TIMEOUT": FAILED,
    "LOSE_RACE": "answered elsewhere", "PICKED_OFF": "answered elsewhere",
    "CALL_REJECTED": "rejected", "BEARERCAPABILITY_NOTAUTH": "rejected", "SERVICE_UNAVAILABLE": "rejected",
    "OUTGOING_CALL_BARRED": "refused", "INCOMING_CALL_BARRED": "refused",
    "UNALLOCATED_NUMBER": "no such number", "NO_ROUTE_DESTINATION": "no such number",
    "INVALID_NUMBER_FORMAT": "no such number", "NUMBER_CHANGED": "no such number",
    "USER_NOT_REGISTERED": "unreachable", "SUBSCRIBER_ABSENT": "unreachable",
    "DESTINATION_OUT_OF_ORDER": "unreachable", "GATEWAY_DOWN": "unreachable",
    "NORMAL_CIRCUIT_CONGESTION": "congestion", "SWITCH_CONGESTION": "congestion",
    "REQUESTED_CHAN_UNAVAIL": "congestion",
    "ATTENDED_TRANSFER": "transferred", "BLIND_TRANSFER": "transferred",
}  # fmt: skip
"""How a leg that nobody answered ended, by its cause. Any other cause is a failure."""


@dataclass(frozen=True, slots=True)
class Leg:
    """A leg and what it cost, in micro-units; `status` is that of its charge, `extension` whoever of the
    tenant made it cost."""

    fact: Fact
    amount: int = 0
    status: str = ""
    extension: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """A call. Times are microseconds; `answered` is 0 where nobody did. `seconds` were talked, rounded up."""

    id: str
    started: int
    answered: int
    direction: str
    caller: str
    number: str
    seconds: int
    disposition: str
    amount: int
    unrated: bool
    legs: tuple[Leg, ...] = field(compare=False)


def calls(legs: Iterable[Leg]) -> list[Call]:
    """The calls that legs are of, by their beginning."""
    found: dict[str, list[Leg]] = {}
    for leg in legs:
        found.setdefault(leg.fact.call or leg.fact.uuid, []).append(leg)
    made = [_call(id_, each) for id_, each in found.items()]
    return sorted(made, key=lambda one: (one.started, one.id))


def share(call: Call, extensions: Collection[str]) -> Call | None:
    """A call as it concerns the user of some extensions: their legs' cost alone.

    None where they neither made, forwarded nor were rung by it.
    """
    costs = [leg for leg in call.legs if leg.extension in extensions]
    rung = any(
        leg.fact.direction == "internal" and leg.fact.number in extensions for leg in call.legs
    )
    if not costs and not rung:
        return None
    return replace(call, amount=sum(leg.amount for leg in costs), legs=tuple(costs) or call.legs)


def caller(fact: Fact) -> str:
    """Who called on a leg. A phone may call itself what it likes; its extension is what the switch knows
    it by. Of a leg that somebody else is rung on, it is who is told to be calling. A fax is sent by its
    account: there the switch takes its own dial string for who calls."""
    sent = fact.direction == "internal" or (fact.direction == "outbound" and fact.kind == FAX)
    own = sent and fact.call in ("", fact.uuid)
    return (own and fact.extension) or fact.peer


def disposition(fact: Fact) -> str:
    """How a leg ended, in a word or two."""
    if fact.kind == FAX and fact.fax_ok:
        return FAX_SENT
    if fact.answered:
        return FAX_FAILED if fact.kind == FAX else ANSWERED
    return DISPOSITIONS.get(fact.cause, FAILED)


def seconds(fact: Fact) -> int:
    """How long a leg was up after its answer; one second that began counts."""
    return -((fact.answered - fact.ended) // 1_000_000) if fact.answered else 0


def _call(id_: str, legs: list[Leg]) -> Call:
    """A call is told by its first leg, that of who called; one to the outside by the leg that got there."""
    order = sorted(legs, key=lambda leg: (leg.fact.uuid != id_, leg.fact.started, leg.fact.uuid))
    whole = [leg.fact for leg in order if leg.fact.kind != CONFERENCE] or [order[0].fact]
    first = whole[0]
    told = _reached(whole) if first.direction == "internal" else first
    faxes = [one for one in whole if one.kind == FAX]
    return Call(
        id_,
        min(leg.fact.started for leg in order),
        told.answered,
        told.direction,
        caller(first),
        told.number,
        seconds(told),
        disposition(faxes[0] if faxes else told),
        sum(leg.amount for leg in order),
        any(leg.status == "unrated" for leg in order),
        tuple(sorted(legs, key=lambda leg: (leg.fact.started, leg.fact.uuid, leg.fact.kind))),
    )


def _reached(whole: list[Fact]) -> Fact:
    """Of a call that an own phone made: the leg to the outside that was answered, else the last one tried."""
    out = [one for one in whole if one.direction == "outbound"]
    answered = [one for one in out if one.answered]
    return answered[0] if answered else out[-1] if out else whole[0]
