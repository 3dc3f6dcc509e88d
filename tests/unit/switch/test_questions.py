"""Questions and their replies: recorded ones, simulated ones, and such as are none."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.simulator.scene import Dial
from dialform.switch import Client, UnexpectedReply
from dialform.switch import questions as ask_for
from dialform.switch.questions import Ask, Gateway, Profile, Registration, Tier
from dialform.values import replace

from .bytes_recorded import HERE, reply
from .servers import run, simulated

RECORDED: dict[str, str] = json.loads((HERE / "recorded" / "replies.json").read_text("utf-8"))
REGISTRATIONS = "show registrations as json"

Question = Callable[[Ask], Awaitable[Any]]
QUESTIONS: dict[str, Question] = {
    "revision": ask_for.revision,
    "core_uuid": ask_for.core_uuid,
    "conf_folder": ask_for.conf_folder,
    "profiles": ask_for.profiles,
    "gateways": ask_for.gateways,
    "gateway": lambda ask: ask_for.gateway(ask, "third"),
    "gateway_stamp": lambda ask: ask_for.gateway_stamp(ask, "third"),
    "registrations": ask_for.registrations,
    "queues": ask_for.queues,
    "agents": ask_for.agents,
    "tiers": ask_for.tiers,
    "members": ask_for.members,
    "streams": ask_for.streams,
    "modules": lambda ask: ask_for.modules(ask, ["mod_sofia"]),
    "counts": ask_for.counts,
    "channels": ask_for.channels,
    "calls": ask_for.calls,
    "status": ask_for.status,
    "uptime": ask_for.uptime,
}


def recorded(**changed: str) -> Ask:
    """A switch that says what was recorded."""
    said = RECORDED | {REGISTRATIONS: reply("13-api-show-registrations-json")} | changed

    async def ask(command: str) -> str:
        return said[command]

    return ask


def says(text: str) -> Ask:
    """A switch that says this to everything."""

    async def ask(command: str) -> str:
        return text

    return ask


def answer(question: Question, ask: Ask) -> Any:
    async def work() -> Any:
        return await question(ask)

    return asyncio.run(work())


def test_of_itself() -> None:
    ask = recorded()
    assert answer(ask_for.revision, ask) == "3b6dc028afa5"
    assert answer(ask_for.core_uuid, ask) == "c2a124bf-a473-4afe-a6db-3b72a8d1ab04"
    assert answer(ask_for.conf_folder, ask) == "/srv/dialform/freeswitch"
    assert answer(ask_for.uptime, ask) == 1014
    status = answer(ask_for.status, ask)
    assert (status.ready, status.sessions, status.peak, status.limit) == (True, 1, 3, 10000)
    assert (status.rate, status.rate_limit, status.total) == (3, 500, 5)
    assert (status.version, int(status.uptime)) == ("1.10.12-release", 16 * 60 + 54)


def test_a_switch_without_a_revision_has_an_empty_one() -> None:
    assert answer(ask_for.revision, says("can't find anything\n")) == ""


def test_a_variable_that_is_not_set_is_empty() -> None:
    found = answer(lambda ask: ask_for.global_variable(ask, "nonsense"), recorded())
    assert found == ""


def test_profiles_and_where_they_listen() -> None:
    found = answer(ask_for.profiles, recorded())
    assert set(found) == {"external", "external6", "internal", "internal6"}
    external, internal = found["external"], found["internal"]
    assert isinstance(external, Profile)
    assert (external.running, external.state, external.transports) == (True, "RUNNING", ("TLS",))
    assert external.urls == ("sip:mod_sofia@127.0.0.1:29396", "sip:mod_sofia@127.0.0.1:29397")
    assert internal.transports == ("TLS", "WS", "WSS")


def test_aliases_and_the_calls_that_hold_a_profile() -> None:
    head = '<?xml version="1.0" encoding="ISO-8859-1"?>\n<profiles>\n'
    alias = (
        "<alias>\n<name>acme.example.com</name>\n<type>alias</type>\n<data>internal</data>\n"
        "<state>ALIASED</state>\n</alias>\n"
    )
    profile = (
        "<profile>\n<name>internal</name>\n<type>profile</type>\n<data>sip:x</data>\n"
        "<state>RUNNING (3)</state>\n</profile>\n"
    )
    found = answer(ask_for.profiles, says(f"{head}{alias}{profile}</profiles>\n"))
    assert found["internal"].aliases == ("acme.example.com",)
    assert found["internal"].calls == 3


def test_gateways() -> None:
    found = answer(ask_for.gateways, recorded())
    assert set(found) == {"tls", "third", "narrow", "mycarrier", "backup"}
    third = found["third"]
    assert isinstance(third, Gateway)
    assert (third.profile, third.state, third.status, third.up) == ("external", "NOREG", "UP", True)
    assert (third.username, third.realm) == ("12125550103", "127.0.0.24")
    assert third.uptime > 0
    alone = answer(lambda ask: ask_for.gateway(ask, "third"), recorded())
    assert replace(alone, uptime=third.uptime) == third
    assert answer(lambda ask: ask_for.gateway(ask, "nonsense"), recorded()) is None


def test_a_gateway_that_fails_says_when_it_tries_again() -> None:
    found = answer(ask_for.gateways, says(reply("04-api-sofia-xmlstatus-gateway")))
    assert (found["gw2"].state, found["gw2"].up, found["gw2"].retry) == ("FAIL_WAIT", False, "28s")


def test_stamps_of_gateways() -> None:
    stamp = RECORDED["sofia_gateway_data third var dialform_stamp"]
    assert answer(lambda ask: ask_for.gateway_stamp(ask, "third"), recorded()) == stamp
    assert answer(lambda ask: ask_for.gateway_stamp(ask, "nonsense"), recorded()) == ""

    async def ask(command: str) -> str:
        asked.append(command)
        return RECORDED.get(command, "-ERR no reply\n")

    asked: list[str] = []
    found = answer(lambda ask: ask_for.gateways(ask, stamps=True), ask)
    assert (found["third"].stamp, found["backup"].stamp) == (stamp, "")
    assert len(asked) == 1 + len(found)


def test_registrations() -> None:
    assert answer(ask_for.registrations, recorded()) == [
        Registration(
            user="1001",
            domain="127.0.0.1",
            contact="sip:1001@127.0.0.1:5091",
            agent="",
            network="127.0.0.1",
            port=5091,
            transport="udp",
            profile="test",
            expires=1795343963,
            call_id="1-25897@127.0.0.1",
        )
    ]
    assert answer(ask_for.registrations, says('{"row_count": 0}\n')) == []


def test_queues_agents_and_tiers() -> None:
    queues = answer(ask_for.queues, recorded())
    assert queues["nordlicht.800"]["moh_sound"] == "local_stream://nordlicht.warten"
    assert queues["queues.810"]["strategy"] == "random"
    agent = answer(ask_for.agents, recorded())["queues.6099"]
    assert (agent["status"], agent["state"]) == ("Logged Out", "Waiting")
    # A contact has bars of its own.
    assert agent["contact"].endswith("|user/6002@queues.pbx.example.com")
    assert answer(ask_for.tiers, recorded()) == {
        ("queues.800", "queues.6099"): Tier("queues.800", "queues.6099", "Ready", 1, 2)
    }
    (member,) = answer(ask_for.members, recorded())
    assert (member["queue"], member["state"], member["score"]) == ("queues.800", "Waiting", "1")


@pytest.mark.parametrize("question", ["agents", "tiers", "members"])
def test_an_empty_list_has_no_title(question: str) -> None:
    assert list(answer(QUESTIONS[question], says("+OK\n"))) == []


@given(st.text(st.characters(codec="utf-8"), max_size=30))
def test_whatever_a_caller_calls_himself_he_is_one_caller(name: str) -> None:
    title, row, end = RECORDED["callcenter_config queue list members"].split("\n", 2)
    hostile = f"{title}\n{row.replace('Outbound Call', name)}\n{row}\n{end}"
    first, second = answer(ask_for.members, says(hostile))
    assert first["cid_name"] == name
    assert second["cid_name"] == "Outbound Call"
    assert first["state"] == second["state"] == "Waiting"


def test_streams_and_modules() -> None:
    streams = answer(ask_for.streams, recorded())
    assert streams["default"] == "/srv/dialform/freeswitch/music/silence"
    assert len(streams) == RECORDED["local_stream show"].count("\n")
    assert answer(ask_for.streams, says("-ERR no reply\n")) == {}
    names = ["mod_sofia", "mod_nonsense"]
    assert answer(lambda ask: ask_for.modules(ask, names), recorded()) == {"mod_sofia"}


def test_channels_and_calls() -> None:
    (channel,) = answer(ask_for.channels, recorded())
    assert (channel.application, channel.application_data) == ("callcenter", "queues.800")
    assert (channel.direction, channel.created, channel.dest) == ("outbound", 1795844314, "x")
    (call,) = answer(ask_for.calls, recorded())
    assert (call.uuid, call.b_uuid, call.bridged) == (channel.uuid, "", 0)
    assert answer(ask_for.channels, says('{"row_count": 0}\n')) == []


# Replies that are none.

WRONG = (
    "", "\n", "+OK", "-ERR no reply\n", "-ERR nonsense Command not found!\n", "-USAGE: x\n",
    "Invalid Profile!\n", "[]", "3", "null", "{}", '{"row_count":2,"rows":[{}]}',
    '{"row_count":1,"rows":[3]}', '{"row_count":1}', '{"row_count":true,"rows":[]}', "[" * 100_000,
    "name|state\n", "name|state\na|b\n", "a|b\nc|d\n+OK\n", "<profiles>\n</profiles>\n",
    "true\nfalse", "UP 1 year",
)  # fmt: skip
FINE = {
    "streams": ("-ERR no reply\n",),  # none of the kind is there
    "gateway_stamp": ("-ERR no reply\n", "3", "null"),  # any word may be a stamp
    "uptime": ("3",),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_is_no_reply_to_a_question_is_told_with_the_command(question: str) -> None:
    for text in WRONG:
        if text in FINE.get(question, ()):
            continue
        with pytest.raises(UnexpectedReply) as caught:
            answer(QUESTIONS[question], says(text))
        assert caught.value.command
        assert len(caught.value.reply) <= 200


@pytest.mark.parametrize(
    "question",
    [
        "profiles",
        "gateways",
        "gateway",
        "registrations",
        "agents",
        "tiers",
        "members",
        "channels",
        "calls",
    ],
)
def test_a_reply_that_is_cut_is_none(question: str) -> None:
    texts: list[str] = []

    async def ask(command: str) -> str:
        texts.append(await recorded()(command))
        return texts[-1]

    answer(QUESTIONS[question], ask)
    for part in (0.3, 0.6, 0.95):
        with pytest.raises(UnexpectedReply):
            answer(QUESTIONS[question], says(texts[0][: int(len(texts[0]) * part)]))


@pytest.mark.parametrize("question", QUESTIONS)
@given(text=st.text(max_size=60))
def test_any_text_is_an_answer_or_an_unexpected_reply(question: str, text: str) -> None:
    try:
        answer(QUESTIONS[question], says(text))
    except UnexpectedReply as error:
        assert len(str(error)) < 1500


# The simulated switch.


def test_a_simulated_switch_answers_every_question(tmp_path: Path) -> None:
    async def work() -> None:
        async with simulated(tmp_path) as switch, Client(switch.address, "right") as client:
            switch.register("1001@d.example")
            switch.call(Dial("1001@d.example", "none"))
            found = {
                name: await question(client.api)
                for name, question in QUESTIONS.items()
                if name != "gateway"
            }
            assert found["core_uuid"] == client.core_uuid
            assert found["conf_folder"] == str(tmp_path)
            assert set(found["gateways"]) == {"north"}
            assert [each.user for each in found["registrations"]] == ["1001"]
            assert found["modules"] == {"mod_sofia"}

    run(work)
