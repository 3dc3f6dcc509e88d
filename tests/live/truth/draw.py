"""Scenarios, drawn."""

from __future__ import annotations

import dataclasses
from typing import Any

from hypothesis import strategies as st

from dialform.simulator.scene import Dial, Gateway, Phone, Scene

from .inventory import House, houses
from .scenario import PATIENCE, Scenario

# Seconds until an answer: with a member's delay of half a second or one second added, no two of
# them are the same moment, and all are before a phone has rung long enough.
SOON = (0.3, 0.1, 0.7)
BEYOND_SOON = 0.5
IMPATIENT = 1.2  # seconds until a caller gives up who hears it ring and ring
TALK = 0.7  # seconds after an answer
PRESSES = 2.2  # the same, for who presses a key first; two seconds later a loopback bows out

# Times are far from each other and from every timeout: which of two comes first is never a race.
ANSWERS = Phone(answer_after=SOON[0], hangup_after=TALK)
RINGS = Phone(hangup_after=TALK)
PHONES = (
    RINGS,
    Phone(registered=False),
    Phone(cause="USER_BUSY"),
    Phone(cause="CALL_REJECTED"),
    Phone(cause="NO_USER_RESPONSE"),
    Phone(cause="UNALLOCATED_NUMBER"),
    Phone(cause="NORMAL_TEMPORARY_FAILURE"),
)
"""How phones do not answer. Those that do come one at a time, each at a moment of its own."""
ANSWERED = Phone(answer_after=BEYOND_SOON, hangup_after=TALK)
BEYOND = (
    *(ANSWERED, RINGS),
    Phone(rings=False, answer_after=BEYOND_SOON, hangup_after=TALK),
    Phone(answer_after=BEYOND_SOON, hangup_after=PRESSES, press="1"),
    *(phone for phone in PHONES if phone.cause),
)
TRUNK_FAULTS = (
    Gateway(cause="NORMAL_TEMPORARY_FAILURE"),
    Gateway(cause="USER_BUSY"),
    Gateway(cause="NETWORK_OUT_OF_ORDER"),
    Gateway(cause="RECOVERY_ON_TIMER_EXPIRE"),
    Gateway(cause="CALL_REJECTED"),
)
DOWN = Gateway(up=False)
REGISTERS = "mycarrier"

CHECKS, GIVES_UP = "*98", 2.0
"""Nobody knows the PIN of a mailbox here, and nobody goes on guessing to the end."""

# What people dial, in whatever house.
OUTSIDE = (
    *("2125550177", "+12125550177", "12125550177", "5550177", "+16465550123", "4155550188"),
    *("011442079460000", "+442079460000", "00442079460000", "02079460000", "+493023125200"),
    *("03023125200", "0493023125200", "+19005550123", "19005550123", "+4990012345", "+33142685300"),
    *("911", "933", "112", "110", "999", "118", "311", "115", "116117", "411", "0"),
    *("+12125550111", "+12125550666", "+494066969666", "99999999999999999", "+1", "123", "7777"),
)
# Numbers that configuration leads to, and those that are dialled, as they stand beyond the trunks.
REACHED = (
    "+12125550177",
    "+12125550176",
    "+12125550178",
    "+442079460000",
    "+491713920045",
    "+19175550123",
)
CODES = ("*98", "*72", "*73", "*78", "*79", "*411", "*3", "*22", "*23", "*8", "*5", "*99")
FORWARDED_TO = ("+12125550177", "2125550177", "+442079460000", "911", "12")
CALLERS = (
    "+19175550100",
    "+442079460999",
    "+19005550123",
    "+4990012345",
    "9175550100",
    "anonymous",
)
NAMES = ("", "Zoë & Söhne <GmbH>", "Jane: 50%/x")
UNKNOWN = ("+17185559999", "+15005550100", "2125550177", "*98", "2001")


def batches(size: int) -> st.SearchStrategy[list[Scenario]]:
    """Calls for one run: each in a house of its own, all in the same world."""
    return st.composite(_batch)(size)


def _batch(draw: Any, size: int) -> list[Scenario]:
    world = draw(st.fixed_dictionaries({
        "beyond": st.sampled_from((ANSWERED, ANSWERED, *BEYOND)),
        "outside": st.dictionaries(st.sampled_from(REACHED), st.sampled_from(BEYOND), max_size=2),
        "gateways": st.one_of(st.just({}), st.just({}), gateways()),
    }))  # fmt: skip
    full, small = _by_size()
    slugs = [*draw(st.permutations(full))[: size - 1], draw(st.sampled_from(small))]
    return [draw(st.composite(_scenario)(houses()[slug], world)) for slug in slugs]


def _by_size() -> tuple[list[str], list[str]]:
    """Tenants that have more than phones, and the others: the first are worth more calls."""
    full = [slug for slug, house in sorted(houses().items()) if len(house.dialled) > 1]
    return full, sorted(houses().keys() - set(full))


def gateways() -> st.SearchStrategy[dict[str, Gateway]]:
    faults = st.dictionaries(
        st.sampled_from(["mycarrier", "backup", "third", "narrow"]),
        st.sampled_from(TRUNK_FAULTS),
        min_size=1,
        max_size=2,
    )
    return st.one_of(faults, faults.map(lambda some: {**some, REGISTERS: DOWN}))


