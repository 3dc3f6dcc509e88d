"""Which expectations hold, on journeys that nobody had to simulate."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.proof.ground import Ground
from dialform.proof.numbers import Numbers
from dialform.proof.reached import Reached
from dialform.proof.sources import Sources
from dialform.proof.verdict import judge, outcome
from dialform.schema.calltest import Expect
from dialform.schema.tree import scan
from dialform.simulator.journey import End, Journey, Leg, Step, Visit

DOMAIN = "acme.example.com"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> tuple[Ground, Numbers]:
    root = tmp_path_factory.mktemp("site")
    (root / "platform.yaml").write_text("platform: p\ncountry: US\n")
    (root / "providers.d").mkdir()
    (root / "providers.d/bare.yaml").write_text("number_format: digits\n")
    folder = root / "conf/tenants/acme"
    folder.mkdir(parents=True)
    users = "\n".join(f'<user id="{n}">' for n in range(1001, 1010))
    (folder / "directory.xml").write_text(f'<domain name="{DOMAIN}">\n{users}\n')
    return Ground(root / "conf", "acme"), Numbers(Sources(scan(root)), "acme")


class Drawn:
    """A journey that is drawn step by step."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.legs: list[Leg] = []
        self.visits: list[Visit] = []
        self.stage = 0
        self.end: dict[str, Any] = {}

    def enters(self, number: str, context: str = "acme", depth: int = 0) -> "Drawn":
        data = {"context": context, "number": number}
        self.steps.append(Step(0.0, "a", depth, "enter", "", data))
        return self

    def tries(self, *numbers: str, rang: bool = True, outcome: str = "NO_ANSWER") -> "Drawn":
        """Side by side, in one bridge."""
        self.stage += 1
        for number in numbers:
            self._leg("phone", f"{number}@{DOMAIN}", number, "1003", rang, outcome)
        return self

    def calls(
        self,
        trunk: str,
        number: str,
        shown: str = "",
        rang: bool = True,
        outcome: str = "NO_ANSWER",
    ) -> "Drawn":
        self.stage += 1
        self._leg("trunk", trunk, number, shown, rang, outcome)
        return self

    def _leg(self, kind: str, to: str, number: str, shown: str, rang: bool, outcome: str) -> None:
        leg = Leg(kind, to, number, shown, "", "", 0.0, 1.0, rang, outcome, self.stage)
        self.legs.append(leg)
        self.steps.append(Step(0.0, to, 1, "leg", "", {}))

    def visits_(self, kind: str, name: str) -> "Drawn":
        self.visits.append(Visit(kind, name, 0.0))
        return self

    def ends(self, kind: str = "hangup", **more: Any) -> "Drawn":
        self.end = {"kind": kind, **more}
        return self

    def journey(self) -> Journey:
        refused = self.end.get("refused", "")
        cause = self.end.get("cause", "NORMAL_CLEARING")
        end = End(self.end.get("kind", "hangup"), self.end.get("name", refused), cause)
        return Journey(
            tuple(self.steps), tuple(self.legs), tuple(self.visits), end, refused, cause, 200, True,
            1.0, {},
        )  # fmt: skip


def drawn() -> Drawn:
    return Drawn()


def keys(world: tuple[Ground, Numbers], journey: Drawn, **expect: Any) -> list[str]:
    """The expectations that did not hold."""
    ground, numbers = world
    reached = Reached(journey.journey(), ground, numbers)
    unmet = judge(Expect.model_validate(expect), reached, numbers.e164)
    assert all(str(one).startswith("expected ") for one in unmet)
    return [one.key for one in unmet]


# A group of two, then an extension, then a mailbox.
GROUP = (
    drawn().enters("600").tries("1001", "1002").enters("1003").tries("1003")
    .visits_("voicemail", f"1999@{DOMAIN}").ends("voicemail", name=f"1999@{DOMAIN}")
)  # fmt: skip


@pytest.mark.parametrize(
    ("rings", "held"),
    [(["1001", "1002"], True), (["1002", "1001"], True), (["1003"], True),
     (["1001", "1002", "1003"], True), (["1001"], False), (["1002", "1003"], False), ([], False),
     (["1001", "1002", "1004"], False)],
)  # fmt: skip
def test_rings_at_one_place_or_on_the_whole_way(
    world: tuple[Ground, Numbers], rings: list[str], held: bool
) -> None:
    assert keys(world, GROUP, rings=rings) == ([] if held else ["rings"])


