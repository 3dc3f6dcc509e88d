"""The client before a simulated switch that does wrong on purpose, and before one that lies."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from dialform.switch import (
    Client,
    Dropped,
    Garbled,
    JobTimeout,
    Limits,
    Refused,
    ReplyTimeout,
    SwitchError,
    UnexpectedReply,
    Unknown,
    Unreachable,
    Unsendable,
)

from .servers import Puppet, event, puppet, response, run, said, simulated

# Getting in.


def test_the_first_password_that_is_right_opens(tmp_path: Path) -> None:
    async def work() -> None:
        async with (
            simulated(tmp_path) as switch,
            Client(switch.address, ["wrong", "older", "right", "never"]) as client,
        ):
            assert client.password_index == 2
            assert client.connected
            assert client.core_uuid == switch.live.identity.core_uuid

    run(work)


@pytest.mark.parametrize(
    ("passwords", "message"),
    [(["s3cret"], "refuses the password"), (["s3cret", "s3cret2"], "refuses all 2 passwords")],
)
def test_wrong_passwords_are_refused_and_not_shown(
    tmp_path: Path, passwords: list[str], message: str
) -> None:
    async def work() -> None:
        async with simulated(tmp_path) as switch:
            client = Client(switch.address, passwords)
            with pytest.raises(Refused, match=message) as caught:
                await client.connect()
            assert "s3cret" not in str(caught.value)
            assert not client.connected
            with pytest.raises(Unreachable):
                await client.api("status")

    run(work)


def test_an_access_list_that_denies_us_is_told_as_such() -> None:
    body = "Access Denied, go away.\n"
    greeting = f"Content-Type: text/rude-rejection\nContent-Length: {len(body)}\n\n{body}"

    async def work() -> None:
        async with Puppet(lambda _: None, greeting.encode()) as server:
            with pytest.raises(Refused, match="ACL"):
                await Client(server.address, ["a", "b"]).connect()
            assert server.connections == 1

    run(work)


@pytest.mark.parametrize(
    ("greeting", "error"),
    [
        (b"SSH-2.0-OpenSSH_9.6\r\n", Garbled),
        (b"Content-Type: api/response\n\n", Garbled),
        (b"", Unreachable),
    ],
)
def test_what_is_no_switch_is_not_talked_to(greeting: bytes, error: type[SwitchError]) -> None:
    async def work() -> None:
        async with Puppet(lambda _: None, greeting) as server:
            with pytest.raises(error):
                await Client(server.address, "any", timeout=0.1).connect()
            assert server.heard == []

    run(work)


def test_nobody_there_is_unreachable(tmp_path: Path) -> None:
    async def work() -> None:
        async with simulated(tmp_path, refuse=True) as switch:
            with pytest.raises(Unreachable, match="closed the connection"):
                await Client(switch.address, "right").connect()
        with pytest.raises(Unreachable, match=r"no connection to 127\.0\.0\.1"):
            await Client(switch.address, "right").connect()

    run(work)


@pytest.mark.parametrize("password", ["a\nb", "a\0b", "\udc80", "x" * 70_000])
def test_a_password_that_cannot_be_sent_is_not_shown(password: str) -> None:
    async def work() -> None:
        with pytest.raises(Unsendable, match=r"^the password cannot be sent$"):
            await Client(("127.0.0.1", 1), password).connect()

    run(work)


# Replies.


def test_each_caller_gets_the_reply_to_its_own_command(tmp_path: Path) -> None:
    async def work() -> None:
        async with simulated(tmp_path) as switch, Client(switch.address, "right") as client:
            replies = await asyncio.gather(*(client.api(f"echo {n}") for n in range(200)))
            assert replies == [str(n) for n in range(200)]
            assert await client.api("global_getvar nonsense") == "-ERR no reply\n"
            assert await client.api("nonsense") == "-ERR nonsense Command not found!\n"

    run(work)


def test_who_is_cancelled_in_the_middle_leaves_the_others_their_replies(tmp_path: Path) -> None:
    async def work() -> None:
        async with simulated(tmp_path) as switch, Client(switch.address, "right") as client:
            switch.faults.delays["echo 2"] = 0.1
            tasks = [asyncio.create_task(client.api(f"echo {n}")) for n in range(5)]
            await asyncio.sleep(0.05)
            tasks[2].cancel()
            done = await asyncio.gather(*tasks, return_exceptions=True)
            assert isinstance(done.pop(2), asyncio.CancelledError)
            assert done == ["0", "1", "3", "4"]

    run(work)


def test_what_is_cancelled_before_its_turn_is_never_sent() -> None:
    async def work() -> None:
        async with puppet(lambda command: b"" if "slow" in command else response("x")) as (
            client,
            server,
        ):
            slow = asyncio.create_task(client.api("slow"))
            waits = asyncio.create_task(client.api("originate"))
            last = asyncio.create_task(client.api("last"))
            while not server.heard:
                await asyncio.sleep(0.005)
            waits.cancel()
            server.send(response("done"))
            assert (await slow, await last) == ("done", "x")
            assert server.heard == ["api slow", "api last"]

    run(work)


def test_a_reply_that_does_not_come_ends_the_connection(tmp_path: Path) -> None:
    async def work() -> None:
        async with (
            simulated(tmp_path, silent={"reloadxml"}) as switch,
            Client(switch.address, "right") as client,
        ):
            slow = asyncio.create_task(client.api("reloadxml", timeout=0.05))
            waits = asyncio.create_task(client.api("status"))
            with pytest.raises(ReplyTimeout, match=r"reloadxml: no reply within 0\.05 s") as caught:
                await slow
            assert caught.value.command == "reloadxml"
            with pytest.raises(Unreachable):
                await waits
            assert not client.connected
            with pytest.raises(Unreachable, match="no reply within"):
                await client.api("status")

    run(work)


def test_the_time_counts_for_who_was_cancelled_too() -> None:
    async def work() -> None:
        async with puppet(lambda _: b"") as (client, server):
            slow = asyncio.create_task(client.api("slow", timeout=0.05))
            waits = asyncio.create_task(client.api("next"))
            while not server.heard:
                await asyncio.sleep(0)
            slow.cancel()
            with pytest.raises(Unreachable):
                await waits
            assert server.heard == ["api slow"]

    run(work)


def test_a_connection_that_ends_in_the_middle_leaves_the_outcome_unknown() -> None:
    async def work() -> None:
        async with puppet(lambda _: None) as (client, server):
            tasks = [asyncio.create_task(client.api(name)) for name in ("reloadxml", "status")]
            done = await asyncio.gather(*tasks, return_exceptions=True)
            assert isinstance(done[0], Dropped)
            assert isinstance(done[0], Unknown)
            assert str(done[0]) == "reloadxml: the switch closed the connection"
            assert isinstance(done[1], Unreachable)
            assert (server.heard, server.connections) == (["api reloadxml"], 1)

    run(work)


@pytest.mark.parametrize("after", [0, 1, 30, 60])
def test_half_a_reply_is_none(tmp_path: Path, after: int) -> None:
    async def work() -> None:
        async with simulated(tmp_path) as switch, Client(switch.address, "right") as client:
            switch.faults.drop_after = after
            with pytest.raises(Dropped):
                await client.api("status")
            assert not client.connected

    run(work)


def test_a_farewell_ends_the_connection_at_once() -> None:
    body = "Disconnected, goodbye.\n"
    notice = f"Content-Type: text/disconnect-notice\nContent-Length: {len(body)}\n\n{body}"

    async def work() -> None:
        async with puppet(lambda _: notice.encode()) as (client, _):
            with pytest.raises(Dropped, match="the switch ended the connection"):
                await client.api("shutdown")

    run(work)


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x00\xff\x00\xff",
        b"+OK\n",
        said("+OK accepted"),
        b"Content-Type: auth/request\n\n",
        b"Content-Type: text/event-plain\nContent-Length: 0\n\n",
        event("{"),
        response("x") + response("that nobody asked for"),
        b"Content-Type: api/response\nContent-Length: 999999999\n\n",
    ],
)
def test_garbage_ends_the_connection(garbage: bytes) -> None:
    async def work() -> None:
        async with puppet(lambda _: garbage) as (client, _):
            done = await asyncio.gather(client.api("status"), return_exceptions=True)
            await client.lost()
            assert isinstance(done[0], Garbled) or done == ["x"]
            assert not client.connected

    run(work)


def test_a_simulated_switch_that_talks_garbage(tmp_path: Path) -> None:
    async def work() -> None:
        async with simulated(tmp_path) as switch, Client(switch.address, "right") as client:
            switch.faults.garbage = b"\x16\x03\x01"
            with pytest.raises(Garbled):
                await client.api("status")

    run(work)


@pytest.mark.parametrize(
    "command",
    ["", "  ", "status\napi shutdown", "a\n\napi b", "a\rb", "a\0b", "\udc80", "x" * 70_000],
)
def test_what_would_be_another_command_is_not_sent(command: str) -> None:
    async def work() -> None:
        async with puppet(lambda _: response("x")) as (client, server):
            for ask in (client.api, client.bgapi):
                with pytest.raises(Unsendable):
                    await ask(command)
            assert await client.api("status") == "x"
            assert server.heard == ["api status"]

    run(work)


@pytest.mark.parametrize(
    "name", ["CHANNEL ANSWER", "a\nb", "", "sofia::a b", "sofia::x\napi y", "sofia"]
)
def test_what_is_no_name_of_an_event_is_not_sent(name: str) -> None:
    async def work() -> None:
        async with puppet(lambda _: said("+OK event listener enabled json")) as (client, server):
            with pytest.raises(Unsendable):
                await client.subscribe("HEARTBEAT", name)
            assert server.heard == []

    run(work)


def test_a_subscription_that_is_refused_is_told() -> None:
    async def work() -> None:
        async with puppet(lambda _: said("-ERR permission denied")) as (client, _):
            with pytest.raises(UnexpectedReply, match="permission denied"):
                await client.subscribe("HEARTBEAT")

    run(work)


# Jobs.


def test_jobs_run_beside_each_other_and_beside_commands(tmp_path: Path) -> None:
    async def work() -> None:
        async with simulated(tmp_path) as switch, Client(switch.address, "right") as client:
            switch.faults.delays["echo slow"] = 0.2
            slow = asyncio.create_task(client.bgapi("echo slow"))
            quick = [asyncio.create_task(client.bgapi(f"echo {n}")) for n in range(20)]
            assert await client.api("echo now") == "now"
            assert await asyncio.gather(*quick) == [str(n) for n in range(20)]
            assert not slow.done()
            assert await slow == "slow"

    run(work)


def test_a_job_that_does_not_end_leaves_the_connection_as_it_was(tmp_path: Path) -> None:
    async def work() -> None:
        async with (
            simulated(tmp_path, silent={"reloadxml"}) as switch,
            Client(switch.address, "right") as client,
        ):
            with pytest.raises(JobTimeout, match="reloadxml: the job did not end"):
                await client.bgapi("reloadxml", timeout=0.1)
            assert await client.api("echo x") == "x"

    run(work)


def test_a_job_whose_connection_ends_is_unknown(tmp_path: Path) -> None:
    async def work() -> None:
        async with (
            simulated(tmp_path, delays={"reloadxml": 5}) as switch,
            Client(switch.address, "right") as client,
        ):
            job = asyncio.create_task(client.bgapi("reloadxml"))
            while client.heard <= 4:
                await asyncio.sleep(0.01)
            await switch.restart()
            with pytest.raises(Dropped, match=r"^reloadxml: ") as caught:
                await job
            assert caught.value.command == "reloadxml"

    run(work)


def test_a_job_that_is_not_even_taken_leaves_nothing_behind() -> None:
    replies = {"event": said("+OK event listener enabled json"), "bgapi": None}

    async def work() -> None:
        async with puppet(lambda command: replies[command.split()[0]]) as (client, _):
            with pytest.raises(Dropped):
                await client.bgapi("status")

    run(work)


def test_a_job_that_is_not_taken_is_told() -> None:
    replies = {"event": said("+OK event listener enabled json"), "bgapi": said("-ERR busy")}

    async def work() -> None:
        async with puppet(lambda command: replies[command.split()[0]]) as (client, _):
            with pytest.raises(UnexpectedReply, match="-ERR busy"):
                await client.bgapi("status")

    run(work)


def test_limits_hold_for_bodies() -> None:
    async def work() -> None:
        limits = Limits(body=100)
        async with puppet(lambda _: response("x" * 101), limits=limits) as (client, _):
            with pytest.raises(Garbled, match="more than 100 bytes"):
                await client.api("show registrations")

    run(work)
