"""The stream: what moves comes by itself, to those alone who may see it, and costs the switch little."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from dialform.console.live import hub, hub_of, stream
from dialform.console.live.views import VIEWS
from dialform.simulator.served import SimulatedSwitch
from dialform.values import replace

from ..stage import Stage
from .conftest import ALICE, BOB, CAROL, call, legs_now
from .test_boards import grant
from .watching import beside, watching

CALLS = "/t/acme/live/stream?views=switch,calls"


@pytest.fixture(autouse=True)
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rounds follow each other faster than outside; how often a source is asked is as outside."""
    monkeypatch.setattr(hub, "TICK", 0.02)


def test_a_call_appears_and_goes_by_itself(play: Callable[..., None]) -> None:
    async def scene(stage: Stage, switch: SimulatedSwitch) -> None:
        async with beside(stage), watching(stage, "tenant_admin", CALLS) as alice:
            await alice.sees("calls", "Nobody is on the phone")
            assert alice.headers["content-type"].startswith("text/event-stream")
            assert alice.headers["cache-control"] == "no-store"
            first, _ = await call(stage, ALICE, "1002")
            shown = await alice.sees("calls", "with 1002 Bob Roe")
            assert "csrf" not in shown, "what many are sent holds nobody's token"
            async with stage.browser("tenant_admin") as hand:
                await hand.post(f"/t/acme/live/calls/{first.uuid}/hang-up", {"sure": "yes"})
            await alice.sees("calls", "Nobody is on the phone")

    play(scene, ALICE, BOB)


def test_who_comes_back_is_sent_what_changed_meanwhile_and_nothing_else(
    play: Callable[..., None],
) -> None:
    async def scene(stage: Stage, switch: SimulatedSwitch) -> None:
        path = "/t/acme/live/stream?views=switch,calls,queues"
        async with beside(stage):
            async with watching(stage, "tenant_admin", path) as first:
                await first.sees("queues", "Support")
                known = first.last_id
            await call(stage, ALICE, "1002")
            for headers, query in (({"last-event-id": known}, ""), ({}, f"&since={known}")):
                async with watching(stage, "tenant_admin", path + query, headers) as again:
                    await again.sees("calls", "Bob Roe")
                    assert again.of("queues") == [], "it has them"
            async with watching(
                stage, "tenant_admin", path, {"last-event-id": "x:y,,:" * 900}
            ) as odd:
                await odd.sees("queues", "Support")

    play(scene, ALICE, BOB)


def test_a_page_that_was_just_opened_is_sent_nothing_that_it_shows(
    play: Callable[..., None],
) -> None:
    async def scene(stage: Stage, switch: SimulatedSwitch) -> None:
        async with beside(stage), stage.browser("tenant_admin") as alice:
            page = (await alice.get("/t/acme/live/queues")).text
            path = page.partition('data-live="')[2].partition('"')[0].replace("&amp;", "&")
            async with watching(stage, "tenant_admin", path) as watcher:
                await call(stage, ALICE, "1002")
                await alice.post("/t/acme/live/agents/1002/log-in")
                await watcher.sees("queues", "1 free of 1 logged in")
                assert len(watcher.of("queues")) == 1

    play(scene, ALICE, BOB)


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        ("user", CALLS, 403),
        ("tenant_admin", "/t/nordlicht/live/stream?views=switch", 404),
        ("tenant_admin", "/admin/live/stream?views=switch", 403),
        ("tenant_admin", "/t/acme/live/stream?views=secrets", 404),
        ("tenant_admin", "/t/acme/live/stream", 404),
        ("", CALLS, 303),
    ],
)
def test_who_may_not_watch_is_sent_nothing(
    play: Callable[..., None], role: str, path: str, status: int
) -> None:
    async def scene(stage: Stage, switch: SimulatedSwitch) -> None:
        async with watching(stage, role, path) as watcher:
            while not watcher.status:
                await asyncio.sleep(0.01)
        assert watcher.status == status
        assert watcher.events == []

    play(scene)


