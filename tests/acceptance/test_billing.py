"""`dialform billing`: quota, usage, statement, payments, export, rerate, verify, from outside."""

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from dialform.billing.ledger.opening import open_ledger
from tests.unit.billing.statements.pdftext import text_of

from .billedsite import Facts, at, bill, here
from .conftest import Done, Run, copy_of_the_demo

Asked = Callable[..., Done]


@pytest.fixture(scope="module")
def billed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A demo site and its ledger, for tests that change neither."""
    root = tmp_path_factory.mktemp("billed")
    site = copy_of_the_demo(root / "site")
    return site, bill(site, root / "ledger.db")


@pytest.fixture
def asked(billed: tuple[Path, str], capfd: pytest.CaptureFixture[str]) -> Asked:
    """Run a billing command on them."""

    def asked(*arguments: str) -> Done:
        site, url = billed
        return here(capfd, "billing", *arguments, "--site", str(site), "--ledger", url)

    return asked


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_quota_shows_the_eleven_resources_by_their_numbers(asked: Asked) -> None:
    found = json.loads(
        asked("quota", "--tenant", "acme", "--month", "2026-10", "--format", "json").out
    )["quota"]
    assert [row["number"] for row in found] == list(range(7, 18))
    by = {row["resource"]: row for row in found}
    assert (by["extensions"]["limit"], by["extensions"]["used"], by["extensions"]["left"]) == (
        50,
        4,
        46,
    )
    assert (
        by["voice_minutes"]["limit"],
        by["voice_minutes"]["used"],
        by["voice_minutes"]["left"],
    ) == (60000, 60000, 0)
    assert (by["fax_pages"]["used"], by["conference_minutes"]["used"]) == (7, 300)
    text = asked("quota", "--tenant", "acme", "--month", "2026-10").out
    assert re.search(r"12  voice_minutes +2026-10 +1,000:00 +1,000:00 +0:00", text)


def test_quota_of_a_user_is_what_their_slots_allow(asked: Asked) -> None:
    done = asked(
        "quota", "--tenant", "acme", "--user", "bob", "--month", "2026-10", "--format", "csv"
    )
    by = {row["resource"]: row for row in rows(done.out)}
    assert (by["devices"]["limit"], by["devices"]["used"], by["devices"]["left"]) == ("3", "1", "2")
    assert by["voice_minutes"]["used"] == "0"
    assert "ring_groups" not in by


def test_quota_counts_objects_without_a_ledger(
    billed: tuple[Path, str], run: Run, tmp_path: Path
) -> None:
    done = run("billing", "quota", "--site", str(billed[0]), "--tenant", "acme", "--ledger",
               f"sqlite:///{tmp_path}/none.db")  # fmt: skip
    assert done.status == 0
    assert "usage is not known. There is no ledger" in done.err
    assert re.search(r"15  extensions +50 +4 +46", done.out)
    assert not (tmp_path / "none.db").exists()


def test_usage_of_a_month_with_its_parts(asked: Asked) -> None:
    found = json.loads(
        asked("usage", "--tenant", "acme", "--month", "2026-10", "--format", "json").out
    )["usage"]
    by = {
        row["route"]: [row[name] for name in ("count", "units", "free", "billed", "amount")]
        for row in found
    }
    # 59,900 s count as 59,940 and 95 s as 120 in steps of a minute: 60 of those are past the 1,000 minutes.
    assert by["us-voice"] == [2, 60_060, 60_000, 60, "0.01"]
    # To London the first minute counts whole, then seconds: 95 s at 0.0150 a minute.
    assert by["world"] == [1, 95, 0, 95, "0.02375"]
    assert by["us-fax"] == [1, 7, 7, 0, "0.00"]
    assert by["emergency"] == [1, 0, 0, 0, "0.00"]
    assert all(row["units"] == row["free"] + row["billed"] for row in found)
    assert all(isinstance(row["amount"], str) for row in found)


def test_the_statement_adds_up_in_every_form(asked: Asked, tmp_path: Path) -> None:
    json_ = json.loads(
        asked("statement", "--tenant", "acme", "--month", "2026-10", "--format", "json").out
    )
    assert json_["opening"] == "0.00"
    assert json_["payments"] == []
    lines = rows(
        asked("statement", "--tenant", "acme", "--month", "2026-10", "--format", "csv").out
    )
    from decimal import Decimal

    total = sum(Decimal(row["amount"]) for row in lines if row["line"] not in ("closing", "call"))
    assert total == Decimal(lines[-1]["amount"]) == Decimal(json_["closing"]) == Decimal("-0.03375")
    text = asked("statement", "--tenant", "acme", "--month", "2026-10").out
    assert re.search(rf"Closing balance +{re.escape(json_['closing'])}", text)
    assert "Acme Corp" in text
    for name in ("bill.html", "bill.pdf"):
        done = asked(
            "statement",
            "--tenant",
            "acme",
            "--month",
            "2026-10",
            "--calls",
            "-o",
            str(tmp_path / name),
        )
        assert (done.status, done.out) == (0, "")
    page = (tmp_path / "bill.html").read_text()
    assert json_["closing"] in page
    assert "<svg" in page
    paper = text_of((tmp_path / "bill.pdf").read_bytes())
    for part in (json_["closing"], "Acme Corp", "+442079460000", "Closing balance"):
        assert part in paper.splitlines(), part


def test_a_pdf_goes_to_no_terminal(billed: tuple[Path, str], run_on_terminal: Run) -> None:
    done = run_on_terminal("billing", "statement", "--tenant", "acme", "--format", "pdf", "--site", str(billed[0]),
                           "--ledger", billed[1])  # fmt: skip
    assert done.status == 64
    assert "say -o FILE" in done.out


def test_payments_booked_and_not(
    asked: Asked, billed: tuple[Path, str], run: Run, tmp_path: Path
) -> None:
    site = copy_of_the_demo(tmp_path / "site")
    account = site / "tenants.d/acme/account.yaml"
    text = account.read_text()
    account.write_text(text.replace(
        'inv-1042: {date: 2026-11-03, amount: "200.00", note: wire transfer}',
        'inv-1042: {date: 2026-11-03, amount: "250.00"}\n  inv-1043: {date: 2026-11-09, amount: "1000.00", note: "=1+1"}',
    ))  # fmt: skip
    done = run("billing", "payments", "--tenant", "acme", "--site", str(site), "--ledger", billed[1],
               "--format", "csv")  # fmt: skip
    found = {row["payment"]: row for row in rows(done.out)}
    assert found["inv-1042"]["amount"] == "200.00"
    assert found["inv-1042"]["state"] == "changed: the site says 2026-11-03, 250.00"
    assert found["inv-1043"]["state"] == "not booked yet"
    assert (found["inv-1043"]["amount"], found["inv-1043"]["note"]) == ("1000.00", "'=1+1")
    shown = asked("payments").out
    assert re.search(r"acme +200.00 +\d+\.\d+ +\d+\.\d+ +USD", shown)
    assert "nordlicht" in shown


def test_the_export_is_every_row_and_safe(asked: Asked) -> None:
    assert {row["status"] for row in rows(asked("export", "--tenant", "acme").out)} == {
        "rated",
        "emergency",
    }
    lines = rows(asked("export", "--tenant", "acme", "--all").out)
    assert {row["tenant"] for row in lines} == {"acme"}
    inbound = next(row for row in lines if row["direction"] == "inbound")
    assert inbound["peer"] == "'=HYPERLINK(1)"
    assert inbound["number"] == "'+12125550199"
    made = [json.loads(line) for line in asked("export", "--format", "jsonl").out.splitlines()]
    assert {row["tenant"] for row in made} == {"acme", "nordlicht"}
    assert all(isinstance(row["amount"], str) and isinstance(row["units"], int) for row in made)
    assert rows(asked("export", "--tenant", "acme", "--month", "2026-11", "--all").out) == []
    some = rows(
        asked("export", "--tenant", "acme", "--since", "2026-10-07", "--until", "2026-10-08").out
    )
    assert [row["service"] for row in some] == ["fax"]


def test_never_another_tenants_data(asked: Asked) -> None:
    for command in (
        ["usage"], ["statement", "--calls"], ["payments"], ["export"], ["export", "--format", "jsonl"],
        ["quota"], ["statement", "--format", "html"], ["statement", "--format", "json", "--calls"],
    ):  # fmt: skip
        month = [] if command[0] in ("payments", "export") else ["--month", "2026-10"]
        out = asked(*command, "--tenant", "acme", *month).out
        assert out
        for theirs in ("nordlicht", "janes", "Nordlicht", "EUR", "+498912345", "sepa-2026-11"):
            assert theirs not in out, (command, theirs)


def test_verify_says_that_all_adds_up_and_what_does_not(
    asked: Asked, run: Run, tmp_path: Path
) -> None:
    done = asked("verify")
    assert (done.status, "everything adds up" in done.out) == (0, True)
    assert json.loads(asked("verify", "--format", "json").out)["faults"] == []
    site = copy_of_the_demo(tmp_path / "site")
    url = bill(site, tmp_path / "ledger.db")
    import sqlite3

    with sqlite3.connect(tmp_path / "ledger.db") as raw:
        raw.execute(
            "UPDATE balances SET charges = charges + 1, balance = balance - 1 WHERE tenant = 'acme'"
        )
    raw.close()
    broken = run("billing", "verify", "--ledger", url, "--site", str(site))
    assert broken.status == 1
    assert "acme" in broken.out
    assert json.loads(run("billing", "verify", "--ledger", url, "--format", "json").out)["faults"]


def test_an_issued_statement_stays_and_the_late_call_is_in_the_next(
    capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    site = copy_of_the_demo(tmp_path / "site")
    url = bill(site, tmp_path / "ledger.db")
    there = ("--tenant", "acme", "--site", str(site), "--ledger", url)

    def statement(month: str, *more: str) -> Done:
        return here(capfd, "billing", "statement", *there, "--month", month, *more)

    assert statement("2026-10", "--issue").status == 0
    first = {
        form: statement("2026-10", "--format", form).out
        for form in ("table", "json", "csv", "html")
    }
    pdf = tmp_path / "bill.pdf"
    statement("2026-10", "-o", str(pdf))
    before = pdf.read_bytes()
    assert re.search("^Issued on 20", first["table"], re.M)
    fact = Facts()
    with open_ledger(url) as ledger:
        ledger.book([fact("2026-10-30T10:00", 600, uuid="late")], now=at("2026-11-05T00:00"))
    assert {form: statement("2026-10", "--format", form).out for form in first} == first
    statement("2026-10", "-o", str(pdf))
    assert pdf.read_bytes() == before
    november = json.loads(statement("2026-11", "--format", "json").out)
    (added,) = november["adjustments"]
    assert (added["period"], added["legs"], added["billed"], added["amount"]) == (
        "2026-10",
        1,
        600,
        "0.10",
    )
    assert november["opening"] == json.loads(first["json"])["closing"]
    done = statement("2026-09", "--issue")
    assert (done.status, "is a line of the next one" in done.err) == (1, True)
    done = statement("2026-10", "--calls")
    assert "issued without its calls" in done.err


def test_a_call_without_price_is_priced_later(run: Run, tmp_path: Path) -> None:
    site = copy_of_the_demo(tmp_path / "site")
    url = bill(site, tmp_path / "ledger.db")
    there = ("--tenant", "acme", "--site", str(site), "--ledger", url)
    with open_ledger(url) as ledger:
        from dialform.compiler.agreed import terms_of
        from dialform.compiler.platform import load_platform
        from dialform.compiler.terms import Price, Prices
        from dialform.reconcile.sitefiles import SiteFiles

        scope = SiteFiles(site).tenant("acme")
        assert scope
        files = SiteFiles(site)
        full = load_platform(files.tree, files.tree.read).book.prices()
        none = Prices(
            {"us": (Price("us", "voice", "outbound", "+1", 10_000),)},
            {"standard": ("us",)},
            full.packages,
        )
        ledger.store_terms("pbx1", none, [terms_of(scope)], at=at("2026-10-15T00:00"))
        fact = Facts()
        late = fact(
            "2026-10-20T10:00", 60, uuid="x", number="+442079460000", route="world", plan=""
        )
        ledger.book([late], now=at("2026-11-01T00:00"))
        ledger.store_terms("pbx1", full, [terms_of(scope)], at=at("2026-11-02T00:00"))
    shown = run("billing", "statement", *there, "--month", "2026-10").out
    assert "1 call or fax has no price yet" in shown
    dry = run("billing", "rerate", *there, "--month", "2026-10", "--dry-run", "--format", "json")
    (change,) = json.loads(dry.out)["rerated"]
    assert (change["was"], change["now"], change["before"]) == ("unrated", "rated", "0.00")
    assert run("billing", "statement", *there, "--month", "2026-10").out == shown
    assert run("billing", "rerate", *there, "--month", "2026-10").status == 0
    assert "no price yet" not in run("billing", "statement", *there, "--month", "2026-10").out
    assert run("billing", "rerate", *there).out == "nothing changes\n"
    assert run("billing", "verify", "--ledger", url).status == 0


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["usage", "--tenant", "acmee"], 64, "There is no tenant 'acmee'. Did you mean 'acme'?"),
        (
            ["usage", "--tenant", "acme", "--user", "bobb"],
            64,
            "acme has no user 'bobb'. Did you mean 'bob'?",
        ),
        (["usage", "--user", "bob"], 64, "say --tenant too"),
        (["usage", "--month", "11/2026"], 64, "'11/2026' is no month; write it as in 2026-11."),
        (["statement"], 64, "Say whose: --tenant SLUG."),
        (["export", "--since", "yesterday"], 64, "'yesterday' is no time"),
        (["rerate", "--month", "2026-10"], 64, "say --tenant too"),
        (["usage", "--tenant", "acme", "-o", "/proc/none/x.csv"], 1, "cannot be written"),
        (
            ["statement", "--tenant", "acme", "--month", "2099-01", "--issue"],
            64,
            "2099-01 is not over yet",
        ),
    ],
)
def test_a_mistake_is_one_sentence(
    asked: Asked, arguments: list[str], status: int, words: str
) -> None:
    done = asked(*arguments)
    assert done.status == status
    assert words in done.err
    assert done.out == ""


def test_a_ledger_that_is_not_there_is_one_sentence(
    billed: tuple[Path, str], run: Run, tmp_path: Path
) -> None:
    for command in ("usage", "payments", "export", "verify", "rerate"):
        done = run("billing", command, "--site", str(billed[0]), "--state", str(tmp_path))
        assert done.status == 1
        assert f"There is no ledger at {tmp_path}/ledger.db yet" in done.err


def test_the_ledger_is_the_environments_then_the_sites(
    billed: tuple[Path, str], run: Run, tmp_path: Path
) -> None:
    site, url = billed
    assert run("billing", "verify", "--site", str(site), DIALFORM_LEDGER=url).status == 0
    other = copy_of_the_demo(tmp_path / "site")
    platform = other / "platform.yaml"
    platform.write_text(platform.read_text() + f"\nledger: {url}\n")
    assert run("billing", "verify", "--site", str(other)).status == 0
    platform.write_text(platform.read_text().replace(f"ledger: {url}", "ledger: {secret: ledger}"))
    done = run("billing", "verify", "--site", str(other))
    assert (done.status, "name it with --secrets DIR" in done.err) == (1, True)
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets/ledger").write_text(url)
    assert (
        run(
            "billing", "verify", "--site", str(other), "--secrets", str(tmp_path / "secrets")
        ).status
        == 0
    )


def test_a_file_says_its_form_by_its_name_and_is_there_whole(asked: Asked, tmp_path: Path) -> None:
    for name, begins in (("u.csv", "tenant,month"), ("u.json", "{"), ("u.txt", "Service")):
        asked("usage", "--tenant", "acme", "--month", "2026-10", "-o", str(tmp_path / name))
        assert (tmp_path / name).read_text().startswith(begins)
    assert {path.name for path in tmp_path.iterdir() if path.is_file()} == {
        "u.csv",
        "u.json",
        "u.txt",
    }


def test_on_a_terminal_the_table_has_its_total(
    billed: tuple[Path, str], run_on_terminal: Run
) -> None:
    done = run_on_terminal("billing", "usage", "--tenant", "acme", "--month", "2026-10", "--site", str(billed[0]),
                           "--ledger", billed[1])  # fmt: skip
    assert done.status == 0
    assert "Usage 2026-10, USD" in done.out
    # 80 letters are too few for its boxes: no number is cut all the same.
    assert re.search(
        r"voice +outbound +us-voice +1001 +extension 1001 +2 +1,001:00 +1,000:00 +1:00 +0.01000",
        done.out,
    )
    assert re.search(r"Total +0.03375", done.out)
    done = run_on_terminal("billing", "quota", "--tenant", "acme", "--month", "2026-10", "--site", str(billed[0]),
                           "--ledger", billed[1])  # fmt: skip
    assert "\u2500" * 20 in done.out
    assert "1,000:00" in done.out
