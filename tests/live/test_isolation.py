"""Two tenants never meet: the same numbers for everything, dialled in any order and at once."""

from __future__ import annotations

import asyncio
import contextlib

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from . import audio
from .call import Call
from .conftest import Carriers, Extension, Outsider
from .phone import answers
from .scene import play
from .site import Site
from .switch import Switch
from .twins import (
    CASTOR,
    DIDS,
    OUTSIDE,
    PHONES,
    POLLUX,
    TWINS,
    Dial,
    forget,
    misplaced,
    seated,
    strays,
)

NUMBERS = [
    *(*PHONES, "601", "602", "700", "1999", "800", "900", "950", "5900", "5901", "5902"),
    *("*98", "*411", "*78", "*79", "*721002", "*73", "*8", "*81002", "*3900", "*5", "*901002"),
    *("*22", "*23", "+12125550177", "911"),
    *("the other's number", "the other's domain", "1001.castor", "1001.pollux"),
]
KEYS = ["", "1", "2", "3", "4", "9", "1002", "*2", "*21002#", "*3", "*5"]
LONG, SLOW = 180.0, 10.0

Step = list[Dial]


def run(
    steps: list[Step], extension: Extension, outsider: Outsider, compiled: Site, switch: Switch
) -> None:
    """Plays all steps on the real switch, and holds every leg and sound against the laws."""
    known = {leg["variables"]["uuid"] for leg in switch.cdrs()}
    domains = {twin.name: compiled.domain(twin.name) for twin in TWINS}
    switch.expects("lot is full")

    async def scene() -> None:
        async with seated(extension, outsider, domains) as table:
            for step in steps:
                await table.at_once(step)
            await table.hang_up(switch)
            assert strays(table) == []
            for step in steps[:1]:
                for call in step:
                    # Nothing is set yet: who is called by a colleague is rung.
                    if call.caller != OUTSIDE and call.to in PHONES and call.to != call.caller:
                        rung = {number for number, _ in table.rung(call.twin)}
                        assert call.to in rung, f"{call} rang nobody"

    try:
        play(scene(), LONG)
    finally:
        forget(switch)
    legs = [leg for leg in switch.cdrs() if leg["variables"]["uuid"] not in known]
    assert legs
    assert [wrong for leg in legs for wrong in misplaced(leg)] == []


@pytest.mark.parametrize("number", NUMBERS)
def test_both_dial_the_same_at_once(
    extension: Extension,
    outsider: Outsider,
    carriers: Carriers,
    compiled: Site,
    switch: Switch,
    number: str,
) -> None:
    both = [Dial(twin, caller, number) for twin in TWINS for caller in ("1001", "1003")]
    run([both], extension, outsider, compiled, switch)


def test_both_are_called_from_outside_at_once(
    extension: Extension, outsider: Outsider, carriers: Carriers, compiled: Site, switch: Switch
) -> None:
    # The first two messages of a switch at once: both want to make the folder (mod_voicemail.c).
    switch.expects("mod_voicemail.c.* Error creating ")
    steps = [[Dial(twin, OUTSIDE, number, "1") for twin in TWINS] for number in DIDS]
    run(steps, extension, outsider, compiled, switch)


dials = st.builds(
    Dial,
    st.sampled_from(TWINS),
    st.sampled_from([*PHONES, OUTSIDE]),
    st.sampled_from(NUMBERS),
    st.sampled_from(KEYS),
)


