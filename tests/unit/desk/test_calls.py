"""Calls for somebody, and calls that are handled: on a simulated switch, in somebody's scope."""

import asyncio

import pytest

from dialform.reconcile.desk.calling import Placed, call
from dialform.reconcile.desk.customers import Customer
from dialform.reconcile.desk.errors import DeskError, Failed, NotAllowed, NotThere
from dialform.reconcile.desk.handling import hang_up, hang_up_extension, hold, transfer
from dialform.reconcile.desk.legs import Leg, legs
from dialform.reconcile.desk.scope import WHOLE, Scope
from dialform.simulator.scene import Phone
from dialform.simulator.served import SimulatedSwitch
from dialform.switch import Client

from .conftest import Play

ALICE, BOB, CAROL = (f"{number}@acme.example.com" for number in ("1001", "1002", "1003"))
NOBODY = "12345678-1234-1234-1234-123456789012"


async def place(
    client: Client, acme: Customer, caller: str, dialled: str, scope: Scope = WHOLE
) -> Placed:
    return await call(
        client, acme, scope, caller, dialled, tell=lambda _: None, patience=10.0
    )  # fmt: skip


async def gone(client: Client) -> None:
    while await legs(client.api, WHOLE):
        await asyncio.sleep(0.02)


async def trunks_up(client: Client) -> None:
    while ">REGED<" not in await client.api("sofia xmlstatus gateway mycarrier"):
        await asyncio.sleep(0.05)


def test_a_call_for_somebody_reaches_the_other_phone(play: Play, acme: Customer) -> None:
    async def scene(client: Client, switch: SimulatedSwitch) -> None:
        placed = await place(client, acme, "1001", "1002")
        assert placed.outcome == "answered"
        found = await legs(client.api, Scope(acme))
        assert [(leg.extension, leg.tenant) for leg in found] == [
            ("1001", "acme"),
            ("1002", "acme"),
        ]
        assert found[1].channel.cid_num == "1001"
        assert {found[0].other, found[1].other} == {found[0].uuid, found[1].uuid}

    play(scene, ALICE, BOB)


def test_a_call_for_somebody_has_that_extension_s_toll_class(play: Play, acme: Customer) -> None:
    async def scene(client: Client, switch: SimulatedSwitch) -> None:
        refused = await place(client, acme, "1003", "+442079460000")
        assert (refused.outcome, refused.reason) == ("refused", "toll")
        await trunks_up(client)
        assert (await place(client, acme, "1002", "+442079460000")).outcome == "answered"

    play(scene, BOB, CAROL)


def test_a_call_for_somebody_counts_against_the_cap(play: Play, acme: Customer) -> None:
    async def scene(client: Client, switch: SimulatedSwitch) -> None:
        await place(client, acme, "1001", "1002")
        assert (await client.api("limit_usage hash tenant acme")).strip() == "1"
        await hang_up_extension(client.api, Scope(acme), "acme", "1001")
        await gone(client)
        assert (await client.api("limit_usage hash tenant acme")).strip() == "0"

    play(scene, ALICE, BOB)


@pytest.mark.parametrize(
    ("phone", "words"),
    [(Phone(registered=False), "registered"), (Phone(cause="CALL_REJECTED"), "declined")],
)
def test_who_does_not_answer_is_told_why(
    play: Play, acme: Customer, phone: Phone, words: str
) -> None:
    async def scene(client: Client, switch: SimulatedSwitch) -> None:
        switch.live.surroundings.phones[ALICE] = phone
        if not phone.registered:
            switch.unregister(ALICE)
        with pytest.raises(Failed, match=words):
            await place(client, acme, "1001", "1002")
        assert await legs(client.api, WHOLE) == []

    play(scene, ALICE, BOB)


def test_who_gives_up_leaves_no_phone_ringing(play: Play, acme: Customer) -> None:
    async def scene(client: Client, switch: SimulatedSwitch) -> None:
        switch.live.surroundings.phones[ALICE] = Phone()  # rings for ever
        task = asyncio.create_task(place(client, acme, "1001", "1002"))
        while not await legs(client.api, WHOLE):
            await asyncio.sleep(0.02)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await gone(client)

    play(scene, ALICE, BOB)


def test_an_extension_beyond_the_scope_is_not_there(play: Play, acme: Customer) -> None:
    async def scene(client: Client, switch: SimulatedSwitch) -> None:
        own = Scope(acme, frozenset({"1002"}))
        said = []
        for number in ("1001", "1777"):
            with pytest.raises(NotThere) as refused:
                await place(client, acme, number, "1002", own)
            said.append(str(refused.value).replace(number, "N"))
        assert said[0] == said[1], "the same words for what is another's and for what is not"

    play(scene, ALICE, BOB)


