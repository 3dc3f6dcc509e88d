"""The agent's world with money in it: a tenant that pays, calls that are answered, an agent that stays."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from dialform.billing.ledger.ledger import Ledger
from dialform.billing.ledger.opening import open_ledger
from dialform.reconcile.agent import Agent
from dialform.simulator.scene import Dial

from ..faults.world import World

OUTSIDE = "2125550177"


class Bank:
    """A world whose calls are billed. Amounts in the site are what git says."""

    def __init__(self, world: World) -> None:
        self.world = world
        world.records = world.folder / "cdr"
        world.records.mkdir()
        files = world.repository.files
        files["platform.yaml"]["hosts"]["pbx1"]["paths"] = {"cdr": str(world.records)}
        files["tenants.d/alpha/account.yaml"]["limits"] = {"daily": 2}
        self.commit()
        self.url = f"sqlite:///{world.layout.root / 'ledger.db'}"

    @property
    def alpha(self) -> dict[str, Any]:
        """What only an admin may change of the tenant, to change."""
        found: dict[str, Any] = self.world.repository.files["tenants.d/alpha/account.yaml"]
        return found

    def commit(self) -> str:
        return self.world.repository.commit()

    @contextlib.contextmanager
    def ledger(self) -> Iterator[Ledger]:
        with open_ledger(self.url) as found:
            yield found

    def rows(self, asked: str) -> list[Any]:
        with self.ledger() as ledger, ledger.reading() as connection:
            return list(connection.exec_driver_sql(asked).all())

    @contextlib.asynccontextmanager
    async def agent(self, **settings: Any) -> AsyncIterator[Agent]:
        """An agent that goes round until the block ends."""
        async with self.world.agent(**settings) as agent:
            task = asyncio.create_task(agent.run())
            try:
                yield agent
            finally:
                agent.stop()
                await asyncio.wait([task], timeout=30)
                if not task.done():
                    task.cancel()
                    await asyncio.gather(task, return_exceptions=True)
            task.result()

    def call(self, slug: str = "alpha", to: str = OUTSIDE, patience: float = 30.0) -> str:
        """A phone of the tenant calls outside."""
        return self.world.switch.call(Dial(f"1001@{slug}.pbx.example.com", to, patience=patience))

    async def flag(self, slug: str = "alpha") -> str:
        found = (await self.world.ask(f"db select/{slug}-block/outbound")).strip()
        return found if found in ("limit", "credit") else ""

    async def flagged(self, word: str, slug: str = "alpha", within: float = 20.0) -> None:
        """Waits until the switch has this flag."""
        async with asyncio.timeout(within):
            while await self.flag(slug) != word:
                await asyncio.sleep(0.02)

    async def until(self, met: Callable[[], bool], within: float = 20.0) -> None:
        await self.world.until(met, within)

    @property
    def said(self) -> dict[str, Any]:
        """The status' section."""
        found: dict[str, Any] = self.world.status().get("billing") or {}
        return found


@pytest.fixture
def bank(world: World) -> Bank:
    return Bank(world)
