"""A reply is believed where the whole of it is right, and then only where the switch shows the result."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from dialform.compiler.planning.actions import CALLERS, KINDS, Step, filled, step
from dialform.compiler.planning.impact import Impact
from dialform.reconcile.execute import Anything, Outcome, execute
from dialform.reconcile.wanted import Resources
from dialform.simulator.served import SimulatedSwitch
from dialform.switch import Client
from dialform.values import replace

from .demo import Demo, known, resources

PARTS = {
    "profile": "external", "gateway": "backup", "queue": "acme.800", "agent": "acme.1001",
    "stream": "acme.default", "who": "1001.acme@acme.example.com", "module": "mod_say_fr",
    "host": "pbx1", "tenant": "acme",
}  # fmt: skip


def made(kind: str) -> Step:
    """A step of a kind with parts of the demo site."""
    text = KINDS[kind].command + KINDS[kind].success
    parts = PARTS | ({"profile": "internal"} if kind == "flush" else {})
    return step(kind, **{name: value for name, value in parts.items() if f"{{{name}}}" in text})


RELOADED = "Reload XML [Success]\n"
RIGHT = {
    "reloadxml": "+OK [Success]\n",
    "reloadacl": "+OK acl reloaded\n",
    "load": "+OK Reloading XML\n+OK\n",
    "profile_start": f"{RELOADED}external started successfully\n",
    "profile_restart": f"{RELOADED}restarting: external",
    "profile_stop": f"{RELOADED}stopping: external",
    "killgw": "+OK gateway marked for deletion.\n",
    "rescan": f"{RELOADED}+OK scan complete\n",
    "queue_empty": "+OK\n",
    "queue_unload": "+OK\n",
    "queue_load": "+OK\n",
    "queue_reload": "+OK\n",
    "tier_del": "+OK\n",
    "agent_del": "+OK\n",
    "stream_stop": "+OK",
    "stream_start": "+OK stream: acme.default",
    "stream_reload": "+OK",
    "notify": "+OK 6f2a1e0c-9f0e-4a70-9f55-0c8d6a1b2c3d",
    "flush": "+OK flushing all registrations matching specified call_id\n",
    "voicemail": f"{RELOADED}+OK reload complete\n",
}
"""What a switch says when all is well, as recorded (shared recordings of FreeSWITCH 1.10.12)."""

WRONG = (
    "", "\n", "+OK [error near line 3: unexpected closing tag]\n", "+OK [Success]\n-ERR more\n",
    "-ERR no reply\n", "-ERR Invalid Queue not found!\n", "Invalid Profile [external]",
    "Invalid Gateway!\n", "Invalid Args!\n", "!err!", "-err", "true", "+OK\n+OK\n", "+ok\n",
    "Reload XML [error near line 3]\n+OK scan complete\n", "Failure starting external\n",
    "Reload XML [error]\nexternal started successfully\n",
    "Reload XML [Success]\n-ERR cannot find config for profile external\n",
    "Profile external must be up for at least 10 seconds to stop/restart.\nPlease wait 3 seconds\n",
    "-ERR no such gateway.\n", "+OK start gateway backup complete\n", "-USAGE: [-f] <mod_name>\n",
    "+OK Reloading XML\n-ERR [module load file routine returned an error]\n",
    "-ERR Cannot locate local_stream acme.default!\n", "+OK stream: other\n",
    "-ERR sofia Command not found!\n",
)  # fmt: skip
"""Failures, each as a switch really says it, and a few that only look like success."""

ALREADY = {"stream_stop": "-ERR Cannot locate local_stream acme.default!\n"}
"""What a switch says of what is so already: the stream ended by itself a moment ago."""

SENT = [name for name, kind in KINDS.items() if kind.command and not kind.by_hand]


def test_every_kind_that_is_sent_has_its_right_reply_here() -> None:
    assert set(RIGHT) == set(SENT)


@pytest.mark.parametrize("kind", SENT)
def test_the_right_reply_is_taken(kind: str) -> None:
    assert made(kind).accepts(RIGHT[kind])
    assert kind not in ALREADY or made(kind).accepts(ALREADY[kind])


@pytest.mark.parametrize("kind", SENT)
def test_every_other_reply_is_a_failure(kind: str) -> None:
    others = {*WRONG, *RIGHT.values()} - {RIGHT[kind], RIGHT[kind].rstrip("\n")}
    if RIGHT[kind].strip() == "+OK":
        others -= {"+OK", "+OK\n"}
    others -= {ALREADY[kind]} if kind in ALREADY else set()
    assert [said for said in others if made(kind).accepts(said)] == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_table_is_whole(kind: str) -> None:
    one = KINDS[kind]
    for proof in (one.proof, one.needs):
        if proof is not None:
            assert bool(proof.shows) != bool(proof.hides), "it shows one thing or hides it"
            assert filled(proof.shows or proof.hides, {**PARTS, "revision": "r"})
    assert not one.reverse or one.reverse in KINDS
    assert one.by_hand or one.proof is not None or kind in ("reloadacl", "notify", "voicemail")
    assert not one.needs or one.proof, "what has nothing to be done about can be seen"


def test_parts_mean_themselves_in_a_pattern() -> None:
    odd = step("stream_start", stream="a.b+c")
    assert odd.accepts("+OK stream: a.b+c")
    assert not odd.accepts("+OK stream: aXbbc")


def test_what_ends_calls_says_so() -> None:
    drops = {name for name, kind in KINDS.items() if kind.impact is Impact.DROPS_CALLS}
    assert drops == {"profile_restart", "profile_stop", "queue_empty", "stop", "restart"}
    assert all(kind.impact is Impact.DROPS_CALLS for kind in CALLERS.values())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    compiled = Demo(tmp_path_factory.mktemp("replies")).compile()
    assert compiled is not None
    return compiled


class Ticks:
    """A clock that runs as fast as it is looked at."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += max(seconds, 0.25)
        await asyncio.sleep(0)


