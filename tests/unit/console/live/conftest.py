"""A portal beside a simulated switch that runs the demo site."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from dialform.console.live import hub_of
from dialform.reconcile.desk.legs import legs
from dialform.reconcile.desk.scope import WHOLE
from dialform.simulator.scene import Phone
from dialform.simulator.served import SimulatedSwitch

from ..stage import Stage

ALICE, BOB, CAROL = (f"{number}@acme.example.com" for number in ("1001", "1002", "1003"))
Scene = Callable[[Stage, SimulatedSwitch], Awaitable[None]]


@contextlib.asynccontextmanager
async def switched(stage: Stage, *phones: str) -> AsyncIterator[SimulatedSwitch]:
    """A switch that the portal of this stage is connected to, with these phones, which answer."""
    conf = stage.ground.folders().conf
    async with SimulatedSwitch(conf, ("127.0.0.1", 0), seed=1) as switch:
        for phone in phones:
            switch.register(phone)
            switch.live.surroundings.phones[phone] = Phone(answer_after=0.05, hangup_after=None)
        link = stage.ground.link
        link._find = lambda: (switch.address, (switch.password,))
        task = asyncio.create_task(link.run())
        await link.up(10.0)
        try:
            yield switch
        finally:
            await link.close()
            await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
def play(stage: Stage) -> Callable[..., None]:
    """Runs a scene on a stage with a switch."""

    def run(scene: Scene, *phones: str) -> None:
        async def whole() -> None:
            async with switched(stage, *phones) as switch:
                await scene(stage, switch)

        asyncio.run(asyncio.wait_for(whole(), 60))

    return run


async def call(stage: Stage, caller: str, dialled: str) -> list[Any]:
    """Somebody calls somebody; the legs when they speak."""
    client = await stage.ground.link.up(5.0)
    number, _, _domain = caller.partition("@")
    await client.bgapi(
        f"originate {{dialform_tenant=acme,dialform_extension={number}}}user/{caller} "
        f"'set:user_name={number},transfer:{dialled} XML acme' inline"
    )
    while True:
        found = await legs(client.api, WHOLE)
        if len(found) == 2 and all(one.other for one in found):
            hub_of(stage.ground).seen.forget()
            return found
        await asyncio.sleep(0.02)


async def legs_now(stage: Stage, met: Callable[[list[Any]], bool]) -> list[Any]:
    """Waits until the legs that are up are as wanted."""
    client = await stage.ground.link.up(5.0)
    while True:
        found = await legs(client.api, WHOLE)
        if met(found):
            hub_of(stage.ground).seen.forget()
            return found
        await asyncio.sleep(0.02)
