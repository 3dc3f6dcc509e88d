"""A portal whose switch is simulated: commands go straight to it, without an event socket."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest

from dialform.console.saving.trial import TestRun, Trial
from dialform.simulator.clock import Clock
from dialform.simulator.commands.running import run
from dialform.simulator.events import Event, Events
from dialform.simulator.state.live import Live
from dialform.simulator.state.mailboxes import Kept, Mailboxes
from dialform.switch import Unreachable

from ..stage import Stage

DOMAIN = "acme.example.com"
NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)


class Switch:
    """The switch of a stage, as its portal talks to it. `away`: nobody is there."""

    def __init__(self, stage: Stage) -> None:
        self.storage = stage.folder / "storage"
        self.storage.mkdir()
        self.clock, self.events = Clock(NOW), Events()
        conf = stage.ground.folders().conf
        variables = {"storage_dir": str(self.storage)}
        self.live = Live(conf, self.clock, self.events, variables, random.Random(1))
        self.heard: list[str] = []
        self.told: list[Event] = []
        self.notified: list[Mapping[str, str]] = []
        self.events.subscribe(self.told.append)
        self.away = False

    async def api(self, command: str, *, timeout: float | None = None) -> str:
        if self.away:
            raise Unreachable("no connection to 127.0.0.1:8021: Connection refused")
        self.heard.append(command)
        name, _, argument = command.partition(" ")
        reply = await run(self.live, name, argument)
        return reply or (
            f"-ERR {name} Command not found!\n" if reply is None else "-ERR no reply\n"
        )

    async def send_event(self, name: str, headers: Mapping[str, str]) -> str:
        self.notified.append(headers)
        return "6f2a1e0c-9f0e-4a70-9f55-0c8d6a1b2c3d"

    @property
    def boxes(self) -> Mailboxes:
        return cast(Mailboxes, self.live.switch.theme(Mailboxes))

    def leaves(self, box: str, name: str = "Zoe", number: str = "+19175550100") -> Kept:
        """Somebody leaves a message of three seconds."""
        return self.boxes.leave(box, DOMAIN, name, number, 3)

    def register(self, address: str) -> None:
        """A phone registers."""
        number, _, domain = address.partition("@")
        user = self.live.configuration.user(number, domain)
        forced = user.variables.get("sip-force-extension", "") if user else ""
        self.live.profiles.start_all()
        self.live.registrations.add(address, "internal", 3600, port=20000, forced=forced)

    def kept(self, where: str) -> str:
        """What the switch's own database holds: `acme-cfa/1002`."""
        return self.live.switch.environment.db.api(f"select/{where}")


@pytest.fixture
def switch(stage: Stage) -> Switch:
    """The switch of the stage."""
    found = Switch(stage)
    stage.ground.__dict__["link"] = found
    return found


@pytest.fixture
def storage(switch: Switch) -> Path:
    return switch.storage


def _none(self: Trial, commit: str, tenants: Sequence[str]) -> TestRun:
    return TestRun()


@pytest.fixture(autouse=True)
def quick(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Call tests are run where a test is about them."""
    if "call_tests" not in request.fixturenames:
        monkeypatch.setattr(Trial, "run", _none)


@pytest.fixture
def call_tests() -> None:
    """Asked for by a test whose change is proved by call tests."""