def test_one_after_the_other_at_one_place_is_that_places_set(world: tuple[Ground, Numbers]) -> None:
    turns = drawn().enters("601").tries("1001").enters("turn-601", "acme.flow").tries("1002")
    turns.enters("1003").tries("1003")
    assert keys(world, turns, rings=["1001", "1002"]) == []
    assert keys(world, turns, rings=["1001"]) == [], "one bridge of the place"
    assert keys(world, turns, rings=["1001", "1003"]) == ["rings"]


def test_who_was_tried_and_did_not_ring(world: tuple[Ground, Numbers]) -> None:
    journey = (
        drawn().enters("600").tries("1001").tries("1002", rang=False, outcome="USER_NOT_REGISTERED")
    )
    assert keys(world, journey, rings="1001") == []
    assert keys(world, journey, rings=["1001", "1002"]) == ["rings"]
    nobody = drawn().enters("600").tries("1002", rang=False, outcome="USER_BUSY")
    assert keys(world, nobody, rings=[]) == []


def test_outside_members_ring_too(world: tuple[Ground, Numbers]) -> None:
    journey = drawn().enters("600").tries("1001").calls("bare", "12125550123", "12125550199")
    assert keys(world, journey, rings=["1001", "+12125550123"]) == []
    assert keys(world, journey, rings=["1001", "2125550123"]) == [], "however a test writes it"


def test_who_answered(world: tuple[Ground, Numbers]) -> None:
    journey = (
        drawn().tries("1001", outcome="LOSE_RACE").tries("1002", rang=False, outcome="ANSWERED")
    )
    assert keys(world, journey, answered_by="1002", rings=["1001", "1002"]) == []
    assert keys(world, journey, answered_by="1001") == ["answered_by"]


@pytest.mark.parametrize(
    ("kind", "name"),
    [("voicemail", f"1999@{DOMAIN}"), ("ivr", "acme.1999"), ("queue", "acme.1999"),
     ("conference", "acme.1999"), ("fax", "acme.1999")],
)  # fmt: skip
def test_where_it_came_to(world: tuple[Ground, Numbers], kind: str, name: str) -> None:
    journey = drawn().visits_(kind, name)
    assert keys(world, journey, **{kind: "1999"}) == []
    assert keys(world, journey, **{kind: ["1999", "1998"]}) == [kind]
    assert keys(world, drawn(), **{kind: "1999"}) == [kind]


def test_a_fax_account_that_refuses_was_not_come_to(world: tuple[Ground, Numbers]) -> None:
    journey = drawn().enters("fax-1050", "acme.flow").ends("refused", refused="not_allowed")
    assert keys(world, journey, fax="1050") == ["fax"]
    assert keys(world, journey, refused="not_allowed") == []


def test_the_trunk_that_took_it(world: tuple[Ground, Numbers]) -> None:
    journey = drawn().calls(
        "one", "+12125550123", "+12125550199", rang=False, outcome="GATEWAY_DOWN"
    )
    journey.calls("bare", "12125550123", "12125550199")
    assert keys(world, journey, trunk="bare", **{"as": "+12125550199"}) == []
    assert keys(world, journey, trunk="one") == ["trunk"]
    busy = drawn().calls("one", "+12125550123", "", rang=False, outcome="USER_BUSY")
    assert keys(world, busy, trunk="one", **{"as": "anonymous"}) == [], (
        "busy is no failure of a trunk"
    )
    down = drawn().calls("one", "+12125550123", "+12125550199", rang=False, outcome="GATEWAY_DOWN")
    assert keys(world, down, trunk="one", **{"as": "+12125550199"}) == ["trunk", "as"]


def test_an_emergency_call_that_is_tried_again(world: tuple[Ground, Numbers]) -> None:
    journey = drawn().calls("one", "911").calls("bare", "911")
    assert keys(world, journey, trunk="one") == []
    assert keys(world, journey, trunk="bare") == ["trunk"]