@settings(
    max_examples=12,
    deadline=None,
    # A shrink would make a hundred more calls; what failed is printed as it is.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@example([[Dial(CASTOR, "1002", "the other's number", "*5"), Dial(CASTOR, "1003", "*3900")]])
@example(
    [[Dial(CASTOR, "1002", "*78")], [Dial(POLLUX, "1001", "1002"), Dial(CASTOR, "1001", "601")]]
)
@example(
    [
        [Dial(CASTOR, "1001", "*721003")],
        [Dial(POLLUX, "1002", "1001"), Dial(CASTOR, "1002", "1001")],
    ]
)
@example([[Dial(CASTOR, "1001", "1002", "*5"), Dial(POLLUX, "1001", "1003")],
          [Dial(POLLUX, "1002", "5901"), Dial(CASTOR, "1003", "5901")]])  # fmt: skip
@example([[Dial(POLLUX, "1003", "911", "*3")]])
@given(steps=st.lists(st.lists(dials, min_size=1, max_size=3), min_size=1, max_size=3))
def test_whatever_they_dial(
    extension: Extension,
    outsider: Outsider,
    carriers: Carriers,
    compiled: Site,
    switch: Switch,
    steps: list[Step],
) -> None:
    run(steps, extension, outsider, compiled, switch)


async def named(switch: Switch, call: Call, known: str) -> str:
    """A Replaces that means this call, for somebody who knows so much of it."""
    dialog = call.dialog
    if known == "call":
        return f"{dialog.call_id};to-tag=x;from-tag=y"
    if known == "uuid":
        channels = (await switch.becomes("show channels", "1001@")).splitlines()
        uuid = next(line for line in channels if "1001@" in line).partition(",")[0]
        return f"{uuid};to-tag=x;from-tag=y;a-leg=true"
    return f"{dialog.call_id};to-tag={dialog.remote_tag};from-tag={dialog.local_tag}"


@pytest.mark.parametrize("known", ["call and tags", "call", "uuid"])
@pytest.mark.parametrize(
    "thief", [f"{POLLUX.name}/1003", f"{CASTOR.name}/1003", f"{CASTOR.name}/1003 by wss"]
)
def test_nobody_takes_over_a_call(
    extension: Extension, switch: Switch, known: str, thief: str
) -> None:
    """An INVITE with Replaces, by somebody who learned what a call is named."""
    switch.expects("Setting NAT mode based on websockets")

    async def scene() -> None:
        one = extension("castor/1001", bind=CASTOR.home)
        two = extension("castor/1002", bind=CASTOR.home, behaviour=answers(0.1, CASTOR.voice))
        name, _, by = thief.partition(" by ")
        given = {"transport": by} if by else {}
        async with one as alice, two as bob, extension(name, bind=POLLUX.home, **given) as mallory:
            assert (await bob.register()).status == 200
            call = await alice.call("1002")
            await call.answered()
            assert await call.media.hears(CASTOR.voice)
            replaces = await named(switch, call, known)
            theft = await mallory.call("1001", headers=[("Replaces", replaces)])
            with contextlib.suppress(AssertionError):
                await theft.answered(2.0)
            theft.media.play(POLLUX.voice)
            assert not await theft.media.hears(CASTOR.voice, 1.0)
            assert not await call.media.hears(POLLUX.voice, 0.5)
            assert call.up
            assert theft.over
            await theft.hangup()
            await call.hangup()
            await bob.unregister()

    play(scene(), LONG)


@pytest.mark.parametrize("known", ["call and tags", "call", "uuid"])
def test_no_stranger_takes_over_a_call(
    extension: Extension, outsider: Outsider, switch: Switch, known: str
) -> None:
    async def scene() -> None:
        one = extension("castor/1001", bind=CASTOR.home)
        two = extension("castor/1002", bind=CASTOR.home, behaviour=answers(0.1, CASTOR.voice))
        async with one as alice, two as bob, outsider("mallory", "127.0.0.66") as mallory:
            assert (await bob.register()).status == 200
            call = await alice.call("1002")
            await call.answered()
            assert await call.media.hears(CASTOR.voice)
            replaces = await named(switch, call, known)
            theft = await mallory.call("1001", headers=[("Replaces", replaces)])
            assert await theft.refused() == 403
            assert call.up
            await call.hangup()
            await bob.unregister()

    play(scene(), LONG)


def test_each_hears_its_own(
    extension: Extension, outsider: Outsider, compiled: Site, switch: Switch
) -> None:
    async def scene() -> None:
        domains = {twin.name: compiled.domain(twin.name) for twin in TWINS}
        async with seated(extension, outsider, domains) as table:
            await table.at_once([Dial(twin, "1001", "700") for twin in TWINS])
            await table.at_once([Dial(twin, OUTSIDE, "1001") for twin in TWINS])
            for twin in TWINS:
                menu, colleague = (call.media.heard for whose, call in table.made if whose is twin)
                assert audio.hears(menu, twin.file)
                assert audio.hears(colleague, twin.voice)

    play(scene(), LONG)


@pytest.mark.parametrize("way", ["950", "800", "601"])
@pytest.mark.parametrize("target", ["1001", "+12125550177", "*98", "inbound", "did-17185559201"])
def test_who_is_rung_hands_the_call_to_nobody_else_s(
    extension: Extension,
    outsider: Outsider,
    carriers: Carriers,
    compiled: Site,
    switch: Switch,
    way: str,
    target: str,
) -> None:
    """Legs that no call started (a page's, an agent's) know whose they are all the same."""
    switch.expects("Cannot Blind Transfer 1 Legged calls")
    known = {leg["variables"]["uuid"] for leg in switch.cdrs()}

    async def scene() -> None:
        domains = {twin.name: compiled.domain(twin.name) for twin in TWINS}
        async with seated(extension, outsider, domains) as table:
            alice, bob = (table.phones[CASTOR.name, number] for number in ("1001", "1002"))
            if way == "800":
                await (await bob.call("*22")).ended(SLOW)
            await alice.call(way)
            with contextlib.suppress(AssertionError):
                rung = await bob.rung(SLOW)
                await asyncio.sleep(0.5)
                await rung.refer(target)
                await asyncio.sleep(1.0)
            await table.hang_up(switch)
            if way == "800":
                await (await bob.call("*23")).ended(SLOW)
            assert list(table.rung(CASTOR))
            assert strays(table) == []

    play(scene(), LONG)
    legs = [leg for leg in switch.cdrs() if leg["variables"]["uuid"] not in known]
    assert [wrong for leg in legs for wrong in misplaced(leg)] == []
    for leg in legs:
        if "dialform_trunk" in leg["variables"]:
            assert leg["variables"]["dialform_tenant"] == CASTOR.name
