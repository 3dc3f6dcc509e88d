"""What is done with calls and agents from the portal, and who may do it."""

import asyncio
from collections.abc import Callable

import pytest

from dialform.console.live import hub_of
from dialform.simulator.scene import Phone
from dialform.simulator.served import SimulatedSwitch

from ..stage import Stage
from .conftest import ALICE, BOB, CAROL, call, legs_now
from .test_boards import grant

NOBODY = "12345678-1234-1234-1234-123456789012"


def test_a_call_is_held_taken_back_transferred_and_ended(play: Callable[..., None]) -> None:
    async def scene(stage: Stage, switch: SimulatedSwitch) -> None:
        alice_s, bob_s = sorted(await call(stage, ALICE, "1002"), key=lambda leg: leg.extension)
        async with stage.browser("tenant_admin") as alice:

            async def act(uuid: str, what: str, **data: str) -> None:
                done = await alice.post(f"/t/acme/live/calls/{uuid}/{what}", data)
                assert done.status_code == 303, done.text
                assert done.headers["location"] == "/t/acme/live/calls"

            await act(alice_s.uuid, "hold")
            assert "Take back" in (await alice.get(f"/t/acme/live/calls/{alice_s.uuid}")).text
            await act(alice_s.uuid, "take-back")
            await act(alice_s.uuid, "transfer", to="1003")
            await legs_now(stage, lambda found: {x.extension for x in found if x.other} == {"1001", "1003"})  # fmt: skip
            await act(alice_s.uuid, "hang-up", sure="yes")
            await legs_now(stage, lambda found: not found)
            gone = await alice.post(f"/t/acme/live/calls/{bob_s.uuid}/hang-up")
            assert gone.status_code == 404
        assert [act for _, act, _ in stage.door.acts] == [
            "call.held", "call.taken_back", "call.transferred", "call.ended",
        ]  # fmt: skip
        assert stage.door.said[0] == ("good", "The call is on hold: the other side hears music.")

    play(scene, ALICE, BOB, CAROL)


@pytest.mark.parametrize("what", ["hold", "take-back", "transfer", "hang-up"])
def test_another_s_call_is_not_there_and_nothing_happens_to_it(
    play: Callable[..., None], what: str
) -> None:
    async def scene(stage: Stage, switch: SimulatedSwitch) -> None:
        grant(stage)
        first, second = await call(stage, ALICE, "1003")
        for role, tenant in (
            ("user", "acme"),
            ("nordlicht/ingrid", "nordlicht"),
            ("nordlicht/ingrid", "acme"),
        ):
            async with stage.browser(role) as one:
                for uuid in (first.uuid, second.uuid, NOBODY, "..%2f", "1"):
                    path = f"/t/{tenant}/live/calls/{uuid}"
                    done = await one.post(f"{path}/{what}", {"to": "1002"})
                    assert done.status_code == 404
                    assert (await one.get(path)).status_code == 404
        assert len(await legs_now(stage, lambda found: True)) == 2
        assert stage.door.acts == []

    play(scene, ALICE, BOB, CAROL)


def test_a_user_handles_the_own_call(play: Callable[..., None]) -> None:
    async def scene(stage: Stage, switch: SimulatedSwitch) -> None:
        grant(stage)
        found = {one.extension: one for one in await call(stage, ALICE, "1002")}
        async with stage.browser("user") as bob:
            theirs = await bob.post(f"/t/acme/live/calls/{found['1001'].uuid}/hang-up")
            assert theirs.status_code == 404, "the other side's phone is not bob's to end"
            done = await bob.post(
                f"/t/acme/live/calls/{found['1002'].uuid}/hang-up", {"sure": "yes"}
            )
            assert done.status_code == 303
        await legs_now(stage, lambda legs: not legs)

    play(scene, ALICE, BOB)


def test_a_part_of_a_page_is_told_there_even_what_did_not_work(play: Callable[..., None]) -> None:
    async def scene(stage: Stage, switch: SimulatedSwitch) -> None:
        found = await call(stage, ALICE, "1002")
        path = f"/t/acme/live/calls/{found[0].uuid}"
        part = {"headers": {"hx-request": "true"}}
        async with stage.browser("tenant_admin") as alice:
            done = await alice.post(f"{path}/hold", **part)
            assert (done.status_code, "on hold" in done.text) == (200, True)
            assert "<html" not in done.text
            for what, data, words in (
                ("hold", {}, "on hold already"), ("transfer", {"to": "<b>"}, "cannot be dialled"),
            ):  # fmt: skip
                refused = await alice.post(f"{path}/{what}", data, **part)
                assert (refused.status_code, words in refused.text) == (200, True)
                assert 'role="alert"' in refused.text
                assert "<b>" not in refused.text

    play(scene, ALICE, BOB)


def test_an_act_leads_back_to_a_live_page_and_nowhere_else(play: Callable[..., None]) -> None:
    async def scene(stage: Stage, switch: SimulatedSwitch) -> None:
        for back in ("//evil.example", "https://evil.example", "../../x", "queues"):
            first, _ = await call(stage, ALICE, "1002")
            async with stage.browser("admin") as ops:
                done = await ops.post(
                    f"/t/acme/live/calls/{first.uuid}/hang-up",
                    {"back": back, "whole": "yes", "sure": "yes"},
                )
            wanted = "queues" if back == "queues" else "calls"
            assert done.headers["location"] == f"/admin/live/{wanted}"
            await legs_now(stage, lambda found: not found)

    play(scene, ALICE, BOB)


