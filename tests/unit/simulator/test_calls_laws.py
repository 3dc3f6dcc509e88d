"""What holds for every call: it ends, nothing is left behind, and it is the same each time."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from dialform.simulator.calls.channel import State
from dialform.simulator.journey import Journey
from dialform.simulator.reading.configuration import Configuration
from dialform.simulator.run import place, run, simulate, stage
from dialform.simulator.scene import Dial, Gateway, Phone, Scene

ACME = ("1001", "1002", "1003", "1050")
NUMBERS = (
    *ACME, "600", "700", "800", "900", "901", "950", "1999", "5900", "5901", "*98", "*78", "*3",
    "*8", "*81001", "*411", "*22", "*23", "+12125550177", "+442079460000", "911", "7777",
)  # fmt: skip
CAUSES = ("USER_BUSY", "CALL_REJECTED", "NO_USER_RESPONSE", "NORMAL_TEMPORARY_FAILURE")
PHONES = st.builds(
    Phone,
    registered=st.booleans(),
    rings=st.booleans(),
    answer_after=st.none() | st.sampled_from([0.0, 1.0, 6.5, 24.0, 25.0, 40.0]),
    cause=st.none() | st.sampled_from(CAUSES),
    hangup_after=st.none() | st.sampled_from([0.5, 5.0, 20.0, 90.0]),
    press=st.sampled_from(["", "1", "*21003#", "*41003#", "*5", "*3", "*2#", "99"]),
)
KEYS = st.lists(
    st.sampled_from(["", "1", "2", "9", "0", "4711#", "1003", "*4", "*2", "1003#", "*5", "*3"]),
    max_size=4,
).map(tuple)
SCENES = st.builds(
    Scene,
    phones=st.dictionaries(st.sampled_from([f"{n}@acme.example.com" for n in ACME]), PHONES),
    beyond=PHONES,
    gateways=st.dictionaries(
        st.sampled_from(["mycarrier", "backup"]),
        st.builds(Gateway, st.booleans(), st.none() | st.sampled_from(CAUSES)),
    ),
    agents=st.none() | st.frozensets(st.sampled_from(["acme.1001", "acme.1002"])),
    db=st.just(dict[str, Mapping[str, str]]())
    | st.builds(lambda a, b: {"acme-cfa": {a: b}}, st.sampled_from(ACME), st.sampled_from(NUMBERS)),
)
CALLERS = st.sampled_from([*(f"{n}@acme.example.com" for n in ACME), "+19175550100", "anonymous"])
DIALS = st.builds(
    Dial,
    caller=CALLERS,
    to=st.sampled_from([*NUMBERS, "+12125550199", "+12125550150"]),
    press=KEYS,
    patience=st.sampled_from([0.5, 8.0, 45.0, 400.0]),
)


@settings(max_examples=60)
@given(scene=SCENES, dial=DIALS)
def test_every_leg_ends_and_every_count_returns_to_zero(
    demo: Configuration, scene: Scene, dial: Dial
) -> None:
    switch = stage(demo, scene, ZoneInfo("UTC"))
    channel = place(switch, dial)
    run(switch, channel)
    assert channel.state == State.DESTROY
    assert not switch.channels
    limits = switch.environment.limits
    for resource in ("acme", "acme.1001", "acme.1002", "acme.1003", "acme.950"):
        for realm in ("tenant", "phone", "page"):
            assert limits.usage("hash", realm, resource).total == 0
    for trunk in ("mycarrier", "backup"):
        assert limits.usage("hash", "trunk", trunk).total == 0


@settings(max_examples=60)
@given(scene=SCENES, dial=DIALS)
def test_a_journey_agrees_with_itself(demo: Configuration, scene: Scene, dial: Dial) -> None:
    journey = simulate(demo, scene, dial)
    assert journey == simulate(demo, scene, dial)
    _times(journey)
    _records(journey)
    assert journey.cause != ""
    assert (journey.sip == 200) is journey.answered
    if journey.refused:
        assert journey.end.kind == "refused"


def _times(journey: Journey) -> None:
    assert [step.at for step in journey.steps] == sorted(step.at for step in journey.steps)
    for leg in journey.legs:
        assert leg.at <= leg.until
        assert leg.outcome


def _records(journey: Journey) -> None:
    """One record for each leg that was made, and the caller's among them."""
    uuids = [record["variables"]["uuid"] for record in journey.records]
    assert len(set(uuids)) == len(uuids)
    assert journey.variables["uuid"] in uuids
    for record in journey.records:
        said = record["variables"]
        assert int(said["end_uepoch"]) >= int(said["start_uepoch"])
        assert int(said["answer_uepoch"]) <= int(said["end_uepoch"])
