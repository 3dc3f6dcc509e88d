"""Where no agent stays: one run stores, books, flags and mails; what goes wrong is a sentence."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from dialform.cli.statusview import is_well, lines
from dialform.reconcile.agent import Agent
from dialform.reconcile.billing.once import settle
from dialform.reconcile.status import CONDITIONS

from .conftest import Bank


async def calls(bank: Bank, count: int) -> None:
    """So many calls that are over, with their records in the spool."""
    for _ in range(count):
        bank.call(patience=10.0)
    await bank.until(lambda: len(list(bank.world.folder.glob("cdr/*.json"))) >= 2 * count)


def test_one_run_does_it_all(bank: Bank) -> None:
    bank.alpha["limits"] = {"daily": 1}
    bank.commit()

    async def runs() -> None:
        async with bank.world:
            await calls(bank, 1)
            async with bank.world.agent() as agent:
                await agent.cycle()
                assert await settle(agent.ground) == ""
            assert await bank.flag() == "limit"
            assert bank.rows("SELECT count(*) FROM facts WHERE trunk <> ''") == [(1,)]
            assert list(bank.world.folder.glob("cdr/booked/*/*.json"))
            assert not list(bank.world.folder.glob("cdr/*.json"))

    asyncio.run(runs())


def test_a_change_by_hand_stores_and_flags_and_books_nothing(bank: Bank) -> None:
    bank.alpha["limits"] = {"daily": 0}
    bank.commit()

    async def runs() -> None:
        async with bank.world:
            await calls(bank, 1)
            async with bank.world.agent() as agent:
                await agent.cycle()
                assert await settle(agent.ground, ingest=False) == ""
            assert await bank.flag() == "limit"
            assert bank.rows("SELECT count(*) FROM facts") == [(0,)]

    asyncio.run(runs())


@pytest.mark.parametrize("url", ["sqlite:////proc/none/ledger.db", "mysql://db/x", "nonsense"])
def test_a_ledger_that_is_none_is_a_sentence(bank: Bank, url: str) -> None:
    async def runs() -> None:
        async with bank.world, bank.world.agent(ledger=url) as agent:
            result, _ = await agent.cycle()
            why = await settle(agent.ground)
            assert why.endswith((".", "--ledger."))
            assert "Traceback" not in why
            assert result.what == "unchanged", "nothing of the pass depends on it"
            assert agent.ground.book.status_of("Billing") == "False"

    asyncio.run(runs())


def test_without_billing_there_is_no_ledger(bank: Bank, tmp_path: Path) -> None:
    async def runs() -> None:
        async with bank.world, bank.world.agent(billing=False) as agent:
            await agent.cycle()
            assert await settle(agent.ground) == ""
            assert not (bank.world.layout.root / "ledger.db").exists()

    asyncio.run(runs())


def test_the_status_says_it_in_a_line_or_two(bank: Bank) -> None:
    async def runs() -> None:
        async with bank.world, bank.agent():
            await bank.until(lambda: bank.said.get("backlog") is not None)
            status = bank.world.status()
            now = bank.world.clock.now()
            status["billing"] |= {
                "backlog": 7, "oldest": 61, "unrated": 2, "bad_files": 1, "mail_error": "550 no",
                "flags": {"limit": ["alpha"], "credit": ["beta", "gamma"]},
                "caps": {"error": None, "silent": ["pbx2"]},
            }  # fmt: skip
            said = [
                one
                for one in lines(status, now, True)
                if one.startswith(("billing", "caps", "Billing"))
            ]
            text = "\n".join(said)
            for words in (
                "ledger.db", "nothing booked yet", "7 to be booked, the oldest for 1 minute",
                "2 without a price", "1 files that could not be read",
                "refused outside: alpha (limit)", "refused outside: beta, gamma (credit)",
                "mail is not taken: 550 no", "no word from pbx2", "True (Booking)",
            ):  # fmt: skip
                assert words in text, (words, text)
            assert is_well(status, now, True)
            status["conditions"][CONDITIONS.index("Billing")]["status"] = "False"
            assert not is_well(status, now, True)
            del status["billing"]
            assert not [one for one in lines(status, now, True) if one.startswith("billing")]

    asyncio.run(runs())


def test_an_agent_is_made_with_what_runs_beside_it(bank: Bank) -> None:
    """Whatever stands beside the loop ends with it."""

    async def runs() -> None:
        begun, ended = asyncio.Event(), asyncio.Event()

        async def work() -> None:
            begun.set()
            try:
                await asyncio.Event().wait()
            finally:
                ended.set()

        async with bank.world, bank.world.agent() as made:
            agent = Agent(made.ground, made.pass_, beside=[work])
            task = asyncio.create_task(agent.run())
            await asyncio.wait_for(begun.wait(), 20)
            agent.stop()
            await asyncio.wait_for(task, 20)
            assert ended.is_set()

    asyncio.run(runs())