def test_refused(world: tuple[Ground, Numbers]) -> None:
    journey = drawn().ends("refused", refused="toll", cause="OUTGOING_CALL_BARRED")
    assert keys(world, journey, refused="toll", hangup="OUTGOING_CALL_BARRED", rings=[]) == []
    assert keys(world, journey, refused="cap", hangup="busy") == ["refused", "hangup"]


def test_what_was_played(world: tuple[Ground, Numbers]) -> None:
    journey = drawn().visits_("playback", "/etc/fs/tenants/acme/media/general.wav")
    journey.visits_("playback", "ivr/ivr-dnd_activated.wav")
    assert keys(world, journey, plays=["media/general.wav", "ivr/ivr-dnd_activated.wav"]) == []
    assert keys(world, journey, plays="media/welcome.wav") == ["plays"]
    assert keys(world, journey, not_reaches={"play": "media/general.wav"}) == ["not_reaches"]


@pytest.mark.parametrize(
    ("place", "reached"),
    [("1001", True), ("1004", False), ("600", True), ("601", False), ("1999", True),
     ({"extension": "1001"}, True), ({"extension": "1999"}, False), ({"ring_group": "600"}, True),
     ({"voicemail": "1999"}, True), ({"queue": "600"}, False), ({"hangup": True}, True),
     ({"hangup": "busy"}, False), ({"external": "+12125550123"}, False)],
)  # fmt: skip
def test_not_reaches(world: tuple[Ground, Numbers], place: Any, reached: bool) -> None:
    assert keys(world, GROUP, not_reaches=place) == (["not_reaches"] if reached else [])


def test_an_extension_that_forwards_is_not_reached(world: tuple[Ground, Numbers]) -> None:
    journey = drawn().enters("1001").enters("1002").tries("1002")
    assert keys(world, journey, not_reaches="1001") == []


def test_all_must_hold_and_each_that_does_not_is_told(world: tuple[Ground, Numbers]) -> None:
    missed = keys(world, GROUP, rings="1004", voicemail="1998", trunk="one", refused="cap")
    assert missed == ["rings", "voicemail", "trunk", "refused"]


@pytest.mark.parametrize(
    ("journey", "said"),
    [
        (drawn().ends("refused", refused="cap"), "refused (cap)"),
        (GROUP, "ended at mailbox 1999"),
        (drawn().tries("1001", outcome="ANSWERED").ends("answered"), "1001 answered it"),
        (drawn().tries("1001").ends(cause="NO_ANSWER"), "1001 rang and it ended with NO_ANSWER"),
        (
            drawn().visits_("fax", "1050").ends("fax", name="1050"),
            "ended at fax account 1050",
        ),
    ],
)
def test_what_happened_in_words(world: tuple[Ground, Numbers], journey: Drawn, said: str) -> None:
    ground, numbers = world
    assert said in outcome(Reached(journey.journey(), ground, numbers))


def test_every_expectation_can_fail(world: tuple[Ground, Numbers]) -> None:
    """A new key of `expect` needs a value here that does not hold."""
    wrong: dict[str, Any] = {
        "rings": "1009", "answered_by": "1009", "voicemail": "1999", "ivr": "700", "queue": "800",
        "conference": "900", "fax": "1050", "trunk": "one", "as": "+12125550199", "refused": "toll",
        "plays": "media/x.wav", "not_reaches": {"hangup": True}, "hangup": "busy",
    }  # fmt: skip
    assert wrong.keys() == {field.alias or name for name, field in Expect.model_fields.items()}
    for key, value in wrong.items():
        assert keys(world, drawn(), **{key: value}) == [key]


STAGES = st.lists(
    st.lists(st.integers(1001, 1009).map(str), min_size=1, max_size=4, unique=True), max_size=4
)


@given(STAGES)
def test_the_whole_way_and_each_bridge_always_hold(
    world: tuple[Ground, Numbers], stages: Sequence[Sequence[str]]
) -> None:
    journey = drawn()
    for index, stage in enumerate(stages):
        journey.enters(str(600 + index)).tries(*stage)
    assert keys(world, journey, rings=sorted({n for stage in stages for n in stage})) == []
    for stage in stages:
        assert keys(world, journey, rings=list(stage)) == []
        assert keys(world, journey, rings=[*stage, "4711"]) == ["rings"]
