"""Several calls on one switch at a time: picked up, parked and fetched, in one room, in one queue."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest

from dialform.simulator.calls.channel import Channel, State
from dialform.simulator.reading.configuration import Configuration
from dialform.simulator.run import place, stage
from dialform.simulator.scene import Dial, Phone, Scene
from dialform.simulator.switch import Switch

ACME = "acme.example.com"
ANSWERS = Phone(answer_after=2, hangup_after=None)


class Stage:
    """A switch on which calls are placed one after the other."""

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration
        self.switch: Switch = stage(configuration, Scene(), ZoneInfo("UTC"))

    def scene(self, **phones: Phone) -> None:
        """Begins anew, with these phones: `p1001=Phone(…)`."""
        known = {f"{name.removeprefix('p')}@{ACME}": phone for name, phone in phones.items()}
        self.switch = stage(self._configuration, Scene(phones=known), ZoneInfo("UTC"))

    def call(self, caller: str, to: str, *press: str, patience: float = 400.0) -> Channel:
        """A call from now on."""
        inside = caller.isdigit()
        who = f"{caller}@{ACME}" if inside else caller
        return place(self.switch, Dial(who, to, press, patience=patience))

    def after(self, seconds: float) -> None:
        """Lets time pass."""
        self.switch.clock.run(until=self.switch.clock.elapsed + seconds)

    @property
    def legs(self) -> list[tuple[str, str]]:
        """Number and outcome of each leg so far; empty while it lasts."""
        return [(tried.leg.number, tried.leg.outcome) for tried in self.switch.journal.tried]


@pytest.fixture
def calls(demo: Configuration) -> Iterator[Stage]:
    """A stage; after the test everybody hangs up, and nothing is left."""
    made = Stage(demo)
    yield made
    for channel in list(made.switch.channels.values()):
        channel.hangup("NORMAL_CLEARING")
    made.after(60)
    assert not made.switch.channels
    assert made.switch.environment.limits.usage("hash", "tenant", "acme").total == 0


def test_a_call_that_rings_is_picked_up_by_a_colleague(calls: Stage) -> None:
    caller = calls.call("1003", "1001")
    calls.after(3)
    colleague = calls.call("1002", "*81001")
    calls.after(1)
    assert calls.legs == [("1001", "PICKED_OFF")]
    assert (caller.partner, colleague.partner) == (colleague, caller)
    colleague.hangup("NORMAL_CLEARING")
    calls.after(1)
    assert caller.state == State.DESTROY


def test_nothing_rings_that_could_be_picked_up(calls: Stage) -> None:
    assert _refused(calls, calls.call("1002", "*81001")) == "not_found"


def test_a_parked_call_is_fetched_by_its_slot(calls: Stage) -> None:
    waits = calls.call("1003", "5900")
    calls.after(10)
    fetches = calls.call("1002", "5901")
    calls.after(2)
    assert (waits.partner, fetches.partner) == (fetches, waits)


def test_two_calls_are_parked_in_two_slots(calls: Stage) -> None:
    calls.call("1003", "5900")
    calls.after(10)
    calls.call("1001", "5900")
    calls.after(10)
    slots = [visit.name for visit in calls.switch.journal.visits if visit.kind == "parking"]
    assert slots == ["acme@acme.example.com 5901", "acme@acme.example.com 5902"]


def test_people_meet_in_a_room(calls: Stage) -> None:
    first, second = calls.call("1001", "900", "4711#"), calls.call("1002", "900", "4711#")
    calls.after(10)
    assert calls.switch.function("conference", "acme.900 get count", None) == "2"
    first.hangup("NORMAL_CLEARING")
    calls.after(1)
    assert second.up
    assert calls.switch.function("conference", "acme.900 get count", None) == "1"


def test_who_comes_first_in_a_queue_is_taken_first(calls: Stage) -> None:
    calls.scene(p1001=ANSWERS, p1002=Phone(registered=False))
    first = calls.call("+19175550100", "+12125550199", "2")
    calls.after(1)
    second = calls.call("+19175550101", "+12125550199", "2")
    calls.after(20)
    assert first.get("cc_agent") == "acme.1001"
    assert second.get("cc_agent") is None
    members = calls.switch.function("callcenter_config", "queue list members acme.800", None)
    assert [line.split("|")[15] for line in members.splitlines()[1:-1]] == ["Answered", "Waiting"]
    first.hangup("NORMAL_CLEARING")
    calls.after(10)
    assert second.get("cc_agent") == "acme.1001"


def test_the_cap_counts_the_calls_that_are_up(calls: Stage) -> None:
    for _ in range(20):
        calls.call("1003", "1001")
    calls.after(1)
    assert _refused(calls, calls.call("1003", "1001")) == "cap"


def test_a_code_of_one_call_is_heard_by_the_next(calls: Stage) -> None:
    calls.call("1001", "*78")
    calls.after(10)
    assert calls.switch.environment.db.select("acme-dnd", "1001") == "on"
    calls.call("1003", "1001")
    calls.after(5)
    assert calls.legs == []
    assert [visit.kind for visit in calls.switch.journal.visits][-2:] == ["voicemail", "phrase"]


def test_an_agent_logs_out_and_in_again(calls: Stage) -> None:
    for code, count in (("*23", "1\n"), ("*22", "2\n")):
        calls.call("1001", code)
        calls.after(10)
        counted = calls.switch.function(
            "callcenter_config", "queue count agents acme.800 Available", None
        )
        assert counted == count


def _refused(calls: Stage, channel: Channel) -> str:
    calls.after(2)
    assert channel.state == State.DESTROY
    return channel.variables.get("dialform_refused", "")
