"""So many a second, evenly."""

from __future__ import annotations

import asyncio

import pytest

from dialform.reconcile.phones.pace import Pace
from dialform.reconcile.times import Times


class Clock:
    def __init__(self, late: float = 0.0) -> None:
        self.now, self.late = 0.0, late

    async def sleep(self, seconds: float) -> None:
        self.now += seconds + self.late


def turns(clock: Clock, rate: float, count: int, busy: float = 0.0) -> list[float]:
    async def work() -> list[float]:
        pace = Pace(rate, Times(steady=lambda: clock.now, sleep=clock.sleep))
        found = []
        for _ in range(count):
            await pace.turn()
            found.append(clock.now)
            clock.now += busy
        return found

    return asyncio.run(work())


@pytest.mark.parametrize(("late", "busy"), [(0.0, 0.0), (0.003, 0.0), (0.0, 0.015)])
def test_no_second_has_more_than_its_share(late: float, busy: float) -> None:
    found = turns(Clock(late), 50, 500, busy)
    assert found[-1] == pytest.approx(499 / 50, abs=0.05)
    assert all(sum(start <= one < start + 1 - 1e-6 for one in found) <= 51 for start in found[::25])


def test_who_was_busy_for_long_does_not_hurry_after() -> None:
    clock = Clock()

    async def work() -> None:
        pace = Pace(10, Times(steady=lambda: clock.now, sleep=clock.sleep))
        await pace.turn()
        clock.now += 60
        began = clock.now
        for _ in range(11):
            await pace.turn()
        assert clock.now - began == pytest.approx(1.0)

    asyncio.run(work())
