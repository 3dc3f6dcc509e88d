"""What live pages show, and to whom."""

from collections.abc import Callable
from typing import Any

import pytest
from starlette.requests import Request

from dialform.console.door import Entry
from dialform.console.live import gathering, hub_of, lines
from dialform.console.live.reach import Reach
from dialform.simulator.scene import Dial, Phone
from dialform.simulator.served import SimulatedSwitch
from dialform.values import replace

from ..stage import Doorman, Stage
from .conftest import ALICE, BOB, CAROL, call, legs_now

BOARDS = ("calls", "queues", "phones", "rooms", "trunks")
EVIL = "<img src=x onerror=alert(1)>"


class Granting(Doorman):
    """Users may look at what is up."""

    async def enter(self, request: Request) -> Entry | None:
        entry = await super().enter(request)
        if entry is not None:
            tokens = entry.visitor.tokens | {"realtime"}
            entry.visitor = replace(entry.visitor, tokens=tokens)
        return entry


def grant(stage: Stage) -> None:
    """Everybody who is let in has the permission `realtime`."""
    from dialform.console.app import build_app

    stage.door = Granting(stage.ground)
    stage.app = build_app(stage.ground, stage.door)


def test_a_manager_sees_the_tenant_and_an_admin_all(play: Callable[..., None]) -> None:
    async def scene(stage: Stage, switch: SimulatedSwitch) -> None:
        await call(stage, ALICE, "1002")
        async with stage.browser("tenant_admin") as alice:
            shown = {name: (await alice.get(f"/t/acme/live/{name}")).text for name in BOARDS}
        assert "Alice Doe" in shown["calls"]
        assert "with 1001 Alice Doe" in shown["calls"]
        assert "Support" in shown["queues"]
        assert "Hotline" not in shown["queues"], "that queue is another tenant's"
        assert "127.0.0.1:20000" in shown["phones"]
        assert "mycarrier" in shown["trunks"]
        assert "Failed" not in shown["trunks"], "what a trunk carries is all tenants'"
        async with stage.browser("admin") as ops:
            for name in BOARDS:
                assert (await ops.get(f"/admin/live/{name}")).status_code == 200
            assert "Hotline" in (await ops.get("/admin/live/queues")).text
            assert "Failed" in (await ops.get("/admin/live/trunks")).text

    play(scene, ALICE, BOB)


@pytest.mark.parametrize("name", BOARDS)
def test_who_lacks_the_permission_or_the_tenant_does_not_come(
    play: Callable[..., None], name: str
) -> None:
    async def scene(stage: Stage, switch: SimulatedSwitch) -> None:
        for role, path, status in (
            ("user", f"/t/acme/live/{name}", 403), ("end_user", f"/t/acme/live/{name}", 403),
            ("tenant_admin", f"/admin/live/{name}", 403),
            ("tenant_admin", f"/t/nordlicht/live/{name}", 404),
            ("other", f"/t/acme/live/{name}", 403),  # its own tenant has no such permission
        ):  # fmt: skip
            async with stage.browser(role) as one:
                assert (await one.get(path)).status_code == status, (role, path)

    play(scene)


def test_a_user_with_the_permission_sees_the_own_phone_and_nobody_else_s_number(
    play: Callable[..., None],
) -> None:
    async def scene(stage: Stage, switch: SimulatedSwitch) -> None:
        grant(stage)
        for one in (ALICE, CAROL):
            switch.live.surroundings.phones[one] = Phone(answer_after=0.05, hangup_after=None)
        await call(stage, ALICE, "1003")
        async with stage.browser("user") as bob:
            for name in ("calls", "queues", "phones", "rooms"):
                page = (await bob.get(f"/t/acme/live/{name}")).text
                main = page[page.index("<main") :]
                for foreign in ("1001", "1003", "Alice", "Carol"):
                    assert foreign not in main, (name, foreign)
            page = (await bob.get("/t/acme/live/queues")).text
            assert "Support" in page, "bob is an agent of it"
            assert "/agents/1002/log-in" in page
            assert (await bob.get("/t/acme/live/trunks")).status_code == 403
        async with stage.browser("end_user") as carol:
            page = (await carol.get("/t/acme/live/calls")).text
            assert "with 1001 Alice Doe" in page, "it is her call"
            assert "no-queue" in (await carol.get("/t/acme/live/queues")).text

    play(scene, ALICE, BOB, CAROL)


