"""Payments that were booked: what is another one now, or gone, is an error wherever it is written."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from dialform.billing.ledger.opening import open_ledger
from dialform.cli.entry import main
from dialform.compiler.booked import check_payments
from dialform.compiler.terms import Paid, Prices, Terms

ROOT = Path(__file__).resolve().parents[3]

Edit = Callable[[str], str]
WHERE = "tenants.d/acme/money.yaml"
BEFORE = """\
payments:
  inv-1: {date: 2026-11-03, amount: "200.00", note: wire transfer}
  inv-2: {date: 2026-11-04, amount: "10"}
"""
CHANGES: dict[str, tuple[Edit, tuple[int, int] | None]] = {
    "another amount": (lambda text: text.replace("200.00", "250.00"), (2, 37)),
    "another day": (lambda text: text.replace("11-03", "11-02"), (2, 17)),
    "gone": (lambda text: text.replace("  inv-2", "  inv-3"), (1, 1)),
    "all of them gone": (lambda _: "do_not_call: []\n", (1, 1)),
    "another note": (lambda text: text.replace("wire transfer", "by wire"), None),
    "the same amount, written otherwise": (lambda text: text.replace("200.00", "200"), None),
    "one more": (lambda text: text + '  inv-3: {date: 2026-11-09, amount: "-50"}\n', None),
}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    root = tmp_path / "site"
    shutil.copytree(ROOT / "tests/sites/base", root)
    (root / WHERE).write_text(BEFORE)
    return root


def found(said: str) -> list[tuple[str, int, int]]:
    return [
        (one["file"], one["line"], one["column"])
        for one in json.loads(said)["diagnostics"]
        if one["code"] == "DF1513"
    ]


@pytest.mark.parametrize("name", CHANGES)
class TestEachChange:
    def test_against_a_ledger(
        self, name: str, site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        edit, place = CHANGES[name]
        url = f"sqlite:///{tmp_path}/ledger.db"
        paid = (Paid("inv-1", "2026-11-03", 200_000_000), Paid("inv-2", "2026-11-04", 10_000_000))
        terms = Terms("acme", "Acme", "", "UTC", "USD", payments=paid)
        with open_ledger(url) as ledger:
            ledger.store_terms("pbx1", Prices({}, {}, {}), [terms], at=1)
        (site / WHERE).write_text(edit(BEFORE))
        status = main(["validate", "--site", str(site), "--ledger", url, "--format", "json"])
        told = found(capsys.readouterr().out)
        if place is None:
            assert (status, told) == (0, [])
            return
        assert status == 3
        file = WHERE if name != "all of them gone" else "tenants.d/acme/account.yaml"
        assert {one[0] for one in told} == {file}
        assert told[0][1:] == place

    def test_against_the_base_of_a_plan(
        self, name: str, site: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        edit, place = CHANGES[name]
        _commit(site, "before")
        (site / WHERE).write_text(edit(BEFORE))
        status = main(["plan", "--site", str(site), "--base", "HEAD"])
        said = capsys.readouterr()
        assert status == (0 if place is None else 3)
        assert ("DF1513" in said.out) == (place is not None)

    def test_against_the_base_of_a_review_even_by_an_admin(
        self, name: str, site: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        edit, place = CHANGES[name]
        platform = site / "platform.yaml"
        platform.write_text(platform.read_text() + 'admins: ["@ops"]\n')
        _commit(site, "before")
        (site / WHERE).write_text(edit(BEFORE))
        _commit(site, "after")
        status = main(["review", "--site", str(site), "--base", "HEAD~1", "--as", "@ops"])
        said = capsys.readouterr().out
        assert status == (0 if place is None else 3)
        assert ("was booked with" in said) == (place is not None)


def _git(site: Path, *arguments: str) -> None:
    who = ("-c", "user.name=T", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main")
    subprocess.run(["git", *who, *arguments], cwd=site, check=True, capture_output=True)


def _commit(site: Path, message: str) -> None:
    if not (site / ".git").exists():
        _git(site, "init")
    _git(site, "add", "-A")
    _git(site, "commit", "-qm", message)


def test_who_is_no_tenant_any_more_is_not_looked_at() -> None:
    assert list(check_payments({("gone", "inv-1"): ("2026-11-03", 1)}, {})) == []


def test_a_branch_that_is_behind_removes_nothing(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    platform = site / "platform.yaml"
    platform.write_text(platform.read_text() + 'admins: ["@ops"]\n')
    _commit(site, "before")
    _git(site, "checkout", "-q", "-b", "topic")
    (site / WHERE).write_text(BEFORE + '  inv-8: {date: 2026-11-09, amount: "8"}\n')
    _commit(site, "topic")
    _git(site, "checkout", "-q", "-b", "other", "HEAD~1")
    (site / WHERE).write_text(BEFORE + '  inv-9: {date: 2026-11-09, amount: "9"}\n')
    _commit(site, "main")
    status = main(
        ["review", "--site", str(site), "--base", "other", "--head", "topic", "--as", "@ops"]
    )
    assert (status, "was booked" in capsys.readouterr().out) == (0, False)


def test_a_ledger_that_is_none_is_one_sentence(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = main(["validate", "--site", str(site), "--ledger", "mysql://user:secret@host/x"])
    said = capsys.readouterr()
    assert status == 1
    assert "secret" not in said.err + said.out
    assert "Traceback" not in said.err
