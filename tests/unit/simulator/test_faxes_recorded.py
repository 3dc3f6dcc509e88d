"""Faxes that a real switch sent and received, and what the simulator says of the same."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from dialform.simulator.commands.legs import launch
from dialform.simulator.events import Event
from dialform.simulator.faxing.machine import FaxMachine
from dialform.simulator.faxing.sheets import Page, write
from dialform.simulator.scene import Dial, Phone
from dialform.values import dataclass, replace

from .conftest import extension
from .esl_bench import RECORDED, ROOT, Bench

HEARD: dict[str, dict[str, Any]] = json.loads((RECORDED / "faxes.json").read_text())
FINE, STANDARD = Page(1728, 2156, 204, 196), Page(1728, 1078, 204, 98)
NUMBER = "+12125550199"

A = FaxMachine(station_id="+12125550150", t38=True)
"""The other side of the recordings, as it was set up by hand …"""
PLAIN = FaxMachine(station_id="SpanDSP Fax Ident", t38=False)
"""… and as it is by itself."""
SENDER = FaxMachine(station_id=NUMBER)
AUDIO = {"fax_enable_t38": "false"}
T38 = {"fax_enable_t38": "true", "fax_enable_t38_request": "false", "fax_use_ecm": "true"}
ASKS = T38 | {"fax_enable_t38_request": "true"}


@dataclass(frozen=True, slots=True)
class Far:
    """What is at the other end of a recorded call, and how our own machine was set."""

    machine: FaxMachine | None
    settings: Mapping[str, str]
    page: Page = FINE
    hangs_up: float | None = None


NOBODY = Far(None, T38)
SENT = {
    "T.38": Far(A, T38),
    "audio": Far(PLAIN, T38),
    "T.38, asked for by the sender": Far(replace(PLAIN, t38=True), ASKS),
    "from the second page": Far(PLAIN, AUDIO | {"fax_start_page": "1"}),
    "from behind the last page": Far(PLAIN, AUDIO | {"fax_start_page": "3"}),
    "the sender has no ECM": Far(PLAIN, AUDIO | {"fax_use_ecm": "false"}),
    "the other has no ECM": Far(replace(PLAIN, ecm=False), AUDIO),
    "slow, no ECM": Far(PLAIN, AUDIO | {"fax_use_ecm": "false", "fax_disable_v17": "true"}),
    "slow": Far(A, T38 | {"fax_disable_v17": "true"}),
    "a voice": NOBODY,
    "a voice that refuses T.38": Far(None, ASKS),
    "silence": NOBODY,
    "a voice that hangs up": Far(None, T38, hangs_up=4),
    "hung up before the first page is confirmed": Far(replace(PLAIN, breaks=0), AUDIO),
    "the same in T.38": Far(replace(A, breaks=0), T38),
    "the other cannot write": Far(replace(A, breaks=0, code=14), T38),
    "the sender refuses T.38": Far(A, AUDIO),
    "the other refuses T.38": Far(PLAIN, ASKS),
    "no file": Far(PLAIN, AUDIO),
    "standard resolution": Far(A, T38, STANDARD),
    "hung up in the second page": Far(replace(PLAIN, breaks=1), AUDIO),
    "the same in T.38, later": Far(replace(A, breaks=1), T38),
    "killed in the first page": Far(replace(PLAIN, breaks=0), AUDIO),
}
OWN = {"fax_ident": "+12125550150"} | ASKS
SILENT = replace(SENDER, t38=False)
RECEIVED = {
    "T.38": Far(SENDER, OWN),
    "audio": Far(SENDER, AUDIO),
    "T.38, asked for by the sender": Far(replace(SENDER, asks=True), T38),
    "from the second page": Far(replace(SENDER, pages=2), AUDIO),
    "from behind the last page": Far(replace(SENDER, pages=0), AUDIO),
    "the sender has no ECM": Far(replace(SENDER, ecm=False), AUDIO),
    "slow, no ECM": Far(replace(SENDER, ecm=False, v17=False), AUDIO),
    "slow": Far(replace(SENDER, v17=False), OWN),
    "hung up before the first page is confirmed": Far(replace(SENDER, breaks=1), AUDIO),
    "the same in T.38": Far(replace(SENDER, breaks=1), OWN),
    "the other cannot write": Far(SENDER, OWN),
    "the sender refuses T.38": Far(SILENT, OWN),
    "the other refuses T.38": Far(SENDER, AUDIO),
    "no file": Far(None, AUDIO, hangs_up=1),
    "standard resolution": Far(SENDER, OWN, STANDARD),
    "hung up in the second page": Far(replace(SENDER, breaks=1), AUDIO),
    "the same in T.38, later": Far(replace(SENDER, breaks=1), OWN),
    "killed in the first page": Far(replace(SENDER, breaks=1), AUDIO),
    "nobody sends": Far(None, OWN),
    "somebody who hangs up": Far(None, OWN, hangs_up=3),
}


class Leg:
    """A fax on the simulated switch, and what its event socket says of it."""

    def __init__(self, folder: Path) -> None:
        self.bench = Bench(folder / "conf")
        self.events: list[Event] = []
        self.bench.switch.events.subscribe(self._hear)
        self.file = folder / "three.tif"

    def _hear(self, event: Event) -> None:
        if event.subclass.startswith("spandsp::") or event.name == "CHANNEL_HANGUP_COMPLETE":
            self.events.append(event)

    def send(self, far: Far, there: bool) -> None:
        if there:
            write(self.file, [far.page] * 3)
        settings = {"fax_ident": NUMBER} | far.settings
        inside = ";".join(f"{name}={value}" for name, value in settings.items())
        phone = Phone(answer_after=1, fax=far.machine, hangup_after=far.hangs_up)
        live = self.bench.switch.live
        live.surroundings.numbers["+15"] = phone
        live.clock.spawn(
            launch(live.switch, f"{{^^;{inside}}}sofia/gateway/gw1/+15 &txfax({self.file})")
        )
        self.bench.forward(200)

    def receive(self, far: Far, folder: str) -> None:
        sets = [f"set {name}={value}" for name, value in far.settings.items()]
        actions = ["answer", *sets, f"rxfax {self.file.parent}/{folder}/in.tif", "hangup"]
        context = f'<context name="public">{extension("15", *actions)}</context>'
        self.bench.write("freeswitch.xml", ROOT.replace('<context name="default"/>', context))
        assert self.bench.api("reloadxml").startswith("+OK")
        machine = far.machine
        if machine and machine.pages:
            count = machine.pages if machine.pages > 1 else 3
            write(self.file, [far.page] * count)
            machine = replace(machine, sheets=str(self.file))
        self.bench.switch.call(Dial("+19", "15", fax=machine, patience=far.hangs_up or 600))
        self.bench.forward(200)

    def said(self) -> list[tuple[str, dict[str, str]]]:
        own = ("fax-", "uuid")
        return [
            (
                event.subclass.removeprefix("spandsp::"),
                {name: value for name, value in event.headers.items() if name.startswith(own)},
            )
            for event in self.events
            if event.subclass
        ]

    def end(self) -> dict[str, str]:
        ends = [event for event in self.events if event.name == "CHANNEL_HANGUP_COMPLETE"]
        (headers,) = [event.headers | event.lead for event in ends]
        found = {
            name.removeprefix("variable_"): value
            for name, value in headers.items()
            if name.startswith(("variable_fax_", "variable_current_application_response"))
        }
        found.pop("fax_filename", None)
        return {"cause": headers["Hangup-Cause"]} | found


def alike(said: Mapping[str, str]) -> dict[str, str]:
    """Without what a picture's bytes decide, and the UUID."""
    varies = {"fax-image-size", "fax_image_size"}
    found = {
        name: "some" if name in varies and value != "0" else value for name, value in said.items()
    }
    return found | ({"uuid": "UUID"} if "uuid" in said else {})


