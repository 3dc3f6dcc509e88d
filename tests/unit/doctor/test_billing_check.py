"""Whether calls are booked, and whose are refused."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest

from dialform.billing.facts.fact import Fact
from dialform.billing.ledger.opening import open_ledger
from dialform.compiler.terms import Prices, Terms
from dialform.reconcile.doctor.finding import Finding
from dialform.reconcile.doctor.ground import Ground, Subject

from .conftest import NOW, Ask, levels

MICRO = 1_000_000


@pytest.fixture
def spool(ground: Ground, host: Path, tmp_path: Path) -> Path:
    """The folder of call records, and a state folder with a ledger in which nothing is wrong."""
    folder = tmp_path / "cdr"
    folder.mkdir()
    file = host / "freeswitch/autoload_configs/json_cdr.conf.xml"
    text, count = re.subn(r'(name="log-dir" value=")[^"]*', rf"\g<1>{folder}", file.read_text())
    assert count == 1
    file.write_text(text)
    ground.state = tmp_path
    with open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}") as ledger:
        terms = Terms("acme", "Acme Corp", "it@acme.example", "Etc/UTC", "USD")
        ledger.store_terms("pbx1", Prices({}, {"standard": ()}, {}), [terms], at=MICRO)
    return folder


def wrong(found: list[Finding]) -> list[Finding]:
    return [one for one in found if one.level.word in ("problem", "warning")]


def test_nothing_is_wrong(ask_live: Ask, spool: Path) -> None:
    found = ask_live("billing")
    assert levels(found) == {"ok"}, wrong(found)
    assert any("all adds up" in one.found for one in found)


def test_from_files_alone_it_says_what_it_did_not_see(ask: Ask, spool: Path) -> None:
    assert levels(ask("billing")) == {"ok", "unknown"}


def test_a_folder_that_is_gone(ask: Ask, spool: Path) -> None:
    spool.rmdir()
    (found,) = wrong(ask("billing"))
    assert (found.level.word, str(spool) in found.looked) == ("problem", True)


@pytest.mark.skipif(os.geteuid() == 0, reason="ROOT MAY WRITE EVERYWHERE: MODES ARE NOT TRIED")
def test_a_folder_that_we_may_not_write(ask: Ask, spool: Path) -> None:
    spool.chmod(0o500)
    (found,) = wrong(ask("billing"))
    assert "may not read records" in found.found


def test_records_that_nobody_books_and_those_that_nobody_can(ask: Ask, spool: Path) -> None:
    for name, age in (("a.cdr.json", 100), ("b.cdr.json", 5000)):
        (spool / name).write_text("{}\n")
        os.utime(spool / name, (NOW - age, NOW - age))
    (spool / "bad").mkdir()
    (spool / "bad" / "c.cdr.json").write_text("{")
    found = {one.level.word: one for one in wrong(ask("billing"))}
    assert "2 wait to be booked, the first for 83 minutes" in found["problem"].found
    assert "1 files could not be booked" in found["warning"].found


def test_a_ledger_that_is_not_there_or_was_changed_by_hand(
    ask: Ask, spool: Path, tmp_path: Path
) -> None:
    with open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}") as ledger:
        ledger.database.write(
            lambda connection: connection.exec_driver_sql(
                "INSERT INTO balances VALUES ('acme', 'USD', 5, 0, 5)"
            )
        )
    (found,) = wrong(ask("billing"))
    assert "do not add up" in found.found
    for path in tmp_path.glob("ledger.db*"):
        path.unlink()
    (found,) = wrong(ask("billing"))
    assert found.about == "ledger"


def test_what_has_no_price(ask: Ask, spool: Path, tmp_path: Path) -> None:
    at = int(NOW) * MICRO
    with open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}") as ledger:
        ledger.book(
            [
                Fact(
                    "u",
                    "call",
                    "pbx1",
                    "acme",
                    at,
                    at,
                    at + MICRO,
                    "outbound",
                    "north",
                    number="+1212",
                )
            ],
            now=at,
        )
    (found,) = wrong(ask("billing"))
    assert "1 calls or faxes are booked without a price" in found.found


def test_what_the_agent_says(
    ask: Ask, ground: Ground, spool: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = {
        "conditions": [
            {"type": "Billing", "status": "False", "reason": "PaymentChanged", "message": "p1"}
        ]
    }
    monkeypatch.setattr(type(ground), "status", property(lambda _: said))
    (found,) = wrong(ask("billing"))
    assert found.found == "p1"


@pytest.mark.parametrize("word", ["limit", "credit"])
def test_whose_calls_are_refused(ask_live: Ask, spool: Path, word: str) -> None:
    async def flags(switch: Any) -> None:
        switch.live.switch.environment.db.run(f"insert/acme-block/outbound/{word}")

    for check, subject in (("billing", Subject("tenant", "acme", "acme")),
                           ("refused", Subject("extension", "1001", "acme"))):  # fmt: skip
        (found,) = wrong(ask_live(check, subject, prepare=flags))
        assert (found.about, f"({word})" in found.found) == ("calls of acme", True)
    other = Subject("tenant", "janes-bakery", "janes-bakery")
    assert wrong(ask_live("billing", other, prepare=flags)) == []