def _scenario(draw: Any, house: House, world: dict[str, Any]) -> Scenario:
    inside = not house.numbers or draw(st.integers(0, 9)) < 6
    dial = draw(st.composite(_inside if inside else _outside)(house))
    some = {a: phone for a, phone in draw(st.composite(_phones)(house)).items() if a != dial.caller}
    if inside:
        # Whoever calls is at the phone.
        some[dial.caller] = RINGS
    scene = Scene(
        phones=some,
        phone=draw(st.sampled_from((RINGS, Phone(registered=False), Phone(cause="USER_BUSY")))),
        db=draw(st.composite(_rows)(house)),
        agents=draw(st.one_of(st.none(), st.sets(st.sampled_from(house.agents)).map(frozenset)))
        if house.agents
        else None,
        counts=draw(st.composite(_full)(house)),
        **world,
    )
    if not _decided(scene) and not draw(st.integers(0, 2)):
        dial = dataclasses.replace(dial, patience=IMPATIENT)
    if dial.to == CHECKS:
        dial = dataclasses.replace(dial, patience=GIVES_UP)
    return Scenario(house.slug, scene, dial)


def _decided(scene: Scene) -> bool:
    """Whether anybody answers or refuses: which of that and a short patience is first may be a race."""
    phones = (scene.phone, scene.beyond, *scene.phones.values(), *scene.outside.values())
    busy = any(phone.cause or phone.answer_after is not None for phone in phones)
    return busy or bool(scene.gateways)


def _phones(draw: Any, house: House) -> dict[str, Phone]:
    """Some phones that answer, some that do not; all others are as the scene's `phone`."""
    address = st.sampled_from(house.extensions).map(house.phone)
    answer = draw(st.lists(address, max_size=len(SOON), unique=True))
    some = {a: draw(st.composite(_answering)(soon)) for a, soon in zip(answer, SOON, strict=False)}
    return draw(st.dictionaries(address, st.sampled_from(PHONES), max_size=4)) | some


def _answering(draw: Any, soon: float) -> Phone:
    press = draw(st.sampled_from(("", "", "1")))
    return Phone(
        rings=draw(st.integers(0, 3)) > 0,
        answer_after=soon,
        hangup_after=PRESSES if press else TALK,
        press=press,
    )


def _inside(draw: Any, house: House) -> Dial:
    caller = draw(st.sampled_from(house.extensions))
    inner = (
        *[number for number in house.extensions if number != caller],
        *house.dialled * 2,
        caller,
    )
    code = st.one_of(
        st.sampled_from(CODES),
        st.tuples(
            st.sampled_from(("*72", "*90", "*8", "*3")),
            st.sampled_from((*house.extensions, *FORWARDED_TO)),
        ).map("".join),
    )
    to = draw(st.one_of(*[st.sampled_from(inner)] * 4, *[st.sampled_from(OUTSIDE)] * 2, code))
    return Dial(house.phone(caller), to, press=draw(keys(house)), patience=PATIENCE)


def _outside(draw: Any, house: House) -> Dial:
    number, provider = draw(st.sampled_from(house.numbers))
    shapes = [number, number, number[1:]]
    if number.startswith("+1"):
        shapes.append(number[2:])
    to = draw(st.one_of(*[st.sampled_from(shapes)] * 6, st.sampled_from(UNKNOWN)))
    return Dial(
        draw(st.sampled_from(CALLERS)),
        to,
        press=draw(keys(house)),
        name=draw(st.sampled_from(NAMES)),
        trunk=draw(st.sampled_from((provider, provider, "backup"))),
        patience=PATIENCE,
    )


def keys(house: House) -> st.SearchStrategy[tuple[str, ...]]:
    if not house.menus:
        return st.sampled_from(((), ("1",), ("4711#",)))
    # Of many keys into a menu that wants one, most fall into the sound that the first one brings.
    inner = house.extensions if house.direct else ()
    one = st.sampled_from((*house.keys, *inner, "7", "#"))
    return st.one_of(st.just(()), one.map(lambda key: (key,)), st.tuples(one, one))


def _rows(draw: Any, house: House) -> dict[str, dict[str, str]]:
    """Forwards and do-not-disturb, as `*72` and `*78` leave them."""
    if draw(st.booleans()):
        return {}
    extension = st.sampled_from(house.extensions)
    target = st.one_of(extension, st.sampled_from(FORWARDED_TO))
    forwards = draw(st.dictionaries(extension, target, max_size=2))
    quiet = draw(st.sets(extension, max_size=1))
    rows = {f"{house.slug}-cfa": forwards, f"{house.slug}-dnd": dict.fromkeys(sorted(quiet), "on")}
    return {realm: keys for realm, keys in rows.items() if keys}


def _full(draw: Any, house: House) -> dict[tuple[str, str], int]:
    """Some of the calls are up that the tenant may have at once."""
    if not 0 < house.most <= 3 or draw(st.integers(0, 3)):
        return {}
    return {("tenant", house.slug): draw(st.integers(max(house.most - 1, 0), house.most))}
