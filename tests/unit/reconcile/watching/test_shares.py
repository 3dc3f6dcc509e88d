"""Counts of several hosts in one Redis: whatever crashes, in the end they are the legs that are there."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from dialform.reconcile.caps import EVERY, Caps, counted_trunks, holders
from dialform.reconcile.times import Times
from dialform.reconcile.watching.shares import FRESH, LOOKS, Share, Shares
from dialform.renderers.freeswitch import caps

HOSTS = ("pbx1", "pbx2")
TRUNKS = frozenset({"north"})


T = TypeVar("T")


def at_once(work: Coroutine[Any, Any, T]) -> T:
    """What a coroutine comes to that waits for nothing: no loop is needed, of which there would be thousands."""
    try:
        work.send(None)
    except StopIteration as end:
        found: T = end.value
        return found
    raise AssertionError("it waits for something")


class Redis:
    """What the commands of the renderer make of a Redis."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.words: dict[str, str] = {}
        self.connected: set[str] = set()

    def run(self, command: str) -> str:
        if command == caps.ALL:
            counts = [f"{key}={count}" for key, count in self.counts.items()]
            return " ".join([*counts, *(f"{h}~{w}" for h, w in self.words.items())]) or caps.NOTHING
        if command == caps.CONNECTIONS:
            return "".join(f"id=3 name=dialform:{host} age=0\n" for host in sorted(self.connected))
        words = command.split(" ")
        if "hset" in words:
            new = words[-2] not in self.words
            self.words[words[-2]] = words[-1]
            return str(int(new))
        if "hdel" in words:
            return str(int(self.words.pop(words[-1], None) is not None))
        if "setname" in words:
            self.connected.add(words[-1].removeprefix("dialform:"))
            return "OK"
        key, was, now = words[-3:]
        if self.counts.get(key, 0) != int(was):
            return caps.NOTHING
        self.counts.pop(key, None)
        if int(now):
            self.counts[key] = int(now)
        return "OK"


class Host:
    """A switch with its legs, as `uuid_getvar` shows them, and the link of its agent."""

    uuids = itertools.count()

    def __init__(self, name: str, redis: Redis) -> None:
        self.name, self.redis = name, redis
        self.core_uuid = f"{name}-0"
        self.legs: dict[str, dict[str, str]] = {}
        self.seen, self.beats = Shares(name), itertools.count()

    async def api(self, command: str) -> str:
        if command == "show channels as json":
            rows = [
                {
                    **dict.fromkeys(("created_epoch", "name", "state", "cid_num", "dest", "application"), ""),
                    "uuid": uuid, "direction": leg["direction"],
                }
                for uuid, leg in self.legs.items()
            ]  # fmt: skip
            return json.dumps({"row_count": len(rows), "rows": rows} if rows else {"row_count": 0})
        if asked := re.fullmatch(r"uuid_getvar (\S+) (\S+)", command):
            return self.legs.get(asked[1], {}).get(asked[2], "_undef_")
        return self.redis.run(command)

    def begin(self, key: str, **marks: str) -> None:
        kind, _, name = key.partition(":")
        marks |= {"hiredis_raw_response": "1", "direction": "inbound"}
        if kind == "tenant":
            marks |= {"dialform_holds": "true", "dialform_tenant": name}
        else:
            marks |= {"dialform_trunk": name, "direction": "outbound"}
        self.legs[f"leg-{next(self.uuids)}"] = {**marks, "key": f"dialform:{key}"}
        self.redis.counts[f"dialform:{key}"] = self.redis.counts.get(f"dialform:{key}", 0) + 1

    def end(self) -> None:
        """As the script of mod_hiredis does it: a count of nothing is none."""
        if self.legs:
            key = self.legs.pop(next(iter(self.legs)))["key"]
            left = self.redis.counts.get(key, 0) - 1
            self.redis.counts.pop(key, None)
            if left > 0:
                self.redis.counts[key] = left

    def crash(self) -> None:
        self.legs.clear()
        self.redis.connected.discard(self.name)
        self.core_uuid = f"{self.name}-{next(self.uuids)}"


