"""The demo site, compiled once, and a simulated switch that runs it."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from dialform.compiler.build import Options, build
from dialform.compiler.check import Run
from dialform.compiler.secrets import open_store
from dialform.reconcile.desk.customers import Customer, customer
from dialform.renderers import freeswitch
from dialform.schema.tree import scan
from dialform.simulator.scene import Phone
from dialform.simulator.served import SimulatedSwitch
from dialform.switch import Client

ROOT = Path(__file__).resolve().parents[3]
Scene = Callable[[Client, SimulatedSwitch], Awaitable[None]]
Play = Callable[..., None]


@pytest.fixture(scope="session")
def conf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's configuration folder, compiled without secrets."""
    out = tmp_path_factory.mktemp("desk")
    build(Run(scan(ROOT), open_store(None, os.environ), 1), freeswitch, Options(out, None))
    return out / "pbx1/freeswitch"


@pytest.fixture
def acme(conf: Path) -> Customer:
    """The demo's American tenant."""
    found = customer(conf, "acme")
    assert found is not None
    return found


@pytest.fixture
def nordlicht(conf: Path) -> Customer:
    """Its German one."""
    found = customer(conf, "nordlicht")
    assert found is not None
    return found


@pytest.fixture
def play(conf: Path) -> Play:
    """Runs a scene on a simulated switch where these phones are registered."""

    def run(scene: Scene, *phones: str) -> None:
        async def whole() -> None:
            async with SimulatedSwitch(conf, ("127.0.0.1", 0), seed=1) as switch:
                for phone in phones:
                    switch.register(phone)
                    switch.live.surroundings.phones[phone] = Phone(
                        answer_after=0.05, hangup_after=None
                    )
                async with Client(switch.address, switch.password) as client:
                    await scene(client, switch)

        asyncio.run(asyncio.wait_for(whole(), 60))

    return run
