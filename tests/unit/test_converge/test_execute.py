"""Steps on a simulated switch: written ahead, sent once, held where nobody announced them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from dialform.compiler.planning.actions import Step, step
from dialform.reconcile.converge import steps
from dialform.reconcile.drift import drift
from dialform.reconcile.execute import Anything, execute
from dialform.reconcile.known import Known, Pending
from dialform.reconcile.observe import observe
from dialform.reconcile.prove import prove
from dialform.reconcile.wanted import Resources
from dialform.simulator.scene import Dial, Phone
from dialform.simulator.served import SimulatedSwitch
from dialform.simulator.state.gateways import Answer
from dialform.switch import Client
from dialform.values import replace

from .demo import Demo, known, resources, seen
from .edits import EDITS

ACME = "acme.example.com"


class Bench:
    """A simulated switch, a client, and two generations: what it runs, and what is to come."""

    def __init__(self, folder: Path, switch: SimulatedSwitch, client: Client) -> None:
        self.current, self.switch, self.client = folder, switch, client
        self.known = Known()
        self.saved: list[Known] = []
        self.sent: list[str] = []

    async def api(self, command: str) -> str:
        self.sent.append(command)
        return await self.client.api(command)

    async def becomes(self, command: str, word: str) -> None:
        """Asks until this is in the reply."""
        async with asyncio.timeout(30.0):
            while word not in await self.client.api(command):
                await asyncio.sleep(0.02)

    def flip(self, to: Resources) -> None:
        self.current.unlink(missing_ok=True)
        self.current.symlink_to(Path(to.folder))

    async def converge(
        self, want: Resources, had: Resources | None = None, allow: object = None
    ) -> object:
        seen_ = await observe(self.api, want.modules, self.known.waiting)
        outcome = await execute(
            steps(want, self.known, seen_, had), self.api, want=want, known=self.known,
            save=self.saved.append, had=had, allow=Anything() if allow is None else frozenset(),
        )  # fmt: skip
        self.known = outcome.known
        return outcome


@pytest.fixture(scope="module")
def generations(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Resources]:
    """Compiles the demo site with some edits, each set of them once."""
    demo = Demo(tmp_path_factory.mktemp("generations"))
    made: dict[tuple[str, ...], Resources] = {}

    def take(*names: str) -> Resources:
        if names not in made:
            changed = demo.copy()
            for name in names:
                EDITS[name](changed)
            folder = changed.compile()
            assert folder is not None
            made[names] = resources(folder)
        return made[names]

    return take


def played(tmp_path: Path, first: Resources, play: Callable[[Bench], Awaitable[None]]) -> None:
    """Boots a simulated switch with a generation and lets something happen on it."""

    async def run() -> None:
        current = tmp_path / "current"
        current.symlink_to(Path(first.folder))
        conf = current / "freeswitch"
        variables = {"conf_dir": str(conf)}
        async with (
            SimulatedSwitch(conf, ("127.0.0.1", 0), variables=variables, seed=7) as switch,
            Client(switch.address, switch.password) as client,
        ):
            bench = Bench(current, switch, client)
            bench.known = known(first)
            await play(bench)

    asyncio.run(run())


Take = Callable[..., Resources]


def test_what_runs_needs_nothing_and_no_command_is_sent(tmp_path: Path, generations: Take) -> None:
    first = generations()

    async def play(bench: Bench) -> None:
        outcome = await bench.converge(first)
        assert (outcome.commands, outcome.done, bench.saved) == (0, (), [])
        assert await prove(first, bench.api, within=10.0) == []
        assert drift(first, bench.known, await observe(bench.api, first.modules)) == []

    played(tmp_path, first, play)


def test_there_and_back_again(tmp_path: Path, generations: Take) -> None:
    """A rollback is the same with the sides changed, and leaves nothing to do."""
    first = generations()
    second = generations("a strategy", "new music", "a trunk's login", "a password", "a new queue")

    async def play(bench: Bench) -> None:
        bench.switch.register(f"1001@{ACME}")
        for want, had in ((second, first), (first, second)):
            bench.flip(want)
            outcome = await bench.converge(want, had)
            assert outcome.failed is None, outcome
            assert await prove(want, bench.api, within=10.0) == []
            assert (await bench.converge(want, want)).commands == 0
        assert not bench.switch.live.registrations.of("1001.acme", ACME)

    played(tmp_path, first, play)


def test_what_is_about_to_change_is_unknown_before_anything_is_sent(
    tmp_path: Path, generations: Take
) -> None:
    first, second = generations(), generations("a strategy", "a password")

    async def play(bench: Bench) -> None:
        bench.switch.register(f"1001@{ACME}")
        written: list[tuple[int, Known]] = []
        bench.flip(second)
        seen_ = await observe(bench.api, second.modules)
        bench.sent.clear()
        outcome = await execute(
            steps(second, bench.known, seen_, first), bench.api, want=second, known=bench.known,
            save=lambda one: written.append((len(bench.sent), one)), had=first,
        )  # fmt: skip
        queue = next(one for _, one in written if one.has("queues", "acme.800") is None)
        assert queue.pending == (), "nobody is logged out before it is his turn"
        flush = step("flush", profile="internal", who=f"1001.acme@{ACME}")
        before, ahead = next((n, one) for n, one in written if one.pending)
        assert ahead.pending == (Pending(flush),)
        assert flush.command in bench.sent[before:]
        assert flush.command not in bench.sent[:before]
        assert outcome.known.pending == ()
        assert outcome.known.has("queues", "acme.800") == second.queues["acme.800"].digest
        # Killed at any of these moments: whoever comes next does the rest, from the record alone.
        for _, one in written:
            again = Known.from_json(one.to_json())
            left = steps(second, again, seen(second), first)
            assert set(left) <= {step("queue_reload", queue="acme.800"), flush}
            assert (flush in left) == (one.pending != () or one is written[0][1])
        assert steps(second, outcome.known, seen(second), first) == []

    played(tmp_path, first, play)


@pytest.mark.parametrize("fault", ["drop", "silence"])
def test_an_unknown_outcome_stops_and_nothing_is_sent_again(
    tmp_path: Path, generations: Take, fault: str
) -> None:
    first, second = generations(), generations("a strategy")

    async def play(bench: Bench) -> None:
        bench.flip(second)
        command = "callcenter_config queue reload"
        if fault == "drop":
            bench.switch.faults.drop_on.add(command)
        else:
            bench.switch.faults.silent.add(command)

        async def ask(text: str) -> str:
            bench.sent.append(text)
            return await bench.client.api(text, timeout=0.5)

        seen_ = await observe(ask, second.modules)
        outcome = await execute(
            steps(second, bench.known, seen_, first), ask, want=second, known=bench.known,
            save=bench.saved.append, had=first,
        )  # fmt: skip
        assert outcome.unknown
        assert outcome.failed == step("queue_reload", queue="acme.800")
        assert outcome.done == (step("reloadxml"),)
        assert bench.sent.count(f"{command} acme.800") == 1
        assert outcome.known.has("queues", "acme.800") is None, "so it is done once more, later"
        bench.switch.faults.drop_on.clear()
        bench.switch.faults.silent.clear()
        async with Client(bench.switch.address, bench.switch.password) as client:
            bench.client, bench.known = client, outcome.known
            assert [s.kind for s in (await bench.converge(second, first)).done] == ["queue_reload"]

    played(tmp_path, first, play)


def test_broken_xml_keeps_the_old_tree_and_is_a_failure(tmp_path: Path, generations: Take) -> None:
    first, second = generations(), generations("ring timeout")

    async def play(bench: Bench) -> None:
        bench.switch.faults.replies["reloadxml"] = "+OK [error near line 7: unclosed tag]\n"
        bench.flip(second)
        outcome = await bench.converge(second, first)
        assert outcome.failed == step("reloadxml")
        assert outcome.reply == "+OK [error near line 7: unclosed tag]\n"
        assert not outcome.unknown

    played(tmp_path, first, play)


def test_what_failed_before_its_turn_is_as_known_as_before(
    tmp_path: Path, generations: Take
) -> None:
    """Else the way back would restart a profile that never changed, and end its calls."""
    first = generations()
    second = generations("the carriers' port", "a strategy", "a password")

    async def play(bench: Bench) -> None:
        bench.switch.register(f"1001@{ACME}")
        bench.switch.faults.replies["reloadxml"] = "+OK [error near line 7: unclosed tag]\n"
        bench.flip(second)
        assert (await bench.converge(second, first)).failed == step("reloadxml")
        bench.flip(first)
        back = await bench.converge(first, first)
        assert (back.failed, back.commands, back.done) == (None, 0, ())

    played(tmp_path, first, play)


def test_what_nobody_announced_is_held(tmp_path: Path, generations: Take) -> None:
    first, second = generations(), generations("the carriers' port")

    async def play(bench: Bench) -> None:
        bench.flip(second)
        outcome = await bench.converge(second, first, allow=())
        assert outcome.done == (step("reloadxml"),)
        assert outcome.held == (step("profile_restart", profile="external"),)
        assert outcome.ok

    played(tmp_path, first, play)


def test_agents_of_a_hand_go_and_those_who_are_logged_in_stay(
    tmp_path: Path, generations: Take
) -> None:
    first = generations()

    async def play(bench: Bench) -> None:
        for command in (
            "agent add acme.1001 Callback", "agent set status acme.1001 Available",
            "tier add acme.800 acme.1001 1 1", "agent add mallory Callback",
            "tier add acme.800 mallory 1 1",
        ):  # fmt: skip
            assert await bench.api(f"callcenter_config {command}") == "+OK\n"
        seen_ = await observe(bench.api, first.modules)
        assert [str(one) for one in drift(first, bench.known, seen_)] == [
            "agent mallory should be gone", "tier acme.800 mallory should be gone",
        ]  # fmt: skip
        outcome = await bench.converge(first)
        assert [one.kind for one in outcome.done] == ["tier_del", "agent_del"]
        assert (await bench.api("callcenter_config agent get status acme.1001")) == "Available"
        assert "acme.800|acme.1001|" in await bench.api("callcenter_config tier list")

    played(tmp_path, first, play)


def test_a_carrier_that_was_down_before_is_no_doubt(tmp_path: Path, generations: Take) -> None:
    first, second = generations(), generations("a trunk's login")

    async def play(bench: Bench) -> None:
        bench.switch.live.carriers.answers["mycarrier"] = Answer(403, "Forbidden")
        await bench.api("sofia profile external register mycarrier")
        await bench.becomes("sofia status gateway mycarrier", "FAIL_WAIT")
        before = await observe(bench.api, first.modules)
        assert before.gateways["mycarrier"].state != "REGED"
        assert drift(first, bench.known, before) == []
        bench.flip(second)
        await bench.converge(second, first)
        assert await prove(second, bench.api, within=1.0, before=before) == []

    played(tmp_path, first, play)


def test_a_trunk_that_was_up_and_does_not_register_any_more_is_a_doubt(
    tmp_path: Path, generations: Take
) -> None:
    first, second = generations(), generations("a trunk's login")

    async def play(bench: Bench) -> None:
        assert await prove(first, bench.api, within=10.0) == []
        before = await observe(bench.api, first.modules)
        bench.switch.live.carriers.answers["mycarrier"] = Answer(403, "Forbidden")
        bench.flip(second)
        assert (await bench.converge(second, first)).ok
        (found,) = await prove(second, bench.api, within=1.0, before=before)
        assert str(found).startswith("gateway mycarrier: is not registered")

    played(tmp_path, first, play)


def test_a_tenant_s_phones_stay_until_its_last_call_is_over(
    tmp_path: Path, generations: Take
) -> None:
    first, second = generations(), generations("a tenant gone")
    domain = "janes-bakery.pbx.example.com"

    async def play(bench: Bench) -> None:
        for number in ("1001", "1002"):
            bench.switch.register(f"{number}@{domain}")
        answers = Phone(answer_after=0.05, hangup_after=None)
        bench.switch.live.surroundings.phones[f"1002@{domain}"] = answers
        bench.switch.call(Dial(f"1001@{domain}", "1002"))
        await bench.becomes("show calls", "\n1 total")
        bench.flip(second)
        outcome = await bench.converge(second, first)
        flush = step("flush", profile="internal", who=f"@{domain}")
        assert outcome.waiting == (flush,)
        assert bench.known.pending == (Pending(flush, "janes-bakery"),)
        assert bench.switch.live.registrations.of("1001.janes-bakery", domain)
        assert (await bench.converge(second, second)).commands == 0
        await bench.api("hupall")
        await bench.becomes("show channels", "\n0 total")
        assert (await bench.converge(second, second)).done == (flush,)
        assert not bench.switch.live.registrations.of("1001.janes-bakery", domain)
        assert bench.known.pending == ()

    played(tmp_path, first, play)


def test_a_stream_that_its_reload_lost_is_started(tmp_path: Path, generations: Take) -> None:
    """As FreeSWITCH does now and then: it says +OK, and a moment later the stream is not there."""
    first, second = generations(), generations("other music")

    async def play(bench: Bench) -> None:
        bench.flip(second)
        streams = bench.switch.live.streams
        stream = streams.find("acme.default")
        assert stream is not None
        bench.switch.faults.replies["local_stream reload acme.default"] = "+OK"
        seen_ = await observe(bench.api, second.modules)
        made = steps(second, bench.known, seen_, first)
        assert step("stream_reload", stream="acme.default") in made
        streams.stop(stream)
        await asyncio.sleep(0)
        outcome = await execute(
            made, bench.api, want=second, known=bench.known, save=bench.saved.append
        )
        assert outcome.failed is None
        assert "local_stream start acme.default" in bench.sent
        assert await prove(second, bench.api, within=8.0) == []

    played(tmp_path, first, play)


def test_one_reload_for_many_tenants(generations: Take) -> None:
    first = generations()
    made = steps(replace(first, revision="next"), known(first), seen(first), first)
    assert made == [step("reloadxml")]


def test_a_switch_of_which_nothing_is_known_is_done_over(generations: Take) -> None:
    """Everything whose version nobody can see, and nobody is logged out."""
    first = generations()
    made: list[Step] = steps(first, Known(), seen(first))
    kinds = {one.kind for one in made}
    assert {"reloadacl", "voicemail", "queue_reload", "stream_reload"} <= kinds
    assert not {"flush", "restart", "killgw"} & kinds


def test_what_is_known_survives_being_written(generations: Take) -> None:
    first = generations()
    flush = Pending(step("flush", profile="internal", who="1001.acme@x"), "acme")
    one = known(first).owing((flush,))
    assert Known.from_json(one.to_json()) == one
    for damaged in ({}, {"version": 9}, {"version": 1, "core_uuid": "", "digests": 3}):
        with pytest.raises(ValueError, match=r"version|damaged"):
            Known.from_json(damaged)


def test_no_secret_stands_in_what_is_known(generations: Take) -> None:
    first = generations()
    text = str(known(first).to_json())
    directory = (Path(first.folder) / "freeswitch/tenants/acme/directory.xml").read_text()
    assert directory.partition('a1-hash" value="')[2][:32] not in text