def test_who_hangs_up_is_asked_first_and_told_whose_call_it_is(play: Callable[..., None]) -> None:
    async def scene(stage: Stage, switch: SimulatedSwitch) -> None:
        found = {one.extension: one for one in await call(stage, ALICE, "1002")}
        path = f"/t/acme/live/calls/{found['1001'].uuid}/hang-up"
        part = {"hx-request": "true", "hx-target": "live-said"}
        async with stage.browser("tenant_admin") as alice:
            page = await alice.post(path, {"back": "queues", "sure": "perhaps"})
            assert page.status_code == 200 and "<html" in page.text
            assert "Hang up the call of 1001 Alice Doe?" in page.text
            assert "With 1002 Bob Roe" in page.text
            assert 'name="back" value="queues"' in page.text
            assert '<a class="button quiet" href="/t/acme/live/queues">Cancel</a>' in page.text
            shown = await alice.post(path, headers=part)
            assert "<html" not in shown.text and 'hx-target="#live-said"' in shown.text
            assert shown.headers["hx-retarget"] == "#ask"
            odd = await alice.post(path, headers={**part, "hx-target": '"><script>'})
            assert "script" not in odd.text
            assert len(await legs_now(stage, lambda legs: True)) == 2
            assert stage.door.acts == []
            await alice.post(path, {"sure": "yes"}, headers=part)
        await legs_now(stage, lambda legs: not legs)

    play(scene, ALICE, BOB)


def test_an_agent_logs_in_as_by_phone_takes_a_break_and_goes(play: Callable[..., None]) -> None:
    async def scene(stage: Stage, switch: SimulatedSwitch) -> None:
        client = await stage.ground.link.up(5.0)

        async def status() -> str:
            return (await client.api("callcenter_config agent get status acme.1002")).strip()

        async with stage.browser("tenant_admin") as alice:

            async def act(what: str, number: str = "1002") -> int:
                return (await alice.post(f"/t/acme/live/agents/{number}/{what}")).status_code

            assert await act("log-in") == 303
            assert await status() == "Available"
            agent = await client.api("callcenter_config agent list acme.1002")
            assert (
                "[leg_timeout=25,outbound_redirect_fatal=true]user/1002@acme.example.com" in agent
            )
            tiers = await client.api("callcenter_config tier list")
            assert "acme.800|acme.1002|Ready|0|2" in tiers
            assert await act("pause") == 303
            assert await status() == "On Break"
            assert await act("resume") == 303
            assert await status() == "Available"
            assert await act("log-out") == 303
            assert await status() == "Logged Out"
            assert await act("pause") == 422, "who is logged out has nothing to take a break from"
            assert await act("log-in", "1003") == 404, "1003 is no agent"
            assert await act("log-in", "2007") == 404
            assert await act("dance") == 404

    play(scene, ALICE, BOB)


def test_a_user_logs_in_the_own_extension_alone(play: Callable[..., None]) -> None:
    async def scene(stage: Stage, switch: SimulatedSwitch) -> None:
        grant(stage)
        async with stage.browser("user") as bob:
            assert (await bob.post("/t/acme/live/agents/1002/log-in")).status_code == 303
            assert (await bob.post("/t/acme/live/agents/1001/log-in")).status_code == 404

    play(scene, BOB)


async def said(stage: Stage, account: int, text: str) -> None:
    """Waits until somebody is told of a call that was asked for."""
    while not any(text in one.said for one in hub_of(stage.ground).placing.of(account)):
        await asyncio.sleep(0.01)


def test_one_calls_with_the_own_phone_and_hears_what_becomes_of_it(
    play: Callable[..., None],
) -> None:
    async def scene(stage: Stage, switch: SimulatedSwitch) -> None:
        async with stage.browser("user") as bob:
            form = (await bob.get("/t/acme/live/call?to=1001")).text
            assert 'value="1002"' in form
            assert "1001 Alice" not in form, "not bob's to call from"
            done = await bob.post("/t/acme/live/call", {"from": "1002", "to": "10 01"})
            assert done.headers["location"] == "/t/acme/live/call"
            await said(stage, 1, "1001 answered.")
            assert "1001 answered." in (await bob.get("/t/acme/live/call")).text
        legs = await legs_now(stage, lambda found: len(found) == 2)
        assert {one.extension for one in legs} == {"1001", "1002"}
        assert [act for _, act, _ in stage.door.acts] == ["call.placed"]

    play(scene, ALICE, BOB)


def test_a_call_that_is_refused_or_given_up_is_told_so(play: Callable[..., None]) -> None:
    async def scene(stage: Stage, switch: SimulatedSwitch) -> None:
        path = "/t/acme/live/call"
        async with stage.browser("end_user") as carol:
            await carol.post(path, {"from": "1003", "to": "+442079460000"})
            await said(stage, 1, "may not make such calls")
            switch.live.surroundings.phones[CAROL] = Phone()  # rings for ever
            await carol.post(path, {"from": "1003", "to": "1001"})
            again = await carol.post(path, {"from": "1003", "to": "1002"})
            assert again.status_code == 422, "one at a time"
            running = hub_of(stage.ground).placing.of(1)[0]
            await legs_now(stage, lambda found: any(x.extension == "1003" for x in found))
            await carol.post(f"{path}/give-up", {"id": str(running.id)})
            await said(stage, 1, "Given up.")
            await legs_now(stage, lambda found: not found)

    play(scene, ALICE, CAROL)


def test_nobody_calls_with_another_s_phone(play: Callable[..., None]) -> None:
    async def scene(stage: Stage, switch: SimulatedSwitch) -> None:
        async with stage.browser("user") as bob:
            for caller in ("1001", "1777", "x"):
                done = await bob.post("/t/acme/live/call", {"from": caller, "to": "1002"})
                assert done.status_code == 422
            other = await bob.post("/t/nordlicht/live/call", {"from": "2007", "to": "2002"})
            assert other.status_code == 404
        assert await legs_now(stage, lambda found: True) == []

    play(scene, ALICE, BOB)
