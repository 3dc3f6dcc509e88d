"""What the simulator's records and events say of calls is what is billed: the trunk legs, each its own."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from dialform.billing.facts import CALL, CONFERENCE, FAX, Fact, facts_of, facts_of_event, read
from dialform.simulator.esl.serial import as_json
from dialform.simulator.events import Event
from dialform.simulator.journey import Journey
from dialform.simulator.scene import Dial, Phone
from dialform.simulator.served import SimulatedSwitch
from dialform.switch.events import parse

from .conftest import Call, extension

MOBILE = "+12125550177"
START = 1_795_343_370.0


def facts(journey: Journey) -> list[Fact]:
    return [fact for record in journey.records for fact in facts_of(record, "pbx1")]


def trunk_legs(journey: Journey) -> list[tuple[str, str, str, bool]]:
    found = (fact for fact in facts(journey) if fact.kind == CALL and fact.on_trunk)
    return sorted((f.direction, f.trunk, f.number, bool(f.answered)) for f in found)


def test_a_call_to_the_outside_is_one_trunk_leg(acme: Call) -> None:
    journey = acme("1001", MOBILE)
    assert trunk_legs(journey) == [("outbound", "mycarrier", MOBILE, True)]
    (out,) = (fact for fact in facts(journey) if fact.on_trunk)
    (own,) = (fact for fact in facts(journey) if not fact.on_trunk)
    assert (out.tenant, out.extension, out.route, out.plan) == (
        "acme", "1001", "us-voice", "standard"
    )  # fmt: skip
    assert out.call == own.call == own.uuid
    assert own.number == MOBILE


def test_an_emergency_says_so(acme: Call) -> None:
    (out,) = (fact for fact in facts(acme("1001", "911")) if fact.on_trunk)
    assert (out.number, out.emergency) == ("911", True)


def test_follow_me_is_the_forwarder_s_leg_and_no_half_of_a_loopback_is_a_call(acme: Call) -> None:
    journey = acme("1001", "1002", phones={"1002": Phone(cause="USER_BUSY")})
    found = facts(journey)
    assert all(fact.tenant == "acme" for fact in found)
    (out,) = (fact for fact in found if fact.on_trunk)
    assert (out.number, out.forwarder) == ("+19175550123", "extension 1002")
    assert len({fact.uuid for fact in found}) == len(found) == 3, "the busy phone too"
    assert len(journey.records) > 3, "the halves are on record"


def test_a_mobile_that_is_transferred_to_a_mobile_keeps_its_own_route(acme: Call) -> None:
    journey = acme("1001", MOBILE, press=("*2", "2125550178#"), patience=60)
    assert trunk_legs(journey) == [
        ("outbound", "mycarrier", MOBILE, True),
        ("outbound", "mycarrier", "+12125550178", True),
    ]
    first, second = (
        next(fact for fact in facts(journey) if fact.number == number)
        for number in (MOBILE, "+12125550178")
    )
    assert (first.forwarder, second.forwarder) == ("", "extension 1001")


def test_a_conference_is_a_visit_of_each(acme: Call) -> None:
    journey = acme("1001", MOBILE, press=("*3",), patience=40)
    stays = [fact for fact in facts(journey) if fact.kind == CONFERENCE]
    assert sorted((fact.number, fact.trunk, fact.plan) for fact in stays) == [
        ("1001", "", ""),
        ("1001", "mycarrier", ""),
    ]
    assert all(fact.seconds > 10 for fact in stays)


def test_a_fax_is_a_fax_and_no_call(tiny: Callable[..., Call]) -> None:
    marks = "set dialform_tenant=acme"
    call = tiny(extension("5", marks, "answer", "rxfax /tmp/x.tif", "hangup"))
    assert [(f.kind, f.fax_ok, f.pages) for f in facts(call("1", "5", patience=60))] == [
        (FAX, True, 1)
    ]
    assert [(f.kind, f.fax_ok, f.pages) for f in facts(call("1", "5", patience=10))] == [
        (FAX, False, 0)
    ]


class Served:
    """The demo on a switch that is up, with its spool and what its event socket says."""

    def __init__(self, conf: Path, cdr: Path) -> None:
        self.at, self.cdr = START, cdr
        variables = {"hostname": "vm", "local_ip_v4": "127.0.0.1"}
        self.switch = SimulatedSwitch(
            conf, cdr=cdr, variables=variables, seed=3, now=lambda: self.at
        )
        self.switch.live.boot()
        self.ends: dict[str, dict[str, str]] = {}
        self.switch.events.subscribe(self._hear)

    def _hear(self, event: Event) -> None:
        if event.name == "CHANNEL_HANGUP_COMPLETE":
            told = parse(as_json(self.switch.stamp(event)).encode())
            self.ends[told.get("Unique-ID")] = told.headers

    def pass_time(self, seconds: float) -> None:
        for _ in range(round(seconds * 10)):
            self.at += 0.1
            self.switch.advance()


@pytest.mark.parametrize("dialled", ["1002", MOBILE, "911", "*3", "*98", "600", "2199", "950"])
def test_the_event_of_a_leg_s_end_says_what_its_record_says(
    demo_folder: Path, tmp_path: Path, dialled: str
) -> None:
    (tmp_path / "cdr").mkdir()
    served = Served(demo_folder, tmp_path / "cdr")
    for number in ("1001", "1002"):
        served.switch.register(f"{number}@acme.example.com")
    first = served.switch.call(Dial("1001@acme.example.com", dialled, patience=30))
    served.pass_time(45)
    files = sorted((tmp_path / "cdr").glob("*.cdr.json"))
    assert {path.name.removesuffix(".cdr.json") for path in files} == set(served.ends)
    assert first in served.ends
    count = 0
    for path in files:
        mine = facts_of(read(path.read_bytes()), "pbx1")
        its = facts_of_event(json.loads(json.dumps(served.ends[path.name[:36]])), "pbx1")
        assert [(f.key, f.digest) for f in mine] == [(f.key, f.digest) for f in its]
        assert mine == its
        count += len(mine)
    assert count
