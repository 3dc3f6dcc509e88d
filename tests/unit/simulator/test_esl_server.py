"""The event socket over TCP: its manners, its faults, a restart."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from dialform.simulator.esl.server import NotLoopbackError
from dialform.simulator.faults import Faults
from dialform.simulator.served import SimulatedSwitch

from .esl_bench import Bench

Message = tuple[dict[str, str], str]


class Line:
    """A client's end of the socket."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def say(self, text: str) -> None:
        self._writer.write(text.encode())
        await self._writer.drain()

    async def hear(self) -> Message:
        head = (await self._reader.readuntil(b"\n\n")).decode().rstrip("\n")
        headers = dict(line.split(": ", 1) for line in head.split("\n"))
        body = await self._reader.readexactly(int(headers.get("Content-Length", 0)))
        return headers, body.decode()

    async def ask(self, command: str) -> str:
        await self.say(f"api {command}\n\n")
        return (await self.hear())[1]

    async def rest(self) -> bytes:
        try:
            return await self._reader.read(-1)
        except ConnectionError:
            return b""


async def connected(switch: SimulatedSwitch) -> Line:
    line = Line(*await asyncio.open_connection(*switch.address))
    assert await line.hear() == ({"Content-Type": "auth/request"}, "")
    await line.say(f"auth {switch.password}\n\n")
    assert (await line.hear())[0]["Reply-Text"] == "+OK accepted"
    return line


@pytest.fixture
def conf(tmp_path: Path) -> Path:
    Bench(tmp_path / "conf")
    return tmp_path / "conf"


def served(
    conf: Path,
    then: Callable[[SimulatedSwitch], Awaitable[None]],
    faults: Faults | None = None,
) -> None:
    async def run() -> None:
        async with SimulatedSwitch(conf, ("127.0.0.1", 0), faults=faults) as switch:
            await asyncio.wait_for(then(switch), 20)

    asyncio.run(run())


def test_whoever_has_the_wrong_password_is_sent_away(conf: Path) -> None:
    async def then(switch: SimulatedSwitch) -> None:
        line = Line(*await asyncio.open_connection(*switch.address))
        await line.hear()
        await line.say("auth wrong\n\napi status\n\n")
        assert (await line.hear())[0]["Reply-Text"] == "-ERR invalid"
        assert (await line.hear())[0]["Content-Type"] == "text/disconnect-notice"
        assert await line.rest() == b""

    served(conf, then)


def test_replies_come_in_the_order_of_the_commands(conf: Path) -> None:
    async def then(switch: SimulatedSwitch) -> None:
        line = await connected(switch)
        await line.say("api echo one\n\nnosuch\n\napi echo two\n\n")
        assert (await line.hear())[1] == "one"
        assert (await line.hear())[0]["Reply-Text"] == "-ERR command not found"
        assert (await line.hear())[1] == "two"

    served(conf, then)


def test_a_job_is_told_of_by_its_own_uuid(conf: Path) -> None:
    async def then(switch: SimulatedSwitch) -> None:
        line = await connected(switch)
        await line.say("event json BACKGROUND_JOB\n\n")
        await line.hear()
        await line.say("bgapi echo hello\nJob-UUID: mine\n\n")
        assert (await line.hear())[0]["Job-UUID"] == "mine"
        told = json.loads((await line.hear())[1])
        assert (told["Job-UUID"], told["Job-Command-Arg"], told["_body"]) == (
            "mine",
            "hello",
            "hello",
        )

    served(conf, then)


def test_two_clients_see_the_same_event_under_the_same_number(conf: Path) -> None:
    async def then(switch: SimulatedSwitch) -> None:
        lines = [await connected(switch), await connected(switch)]
        for line in lines:
            await line.say("event json CUSTOM sofia::register\n\n")
            await line.hear()
        switch.register("1001@127.0.0.1")
        one, two = [json.loads((await line.hear())[1]) for line in lines]
        assert one == two
        assert one["from-user"] == "1001"

    served(conf, then)


def test_it_listens_to_this_machine_alone(conf: Path) -> None:
    async def run() -> None:
        await SimulatedSwitch(conf, ("0.0.0.0", 0)).start()

    with pytest.raises(NotLoopbackError):
        asyncio.run(run())


def test_a_restart_cuts_the_lines_and_begins_a_new_life(conf: Path) -> None:
    async def then(switch: SimulatedSwitch) -> None:
        line = await connected(switch)
        before = await line.ask("global_getvar core_uuid")
        switch.register("1001@127.0.0.1")
        address = switch.address
        await switch.restart()
        assert await line.rest() == b""
        assert switch.address == address
        again = await connected(switch)
        assert await again.ask("global_getvar core_uuid") != before
        assert await again.ask("show registrations as json") == '{"row_count": 0}\n'

    served(conf, then)


def test_a_slow_reply_keeps_only_its_own_line_waiting(conf: Path) -> None:
    async def then(switch: SimulatedSwitch) -> None:
        slow, other = await connected(switch), await connected(switch)
        await slow.say("api reloadxml\n\n")
        assert await other.ask("echo here") == "here"
        assert (await slow.hear())[1] == "+OK [Success]\n"

    served(conf, then, Faults(delays={"reloadxml": 0.3}))


def test_a_wrong_reply_is_given_instead_of_doing_anything(conf: Path) -> None:
    async def then(switch: SimulatedSwitch) -> None:
        line = await connected(switch)
        assert await line.ask("sofia profile test killgw gw1") == "+OK\n"
        assert "Name    \tgw1" in await line.ask("sofia status gateway gw1")

    served(conf, then, Faults(replies={"sofia profile test killgw": "+OK\n"}))


def test_a_command_may_be_done_and_never_answered(conf: Path) -> None:
    async def then(switch: SimulatedSwitch) -> None:
        line = await connected(switch)
        await line.say("api global_setvar a=b\n\n")
        assert await line.ask("global_getvar a") == "b"

    served(conf, then, Faults(silent={"global_setvar"}))


def test_a_line_may_break_in_the_midst_of_a_reply(conf: Path) -> None:
    async def then(switch: SimulatedSwitch) -> None:
        line = await connected(switch)
        switch.faults.drop_after = 30
        await line.say("api status\n\n")
        assert len(await line.rest()) == 30
        assert await (await connected(switch)).ask("echo back") == "back"

    served(conf, then)


def test_a_line_may_break_before_a_command_is_run(conf: Path) -> None:
    async def then(switch: SimulatedSwitch) -> None:
        line = await connected(switch)
        switch.faults.drop_on = {"global_setvar"}
        await line.say("api global_setvar a=b\n\n")
        assert await line.rest() == b""
        switch.faults.drop_on = set()
        assert await (await connected(switch)).ask("global_getvar a") == "-ERR no reply\n"

    served(conf, then)


def test_garbage_ends_nobody_elses_conversation(conf: Path) -> None:
    async def then(switch: SimulatedSwitch) -> None:
        good = await connected(switch)
        bad = Line(*await asyncio.open_connection(*switch.address))
        await bad.say("\x00\x01\n\nauth\n\nContent-Length: 99999999999\n\n")
        bad._writer.close()
        assert await good.ask("echo still here") == "still here"

    served(conf, then)
