"""What the event socket does wrong: dropped, slow, silent, garbage, and a `+OK` for a failure."""

from __future__ import annotations

import asyncio

import pytest

from .edits import all_at_once, trunk_changed
from .world import World

STARTS = ("reloadxml", "reloadacl", "sofia profile external killgw", "sofia profile external rescan",
          "callcenter_config queue load", "callcenter_config tier del", "local_stream start")  # fmt: skip
BACKWARDS = ("callcenter_config queue unload", "local_stream stop",
             "sofia profile internal flush_inbound_reg")  # fmt: skip
"""Commands of the way there, and those of the way back alone: something has to be there that goes."""


async def all_there(world: World) -> None:
    """What all edits bring runs, and the phone of the extension that they bring is logged in."""
    all_at_once(world.repository.files)
    world.repository.commit()
    await world.settle(allow_disruption=True)
    world.switch.register("1003@alpha.pbx.example.com")
    world.switch.heard.clear()


@pytest.mark.parametrize("start", STARTS + BACKWARDS)
def test_dropped_before_a_command_was_done(world: World, start: str) -> None:
    async def drops() -> None:
        async with world:
            if start in BACKWARDS:
                await all_there(world)
            all_at_once(world.repository.files)
            head = world.repository.commit()
            world.switch.faults.drop_on = {start}
            mend = asyncio.create_task(_mend(world, start))
            await world.pass_(allow_disruption=True)
            await mend
            await world.settle(allow_disruption=True)
            await world.expect(head)

    asyncio.run(drops())


async def _mend(world: World, start: str) -> None:
    """Once the agent has lost two connections by the command."""
    await world.until(lambda: sum(one.startswith(start) for one in world.switch.heard) > 1)
    world.switch.mend()


def test_dropped_after_a_command_was_done(world: World) -> None:
    """Nobody knows what became of it: the switch is looked at, and nothing is sent twice."""

    async def drops() -> None:
        async with world:
            trunk_changed(world.repository.files)
            head = world.repository.commit()
            for start in ("reloadxml", "sofia profile external killgw"):
                _cut_once(world, start)
            result = await world.pass_()
            assert result.what == "applied", result
            assert [c for c in world.switch.changes if c == "reloadxml"] == ["reloadxml"]
            assert [c for c in world.switch.changes if "killgw" in c] == [
                "sofia profile external killgw north"
            ]
            await world.settle()
            await world.expect(head)

    asyncio.run(drops())


def _cut_once(world: World, start: str) -> None:
    """The connection ends right after the command was done, before its reply."""
    server, above = world.switch, world.switch.after
    done = False

    def cut(command: str) -> None:
        nonlocal done
        above(command)
        if command.startswith(start) and not done:
            done = True
            server.faults.drop_after = 0

            asyncio.get_running_loop().call_later(
                0.05, lambda: setattr(server.faults, "drop_after", None)
            )

    server.after = cut


@pytest.mark.parametrize("bytes_", [1, 40, 400, 3000])
def test_dropped_in_the_midst_of_replies(world: World, bytes_: int) -> None:
    async def drops() -> None:
        async with world:
            all_at_once(world.repository.files)
            head = world.repository.commit()
            world.switch.faults.drop_after = bytes_
            await world.pass_(allow_disruption=True)
            assert world.switch.faults.drop_after is None, "it was never dropped"
            await world.settle(allow_disruption=True)
            await world.expect(head)

    asyncio.run(drops())


def test_a_slow_switch_is_waited_for(world: World) -> None:
    async def slow() -> None:
        async with world:
            trunk_changed(world.repository.files)
            head = world.repository.commit()
            world.switch.faults.delay = 0.02
            assert (await world.pass_(confirm_within=600.0)).what == "applied"
            world.switch.faults.delay = 0.0
            await world.expect(head)

    asyncio.run(slow())


