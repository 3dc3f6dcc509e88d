"""What somebody typed and did not save: theirs alone, one for each object, sealed, and never too much."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from dialform.console.accounts.tables import drafts as table
from dialform.console.errors import Refused
from dialform.console.saving import draft_of, drafts_of, drop_draft, keep_draft
from dialform.console.saving.drafts import KEPT, LARGEST, MOST
from dialform.values import replace

from .conftest import Desk

PATH = ("extensions", "1002")


def _with(desk: Desk, number: int) -> Desk:
    """Somebody with an account."""
    desk.visitor = replace(desk.visitor, account=desk.stage.account(number))
    return desk


def _run(work: Any, desk: Desk, *args: Any, **more: Any) -> Any:
    return asyncio.run(work(desk, *args, **more))


def test_what_was_typed_comes_back_to_who_typed_it_alone(alice: Desk) -> None:
    _with(alice, 7)
    value = {"name": ["Größe"], "password": ["hidden-word"]}
    _run(keep_draft, alice, "acme", PATH, value, base="c" * 40, was="d1")
    found = _run(draft_of, alice, "acme", PATH)
    assert (found.value, found.base, found.was, found.path) == (value, "c" * 40, "d1", PATH)
    with alice.ground.database.reading() as connection:
        (text,) = connection.execute(select(table.c.value)).scalars().all()
    assert "hidden-word" not in text
    assert _run(draft_of, alice, "acme", ("extensions", "1003")) is None
    assert _run(draft_of, alice, None, PATH) is None
    bob = _with(Desk(alice.stage, "user"), 8)
    assert _run(drafts_of, bob) == []
    assert not _run(drop_draft, bob, "acme", PATH)
    assert _run(drop_draft, alice, "acme", PATH)
    assert _run(drafts_of, alice) == []


def test_there_is_one_of_each_object_the_newest(alice: Desk) -> None:
    _with(alice, 7)
    for value in ("one", "two"):
        _run(keep_draft, alice, "acme", PATH, value)
    assert [one.value for one in _run(drafts_of, alice)] == ["two"]


def test_old_ones_make_room_and_large_ones_are_refused(alice: Desk) -> None:
    _with(alice, 7)
    now = alice.ground.clocks.wall()
    for number in range(MOST + 2):
        clock = replace(alice.ground.clocks, wall=lambda number=number: now + number)
        alice.ground.clocks = clock
        _run(keep_draft, alice, "acme", ("extensions", str(number)), number)
    found = [one.value for one in _run(drafts_of, alice)]
    assert found == list(reversed(range(2, MOST + 2)))
    with pytest.raises(Refused):
        _run(keep_draft, alice, "acme", PATH, "x" * (2 * LARGEST))
    late = now + KEPT / 1_000_000 + 2 * MOST
    alice.ground.clocks = replace(alice.ground.clocks, wall=lambda: late)
    _run(keep_draft, alice, "acme", PATH, "new")
    assert [one.value for one in _run(drafts_of, alice)] == ["new"]
