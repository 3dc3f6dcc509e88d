"""What runs beside the loop lives again, whatever ended it; later each time where it does not live long."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from dialform.reconcile.besides import SETTLED, relived


def lived(ends: list[Any]) -> list[Any]:
    """What comes of lives that end so: how long each lasted and what it raised (None: by itself)."""
    told: list[Any] = []
    now, left = [0.0], iter(ends)

    async def life() -> None:
        lasted, error = next(left, (0.0, asyncio.CancelledError()))
        now[0] += lasted
        if error is not None:
            raise error

    async def sleep(seconds: float) -> None:
        told.append(seconds)

    times: Any = SimpleNamespace(steady=lambda: now[0], sleep=sleep, pause=float)
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(
            relived(
                times, life, (KeyError,), told.append, lambda kind: told.append(f"fault {kind}")
            )
        )
    return told


def test_what_is_known_to_go_wrong_is_said_and_anything_else_is_a_fault() -> None:
    assert lived([(1, KeyError("so")), (1, ValueError("so"))]) == [
        "'so'",
        1.0,
        "fault ValueError",
        2.0,
    ]


def test_a_life_that_ends_by_itself_or_lasted_is_followed_at_once_or_soon() -> None:
    short, long = (1, KeyError()), (SETTLED + 1, KeyError())
    pauses = [one for one in lived([short, short, (1, None), short, short, long, short]) if one]
    assert pauses == [1.0, 2.0, 1.0, 2.0, 1.0, 2.0]
