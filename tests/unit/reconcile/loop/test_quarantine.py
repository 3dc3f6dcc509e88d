"""Which commits are not tried again, and what is done where nobody knows any more."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from dialform.reconcile.layout import Layout
from dialform.reconcile.quarantine import Quarantine

from ..faults.edits import queue, timeout
from ..faults.world import World


def test_a_quarantine_that_cannot_be_read_holds(world: World) -> None:
    """Nobody knows then whether the commit failed here before: it is not tried on the chance of it."""

    async def run() -> None:
        async with world:
            good = world.repository.head
            queue(world.repository.files)
            bad = world.repository.commit()
            world.switch.faults.replies = {"callcenter_config queue load": "-ERR"}
            assert (await world.pass_()).what == "rolled_back"
            world.switch.mend()
            world.layout.quarantine.write_bytes(b'{"half')
            world.switch.heard.clear()
            assert (await world.pass_()).what == "held"
            assert world.held() == "Quarantined"
            assert world.switch.changes == []
            assert "quarantine.json" in world.status()["held"]["message"]
            assert list(world.status()["quarantine"]) == [bad]
            await world.expect(good)
            timeout(world.repository.files)
            head = world.repository.commit()
            assert (await world.pass_()).what == "applied"
            await world.expect(head)

    asyncio.run(run())


@pytest.mark.parametrize("content", [b"", b"[]", b'{"half'])
def test_whoever_releases_all_does_so_of_a_damaged_file_too(tmp_path: Path, content: bytes) -> None:
    layout = Layout(tmp_path)
    layout.quarantine.write_bytes(content)
    quarantine = Quarantine(layout)
    assert quarantine.damaged
    assert quarantine.release()
    assert not Quarantine(layout).damaged
    assert not Quarantine(layout).release()
