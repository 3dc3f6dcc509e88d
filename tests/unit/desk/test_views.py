"""The tables: what is in the scope, and nothing else; what a caller sent is shown, not obeyed."""

import time

import pytest

from dialform.cli.desktables import columns, plain
from dialform.reconcile.desk.customers import Customer
from dialform.reconcile.desk.scope import WHOLE, Scope
from dialform.reconcile.desk.views import VIEWS
from dialform.simulator.served import SimulatedSwitch
from dialform.switch import Client

from .conftest import Play

ALICE, DIRK = "1001@acme.example.com", "2001@nordlicht.pbx.example.com"


@pytest.mark.parametrize("name", sorted(VIEWS))
def test_each_row_has_each_column(play: Play, name: str) -> None:
    async def scene(client: Client, switch: SimulatedSwitch) -> None:
        await client.api("originate user/1001@acme.example.com &park")
        view = VIEWS[name]
        rows = await view.rows(client.api, WHOLE, time.time())
        assert rows, name
        assert all(set(view.columns) <= row.keys() for row in rows)

    play(scene, ALICE, DIRK)


def test_a_tenant_sees_its_own_and_nobody_else_s(
    play: Play, acme: Customer, nordlicht: Customer
) -> None:
    async def scene(client: Client, switch: SimulatedSwitch) -> None:
        await client.api("originate user/1001@acme.example.com &park")
        for customer, others in ((acme, "nordlicht"), (nordlicht, "acme")):
            for view in VIEWS.values():
                rows = await view.rows(client.api, Scope(customer), time.time())
                assert others not in str(rows)
        calls = await VIEWS["channels"].rows(client.api, Scope(acme), time.time())
        assert len(calls) == 1
        assert await VIEWS["channels"].rows(client.api, Scope(nordlicht), time.time()) == []
        phones = await VIEWS["registrations"].rows(client.api, Scope(acme), time.time())
        assert [row["extension"] for row in phones] == ["1001"]
        gateways = await VIEWS["gateways"].rows(client.api, Scope(acme), time.time())
        assert [row["gateway"] for row in gateways] == ["mycarrier"]
        queues = await VIEWS["queues"].rows(client.api, Scope(acme), time.time())
        assert {row["tenant"] for row in queues} == {"acme"}

    play(scene, ALICE, DIRK)


def test_a_user_sees_the_own_phone_alone(play: Play, acme: Customer) -> None:
    async def scene(client: Client, switch: SimulatedSwitch) -> None:
        for numbers, seen in (({"1001"}, 1), ({"1002"}, 0)):
            scope = Scope(acme, frozenset(numbers))
            rows = await VIEWS["registrations"].rows(client.api, scope, time.time())
            assert len(rows) == seen

    play(scene, ALICE)


def test_control_characters_of_a_caller_reach_no_terminal() -> None:
    assert plain("a\x1b[2Jb\nc") == "a\ufffd[2Jb\ufffdc"
    assert columns(("x", "y"), [{"x": "a\x1b", "y": 2}]) == ["x   y", "a\ufffd  2"]
    assert columns(("x",), []) == []