def test_what_a_caller_sends_as_a_name_is_text(play: Callable[..., None]) -> None:
    async def scene(stage: Stage, switch: SimulatedSwitch) -> None:
        await legs_now(stage, lambda found: not found)
        switch.call(Dial("+19175550100", "+12125550199", name=EVIL, trunk="mycarrier"))
        await legs_now(stage, lambda found: bool(found))
        async with stage.browser("tenant_admin") as alice:
            page = (await alice.get("/t/acme/live/calls")).text
        assert EVIL not in page
        assert "&lt;img src=x onerror=alert(1)&gt;" in page

    play(scene, ALICE, BOB)


def test_a_caller_who_waits_is_shown_to_a_manager_and_counted_for_an_agent(
    play: Callable[..., None],
) -> None:
    async def scene(stage: Stage, switch: SimulatedSwitch) -> None:
        # An agent who does not answer, so that the caller waits.
        switch.live.surroundings.phones[ALICE] = Phone()
        async with stage.browser("tenant_admin") as alice:
            assert (await alice.post("/t/acme/live/agents/1001/log-in")).status_code == 303
        switch.call(Dial(BOB, "800", name=EVIL))
        hub = hub_of(stage.ground)

        def queue(reach: Reach) -> Any:
            found = lines.queues(hub.look(), reach)
            return next(one for one in found if (one.tenant, one.number) == ("acme", "800"))

        hub.seen.forget()
        await hub.seen.look(["center"])
        while not queue(Reach("acme")).waiting:
            hub.seen.forget()
            await hub.seen.look(["center"])
        waiting = queue(Reach("acme")).waiting
        assert [one.number for one in waiting] == ["1002"]
        own = queue(Reach("acme", frozenset({"1001"}))).waiting
        assert [(one.number, one.name) for one in own] == [("", "")]
        assert lines.queues(hub.look(), Reach("acme", frozenset())) == ()

    play(scene, ALICE, BOB)


def test_who_has_no_extension_sees_no_call(play: Callable[..., None]) -> None:
    async def scene(stage: Stage, switch: SimulatedSwitch) -> None:
        await call(stage, ALICE, "1002")
        hub = hub_of(stage.ground)
        await hub.seen.look(["legs", "registrations"])
        nobody = Reach("acme", frozenset())
        for gather in (gathering.calls, gathering.registrations, gathering.rooms, gathering.parked,
                       gathering.gateways):  # fmt: skip
            assert gather(hub.look(), nobody) == (), gather
        assert gathering.now(hub.look(), nobody).calls == 0

    play(scene, ALICE, BOB)


def test_a_call_is_one_call_and_its_legs_stand_together(play: Callable[..., None]) -> None:
    async def scene(stage: Stage, switch: SimulatedSwitch) -> None:
        await call(stage, ALICE, "1002")
        hub = hub_of(stage.ground)
        await hub.seen.look(["legs", "registrations", "gateways", "center"])
        now = gathering.now(hub.look(), Reach("acme"))
        assert (now.calls, now.phones) == (1, 2)
        found = gathering.calls(hub.look(), Reach("acme"))
        assert {one.number for one in found} == {"1001", "1002"}

    play(scene, ALICE, BOB)


def test_a_switch_that_is_away_is_told_in_words_that_name_nothing(stage: Stage) -> None:
    import asyncio

    async def look() -> None:
        async with stage.browser("tenant_admin") as alice:
            page = (await alice.get("/t/acme/live/calls")).text
            assert "does not answer" in page
            assert "127.0.0.1" not in page

    asyncio.run(look())
