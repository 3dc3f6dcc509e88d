"""Questions about mailboxes and what is done with them, on replies of a real switch; and traps that are closed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.switch import UnexpectedReply, Unknown, Unsendable, mailbox, questions, store
from dialform.switch.questions import Ask, Box, Message

from .mailbox_session import DOMAIN, SESSION, STORAGE

BOX = Box("2001", DOMAIN)
UUID = "a70a1a1b-3d5f-47de-8960-348a686244c6"
FOLDER = f"{STORAGE}/voicemail/default/{DOMAIN}/2001"


class Switch:
    """Answers what it is told to, by the beginning of a command."""

    def __init__(self, **replies: str) -> None:
        self.replies, self.heard = replies, list[str]()

    async def __call__(self, command: str) -> str:
        self.heard.append(command)
        return self.replies.get(command.split(maxsplit=1)[0], "+OK\n")


def answered(work: Callable[[Ask], Awaitable[Any]], *, before: str = "", **replies: str) -> Any:
    async def run() -> Any:
        return await work(Switch(**replies))

    return asyncio.run(run())


def recorded(start: str, number: int = 0) -> str:
    """The reply of a real switch to the n-th command that is this one."""
    return [reply for command, reply in SESSION if command == start][number]


def test_messages_as_a_real_switch_lists_them() -> None:
    listed = recorded(f"vm_list {BOX.address}", 1)
    found = answered(lambda ask: questions.messages(ask, BOX), vm_list=listed)
    # In the order that they came; of the same second, by their UUID.
    assert [one.name for one in found] == ["anonymous", "Zoë: <x> & y"]
    assert found[1] == Message(
        UUID, 1795893437, 0, f"{FOLDER}/msg_{UUID}_broadcast_said.wav", "Zoë: <x> & y",
        "+19175550100", 2,
    )  # fmt: skip
    read = recorded(f"vm_list {BOX.address}", 2)
    found = answered(lambda ask: questions.messages(ask, BOX), vm_list=read)
    assert [one.new for one in found] == [False, True]


def test_an_empty_mailbox_says_nothing() -> None:
    nothing = recorded(f"vm_list {BOX.address}", 0)
    assert answered(lambda ask: questions.messages(ask, BOX), vm_list=nothing) == []


@given(
    st.text(alphabet=st.characters(exclude_characters="\n", exclude_categories=["Cs"]), max_size=40)
)
def test_whatever_a_caller_is_called_the_message_is_one(name: str) -> None:
    line = f"1795893437:0:2001:{DOMAIN}:inbox:{FOLDER}/msg_x.wav:{UUID}:{name}:1002:2\n"
    (found,) = answered(lambda ask: questions.messages(ask, BOX), vm_list=line)
    assert (found.name, found.number, found.uuid) == (name, "1002", UUID)


@pytest.mark.parametrize(
    "reply",
    [
        recorded(f"vm_list {BOX.address}/nope"), "Usage: <id>@<domain>[/profile] [xml]\n", "x\n",
        f"1:0:2002:{DOMAIN}:inbox:/a:{UUID}:n:1:2\n", f"1:0:2001:{DOMAIN}:inbox:a:{UUID}:n:1:2\n",
        f"1:0:2001:{DOMAIN}:inbox:/a:{UUID[:-1]}:n:1:2\n", "",
    ],
)  # fmt: skip
def test_what_is_no_list_of_this_mailbox_is_none(reply: str) -> None:
    with pytest.raises(UnexpectedReply):
        answered(lambda ask: questions.messages(ask, BOX), vm_list=reply)


def test_counts_and_preferences() -> None:
    assert answered(lambda ask: questions.message_counts(ask, BOX), vm_boxcount="2:1:0:0") == (2, 1)
    with pytest.raises(UnexpectedReply):
        answered(lambda ask: questions.message_counts(ask, BOX), vm_boxcount="2")
    nothing = answered(lambda ask: questions.preferences(ask, BOX), vm_prefs="-ERR no reply\n")
    assert (nothing.greeting, nothing.name, nothing.own_pin) == ("", "", False)

    async def asked(command: str) -> str:
        return "4711" if command.endswith("|password") else f"{FOLDER}/greeting_3.wav"

    found = answered(lambda _: questions.preferences(asked, BOX))
    assert found.own_pin
    assert mailbox.slot_of(found.greeting) == 3
    assert "4711" not in repr(found)


@pytest.mark.parametrize(
    ("number", "domain"),
    [("", DOMAIN), ("2001 ", DOMAIN), ("2001@x", DOMAIN), ("2001", "a b"), ("2001", "a/x"), ("2001", ""),
     ("2001", "x\nread"), ("٢٠٠١", DOMAIN)],
)  # fmt: skip
def test_what_is_no_mailbox_never_becomes_a_command(number: str, domain: str) -> None:
    with pytest.raises(Unsendable):
        Box(number, domain)


@pytest.mark.parametrize("uuid", ["", "all", UUID.upper(), f"{UUID} ", f"{UUID}'", "*"])
def test_no_act_is_sent_without_a_message(uuid: str) -> None:
    """`vm_read` without one marks the domain, `vm_delete` empties the mailbox."""
    switch = Switch()

    async def work() -> None:
        for act in (mailbox.mark(switch, BOX, uuid, heard=True), mailbox.delete(switch, BOX, uuid)):
            with pytest.raises(Unsendable):
                await act

    asyncio.run(work())
    assert switch.heard == []


def test_a_pin_is_set_and_taken_back_and_stands_in_no_error() -> None:
    switch = Switch(vm_fsdb_pref_password_set="-OK\n")
    asyncio.run(mailbox.set_pin(switch, BOX, "86420"))
    asyncio.run(mailbox.set_pin(switch, BOX, ""))
    start = f"vm_fsdb_pref_password_set default {DOMAIN} 2001"
    assert switch.heard == [f"{start} 86420", f"{start} ''"]
    for pin in ("123", "1234 x", "12345678901", "' '", "٣٤٥٦"):
        with pytest.raises(Unsendable) as refused:
            asyncio.run(mailbox.set_pin(switch, BOX, pin))
        assert pin not in str(refused.value)

    async def late(command: str) -> str:
        raise Unknown("no reply", command)

    for ask, error in ((late, Unknown), (Switch(vm_fsdb_pref_password_set="no"), UnexpectedReply)):
        with pytest.raises(error) as failed:
            asyncio.run(mailbox.set_pin(ask, BOX, "86420"))
        assert "86420" not in str(failed.value) + repr(failed.value)
        assert failed.value.__suppress_context__ or failed.value.__context__ is None


def test_a_greeting_that_is_not_there_is_no_error_and_a_strange_path_is_never_sent() -> None:
    for number in (0, 1):
        said = [r for c, r in SESSION if "greeting_set" in c and r.startswith("-ERR")][number]
        switch = Switch(vm_fsdb_pref_greeting_set=said)
        assert asyncio.run(mailbox.choose_greeting(switch, BOX, 1, "/tmp/x.wav")) is False
    for path in ("x.wav", "/a b.wav", "/a'.wav", "/a\n.wav", "/a;x"):
        with pytest.raises(Unsendable):
            asyncio.run(mailbox.choose_greeting(Switch(), BOX, 1, path))


def test_a_value_of_the_switch_s_own_database() -> None:
    kept = {"lab-cfa/2001": ""}

    async def ask(command: str) -> str:
        word, _, rest = command.removeprefix("db ").partition("/")
        place, value = "/".join(rest.split("/")[:2]), "/".join(rest.split("/")[2:])
        if word == "select":
            return kept[place] or "-ERR no reply\n"
        kept[place] = value if word == "insert" else ""
        return "+OK"

    async def work() -> None:
        assert await store.read(ask, "lab-cfa", "2001") == ""
        await store.write(ask, "lab-cfa", "2001", "+19175550123")
        assert await store.read(ask, "lab-cfa", "2001") == "+19175550123"
        await store.write(ask, "lab-cfa", "2001", "")
        assert await store.read(ask, "lab-cfa", "2001") == ""
        for realm, key, value in (("a/b", "1", "x"), ("a", "1/2", "x"), ("a", "1", "x/y"), ("a", "1", "x y"),
                                  ("", "1", "x"), ("a", "1", "x\n")):  # fmt: skip
            with pytest.raises(Unsendable):
                await store.write(ask, realm, key, value)

    asyncio.run(work())


def test_a_value_that_does_not_stand_there_afterwards_was_not_written() -> None:
    with pytest.raises(UnexpectedReply):
        asyncio.run(store.write(Switch(db="+OK"), "lab-dnd", "2001", "on"))
    with pytest.raises(UnexpectedReply):
        asyncio.run(store.read(Switch(db="!err!"), "lab-dnd", "2001"))
