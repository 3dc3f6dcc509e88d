"""What ran while the ledger was away is not forgotten: each generation holds from its own proof on."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from dialform.reconcile.agent import Agent
from dialform.reconcile.billing import beside

from .conftest import Bank


async def applied(bank: Bank, agent: Agent, daily: int) -> None:
    bank.alpha["limits"] = {"daily": daily}
    head = bank.commit()
    agent.poke()
    await bank.until(lambda: (bank.world.status()["applied"] or {}).get("commit") == head)


def limits(bank: Bank) -> list[int]:
    """What was agreed with alpha, one after the other."""
    asked = ("SELECT d.body FROM terms t JOIN documents d ON d.digest = t.digest "
             "WHERE t.scope = 'alpha' ORDER BY t.effective")  # fmt: skip
    return [json.loads(body).get("daily", -1) for (body,) in bank.rows(asked)]


def test_terms_that_held_while_the_ledger_was_away_are_stored_when_it_is_back(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, away = beside.open_ledger, False

    def opens(url: str) -> Any:
        return good("sqlite:////proc/nothing/ledger.db" if away else url)

    monkeypatch.setattr(beside, "open_ledger", opens)

    async def misses() -> None:
        nonlocal away
        async with bank.world:
            async with bank.agent():
                await bank.until(lambda: bank.said.get("ledger") is not None)
            away = True
            async with bank.agent() as agent:
                for daily in (11, 12, 2):
                    await applied(bank, agent, daily)
                bank.alpha["payments"] = {"typo": {"date": "2026-11-03", "amount": "500.00"}}
                await applied(bank, agent, 13)
                bank.alpha["payments"] = {"typo": {"date": "2026-11-03", "amount": "5.00"}}
                await applied(bank, agent, 14)
            away = False
            async with bank.agent():
                await bank.until(lambda: limits(bank)[-1] == 14)
            assert limits(bank) == [2, 11, 12, 2, 13, 14]
            assert bank.rows("SELECT amount FROM payments") == [(5_000_000,)], (
                "as it is written now"
            )
            times = [at for (at,) in bank.rows("SELECT effective FROM terms WHERE scope = 'alpha'")]
            async with bank.agent() as agent:
                await bank.until(lambda: bank.said.get("ledger") is not None)
                await applied(bank, agent, 15)
                await bank.until(lambda: limits(bank)[-1] == 15)
            assert limits(bank) == [2, 11, 12, 2, 13, 14, 15], "nothing of it twice"
            later = bank.rows(
                "SELECT effective FROM terms WHERE scope = 'alpha' ORDER BY effective"
            )
            assert [at for (at,) in later][:6] == sorted(times)

    asyncio.run(misses())
