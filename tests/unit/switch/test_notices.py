"""NOTIFY for phones that are registered: what is sent, to whom, and what is never sent."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.simulator.state.notices import TAKEN, Notice
from dialform.switch import Client, UnexpectedReply, Unsendable, commands
from dialform.switch.limits import Limits
from dialform.switch.notices import notify
from dialform.switch.questions import Registered, registered

from .servers import puppet, response, run, said, simulated

HEAD = '<?xml version="1.0" encoding="ISO-8859-1"?>\n<profile>\n  <registrations>\n'
TAIL = "  </registrations>\n</profile>\n"
WHO = "1001@d.example"


def row(call_id: str, user: str = WHO, agent: str = "Yealink SIP-T46S 66.86") -> str:
    return (
        f"    <registration>\n        <call-id>{call_id}</call-id>\n        <user>{user}</user>\n"
        "        <contact>&quot;&quot; &lt;sip:1001@192.0.2.7:5060&gt;</contact>\n"
        f"        <agent>{agent}</agent>\n        <status>Registered(UDP)(unknown) "
        "exp(2026-11-28 12:00:00) expsecs(600)</status>\n    </registration>\n"
    )


def test_a_registered_phone_is_told_and_no_other(tmp_path: Path) -> None:
    async def work() -> None:
        async with simulated(tmp_path) as switch, Client(switch.address, "right") as client:
            one = switch.register(WHO, agent="Yealink SIP-T46S <66>")
            switch.register("1002@d.example")
            (found,) = await registered(client.api, "external", WHO)
            assert found == Registered(
                "external", "1001", "d.example", one.call_id, one.contact, "Yealink SIP-T46S <66>"
            )
            await notify(client, found, "check-sync;reboot=false")
            await asyncio.sleep(TAKEN * 2)
            (notice,) = switch.live.notices.sent
            assert (notice.address, notice.event) == (WHO, "check-sync;reboot=false")
            assert isinstance(notice, Notice)
            assert notice.contact == one.contact

    run(work)


def test_who_is_gone_before_the_switch_looks_is_not_told(tmp_path: Path) -> None:
    async def work() -> None:
        async with simulated(tmp_path) as switch, Client(switch.address, "right") as client:
            switch.register(WHO)
            (found,) = await registered(client.api, "external", WHO)
            await notify(client, found, "check-sync")
            await client.api(f"sofia profile external flush_inbound_reg {WHO}")
            await asyncio.sleep(TAKEN * 2)
            assert switch.live.notices.sent == []

    run(work)


def test_the_switch_says_ok_whether_anybody_is_there_or_not(tmp_path: Path) -> None:
    async def work() -> None:
        async with simulated(tmp_path) as switch, Client(switch.address, "right") as client:
            nobody = Registered("nowhere", "1001", "d.example", "x@y", "", "")
            assert await notify(client, nobody, "check-sync")
            await asyncio.sleep(TAKEN * 2)
            assert switch.live.notices.sent == []

    run(work)


def test_nobody_is_registered_where_the_profile_is_not(tmp_path: Path) -> None:
    async def work() -> None:
        async with simulated(tmp_path) as switch, Client(switch.address, "right") as client:
            assert await registered(client.api, "nowhere", WHO) == []
            assert await registered(client.api, "external", WHO) == []

    run(work)


@pytest.mark.parametrize(
    "call_id", ["a<b>&c", "x</call-id><user>9999@other.example</user>", "</registration>", "é%20"]
)
def test_a_call_id_is_what_the_phone_likes(call_id: str) -> None:
    async def work() -> None:
        async with puppet(lambda _: response(HEAD + row(call_id) + TAIL)) as (client, _):
            (found,) = await registered(client.api, "internal", WHO)
            assert (found.call_id, found.user) == (call_id, "1001")

    run(work)


def test_a_row_of_somebody_else_does_not_count() -> None:
    async def work() -> None:
        both = HEAD + row("a", "1001@else.example") + row("b") + TAIL
        async with puppet(lambda _: response(both)) as (client, _):
            assert [one.call_id for one in await registered(client.api, "internal", WHO)] == ["b"]

    run(work)


@pytest.mark.parametrize("reply", ["", "-ERR no reply\n", "Invalid Syntax!\n", HEAD, HEAD + "x"])
def test_another_answer_is_none(reply: str) -> None:
    async def work() -> None:
        async with puppet(lambda _: response(reply)) as (client, _):
            with pytest.raises(UnexpectedReply):
                await registered(client.api, "internal", WHO)

    run(work)


@pytest.mark.parametrize("who", ["", "1001", "@d.example", "1001@d.example reg", "a\n@b", "'@x"])
def test_who_is_no_user_is_not_asked_for(who: str) -> None:
    async def ask(command: str) -> str:
        raise AssertionError(command)

    with pytest.raises(ValueError, match="no user"):
        asyncio.run(registered(ask, "internal", who))


@pytest.mark.parametrize("reply", ["", "+OK", "-ERR command not found", "+OK x"])
def test_an_event_that_the_switch_does_not_take_is_told(reply: str) -> None:
    async def work() -> None:
        async with puppet(lambda _: said(reply)) as (client, _):
            with pytest.raises(UnexpectedReply):
                await client.send_event("NOTIFY", {"profile": "internal"})

    run(work)


# Nothing that stands in a value becomes a header, a body, or another command.


@given(st.text(max_size=40))
def test_a_value_is_one_header_or_is_refused(value: str) -> None:
    try:
        data = commands.event("NOTIFY", {"profile": "internal", "user": value}, Limits())
    except Unsendable:
        return
    lines = data.decode().split("\n")
    assert lines == ["sendevent NOTIFY", "profile: internal", f"user: {value}", "", ""]


@pytest.mark.parametrize(
    ("name", "headers"),
    [
        ("NOTIFY\n\napi shutdown", {}),
        ("notify", {}),
        ("", {}),
        ("NOTIFY", {"user": "1001\n\napi shutdown"}),
        ("NOTIFY", {"user": "1001\rhost: other"}),
        ("NOTIFY", {"user": "a\0b"}),
        ("NOTIFY", {"user": ""}),
        ("NOTIFY", {"user": " 1001"}),
        ("NOTIFY", {"user": "ARRAY::a|:b"}),
        ("NOTIFY", {"user\nhost": "x"}),
        ("NOTIFY", {"user[0]": "x"}),
        ("NOTIFY", {"content-length": "5"}),
        ("NOTIFY", {"unique-id": "5"}),
        ("NOTIFY", {"_body": "x"}),
        ("NOTIFY", {"user": "x" * 70_000}),
    ],
)
def test_what_would_be_more_than_an_event_is_refused(name: str, headers: dict[str, str]) -> None:
    with pytest.raises(Unsendable):
        commands.event(name, headers, Limits())
