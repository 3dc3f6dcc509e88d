"""The calls of a bill, each as its people make it, and what the far ends of all trunks saw of them."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass
from typing import Any

from . import lab
from .behaviour import Behaviour, answers, refuses, rings
from .bill import METERED, Part
from .bill_ends import Exchange, began, exchanges, lasts, over
from .call import Call
from .conftest import Extension, Outsider
from .desk import desk
from .phone import Phone
from .site import Site
from .switch import Switch
from .test_desk import Live
from .test_forwarding import dial

CALLER = "+19175550100"
WITHIN = 15.0
APART = 0.3
LOSER, BUSY, NEVER = "+12065550105", "+13055550190", "+13055550191"
MANNERS: dict[str, dict[str, Behaviour]] = {
    "east": {BUSY: refuses(486), NEVER: rings(), LOSER: rings()},
    "west": {"": refuses(503)},
}


@dataclass
class World:
    """Who takes part: the phones of the tenant by extension, the carriers, and somebody outside."""

    site: Site
    switch: Switch
    phones: dict[str, Phone]
    carriers: dict[str, Exchange]
    outside: Phone

    def seen(self) -> dict[Part, Call]:
        """What the far ends saw: each leg of a trunk, once its INVITE came."""
        found: dict[Part, Call] = {}
        calls = [
            (Part("outbound", name, call.invite.uri.user), call)
            for name, carrier in self.carriers.items()
            for call in carrier.calls
        ]
        calls += [
            (Part("inbound", "east", call.invite.uri.user), call) for call in self.outside.calls
        ]
        for part, call in calls:
            assert part not in found, f"two calls to {part}"
            found[part] = call
        return found

    async def up(self, number: str) -> Call:
        """The far end of a call to this number, once it is up."""
        deadline = time.monotonic() + WITHIN
        while True:
            for part, call in self.seen().items():
                if part.number == number and part.direction == "outbound" and began(call):
                    return call
            assert time.monotonic() < deadline, f"{number} does not talk to anybody"
            await asyncio.sleep(0.05)


@contextlib.asynccontextmanager
async def world(
    compiled: Site,
    extension: Extension,
    outsider: Outsider,
    switch: Switch,
    tenant: str,
    *numbers: str,
) -> AsyncIterator[World]:
    """These extensions of a tenant are registered, and all carriers are there."""
    names = [f"{tenant}/{number}" for number in numbers]
    async with (
        exchanges(compiled, MANNERS) as carriers,
        desk(extension, *names) as phones,
        outsider(CALLER, "east") as outside,
    ):
        yield World(compiled, switch, dict(zip(numbers, phones, strict=True)), carriers, outside)


async def together(*calls: Coroutine[Any, Any, None]) -> None:
    """All of them, a little apart, so that whoever listens to its phone has the time to."""

    async def later(number: int, call: Coroutine[Any, Any, None]) -> None:
        await asyncio.sleep(number * APART)
        await call

    await asyncio.gather(*(later(number, call) for number, call in enumerate(calls)))


async def inside(w: World, caller: str, called: str) -> None:
    """From phone to phone."""
    w.phones[called].behaviour = answers()
    call = await w.phones[caller].call(called)
    await call.answered(WITHIN)
    await asyncio.sleep(1.0)
    await call.hangup()


async def out(w: World, caller: str, number: str, length: float) -> None:
    """From a phone to the outside, or by whatever it calls to there."""
    await through(w, caller, number, number, length)


async def through(w: World, caller: str, dialled: str, reached: str, length: float) -> None:
    """A phone dials, and somebody outside takes it."""
    call = await w.phones[caller].call(dialled)
    far = await w.up(reached)
    await call.answered(WITHIN)
    await lasts(far, length, call)
    await over(far)


async def refused(w: World, caller: str, number: str, status: int, params: str = "") -> None:
    """Nobody takes it."""
    call = await w.phones[caller].call(number, params=params)
    assert await call.refused(WITHIN) == status


async def given_up(w: World, caller: str, number: str) -> None:
    """It rings outside until the caller has had enough."""
    call = await w.phones[caller].call(number)
    await call.ringing(WITHIN)
    await asyncio.sleep(1.0)
    await call.cancel()


async def menu(w: World, did: str, key: str, called: str, length: float) -> None:
    """From outside to a menu, and by a key to a phone."""
    w.phones[called].behaviour = answers()
    call = await w.outside.call(did)
    await call.answered(WITHIN)
    assert await call.media.hears(lab.MENU, within=WITHIN)
    await call.press(key)
    await over_the(w.phones[called])
    await lasts(call, length)


async def coming(w: World, did: str, called: str, length: float) -> None:
    """From outside to a phone."""
    w.phones[called].behaviour = answers()
    call = await w.outside.call(did)
    await call.answered(WITHIN)
    await lasts(call, length)


async def around(w: World, did: str, number: str, length: float) -> None:
    """From outside to the outside."""
    call = await w.outside.call(did)
    far = await w.up(number)
    await call.answered(WITHIN)
    await lasts(far, length, call)
    await over(far)


async def lost_by_a_mobile(w: World, caller: str, group: str, winner: str) -> None:
    """A phone of a group is quicker than the mobile in it."""
    w.phones[winner].behaviour = answers(after=1.5)
    call = await w.phones[caller].call(group)
    await call.answered(WITHIN)
    await asyncio.sleep(1.0)
    await call.hangup()


async def forwarded(w: World, caller: str, owner: str, number: str, length: float) -> None:
    """A phone says *72, and is called."""
    await dial(w.phones[owner], "*72" + number.removeprefix("+1"), lab.FORWARD_SET)
    await through(w, caller, owner, number, length)
    await dial(w.phones[owner], "*73", lab.FORWARD_OFF)


async def handed_over(w: World, did: str, by: str, number: str, length: float) -> None:
    """A phone hands who called from outside over to the outside."""
    w.phones[by].behaviour = answers()
    call = await w.outside.call(did)
    await call.answered(WITHIN)
    ringing = await over_the(w.phones[by])
    await asyncio.sleep(0.5)
    assert (await ringing.refer(number.removeprefix("+1"))).status == 202
    far = await w.up(number)
    await lasts(far, length, call)
    await over(far)


async def put_together(w: World, by: str, one: str, two: str, length: float) -> None:
    """A phone calls two outside, and leaves them to themselves."""
    first = await w.phones[by].call(one)
    await first.answered(WITHIN)
    second = await w.phones[by].call(two)
    await second.answered(WITHIN)
    await asyncio.sleep(0.5)
    assert (await first.refer(two, replaces=second)).status == 202
    await second.ended(WITHIN)
    ends = [await w.up(one), await w.up(two)]
    await lasts(ends[1], length, ends[0])
    await over(ends[1])


async def stays(phone: Phone, number: str, length: float) -> None:
    """Comes into a room by its number, from inside or outside, and leaves it."""
    call = await phone.call(number)
    await call.answered(WITHIN)
    await lasts(call, length)


async def codes(w: World, by: str) -> None:
    """A phone sets something and takes it back."""
    await dial(w.phones[by], "*78", lab.DND_ON)
    await dial(w.phones[by], "*79", lab.DND_OFF)


async def clicked(w: World, for_: str, number: str, length: float) -> None:
    """Somebody clicks on a number, and their phone rings first."""
    phone = w.phones[for_]
    phone.behaviour = answers()
    await Live(w.site).does("call", for_, number, "--tenant", METERED)
    call = await over_the(phone)
    far = await w.up(number)
    await lasts(far, length, call)
    await over(far)


async def over_the(phone: Phone) -> Call:
    """The call that has come to a phone, and that it takes."""
    call = await phone.rung(WITHIN)
    deadline = time.monotonic() + WITHIN
    while not call.up:
        assert time.monotonic() < deadline, f"{phone.user} does not answer"
        await asyncio.sleep(0.05)
    return call
