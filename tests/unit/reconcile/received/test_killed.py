"""kill -9 between any two writes, commits and answers of a server: each fax once, and nothing lost."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from .mailbox import Mailbox
from .world import Killed, World, hooked


def story(world: World) -> list[str]:
    """Three faxes and what an agent does of them; whoever dies is followed by another one."""
    legs = [world.fax(), world.fax(content=b"II*\0\x08\0\0\0" + b"\xff" * 50)]
    for _ in range(6):
        with suppress(Killed):
            world.turn()
            world.post()
        world.passes(3600)
    legs.append(world.fax(pages=1))
    for _ in range(3):
        with suppress(Killed):
            world.turn()
            world.post()
        world.passes(3600)
    return legs


def dying(world: World, at: int, steps: list[str]) -> Callable[[str], None]:
    def hook(name: str) -> None:
        steps.append(name)
        if len(steps) - 1 == at:
            world.restart()
            raise Killed

    return hook


def count(folder: Path) -> list[str]:
    world = World(folder)
    steps: list[str] = []
    hooked(steps.append)
    story(world)
    world.close()
    return steps


@pytest.mark.parametrize("part", range(4))
def test_killed_at_every_step(tmp_path: Path, world: World, box: Mailbox, part: int) -> None:
    sender, steps = world.sender, list[str]()
    whole = World(tmp_path / "whole")
    whole.sender = sender
    hooked(steps.append)
    legs = story(whole)
    whole.close()
    assert len(steps) > 40
    assert len(box.raw) == len(legs)
    for at in range(part, len(steps), 4):
        box.raw.clear()
        one = World(Path(world.folder) / str(at))
        one.sender = sender
        hooked(dying(one, at, []))
        legs = story(one)
        what = f"killed at {at}: {steps[at]}"
        rows = {row.uuid: row for row in one.rows()}
        assert sorted(rows) == sorted(legs), what
        for leg, row in rows.items():
            assert Path(row.file).stat().st_size == row.size, what
            assert row.mailed, what
            assert not one.tiff(leg).exists(), what
        kept = [path for path in one.kept.rglob("*") if path.is_file()]
        assert sorted(path.stem for path in kept if path.suffix != ".new") == sorted(legs), what
        wanted = {f"<fax.{leg}@example.com>" for leg in legs}
        assert set(box.ids) == wanted, what
        # Only between a server's yes and the ledger's is it sent again: the same mail.
        if len(box.ids) > len(wanted):
            assert steps[at] in ("mail.sent", "commit"), what
            assert len(box.ids) == len(wanted) + 1, what
        one.close()
