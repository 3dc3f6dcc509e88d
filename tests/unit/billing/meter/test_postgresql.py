"""Two hosts that write one ledger in PostgreSQL."""

from __future__ import annotations

import asyncio
import uuid
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from dialform.billing.ledger import address

from .world import World

UK_MINUTE = 20_000


@pytest.fixture
def url(database: str) -> str:
    schema = f"meter_{uuid.uuid4().hex}"
    engine = create_engine(address.read(database))
    with engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    engine.dispose()
    return f"{database}{'&' if '?' in database else '?'}options=-csearch_path%3D{schema}"


def test_two_hosts_book_at_once_and_each_leg_is_there_once(fast: Path, url: str) -> None:
    hosts = [World(fast / name, host=name, url=url) for name in ("pbx1", "pbx2")]
    shared = []
    for world in hosts:
        for _ in range(120):
            leg = world.ended()
            world.puts(leg)
            world.hears(leg.hangup())
            shared.append(leg)
    for world in hosts:  # whoever restores a spool restores it on the wrong host
        for leg in shared[::10]:
            world.puts(leg)

    async def both() -> None:
        await asyncio.gather(*(world._turns(3) for world in hosts))

    asyncio.run(both())
    for world in hosts:
        world.passes(40, step=4)
        assert world.waiting() == [] and world.names("bad") == []
        assert world.meter.stats.failures == 0
    one, two = hosts
    assert len(one.rows("SELECT 1 FROM facts")) == len(shared)
    assert one.charges() == len(shared) * UK_MINUTE and one.ledger.verify() == []
    assert one.meter.stats.booked + two.meter.stats.booked == len(shared)
    for world in hosts:
        world.close()


def test_a_crash_of_one_host_leaves_the_calls_of_the_other(fast: Path, url: str) -> None:
    one, two = (World(fast / name, host=name, url=url) for name in ("pbx1", "pbx2"))
    legs = {}
    for world, core in ((one, "core-a"), (two, "core-b")):
        world.boots(core)
        world.turns()
        legs[core] = world.answered(0)
        world.hears(legs[core].answer())
        world.passes(30)
    one.dies()
    one.boots("core-c")
    one.passes(10)
    assert one.booked().keys() == {(legs["core-a"].uuid, "call")}
    assert two.live() == {legs["core-b"].uuid}
    two.puts(two.ends(legs["core-b"]))
    two.passes(2)
    assert two.booked()[(legs["core-b"].uuid, "call")][0] == 0
    assert one.ledger.verify() == []
    one.close(), two.close()
