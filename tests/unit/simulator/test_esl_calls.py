"""Calls on a switch that is up: what `show` lists, which events come, which records are written."""

import json
from pathlib import Path

import pytest

from dialform.simulator.events import Event
from dialform.simulator.scene import Dial, Phone
from dialform.simulator.served import SimulatedSwitch

from .esl_bench import Bench

DIALPLAN = """    <context name="default">
      <extension name="phone"><condition field="destination_number" expression="^(10\\d\\d)$">
        <action application="bridge" data="user/$1@127.0.0.1"/>
      </condition></extension>
      <extension name="answer"><condition field="destination_number" expression="^answer$">
        <action application="answer"/>
        <action application="sleep" data="300"/>
        <action application="hangup"/>
      </condition></extension>
    </context>
"""
PHONE = """<user id="1002"><params>\
<param name="dial-string" value="${sofia_contact(*/${dialed_user}@${dialed_domain})}"/></params>\
<variables><variable name="user_context" value="default"/></variables></user>
"""


class Calls(Bench):
    """The bench with two phones and something to call."""

    def __init__(self, folder: Path) -> None:
        self.cdr = folder / "cdr"
        self.cdr.mkdir(parents=True)
        super().__init__(folder / "conf")
        root = (self.conf / "freeswitch.xml").read_text()
        self.write("freeswitch.xml", root.replace('<context name="default"/>', DIALPLAN))
        users = (self.conf / "directory.xml").read_text()
        self.write("directory.xml", users.replace("</users>", PHONE + "</users>"))
        sofia = (self.conf / "autoload_configs/sofia.conf.xml").read_text()
        self.write("autoload_configs/sofia.conf.xml", sofia.replace('"test"', '"internal"'))
        modules = (self.conf / "autoload_configs/modules.conf.xml").read_text()
        self.write(
            "autoload_configs/modules.conf.xml",
            modules.replace("<modules>", '<modules><load module="mod_json_cdr"/>'),
        )
        self.write(
            "autoload_configs/json_cdr.conf.xml",
            '<configuration name="json_cdr.conf"><settings>'
            '<param name="log-b-leg" value="true"/></settings></configuration>\n',
        )
        again = SimulatedSwitch(
            self.conf, cdr=self.cdr, variables={"hostname": "vm"}, seed=2, now=lambda: self.at
        )
        again.live.boot()
        self.calls = again
        self.events: list[Event] = []
        again.events.subscribe(self.events.append)

    def pass_time(self, seconds: float) -> None:
        for _ in range(round(seconds * 10)):
            self.at += 0.1
            self.calls.advance()

    def names(self, uuid: str) -> list[str]:
        """The events of a leg, without those of its states."""
        return [
            event.name.removeprefix("CHANNEL_")
            for event in self.events
            if event.headers.get("Unique-ID") == uuid
            and event.name not in ("CHANNEL_STATE", "CHANNEL_CALLSTATE")
        ]

    def records(self) -> dict[str, dict[str, object]]:
        found = [json.loads(path.read_text()) for path in self.cdr.glob("*.cdr.json")]
        return {record["variables"]["uuid"]: record for record in found}


@pytest.fixture
def calls(tmp_path: Path) -> Calls:
    return Calls(tmp_path)


def test_a_call_is_told_of_from_its_beginning_to_its_end(calls: Calls) -> None:
    uuid = calls.calls.call(Dial("1001@127.0.0.1", "answer"))
    calls.pass_time(1)
    assert calls.names(uuid) == [
        "CREATE",
        "EXECUTE",
        "ANSWER",
        "EXECUTE_COMPLETE",
        "EXECUTE",
        "EXECUTE_COMPLETE",
        "EXECUTE",
        "HANGUP",
        "EXECUTE_COMPLETE",
        "HANGUP_COMPLETE",
        "DESTROY",
    ]


def test_a_phone_that_is_called_is_a_leg_of_its_own(calls: Calls) -> None:
    calls.calls.register("1002@127.0.0.1")
    calls.calls.live.surroundings.otherwise = Phone(answer_after=0.5, hangup_after=1.0)
    first = calls.calls.call(Dial("1001@127.0.0.1", "1002"))
    calls.pass_time(1)
    rows = json.loads(show(calls, "show calls as json"))["rows"]
    assert [(row["cid_num"], row["callstate"], row["b_callstate"]) for row in rows] == [
        ("1001", "ACTIVE", "ACTIVE")
    ]
    assert "RUNNING (2)" in show(calls, "sofia status")
    calls.pass_time(2)
    assert show(calls, "show channels as json") == '{"row_count": 0}\n'
    legs = calls.records()
    assert len(legs) == 2
    other = next(record for uuid, record in legs.items() if uuid != first)
    assert other["variables"]["originating_leg_uuid"] == first  # type: ignore[index]
    assert "app_log" in legs[first]
    assert "app_log" not in other


def test_the_record_is_there_before_the_end_is_told(calls: Calls) -> None:
    seen: list[bool] = []

    def look(event: Event) -> None:
        if event.name == "CHANNEL_HANGUP_COMPLETE":
            seen.append((calls.cdr / f"{event.headers['Unique-ID']}.cdr.json").is_file())

    calls.calls.events.subscribe(look)
    calls.calls.call(Dial("1001@127.0.0.1", "answer"))
    calls.pass_time(1)
    assert seen == [True]


def test_stopping_a_profile_ends_its_calls(calls: Calls) -> None:
    calls.calls.register("1002@127.0.0.1")
    calls.calls.live.surroundings.otherwise = Phone(answer_after=0.5, hangup_after=None)
    uuid = calls.calls.call(Dial("1001@127.0.0.1", "1002"))
    calls.pass_time(11)
    assert show(calls, "sofia profile internal stop").endswith("stopping: internal")
    calls.pass_time(1)
    calls.pass_time(1)
    ended = [e for e in calls.events if e.name == "CHANNEL_HANGUP_COMPLETE"]
    assert {e.headers["Hangup-Cause"] for e in ended if e.headers["Unique-ID"] == uuid} == {
        "MANAGER_REQUEST"
    }


def show(calls: Calls, command: str) -> str:
    from dialform.simulator.commands.running import answer

    name, _, argument = command.partition(" ")
    return answer(calls.calls.live, name, argument) or ""


def test_a_custom_event_of_a_call_is_heard_by_its_subclass(calls: Calls) -> None:
    uuid = calls.calls.call(Dial("1001@127.0.0.1", "answer"))
    channel = calls.calls.live.switch.channel(uuid)
    assert channel
    facts = {"Event-Subclass": "callcenter::info", "CC-Action": "member-queue-start"}
    calls.calls.live.switch.fire(channel, "CUSTOM", facts)
    stamped = calls.calls.stamp(calls.events[-1])
    assert stamped.headers[0] == ("Event-Subclass", "callcenter::info")
    assert stamped.get("Unique-ID") == uuid
    assert stamped.headers[-1] == ("CC-Action", "member-queue-start")
