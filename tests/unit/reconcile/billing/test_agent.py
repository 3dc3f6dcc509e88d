"""The agent bills: what is proven is agreed to, calls become bookings, flags follow, and the loop never waits."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from dialform.reconcile.billing import beside

from .conftest import Bank


def test_terms_are_those_of_what_is_proven_from_its_proof_on(bank: Bank) -> None:
    async def proves() -> None:
        async with bank.world, bank.agent():
            await bank.until(lambda: bank.said.get("ledger") is not None)
            first = bank.rows("SELECT scope, effective FROM terms ORDER BY id")
            assert {scope for scope, _ in first} == {"", "alpha", "beta"}
            assert bank.said["error"] is None

    asyncio.run(proves())


def test_a_limit_is_reached_at_the_answer_and_ends_with_its_cause(bank: Bank) -> None:
    async def reaches() -> None:
        async with bank.world, bank.agent() as agent:
            await bank.until(lambda: bank.said.get("ledger") is not None)
            assert await bank.flag() == ""
            for _ in range(2):
                bank.call()
            await bank.flagged("limit")
            assert not bank.rows("SELECT 1 FROM facts"), "both calls are still up"
            await bank.until(lambda: len(bank.rows("SELECT 1 FROM facts WHERE trunk <> ''")) == 2)
            assert await bank.flag() == "limit"
            await bank.until(lambda: bank.said["flags"]["limit"] == ["alpha"])
            assert await bank.flag("beta") == ""
            bank.alpha["limits"] = {"daily": 3}
            bank.commit()
            agent.poke()
            await bank.flagged("")
            bank.alpha["limits"] = {"daily": 1}
            bank.commit()
            agent.poke()
            await bank.flagged("limit")
            bank.alpha["limits"] = {}
            bank.commit()
            agent.poke()
            await bank.flagged("")

    asyncio.run(reaches())


def test_a_switch_that_forgot_its_flags_is_told_them_again(bank: Bank) -> None:
    async def restarts() -> None:
        async with bank.world, bank.agent():
            await bank.until(lambda: bank.said.get("ledger") is not None)
            for _ in range(2):
                bank.call()
            await bank.flagged("limit")
            bank.world.switch.live.switch.environment.db.realms.clear()
            assert await bank.flag() == ""
            await bank.world.switch.restart()
            await bank.flagged("limit")

    asyncio.run(restarts())


def test_a_payment_in_git_lifts_the_block(bank: Bank) -> None:
    bank.alpha["subscription"]["on_zero_credit"] = "block"
    bank.commit()

    async def pays() -> None:
        async with bank.world, bank.agent() as agent:
            await bank.flagged("credit")
            bank.alpha["payments"] = {"inv-1": {"date": "2026-11-03", "amount": "5.00"}}
            bank.commit()
            agent.poke()
            await bank.flagged("")
            assert bank.rows("SELECT amount FROM payments") == [(5_000_000,)]
            bank.alpha["payments"]["inv-1"]["amount"] = "9.00"
            bank.commit()
            agent.poke()
            await bank.until(lambda: bank.said.get("payments_changed") == ["alpha inv-1"])
            status = bank.world.status()
            billing = next(one for one in status["conditions"] if one["type"] == "Billing")
            assert (billing["status"], billing["reason"]) == ("False", "PaymentChanged")
            assert next(c for c in status["conditions"] if c["type"] == "Ready")["status"] == "True"
            assert bank.rows("SELECT amount FROM payments") == [(5_000_000,)]
            assert await bank.flag() == ""

    asyncio.run(pays())


def test_going_back_takes_the_terms_back_as_a_new_copy(bank: Bank) -> None:
    async def goes_back() -> None:
        async with bank.world, bank.agent() as agent:
            await bank.until(lambda: bank.said.get("ledger") is not None)
            before = bank.rows("SELECT count(*) FROM terms WHERE scope = 'alpha'")[0][0]
            bank.alpha["limits"] = {"daily": 0}
            bank.commit()
            agent.poke()
            await bank.flagged("limit")
            first = agent.ground.generations.find(agent.ground.record.applied.proven[-1])
            await agent.pass_.applier.apply(first, commit=first.commit, by_hand="it was wrong")
            await bank.flagged("")
            digests = bank.rows("SELECT digest FROM terms WHERE scope = 'alpha' ORDER BY effective")
            assert len(digests) == before + 2
            assert digests[-1] == digests[-3]
            assert digests[-1] != digests[-2]

    asyncio.run(goes_back())


def test_what_was_proven_before_a_crash_is_stored_by_the_next_one(bank: Bank) -> None:
    async def crashes() -> None:
        async with bank.world:  # passes of an agent that stores nothing
            assert not (bank.world.layout.root / "ledger.db").exists()
            async with bank.agent() as agent:
                await bank.until(lambda: bank.said.get("ledger") is not None)
                at = agent.ground.record.applied.at
            effective = bank.rows("SELECT DISTINCT effective FROM terms")
            from dialform.reconcile.times import moment

            assert effective == [(int(moment(at) * 1_000_000),)]
            async with bank.agent():
                await bank.until(lambda: bank.said.get("ledger") is not None)
            assert bank.rows("SELECT DISTINCT effective FROM terms") == effective

    asyncio.run(crashes())


@pytest.mark.parametrize("fault", ["it cannot be opened", "it ends"])
def test_billing_that_fails_holds_nothing_up_and_comes_back(
    bank: Bank, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    good, broken = beside.open_ledger, True

    def opens(url: str) -> Any:
        if broken and fault == "it ends":
            raise RuntimeError("a fault of ours")
        return good("sqlite:////proc/nothing/ledger.db" if broken else url)

    monkeypatch.setattr(beside, "open_ledger", opens)

    async def fails() -> None:
        nonlocal broken
        async with bank.world, bank.agent() as agent:
            await bank.until(lambda: bool(bank.said.get("error")))
            bank.alpha["company"] = "Another name"
            head = bank.commit()
            agent.poke()
            await bank.until(lambda: (bank.world.status()["applied"] or {}).get("commit") == head)
            conditions = {one["type"]: one["status"] for one in bank.world.status()["conditions"]}
            assert (conditions["Ready"], conditions["Billing"]) == ("True", "False")
            broken = False
            await bank.until(lambda: bank.said.get("error") is None, 60.0)
            assert bank.rows("SELECT 1 FROM terms LIMIT 1")

    asyncio.run(fails())


def test_without_billing_nothing_of_it_is_there(bank: Bank) -> None:
    async def does_not() -> None:
        async with bank.world, bank.agent(billing=False) as agent:
            await bank.until(lambda: bank.world.status()["doing"] == "")
            agent.poke()
            await asyncio.sleep(0.3)
            assert not (bank.world.layout.root / "ledger.db").exists()
            conditions = {one["type"]: one["reason"] for one in bank.world.status()["conditions"]}
            assert conditions["Billing"] == "Off"

    asyncio.run(does_not())


def test_counts_that_hosts_share_are_looked_after_beside_the_loop(bank: Bank) -> None:
    """The simulated switch has no mod_hiredis: that is said, and nothing else is the worse for it."""
    bank.world.repository.files["platform.yaml"]["redis"] = "redis://127.0.0.1:6379"
    bank.commit()

    async def looks() -> None:
        async with bank.world, bank.agent() as agent:
            await bank.until(lambda: bool((bank.said.get("caps") or {}).get("error")))
            bank.alpha["company"] = "Another name"
            head = bank.commit()
            agent.poke()
            await bank.until(lambda: (bank.world.status()["applied"] or {}).get("commit") == head)

    asyncio.run(looks())