def test_all_who_see_the_same_cost_one_question_and_one_drawing(
    play: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene(stage: Stage, switch: SimulatedSwitch) -> None:
        asked: Counter[str] = Counter()
        link = stage.ground.link
        plain = link.api

        async def counted(command: str, **more: float) -> str:
            asked[command.split(maxsplit=1)[0]] += 1
            return await plain(command, **more)

        one = hub_of(stage.ground)
        one.seen.ask = counted
        drawn = []
        real = hub.environment().get_template

        def template(name: str, *more: Any) -> object:
            drawn.append(name)
            return real(name, *more)

        monkeypatch.setattr(hub.environment(), "get_template", template)
        async with beside(stage), contextlib.AsyncExitStack() as stack:
            crowd = [
                await stack.enter_async_context(watching(stage, "tenant_admin", CALLS))
                for _ in range(50)
            ]
            for each in crowd:
                await each.sees("calls", "Nobody")
            before = asked.copy()
            drawn.clear()
            await call(stage, ALICE, "1002")
            for each in crowd:
                await each.sees("calls", "with 1002 Bob Roe")
            spent = asked - before
            assert spent["show"] <= 6, "as often as for one browser"
            assert drawn.count("live/calls.html") <= spent["show"]
            assert drawn.count("live/switch.html") == 0

    play(scene, ALICE, BOB)


def test_a_leg_that_nothing_happens_to_is_looked_into_once(play: Callable[..., None]) -> None:
    async def scene(stage: Stage, switch: SimulatedSwitch) -> None:
        await call(stage, ALICE, "1002")
        asked: list[str] = []
        seen = hub_of(stage.ground).seen
        plain = stage.ground.link.api

        async def noted(command: str) -> str:
            asked.append(command.split(maxsplit=1)[0])
            return await plain(command)

        seen.ask = noted
        for _ in range(5):
            await seen.look(["legs"], 0.0)
        assert asked.count("uuid_dump") == 2, "one for each leg, not for each look"
        assert asked.count("show") == 5

    play(scene, ALICE, BOB)


def test_nobody_who_watches_is_no_question(play: Callable[..., None]) -> None:
    async def scene(stage: Stage, switch: SimulatedSwitch) -> None:
        asked: list[str] = []
        one = hub_of(stage.ground)

        async def noted(command: str) -> str:
            asked.append(command)
            return "+OK\n"

        async with beside(stage):
            async with watching(stage, "tenant_admin", CALLS) as watcher:
                await watcher.sees("calls", "Nobody")
            while one.watched:
                await asyncio.sleep(0.01)
            one.seen.ask = noted
            one.seen.forget()
            await asyncio.sleep(0.2)
        assert asked == []

    play(scene)


def test_a_browser_that_reads_nothing_gets_what_is_so_when_it_reads_again(
    play: Callable[..., None],
) -> None:
    async def scene(stage: Stage, switch: SimulatedSwitch) -> None:
        async with beside(stage), watching(stage, "tenant_admin", CALLS) as slow:
            await slow.sees("calls", "Nobody")
            slow.takes.clear()
            async with watching(stage, "tenant_admin", CALLS) as quick:
                await quick.sees("calls", "Nobody")
                for extension in ("1002", "1003"):
                    first, _ = await call(stage, ALICE, extension)
                    await quick.sees("calls", f"with {extension}")
                    async with stage.browser("tenant_admin") as hand:
                        await hand.post(f"/t/acme/live/calls/{first.uuid}/hang-up", {"sure": "yes"})
                    await quick.sees("calls", "Nobody")
                await call(stage, ALICE, "1002")
                await quick.sees("calls", "with 1002")
                had = len(slow.events)
                slow.takes.set()
                await slow.sees("calls", "with 1002")
                assert len(slow.events) - had <= 2, "one on its way, and the newest"

    play(scene, ALICE, BOB, CAROL)


def test_a_browser_that_takes_nothing_for_long_is_let_go(
    play: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "STUCK", 0.05)

    async def scene(stage: Stage, switch: SimulatedSwitch) -> None:
        async with beside(stage), watching(stage, "tenant_admin", CALLS) as stuck:
            await stuck.sees("calls", "Nobody")
            stuck.takes.clear()
            await call(stage, ALICE, "1002")
            while hub_of(stage.ground).watched:
                await asyncio.sleep(0.01)

    play(scene, ALICE, BOB)


def test_a_switch_that_restarts_is_told_and_found_again(play: Callable[..., None]) -> None:
    async def scene(stage: Stage, switch: SimulatedSwitch) -> None:
        await call(stage, ALICE, "1002")
        async with beside(stage), watching(stage, "tenant_admin", CALLS) as alice:
            await alice.sees("calls", "with 1002")
            await switch.stop()
            await alice.sees("switch", "does not answer")
            assert "with 1002" in alice.of("calls")[-1], "what was known stays, marked as old"
            before = switch.live
            switch._boot()
            switch.live.remember(before)
            await switch.start()
            await alice.sees("calls", "Nobody")
            while alice.of("switch")[-1].strip():
                await asyncio.sleep(0.01)

    play(scene, ALICE, BOB)


@pytest.fixture
def beats(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The stream looks at its session again and again."""
    monkeypatch.setattr(stream, "BEAT", 0.05)
    yield


def test_a_stream_beats_so_that_nobody_in_between_cuts_it(
    play: Callable[..., None], beats: None
) -> None:
    async def scene(stage: Stage, switch: SimulatedSwitch) -> None:
        async with beside(stage), watching(stage, "tenant_admin", CALLS) as alice:
            while not alice.of("beat"):
                await asyncio.sleep(0.01)
            assert float(alice.of("beat")[0]) > 1_700_000_000

    play(scene)


def test_who_loses_the_session_or_the_permission_is_sent_no_more(
    play: Callable[..., None], beats: None
) -> None:
    async def scene(stage: Stage, switch: SimulatedSwitch) -> None:
        grant(stage)  # given by the door alone: the site that runs does not say so
        async with beside(stage), watching(stage, "user", CALLS):
            while not hub_of(stage.ground).watched:
                await asyncio.sleep(0.01)
            while hub_of(stage.ground).watched:
                await asyncio.sleep(0.01)

    play(scene)


def test_a_server_that_ends_lets_its_streams_go(play: Callable[..., None]) -> None:
    async def scene(stage: Stage, switch: SimulatedSwitch) -> None:
        async with contextlib.AsyncExitStack() as stack:
            async with beside(stage):
                watcher = await stack.enter_async_context(watching(stage, "tenant_admin", CALLS))
                await watcher.sees("calls", "Nobody")
            while hub_of(stage.ground).watched:
                await asyncio.sleep(0.01)

    play(scene)


def test_what_somebody_else_asked_for_is_not_shown(play: Callable[..., None]) -> None:
    async def scene(stage: Stage, switch: SimulatedSwitch) -> None:
        placing = hub_of(stage.ground).placing
        customer = stage.ground.customer("acme")
        assert customer is not None
        from dialform.reconcile.desk.scope import Scope

        placing.begin(2, customer, Scope(customer), "1002", "1001")
        await legs_now(stage, lambda found: len(found) == 2)
        path = "/t/acme/live/stream?views=placing,calls"
        async with beside(stage), watching(stage, "tenant_admin", path) as alice:
            await alice.sees("calls", "with 1001")
            assert "1001" not in "".join(alice.of("placing"))

    play(scene, ALICE, BOB)


def test_one_account_s_streams_are_bounded_and_the_oldest_goes(
    play: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "MOST", 3)

    async def scene(stage: Stage, switch: SimulatedSwitch) -> None:
        one = hub_of(stage.ground)
        async with beside(stage), contextlib.AsyncExitStack() as stack:
            crowd = []
            for _ in range(6):
                crowd.append(await stack.enter_async_context(watching(stage, "admin", "/live/stream?views=calls")))  # fmt: skip
                await crowd[-1].sees("calls", "Nobody")
            while one.watched > 3:
                await asyncio.sleep(0.01)
            await call(stage, ALICE, "1002")
            for newest in crowd[-3:]:
                await newest.sees("calls", "with 1002")
            assert all("with 1002" not in old.of("calls")[-1] for old in crowd[:3])

    play(scene, ALICE, BOB)


def test_a_fault_in_one_view_ends_those_who_watch_it_and_no_others(
    play: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(*_: object) -> object:
        raise RuntimeError("a fault of ours")

    async def scene(stage: Stage, switch: SimulatedSwitch) -> None:
        told: list[dict[str, Any]] = []
        stage.ground.say = lambda event, level, **more: told.append(more)
        async with beside(stage), watching(stage, "tenant_admin", CALLS) as good:
            await good.sees("calls", "Nobody")
            broken = replace(VIEWS["queues"], gather=faulty)
            monkeypatch.setitem(VIEWS, "queues", broken)  # type: ignore[arg-type]
            path = "/t/acme/live/stream?views=queues"
            async with watching(stage, "tenant_admin", path) as bad:
                await call(stage, ALICE, "1002")
                await good.sees("calls", "with 1002")
            assert bad.events[1:] == []
        assert told
        assert told[0] == {"view": "queues", "kind": "RuntimeError"}

    play(scene, ALICE, BOB)


def test_a_module_that_is_not_there_hides_its_own_alone(play: Callable[..., None]) -> None:
    async def scene(stage: Stage, switch: SimulatedSwitch) -> None:
        switch.faults.replies["callcenter_config"] = "-ERR callcenter_config Command not found!\n"
        path = "/t/acme/live/stream?views=switch,calls,queues"
        async with beside(stage), watching(stage, "tenant_admin", path) as alice:
            await alice.sees("queues", "There is no queue")
            await call(stage, ALICE, "1002")
            await alice.sees("calls", "with 1002")
            assert not alice.of("switch")[-1].strip()

    play(scene, ALICE, BOB)
