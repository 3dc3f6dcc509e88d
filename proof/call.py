"""A call and what is given, as the simulator takes them: who dials what when, and the world around it."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Protocol

from dialform.proof.ground import Ground
from dialform.proof.numbers import Numbers
from dialform.simulator.scene import Dial, Gateway, Phone, Scene
from dialform.values import dataclass, replace

SOON = 3.0
"""Seconds until somebody answers of whom nothing else is said."""
ACCEPT = "11"
"""What an outside number presses that takes a call: a follow-me may ask for it, at each of two legs."""
_LONGEST_INTERNAL = 6

ANONYMOUS = "anonymous"


class Given(Protocol):
    """What holds while the call is made, as `schema.calltest.Given` has it."""

    busy: list[str]
    no_answer: list[str]
    unregistered: list[str]
    do_not_disturb: list[str]
    forward: dict[str, str]
    gateway_down: list[str]
    answers: dict[str, int]
    logged_out: list[str]
    calls: dict[str, int]
    limit: bool
    credit: bool
    fax: bool


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a tenant, to be simulated."""

    tenant: str
    caller: str
    to: str
    at: datetime
    press: str = ""
    given: Given | None = None
    answered_by: str = ""


def is_internal(number: str) -> bool:
    """Whether a number is as short as those inside a tenant."""
    return number.isdigit() and len(number) <= _LONGEST_INTERNAL


def dial(call: Call, ground: Ground, e164: Callable[[str], str]) -> Dial:
    """Who dials what. Keys after a comma are for the next thing that asks for some."""
    inside = is_internal(call.caller)
    caller = ground.address(call.caller) if inside else e164(call.caller)
    press = tuple(part.strip() for part in call.press.split(",")) if call.press else ()
    return Dial(caller, call.to, press, tone=call.given is not None and call.given.fax)


def scene(call: Call, ground: Ground, numbers: Numbers) -> Scene:
    """The world around a call. Nobody answers who is not said to, but for emergency numbers."""
    phones: dict[str, Phone] = {}
    outside = dict.fromkeys(numbers.emergency, Phone(answer_after=SOON))

    def put(number: str, how: Callable[[Phone], Phone]) -> None:
        inside = is_internal(number) and number not in numbers.emergency
        key = ground.address(number) if inside else numbers.e164(number)
        where = phones if inside else outside
        where[key] = how(where.get(key, Phone()))

    given = call.given
    made = Scene(at=call.at, beyond=Phone())
    if given is not None:
        for number, after in given.answers.items():
            put(number, lambda phone, after=after: _answers(phone, float(after)))  # type: ignore[misc]
        for number in given.no_answer:
            put(number, lambda phone: replace(phone, answer_after=None))
        for number in given.busy:
            put(number, lambda phone: replace(phone, cause="USER_BUSY"))
        for number in given.unregistered:
            put(number, lambda phone: replace(phone, registered=False))
        made = replace(
            made,
            gateways={name: Gateway(up=False) for name in given.gateway_down},
            db=_rows(given, ground.slug),
            agents=_agents(given.logged_out, ground),
            counts=_counts(given.calls, ground.slug),
        )
    answered_by = call.answered_by
    if answered_by and (given is None or answered_by not in given.answers):
        put(answered_by, lambda phone: _answers(phone, SOON))
    # An outside number may be asked to accept the call; to one that is not, a key means nothing.
    outside = {
        form: phone
        if phone.answer_after is None or number in numbers.emergency
        else replace(phone, press=ACCEPT)
        for number, phone in outside.items()
        for form in numbers.dialled_as(number)
    }
    return replace(made, phones=phones, outside=outside)


def _answers(phone: Phone, after: float) -> Phone:
    return replace(phone, answer_after=after)


def _rows(given: Given, slug: str) -> dict[str, Mapping[str, str]]:
    """What feature codes and the agent leave in the switch's database (templates/_features.xml.j2)."""
    rows: dict[str, Mapping[str, str]] = {}
    if given.forward:
        rows[f"{slug}-cfa"] = dict(given.forward)
    if given.do_not_disturb:
        rows[f"{slug}-dnd"] = dict.fromkeys(given.do_not_disturb, "on")
    if given.limit or given.credit:
        rows[f"{slug}-block"] = {"outbound": "limit" if given.limit else "credit"}
    return rows


def _agents(logged_out: Iterable[str], ground: Ground) -> frozenset[str] | None:
    gone = {f"{ground.slug}.{number}" for number in logged_out}
    return ground.agents - gone if gone else None


def _counts(calls: Mapping[str, int], slug: str) -> dict[tuple[str, str], int]:
    """Calls that are up, under the keys of both backends (renderers/freeswitch/caps.py)."""
    counts: dict[tuple[str, str], int] = {}
    for name, count in calls.items():
        kind, resource = ("tenant", slug) if not name else ("trunk", name)
        if name.isdigit():
            kind, resource = "extension", f"{slug}.{name}"
        counts[kind, resource] = count
        counts["dialform", f"dialform:{kind}:{resource}"] = count
    return counts
