"""Agents who are put to work by hand come with all that the code for it brings along."""

import asyncio
from pathlib import Path

import pytest

from dialform.reconcile.desk.agents import AVAILABLE, BREAK, OUT, logins, set_status
from dialform.reconcile.desk.customers import Customer
from dialform.reconcile.desk.errors import Failed, NotThere
from dialform.reconcile.desk.legbook import LegBook
from dialform.reconcile.desk.scope import Scope
from dialform.simulator.scene import Dial
from dialform.simulator.served import SimulatedSwitch
from dialform.switch import Client

from .conftest import Play
from .test_calls import ALICE, BOB, place

WHO = "acme.1002"
COLUMNS = (
    "contact",
    "status",
    "wrap_up_time",
    "no_answer_delay_time",
    "busy_delay_time",
    "reject_delay_time",
)


async def known(client: Client) -> tuple[list[str], str]:
    """What the switch knows of the agent, and its places."""
    title, row, *_ = (await client.api(f"callcenter_config agent list {WHO}")).split("\n")
    values = dict(zip(title.split("|"), row.split("|"), strict=True))
    tiers = (await client.api("callcenter_config tier list")).split("\n")
    return [values[name] for name in COLUMNS], "\n".join(one for one in tiers if WHO in one)


def test_a_login_by_hand_leaves_what_the_code_leaves(
    play: Play, acme: Customer, conf: Path
) -> None:
    async def scene(client: Client, switch: SimulatedSwitch) -> None:
        switch.call(Dial(BOB, "*22"))
        while (await client.api(f"callcenter_config agent get status {WHO}")).strip() != AVAILABLE:
            await asyncio.sleep(0.02)
        by_code = await known(client)
        await client.api(f"callcenter_config agent del {WHO}")
        await client.api(f"callcenter_config tier add acme.800 {WHO} 7 7")
        login = logins(conf, acme)["1002"]
        await set_status(client.api, Scope(acme), acme, "1002", AVAILABLE, login)
        assert await known(client) == by_code

    play(scene, BOB)


def test_an_agent_s_day(play: Play, acme: Customer, conf: Path) -> None:
    async def scene(client: Client, switch: SimulatedSwitch) -> None:
        login, scope = logins(conf, acme)["1002"], Scope(acme, frozenset({"1002"}))
        for status in (AVAILABLE, BREAK, BREAK, AVAILABLE, OUT, OUT):
            await set_status(client.api, scope, acme, "1002", status, login)
            said = await client.api(f"callcenter_config agent get status {WHO}")
            assert said.strip() == status
        with pytest.raises(Failed, match="not logged in"):
            await set_status(client.api, scope, acme, "1002", BREAK, login)

    play(scene, BOB)


def test_who_was_never_there_is_out_already(play: Play, acme: Customer, conf: Path) -> None:
    async def scene(client: Client, switch: SimulatedSwitch) -> None:
        await client.api(f"callcenter_config agent del {WHO}")
        login = logins(conf, acme)["1002"]
        await set_status(client.api, Scope(acme), acme, "1002", OUT, login)

    play(scene, BOB)


def test_who_is_no_agent_or_another_s_is_not_there(play: Play, acme: Customer, conf: Path) -> None:
    async def scene(client: Client, switch: SimulatedSwitch) -> None:
        known = logins(conf, acme)
        assert sorted(known) == ["1001", "1002"]
        own = Scope(acme, frozenset({"1001"}))
        said = set()
        for number, login in (("1002", known["1002"]), ("1003", None)):
            with pytest.raises(NotThere) as refused:
                await set_status(client.api, own, acme, number, AVAILABLE, login)
            said.add(str(refused.value).replace(number, "N"))
        assert len(said) == 1, "the same words for both"

    play(scene)


def test_a_switch_that_only_says_ok_is_not_believed(play: Play, acme: Customer, conf: Path) -> None:
    async def scene(client: Client, switch: SimulatedSwitch) -> None:
        login = logins(conf, acme)["1002"]
        await set_status(client.api, Scope(acme), acme, "1002", OUT, login)
        switch.faults.replies["callcenter_config agent set status"] = "+OK\n"
        with pytest.raises(Failed, match="Logged Out"):
            await set_status(client.api, Scope(acme), acme, "1002", AVAILABLE, login)

    play(scene, BOB)


def test_a_leg_is_looked_into_again_when_something_happened_to_it(
    play: Play, acme: Customer
) -> None:
    async def scene(client: Client, switch: SimulatedSwitch) -> None:
        placed = await place(client, acme, "1001", "1002")
        asked: list[str] = []

        async def ask(command: str) -> str:
            asked.append(command)
            return await client.api(command)

        book = LegBook()

        async def dumps() -> int:
            asked.clear()
            assert len(await book.look(ask)) == 2
            return sum(one.startswith("uuid_dump") for one in asked)

        assert [await dumps(), await dumps()] == [2, 0]
        book.touch(placed.uuid)
        assert [await dumps(), await dumps()] == [1, 0]
        book.forget()
        assert await dumps() == 2
        await client.api(f"uuid_setvar {placed.uuid} x y")
        assert await dumps() == 0

    play(scene, ALICE, BOB)