class World:
    """Two hosts, a clock, and their agents' looks."""

    def __init__(self) -> None:
        self.redis, self.now = Redis(), 0.0
        self.hosts = {name: Host(name, self.redis) for name in HOSTS}
        self.mended: list[str] = []
        self.said: dict[str, Any] = {}

    def look(self, *names: str) -> None:
        for name in names or HOSTS:
            host = self.hosts[name]
            one = Caps(
                name, lambda: None, _Log(), Times(steady=lambda: self.now), self.mended.append,
                self.said.update,
            )  # fmt: skip
            given = (host, host.seen, TRUNKS, next(host.beats))
            at_once(one.look(*given))  # type: ignore[arg-type]
        self.now += EVERY

    def live(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for host in self.hosts.values():
            for leg in host.legs.values():
                found[leg["key"]] = found.get(leg["key"], 0) + 1
        return found


class _Log:
    def warning(self, *_: object, **__: object) -> None:
        pass


def settled(world: World, *names: str) -> None:
    for _ in range(int(FRESH / EVERY) + 2 * LOOKS + 2):
        world.look(*names)


def test_a_word_survives_the_way_to_redis() -> None:
    share = Share("core", 7, {"tenant:acme": 3, "trunk:a.b": 1, "tenant:gone": 0})
    assert share.text() == "core|7|tenant:acme=3|trunk:a.b=1"
    assert Share.read(share.text()).live == {"tenant:acme": 3, "trunk:a.b": 1}
    assert Share.read(Share("core", 1).text()) == Share("core", 1)


def test_only_legs_that_redis_counted_hold_a_count() -> None:
    host = Host("pbx1", Redis())
    host.begin("tenant:acme")
    host.begin("trunk:north")
    host.begin("trunk:uncounted")
    host.begin("tenant:missed")
    list(host.legs.values())[-1]["hiredis_raw_response"] = "_undef_"
    found = at_once(holders(host.api, TRUNKS))
    assert found == {"tenant:acme": 1, "trunk:north": 1}


def test_a_restart_gives_back_what_its_switch_held_at_once() -> None:
    world = World()
    for host, calls in zip(HOSTS, (2, 1), strict=True):
        for _ in range(calls):
            world.hosts[host].begin("tenant:acme")
    world.look()
    world.hosts["pbx1"].crash()
    assert world.redis.counts == {"dialform:tenant:acme": 3}
    world.look("pbx1")
    assert world.redis.counts == {"dialform:tenant:acme": 1}
    assert world.mended == ["tenant"]


def test_nothing_is_judged_while_a_host_that_lives_is_silent() -> None:
    world = World()
    world.hosts["pbx2"].begin("tenant:acme")
    world.look()
    world.hosts["pbx2"].begin("tenant:acme")  # its agent says nothing of it
    settled(world, "pbx1")
    assert world.redis.counts == {"dialform:tenant:acme": 2}
    assert world.said["silent"] == ["pbx2"]


def test_a_host_that_is_gone_from_redis_holds_nothing() -> None:
    world = World()
    world.hosts["pbx2"].begin("tenant:acme")
    world.hosts["pbx1"].begin("tenant:acme")
    world.look()
    world.hosts["pbx2"].crash()
    settled(world, "pbx1")
    assert world.redis.counts == {"dialform:tenant:acme": 1}
    assert "pbx2" not in world.redis.words
    world.look()  # it comes back: what was taken out is not taken out again
    assert world.redis.counts == {"dialform:tenant:acme": 1}


def test_calls_that_come_and_go_are_no_leak() -> None:
    world = World()
    for _ in range(30):
        world.hosts["pbx1"].begin("tenant:acme")
        world.look("pbx2")
        world.look("pbx1")
        world.hosts["pbx1"].end()
        world.look("pbx2")
    assert world.mended == []


def test_a_host_without_redis_looks_at_nothing(tmp_path: Path) -> None:
    assert counted_trunks(tmp_path) is None
    switch = tmp_path / "freeswitch"
    (switch / "autoload_configs").mkdir(parents=True)
    (switch / "dialplan").mkdir()
    (switch / "autoload_configs" / "hiredis.conf.xml").write_text("<include/>")
    limit = f"limit {caps.key('hiredis', 'trunk', 'north')} 30 !NORMAL_CIRCUIT_CONGESTION"
    (switch / "dialplan" / "outbound.xml").write_text(
        f'<action data="execute_on_originate={limit}"/>'
    )
    assert counted_trunks(tmp_path) == {"north"}


class Machine(RuleBasedStateMachine):
    """Calls, crashes, silent agents, a Redis that forgets: afterwards all is counted right."""

    @initialize()
    def begins(self) -> None:
        self.world = World()

    @rule(
        host=st.sampled_from(HOSTS), key=st.sampled_from(["tenant:acme", "tenant:b", "trunk:north"])
    )
    def call(self, host: str, key: str) -> None:
        self.world.hosts[host].begin(key)

    @rule(host=st.sampled_from(HOSTS))
    def hang_up(self, host: str) -> None:
        self.world.hosts[host].end()

    @rule(host=st.sampled_from(HOSTS))
    def crash(self, host: str) -> None:
        self.world.hosts[host].crash()

    @rule(hosts=st.sampled_from([HOSTS, HOSTS[:1], HOSTS[1:]]), times=st.integers(1, 6))
    def look(self, hosts: tuple[str, ...], times: int) -> None:
        for _ in range(times):
            self.world.look(*hosts)

    @rule()
    def forgets(self) -> None:
        self.world.redis.counts.clear()
        self.world.redis.words.clear()

    @invariant()
    def nothing_is_below_nothing(self) -> None:
        assert all(count > 0 for count in self.world.redis.counts.values())

    def teardown(self) -> None:
        settled(self.world)
        assert self.world.redis.counts == self.world.live()


TestMachine = Machine.TestCase
TestMachine.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