def done(folder: Path, one: Step, *, lies: bool = False, wants: Resources | None = None) -> Outcome:
    """Executes a step on a simulated switch; one that `lies` says it is done, and does nothing."""

    async def run() -> Outcome:
        want = wants or resources(folder)
        conf = folder / "freeswitch"
        variables = {"conf_dir": str(conf)}
        async with (
            SimulatedSwitch(conf, ("127.0.0.1", 0), variables=variables) as switch,
            Client(switch.address, switch.password) as client,
        ):
            switch.register("1001@acme.example.com")
            for command in ("agent add acme.1001 Callback", "tier add acme.800 acme.1001 1 1"):
                assert await client.api(f"callcenter_config {command}") == "+OK\n"
            if lies:
                switch.faults.replies[one.command] = RIGHT[one.kind]
            ticks = Ticks()
            return await execute(
                [one], client.api, want=want, known=known(want), save=lambda known: None,
                allow=Anything(), sleep=ticks.sleep, clock=ticks,
            )  # fmt: skip

    return asyncio.run(run())


BEFORE = frozenset((
    "load", "rescan", "queue_reload", "stream_reload", "profile_start", "queue_load", "stream_start",
))  # fmt: skip
"""What they bring is there before them here: test_what_does_not_exist has them."""
LIES = [kind for kind in SENT if KINDS[kind].proof and kind not in BEFORE | {"queue_empty"}]


@pytest.mark.parametrize("kind", LIES)
def test_ok_for_nothing_is_found_out(folder: Path, kind: str) -> None:
    """The right words, and nothing done: the switch is asked, and it shows nothing."""
    wants = resources(folder)
    if kind == "reloadxml":
        wants = replace(wants, revision="another")
    outcome = done(folder, made(kind), lies=True, wants=wants)
    assert outcome.failed == made(kind)
    assert "prove" in outcome.why or "never showed" in outcome.why


@pytest.mark.parametrize(
    ("kind", "parts"),
    [
        ("queue_load", {"queue": "acme.999"}),
        ("queue_reload", {"queue": "acme.999"}),
        ("stream_start", {"stream": "acme.nothing"}),
        ("stream_reload", {"stream": "acme.nothing"}),
        ("profile_start", {"profile": "nowhere"}),
        ("rescan", {"profile": "nowhere"}),
        ("killgw", {"profile": "external", "gateway": "nowhere"}),
        ("load", {"module": "mod_nothing"}),
    ],
)
def test_what_does_not_exist_is_a_failure(folder: Path, kind: str, parts: dict[str, str]) -> None:
    outcome = done(folder, step(kind, **parts))
    assert outcome.failed is not None
    assert not outcome.unknown