def hold(leg: Leg, heard: dict[str, Any]) -> None:
    real = [(name, alike(headers)) for name, headers in heard["events"]]
    ours = [(name, alike(headers)) for name, headers in leg.said()]
    assert ours == real
    assert [list(headers) for _, headers in ours] == [list(headers) for _, headers in real]
    given = {"has_t38", "fax_header", "fax_timezone"}
    end = {name: value for name, value in heard["end"].items() if name not in given}
    mine = leg.end()
    # How our own side was set stands in the recording as it was spelled there.
    spelled = {"fax_use_ecm", "fax_enable_t38", "fax_enable_t38_request", "fax_ident"}
    for name in spelled:
        end.pop(name, None)
        mine.pop(name, None)
    assert alike(mine) == alike(end)


@pytest.mark.parametrize("name", [key[6:] for key in HEARD if key.startswith("sent: ")])
def test_a_fax_that_is_sent_says_what_the_switch_says(tmp_path: Path, name: str) -> None:
    leg = Leg(tmp_path)
    leg.send(SENT[name], there=name != "no file")
    hold(leg, HEARD[f"sent: {name}"])


@pytest.mark.parametrize("name", [key[10:] for key in HEARD if key.startswith("received: ")])
def test_a_fax_that_comes_in_says_what_the_switch_says(tmp_path: Path, name: str) -> None:
    leg = Leg(tmp_path)
    leg.receive(RECEIVED[name], "missing" if name == "the other cannot write" else ".")
    hold(leg, HEARD[f"received: {name}"])