def test_another_tenant_s_call_is_not_there(
    play: Play, acme: Customer, nordlicht: Customer
) -> None:
    async def scene(client: Client, switch: SimulatedSwitch) -> None:
        await place(client, acme, "1001", "1002")
        mine = await legs(client.api, Scope(acme))
        other = Scope(nordlicht)
        assert len(mine) == 2
        assert await legs(client.api, other) == []
        for uuid in (mine[0].uuid, NOBODY):
            for work in (
                hang_up(client.api, other, uuid),
                hold(client.api, other, uuid, off=False),
                transfer(client.api, other, uuid, "1001", nordlicht),
            ):
                with pytest.raises(NotThere) as refused:
                    await work  # type: ignore[misc]
                assert str(refused.value) == f"There is no call {uuid}."
        assert len(await legs(client.api, Scope(acme))) == 2, "nothing happened to it"

    play(scene, ALICE, BOB)


def test_a_user_sees_the_own_legs_alone(play: Play, acme: Customer) -> None:
    async def scene(client: Client, switch: SimulatedSwitch) -> None:
        await trunks_up(client)
        await place(client, acme, "1001", "2125550177")
        alice = await legs(client.api, Scope(acme, frozenset({"1001"})))
        assert {(leg.extension, leg.trunk) for leg in alice} == {("1001", ""), ("", "mycarrier")}
        assert await legs(client.api, Scope(acme, frozenset({"1002"}))) == []

    play(scene, ALICE, BOB)


def test_transfer_sends_one_leg_elsewhere(play: Play, acme: Customer) -> None:
    async def scene(client: Client, switch: SimulatedSwitch) -> None:
        placed = await place(client, acme, "1001", "1002")
        await transfer(client.api, Scope(acme), placed.uuid, "1003", acme)

        async def now() -> list[Leg]:
            return [leg for leg in await legs(client.api, WHOLE) if leg.other]

        while {leg.extension for leg in await now()} != {"1001", "1003"}:
            await asyncio.sleep(0.02)

    play(scene, ALICE, BOB, CAROL)


def test_nobody_gets_the_rights_of_who_they_speak_with(play: Play, acme: Customer) -> None:
    """A leg is transferred with the rights of its other side: to send one's own phone away would be to
    call with a colleague's toll class, on the colleague's bill.
    """

    async def scene(client: Client, switch: SimulatedSwitch) -> None:
        await place(client, acme, "1001", "1002")
        for mine in ("1001", "1002"):
            own = Scope(acme, frozenset({mine}))
            (leg,) = await legs(client.api, own)
            with pytest.raises(NotAllowed, match="with the rights of"):
                await transfer(client.api, own, leg.uuid, "1003", acme)
        talking = [leg for leg in await legs(client.api, WHOLE) if leg.other]
        assert {leg.extension for leg in talking} == {"1001", "1002"}, "nothing happened to it"

    play(scene, ALICE, BOB, CAROL)


def test_who_speaks_with_the_outside_sends_that_away_with_their_own_rights(
    play: Play, acme: Customer
) -> None:
    async def scene(client: Client, switch: SimulatedSwitch) -> None:
        await trunks_up(client)
        await place(client, acme, "1001", "2125550177")
        own = Scope(acme, frozenset({"1001"}))
        outside = next(leg for leg in await legs(client.api, own) if leg.trunk)
        await transfer(client.api, own, outside.uuid, "1002", acme)

        async def now() -> list[Leg]:
            return [leg for leg in await legs(client.api, WHOLE) if leg.other]

        while {(leg.extension, bool(leg.trunk)) for leg in await now()} != {
            ("1002", False), ("", True),
        }:  # fmt: skip
            await asyncio.sleep(0.02)

    play(scene, ALICE, BOB)


def test_hold_and_take_back(play: Play, acme: Customer) -> None:
    async def scene(client: Client, switch: SimulatedSwitch) -> None:
        placed = await place(client, acme, "1001", "1002")
        scope = Scope(acme)
        with pytest.raises(DeskError, match="not on hold"):
            await hold(client.api, scope, placed.uuid, off=True)
        assert (await hold(client.api, scope, placed.uuid, off=False)).held
        with pytest.raises(DeskError, match="already"):
            await hold(client.api, scope, placed.uuid, off=False)
        assert not (await hold(client.api, scope, placed.uuid, off=True)).held

    play(scene, ALICE, BOB)


def test_a_hold_that_only_says_ok_is_believed_by_nobody(play: Play, acme: Customer) -> None:
    async def scene(client: Client, switch: SimulatedSwitch) -> None:
        placed = await place(client, acme, "1001", "1002")
        switch.faults.replies["uuid_hold"] = "+OK Success\n"
        with pytest.raises(Failed, match="did not hold"):
            await hold(client.api, Scope(acme), placed.uuid, off=False)

    play(scene, ALICE, BOB)
