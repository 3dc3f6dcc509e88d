"""A record is published when it says something new, and before it gets old."""

import asyncio
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pytest

from dialform.reconcile.waves.blocking import FRESH
from dialform.reconcile.waves.errors import StoreUnreachableError
from dialform.reconcile.waves.sparing import RENEWED, Sparing
from dialform.reconcile.waves.store import open_store

from .conftest import status


class Kept:
    def __init__(self) -> None:
        self.published: list[dict[str, Any]] = []
        self.broken = False

    async def publish(self, host: str, status: dict[str, Any]) -> None:
        if self.broken:
            raise StoreUnreachableError("down")
        self.published.append(status)

    async def read(self, hosts: Collection[str] = ()) -> dict[str, Any]:
        return {host: {} for host in hosts}


class Passes:
    """One pass a minute."""

    def __init__(self) -> None:
        self.kept, self.now = Kept(), 1000.0
        self.store = Sparing(self.kept, clock=lambda: self.now)

    def make(self, count: int, **more: Any) -> None:
        for _ in range(count):
            self.now += 60
            asyncio.run(
                self.store.publish(
                    "pbx1", status(at=f"2026-11-28T05:10:{int(self.now) % 60:02}Z", **more)
                )
            )


def test_an_idle_hour_is_a_few_records_and_none_gets_old() -> None:
    passes = Passes()
    passes.make(60)
    assert len(passes.kept.published) == 60 * 60 // RENEWED
    assert RENEWED + 2 * 60 < FRESH


@pytest.mark.parametrize(
    "news",
    [{"applied": {"commit": "a" * 40}}, {"conditions": []}, {"version": "0.6.0"}, {"wave": 1}],
)
def test_news_go_out_at_once(news: dict[str, Any]) -> None:
    passes = Passes()
    passes.make(1)
    passes.make(2, **news)
    assert len(passes.kept.published) == 2


def test_what_nobody_publishes_is_no_news() -> None:
    passes = Passes()
    passes.make(1)
    passes.make(1, drift=[{"kind": "gateway"}], counters={"passes": 5})
    assert len(passes.kept.published) == 1


def test_what_was_not_taken_is_published_again() -> None:
    passes = Passes()
    passes.make(1)
    passes.kept.broken = True
    for _ in range(2):
        with pytest.raises(StoreUnreachableError):
            passes.make(1, version="0.6.0")
    passes.kept.broken = False
    passes.make(1)
    assert len(passes.kept.published) == 2


def test_agents_open_a_sparing_one(tmp_path: Path) -> None:
    assert isinstance(open_store(f"folder:{tmp_path}", tmp_path), Sparing)
    assert asyncio.run(Passes().store.read(["pbx1"])) == {"pbx1": {}}