@pytest.mark.parametrize("fault", ["silent", "refuse"])
def test_a_switch_that_says_nothing_holds_the_agent(world: World, fault: str) -> None:
    async def silent() -> None:
        async with world:
            before = world.repository.head
            trunk_changed(world.repository.files)
            head = world.repository.commit()
            current = world.layout.current.readlink()
            if fault == "silent":
                world.switch.faults.silent = {"global_getvar"}
            else:
                world.switch.faults.refuse = True
            result = await world.pass_()
            assert result.what == "held"
            assert world.held() == "SwitchUnreachable"
            assert world.layout.current.readlink() == current, "the last good goes on"
            assert world.switch.changes == []
            world.switch.faults.refuse, world.switch.faults.silent = False, set()
            await world.expect(before)
            await world.settle()
            await world.expect(head)

    asyncio.run(silent())


WRONG = {
    "reloadxml": ["", "+OK [error near line 1: unexpected closing tag]\n", "-ERR\n", "+OK\n"],
    "reloadacl": ["", "-ERR no reply\n"],
    "sofia profile external killgw": [
        "Invalid Gateway!\n",
        "Invalid Profile [external]\n",
        "+OK\n",
    ],
    "sofia profile external rescan": ["Invalid Profile [external]\n", "+OK scan complete\n", ""],
    "callcenter_config queue load": ["-ERR Invalid Queue not found!\n", "+OK\n"],
    "callcenter_config queue unload": ["+OK\n"],
    "callcenter_config tier del": ["+OK\n"],
    "local_stream start": ["+OK stream: beta.lively\n", "-ERR no reply\n"],
    "local_stream stop": ["+OK\n"],
}
"""What FreeSWITCH says of what it did not do. The simulated one then does nothing."""


@pytest.mark.parametrize(
    ("start", "reply"), [(start, reply) for start, replies in WRONG.items() for reply in replies]
)
def test_a_failure_is_believed_whatever_it_calls_itself(
    world: World, start: str, reply: str
) -> None:
    async def lies() -> None:
        async with world:
            if start in BACKWARDS:
                await all_there(world)
            good = world.repository.head
            all_at_once(world.repository.files)
            bad = world.repository.commit()
            world.switch.faults.replies = {start: reply}
            told = len(world.switch.changes)
            result = await world.pass_(allow_disruption=True, confirm_within=30.0)
            assert any(c.startswith(start) for c in world.switch.changes[told:])
            world.switch.mend()
            assert result.what in ("rolled_back", "rollback_failed"), result
            assert world.status()["quarantine"].keys() == {bad}
            await world.stay("Quarantined")
            await world.expect(good)

    asyncio.run(lies())


GARBAGE = [
    "a",
    "\n",
    "Content-Length: 99999999999\n\n",
    "Content-Type: api/response\n\n",
    "\x00" * 64,
]


@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_on_the_socket_is_no_answer(world: World, garbage: str) -> None:
    async def talks() -> None:
        async with world:
            good = world.repository.head
            trunk_changed(world.repository.files)
            head = world.repository.commit()
            world.switch.faults.garbage = garbage.encode()
            result = await world.pass_()
            assert (result.what, world.held()) == ("held", "SwitchUnreachable")
            world.switch.mend()
            assert world.switch.changes == []
            await world.expect(good)
            await world.settle()
            await world.expect(head)

    asyncio.run(talks())


@pytest.mark.parametrize("how", ["refused", "restarted"])
def test_what_waited_for_the_switch_goes_on_when_it_is_back(world: World, how: str) -> None:
    """Not only at the next interval, which is an hour off."""

    async def waits() -> None:
        async with world:
            trunk_changed(world.repository.files)
            head = world.repository.commit()
            world.switch.faults.refuse = True
            async with world.agent(interval=100_000.0, confirm_within=30.0) as agent:
                loop = asyncio.create_task(agent.run())
                await world.until(lambda: world.held() == "SwitchUnreachable")
                world.switch.mend()
                if how == "restarted":
                    await world.switch.restart()
                    await world.people_come()
                await world.until(lambda: world.status()["applied"]["commit"] == head)
                agent.stop()
                await loop
            await world.settle()
            await world.expect(head)

    asyncio.run(waits())
