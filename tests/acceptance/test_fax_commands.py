"""`dialform fax` from outside: what is sent, what is refused at once, whose faxes somebody sees."""

import csv
import json
import shutil
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from dialform.cli.fax import following

from .conftest import Done, Run
from .faxsite import Fax, FaxSite, busy, data, fax_of, fax_site, now, sent

ACME = ("--tenant", "acme", "--account", "1050")
ONE = "+12125550177"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> FaxSite:
    return fax_site(tmp_path_factory.mktemp("faxes"))


@pytest.fixture
def fax(site: FaxSite, capfd: pytest.CaptureFixture[str]) -> Fax:
    return fax_of(site, capfd)


@pytest.fixture
def page(site: FaxSite) -> str:
    return str(site.out.parent / "page.png")


# Sending


def test_a_fax_is_queued_as_it_was_ordered(site: FaxSite, fax: Fax, page: str) -> None:
    told = data(fax("send", "--tenant", "acme", "--as", "carol", "--to", "(212) 555-0177", page,
                    "--subject", "Your bill", "--format", "json"))  # fmt: skip
    (row,) = told["faxes"]
    assert (row["to"], row["name"], row["route"], row["at"]) == (
        ONE,
        "City Dentist",
        "us-fax",
        None,
    )
    assert (told["tenant"], told["account"], told["number"], told["pages"]) == ("acme", "1050", "+12125550150", 1)  # fmt: skip
    (job,) = [one for one in site.jobs() if str(one.id) == row["id"]]
    assert (job.tenant, job.account, job.to, job.by, job.title) == (
        "acme", "1050", ONE, "carol", "Your bill",
    )  # fmt: skip
    assert (job.file, job.pages, job.state, job.batch, job.retries) == (
        "page.png", 1, "queued", told["batch"], 3,
    )  # fmt: skip
    with site.queue() as queue:
        sheets = queue.sheets(job.document)
    assert sheets is not None and sheets.fine.startswith(b"II*\0")


def test_people_are_told_to_whom_by_which_route_and_when(fax: Fax, page: str) -> None:
    done = fax("send", *ACME, "--to", "dentist", "--to", "2125550178", "--at", "2h", page, page)
    assert done.status == 0
    assert "Queued 2 faxes of 2 pages from 1050 (+12125550150): page.png, page.png" in done.out
    assert f"{ONE}  City Dentist  by us-fax, 20" in done.out


def test_a_group_gets_it_each_once(fax: Fax, page: str) -> None:
    told = data(fax("send", *ACME, "--group", "medical", "--to", ONE, page, "--format", "json"))
    numbers = [row["to"] for row in told["faxes"]]
    assert ONE in numbers and len(set(numbers)) == len(numbers)
    assert any("already there" in line for line in told["twice"])


def test_a_time_is_the_tenants(site: FaxSite, fax: Fax, page: str) -> None:
    done = data(fax("send", *ACME, "--to", ONE, "--at", "tomorrow 09:00", page, "--format", "json"))
    (row,) = done["faxes"]
    assert row["at"].endswith(("T09:00:00-05:00", "T09:00:00-04:00"))
    (job,) = [one for one in site.jobs() if str(one.id) == row["id"]]
    assert job.due > now()


def test_a_dry_run_says_everything_and_queues_nothing(site: FaxSite, fax: Fax, page: str) -> None:
    before = len(site.jobs())
    told = data(fax("send", *ACME, "--to", ONE, page, page, "--dry-run", "--format", "json"))
    assert told["dry_run"] is True and told["pages"] == 2
    assert [(row["id"], row["route"]) for row in told["faxes"]] == [(None, "us-fax")]
    assert "Would send 1 fax of 1 page" in fax("send", *ACME, "--to", ONE, page, "--dry-run").out
    assert len(site.jobs()) == before


def test_a_dry_run_needs_no_ledger(site: FaxSite, run: Run, page: str, tmp_path: Path) -> None:
    done = run("fax", "send", *ACME, "--to", ONE, page, "--dry-run", "--site", str(site.site),
               "--out", str(site.out), "--ledger", f"sqlite:///{tmp_path}/none.db")  # fmt: skip
    assert done.status == 0, done.err
    assert "note: usage is not known." in done.err
    assert not (tmp_path / "none.db").exists()


def test_a_document_of_the_tenant_goes_by_its_name(site: FaxSite, fax: Fax, page: str) -> None:
    listed = json.loads((site.out / "pbx1/fax/tenants/acme.json").read_bytes())["documents"]
    wrong = fax("send", *ACME, "--to", ONE, "--document", "nonesuch")
    assert wrong.status == 64
    assert all(slug in wrong.err for slug in listed)
    if not shutil.which("gs"):
        pytest.skip("Ghostscript is not installed: text cannot be converted")
    slug = next(iter(listed))
    told = data(fax("send", *ACME, "--to", ONE, "--document", slug, "--format", "json"))
    assert told["title"] == listed[slug]["name"]


def test_a_large_document_is_kept_once(
    site: FaxSite, fax: Fax, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hundred copies of two hundred pages would fill memory, and the database."""
    if not shutil.which("gs"):
        pytest.skip("Ghostscript is not installed: no cover page can be made")
    monkeypatch.setattr("dialform.fax.ordering.paper.LARGEST", 10)
    done = fax("send", *ACME, "--group", "medical", page, "--cover", "x", "--format", "json")
    ids = {row["id"] for row in data(done)["faxes"]}
    sent = [one for one in site.jobs() if str(one.id) in ids]
    assert "names no recipient: the document is too large" in data(done)["notes"][0]
    assert len(sent) > 1 and len({one.document for one in sent}) == 1
    assert all(one.pages == 2 for one in sent)


def test_each_of_many_has_a_cover_page_of_its_own(site: FaxSite, fax: Fax, page: str) -> None:
    if not shutil.which("gs"):
        pytest.skip("Ghostscript is not installed: no cover page can be made")
    told = data(fax("send", *ACME, "--group", "medical", page, "--cover", "With thanks", "--format", "json"))  # fmt: skip
    ids = {row["id"] for row in told["faxes"]}
    jobs = [one for one in site.jobs() if str(one.id) in ids]
    assert told["pages"] == 2 and all(one.pages == 2 for one in jobs)
    assert len({one.document for one in jobs}) == len(jobs) > 1


# What is wrong is said at once, and nothing is queued


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("--to", "1003"), 64, "--to: '1003' is too short for a +1 number."),
        (("--to", "dentst"), 64, "Did you mean 'dentist'?"),
        (("--to", "911"), 64, "'911' is too short"),
        (("--group", "medicl"), 64, "is in group 'medicl'. Did you mean 'medical'?"),
        (("--to", "+12125550111"), 1, "+12125550111 is on the do-not-call list."),
        (("--to", "+442079460000"), 1, "No fax route takes +442079460000"),
        (("--to", ONE, "--at", "yesterday"), 64, "--at: 'yesterday' is no time: write 18:30"),
        (("--to", ONE, "--at", "2020-01-01"), 64, "is past"),
        ((), 64, "Say to whom: --to, --group or --csv."),
        (("--to", ONE, "--report", "x.csv"), 64, "--report needs --wait"),
        (("--to", ONE, "--wait", "--dry-run"), 64, "nothing to wait for"),
        (("--to", ONE, "nonesuch.pdf"), 64, "'nonesuch.pdf' cannot be read (No such file"),
        (("--to", ONE, "/"), 64, "'/' is no file"),
        (("--to", ONE, "--csv", "nonesuch.csv"), 64, "nonesuch.csv cannot be read: No such file"),
        (("--csv", "/dev/null", "--to", ONE), 64, "no recipient stands there"),
    ],
)
def test_wrong_recipients_and_times(
    site: FaxSite, fax: Fax, page: str, arguments: tuple[str, ...], status: int, words: str
) -> None:
    _refused(site, fax, ("send", *ACME, *arguments, page), status, words)


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("--tenant", "acme", "--account", "1001"), 64, "1001 is no fax account."),
        (("--account", "9999"), 64, "9999 is no fax account."),
        (("--tenant", "acme"), 64, "Say which account: --account (1050, 1051)."),
        (("--tenant", "acme", "--account", "1051"), 1, "Fax account 1051 has no number to show"),
        (("--tenant", "nonesuch"), 1, "There is no tenant 'nonesuch'"),
        (("--tenant", "plain"), 1, "plain has no fax account: it needs one below `fax: accounts:`"),
        (("--tenant", "acme", "--as", "bob"), 1, "lacks the permission `send_fax`"),
        (("--tenant", "acme", "--as", "carol", "--account", "1051"), 1, "not among the `users`"),
        (("--as", "carol"), 64, "say --tenant too"),
    ],
)
def test_wrong_accounts_and_people(
    site: FaxSite, fax: Fax, page: str, arguments: tuple[str, ...], status: int, words: str
) -> None:
    _refused(site, fax, ("send", *arguments, "--to", ONE, page), status, words)


@pytest.mark.parametrize(
    ("name", "content"),
    [("empty.pdf", b""), ("broken.png", b"\x89PNG\r\n\x1a\nbroken"), ("program", b"\x7fELF" + bytes(100))],
)  # fmt: skip
def test_wrong_documents(site: FaxSite, fax: Fax, tmp_path: Path, name: str, content: bytes) -> None:  # fmt: skip
    (tmp_path / name).write_bytes(content)
    done = _refused(site, fax, ("send", *ACME, "--to", ONE, str(tmp_path / name)), 1, name)
    assert done.err.count("\n") == 1


def test_a_suspended_tenant_sends_nothing(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], page: str
) -> None:
    own = fax_site(tmp_path)
    account = own.site / "tenants.d/acme/account.yaml"
    account.write_text(account.read_text().replace("status: active", "status: suspended"))
    assert here_compile(own) == 0
    _refused(own, fax_of(own, capfd), ("send", *ACME, "--to", ONE, page), 1, "Acme Corp is suspended")  # fmt: skip


def test_a_tenant_that_may_send_no_fax_at_once(site: FaxSite, fax: Fax, page: str) -> None:
    file = site.out / "pbx1/fax/tenants/acme.json"
    before = file.read_bytes()
    file.write_text(json.dumps({**json.loads(before), "concurrent_faxes": 0}))
    try:
        _refused(site, fax, ("send", *ACME, "--to", ONE, page), 1, "Acme Corp may send no fax")
    finally:
        file.write_bytes(before)


@pytest.mark.usefixtures("at_once")
def test_whoever_stops_waiting_stops_no_fax(
    site: FaxSite, fax: Fax, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(following, "follow", stopped)
    done = fax("send", *ACME, "--to", ONE, page, "--wait")
    assert done.status == 130
    assert "The faxes go on: dialform fax queue --batch " in done.err
    assert site.jobs()[-1].state == "queued"


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ({"daily": 0}, "Acme Corp has reached its daily or monthly limit"),
        ({"monthly": -1, "block_on_zero": True}, "Acme Corp has no credit left"),
    ],
)
def test_limits_and_credit_stop_what_would_go_now(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], site: FaxSite, page: str,
    terms: dict[str, int], words: str,
) -> None:  # fmt: skip
    own = replace(site, url=f"sqlite:///{tmp_path / 'ledger.db'}")
    own.agree(payments=(), **terms)
    fax = fax_of(own, capfd)
    _refused(own, fax, ("send", *ACME, "--to", ONE, page), 1, words)
    later = fax("send", *ACME, "--to", ONE, page, "--at", "tomorrow 09:00")
    assert (later.status, len(own.jobs())) == (0, 1)
    assert f"note: {words}" in later.err


def test_what_the_limits_leave_is_said(tmp_path: Path, capfd: pytest.CaptureFixture[str], site: FaxSite, page: str) -> None:  # fmt: skip
    own = replace(site, url=f"sqlite:///{tmp_path / 'ledger.db'}")
    own.agree(daily=1)
    done = fax_of(own, capfd)("send", *ACME, "--to", ONE, "--to", "+12125550178", page)
    assert (done.status, len(own.jobs())) == (0, 2)
    assert "note: The limits of Acme Corp leave 1 more: the other faxes wait." in done.err


def _refused(site: FaxSite, fax: Fax, arguments: tuple[str, ...], status: int, words: str) -> Done:
    before = len(site.jobs())
    done = fax(*arguments)
    assert (done.status, done.out) == (status, ""), done.err
    assert words in done.err
    assert len(site.jobs()) == before
    return done


def here_compile(site: FaxSite) -> int:
    from dialform.cli.entry import main

    return main(["compile", "--site", str(site.site), "--out", str(site.out)])


# Lists

LIST = f"""name,number,at
Poe,{ONE},
Roe,(212) 555-0181,23:59
Bad,12
Barred,+12125550111
Again,212-555-0177
Late,+12125550182,yesterday
"""


def test_all_that_is_wrong_with_a_list_is_told_at_once(
    site: FaxSite, fax: Fax, page: str, tmp_path: Path
) -> None:
    (tmp_path / "list.csv").write_text(LIST)
    order = ("send", *ACME, "--csv", str(tmp_path / "list.csv"), page)
    done = _refused(site, fax, order, 64, "3 of 6 recipients cannot be faxed; nothing is sent:")
    assert done.err.splitlines()[1:] == [
        "  list.csv, line 4: '12' is too short for a +1 number.",
        "  list.csv, line 5: +12125550111 is on the do-not-call list.",
        "  list.csv, line 7: 'yesterday' is no time: write 18:30, tomorrow 09:00, 2h or 2026-12-24T18:30.",
        "The others are sent with --skip-bad.",
    ]  # fmt: skip


def test_the_others_are_sent_where_that_is_wanted(site: FaxSite, fax: Fax, page: str, tmp_path: Path) -> None:  # fmt: skip
    (tmp_path / "list.csv").write_text(LIST)
    order = ("send", *ACME, "--csv", str(tmp_path / "list.csv"), page, "--skip-bad")
    told = data(fax(*order, "--format", "json"))
    assert [(row["to"], row["name"]) for row in told["faxes"]] == [
        (ONE, "Poe"),
        ("+12125550181", "Roe"),
    ]
    assert [one["where"] for one in told["left_out"]] == [f"list.csv, line {n}" for n in (4, 5, 7)]
    assert told["twice"] == [f"list.csv, line 6: {ONE} is already there (list.csv, line 2)."]
    said = fax(*order)
    assert "left out: list.csv, line 4: '12' is too short" in said.err


def test_a_list_of_nobody_who_can_be_faxed_is_refused(site: FaxSite, fax: Fax, page: str, tmp_path: Path) -> None:  # fmt: skip
    (tmp_path / "list.csv").write_text("12\n13\n")
    order = ("send", *ACME, "--csv", str(tmp_path / "list.csv"), page, "--skip-bad")
    _refused(site, fax, order, 64, "2 of 2 recipients cannot be faxed")


def test_a_list_may_be_piped(site: FaxSite, run: Run, page: str) -> None:
    done = run("fax", "send", *ACME, "--csv", "-", page, "--dry-run", "--site", str(site.site), "--out",
               str(site.out), "--ledger", site.url, stdin=f"{ONE}\n+12125550190\n")  # fmt: skip
    assert done.status == 0, done.err
    assert "Would send 2 faxes" in done.out


# Waiting


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "_LOOK", 0.05)


@pytest.mark.usefixtures("at_once")
def test_whoever_waits_sees_how_each_ended(site: FaxSite, fax: Fax, page: str, tmp_path: Path) -> None:  # fmt: skip
    report = tmp_path / "report.csv"
    order = ("send", *ACME, "--to", ONE, "--to", "+12125550178", page, "--wait", "--report", str(report))  # fmt: skip
    _drain(site)
    with site.agent(sent):
        done = fax(*order)
    assert done.status == 0
    assert "2 sent" in done.err.splitlines()
    with report.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["to"].lstrip("'"), row["state"], row["pages"]) for row in rows] == [
        (ONE, "sent", "1"), ("+12125550178", "sent", "1"),
    ]  # fmt: skip


def test_on_a_terminal_there_is_a_bar(site: FaxSite, run_on_terminal: Run, page: str) -> None:
    _drain(site)
    with site.agent(sent):
        done = run_on_terminal("fax", "send", *ACME, "--to", ONE, page, "--wait", "--site", str(site.site),
                               "--out", str(site.out), "--ledger", site.url)  # fmt: skip
    assert done.status == 0, done.out
    assert "\u2501" in done.out and "sent, 1 page" in done.out and "1 sent" in done.out


@pytest.mark.usefixtures("at_once")
def test_one_that_failed_fails_the_command(site: FaxSite, fax: Fax, page: str) -> None:
    _drain(site)
    with site.agent(lambda job: busy(job) if job.to == ONE else sent(job)):
        done = fax("send", *ACME, "--to", ONE, "--to", "+12125550178", page, "--wait", "--format", "json")  # fmt: skip
    assert done.status == 1
    told = json.loads(done.out)
    assert [(row["state"], row["cause"]) for row in told["faxes"]] == [
        ("failed", "The number is busy."),
        ("sent", ""),
    ]
    assert f"{ONE}  failed: The number is busy." in done.err


@pytest.mark.usefixtures("at_once")
def test_whoever_waits_where_nobody_sends_is_told(site: FaxSite, fax: Fax, page: str, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    _drain(site)
    monkeypatch.setattr(following, "_SILENT", -1)

    def cancel() -> None:
        while not (waiting := [one for one in site.jobs() if one.state == "queued"]):
            time.sleep(0.05)
        time.sleep(0.3)
        with site.queue() as queue:
            queue.cancel(waiting[0].id, now())

    thread = threading.Thread(target=cancel)
    thread.start()
    done = fax("send", *ACME, "--to", ONE, page, "--wait")
    thread.join(20)
    assert done.status == 1
    assert "note: no agent " in done.err
    assert "1 cancelled" in done.err.splitlines()


def _drain(site: FaxSite) -> None:
    with site.queue() as queue:
        for job in queue.jobs(states=("queued",), most=1000):
            queue.cancel(job.id, now())


# The queue, by whom


def test_the_queue_shows_what_waits_and_why(site: FaxSite, fax: Fax) -> None:
    waits, over = site.put("acme", "1050", "+12125550101", "+12125550102", batch="b-queue")
    with site.queue() as queue:
        queue.hold(waits, "The tenant's daily or monthly limit is reached.", now() + 10**9, now())
        queue.fail(over, "There is no such number.", now())
    shown = {row["id"]: row for row in data(fax("queue", "--format", "json"))["faxes"]}
    assert shown[str(waits)]["cause"] == "The tenant's daily or monthly limit is reached."
    assert str(over) not in shown
    every = data(fax("queue", "--all", "--format", "json"))["faxes"]
    assert (str(over), "failed") in [(row["id"], row["state"]) for row in every]
    batch = data(fax("queue", "--batch", "b-queue", "--format", "json"))["faxes"]
    assert [row["id"] for row in batch] == [str(waits), str(over)]
    failed = data(fax("queue", "--batch", "b-queue", "--only", "failed", "--format", "json"))
    assert [row["id"] for row in failed["faxes"]] == [str(over)]
    assert fax("queue", "--batch", "nonesuch").status == 1
    assert fax("queue", "--all", "--only", "sent").status == 64
    assert "only the newest 1 are shown" in fax("queue", "--all", "--limit", "1").err


def test_a_fax_and_its_attempts(site: FaxSite, fax: Fax) -> None:
    _drain(site)
    (id_,) = site.put()
    with site.agent(busy):
        _until(site, id_, "failed")
    text = fax("show", str(id_))
    assert text.status == 0
    assert "The number is busy." in text.out and "mycarrier" in text.out
    told = data(fax("show", str(id_), "--format", "json"))
    assert [(row["attempt"], row["outcome"], row["first_page"]) for row in told["attempts"]] == [(1, "busy", 1)]  # fmt: skip
    assert {"attempt": 1, "name": "fax_result_code", "value": "0"} in told["details"]


def test_cancelled_and_tried_again(site: FaxSite, fax: Fax) -> None:
    (id_,) = site.put()
    assert fax("cancel", str(id_)).out == f"Fax {id_}: cancelled\n"
    again = fax("cancel", str(id_))
    assert (again.status, again.out) == (1, f"Fax {id_}: over already (cancelled)\n")
    assert fax("retry", str(id_)).out == f"Fax {id_}: queued\n"
    assert data(fax("cancel", str(id_), "--format", "json")) == {
        "faxes": [{"id": str(id_), "result": "cancelled"}]
    }
    assert fax("cancel").status == 64
    assert fax("cancel", "x").status == 64


def test_of_a_batch_all_are_there(site: FaxSite, fax: Fax) -> None:
    """A report of a long list that lacks what came first would look whole."""
    site.put("acme", "1050", *["+12125550101"] * 230, batch="b-long")
    assert len(data(fax("queue", "--batch", "b-long", "--format", "json"))["faxes"]) == 230
    assert len(data(fax("queue", "--format", "json"))["faxes"]) == 200
    fax("cancel", "--batch", "b-long")


def test_what_is_no_number_of_a_fax_is_told(fax: Fax) -> None:
    for typed in ("abc", "0", "9" * 30):
        done = fax("show", typed)
        assert done.status == 64
        assert f"'{typed}' is no number of a fax: `dialform fax queue` lists them." in done.err


def test_a_batch_is_cancelled_as_one(site: FaxSite, fax: Fax) -> None:
    ids = site.put("acme", "1050", "+12125550101", "+12125550102", "+12125550103", batch="b-cancel")
    with site.queue() as queue:
        queue.fail(ids[0], "There is no such number.", now())
    assert fax("cancel", "--batch", "b-cancel").out.count("cancelled") == 2
    assert fax("retry", "--batch", "b-cancel").out == f"Fax {ids[0]}: queued\n"
    assert fax("cancel", str(ids[0]), "--batch", "b-cancel").status == 64
    assert fax("retry", "--batch", "nonesuch").status == 1


@pytest.mark.parametrize("command", ["show", "cancel", "retry"])
def test_a_fax_out_of_reach_is_not_there(site: FaxSite, fax: Fax, command: str) -> None:
    (theirs,) = site.put("nordlicht", "2050")
    (other,) = site.put("acme", "1051")
    said = {
        fax(command, id_, *scope).err.replace(id_, "")
        for id_, scope in (
            (str(theirs), ("--tenant", "acme")),
            (str(other), ("--tenant", "acme", "--as", "carol")),
            ("999999", ("--tenant", "acme")),
        )
    }
    assert said == {"Error: There is no fax : `dialform fax queue --all` lists them.\n"}
    assert fax(command, str(other), "--tenant", "acme", "--as", "alice").status == 0
    assert "send_fax" in fax(command, str(other), "--tenant", "acme", "--as", "bob").err
    shown = data(fax("queue", "--all", "--tenant", "acme", "--as", "carol", "--format", "json"))
    assert {(row["tenant"], row["account"]) for row in shown["faxes"]} == {("acme", "1050")}


# What came in


def test_the_inbox_and_a_fax_of_it(site: FaxSite, fax: Fax, tmp_path: Path) -> None:
    pdf = tmp_path / "kept.pdf"
    pdf.write_bytes(b"%PDF-1.4 pages")
    site.take("a0000000-0000-4000-8000-000000000001", file=str(pdf), size=14, mailed=now())
    site.take("a0000000-0000-4000-8000-000000000002", pages=0, ok=False, result="The call dropped prematurely",
              mail="no pages")  # fmt: skip
    site.take("b0000000-0000-4000-8000-000000000003", tenant="nordlicht", account="2050")
    site.take("c0000000-0000-4000-8000-000000000004", account="1051", file="/nonesuch/x.pdf", host="pbx9")  # fmt: skip
    mine = ("--tenant", "acme", "--as", "carol")
    rows = data(fax("inbox", *mine, "--format", "json"))["received"]
    assert [(row["pages"], row["station_id"], row["duration"], row["mail"]) for row in rows] == [
        (2, "City Dentist", 61, "sent"), (0, "City Dentist", 61, "no pages"),
    ]  # fmt: skip
    assert rows[1]["result"] == "The call dropped prematurely"
    assert len(data(fax("inbox", "--format", "json"))["received"]) == 4
    assert fax("inbox", *mine, "--since", "1s").status == 0
    saved = fax("save", rows[0]["id"], str(tmp_path / "out.pdf"), *mine)
    assert (saved.status, (tmp_path / "out.pdf").read_bytes()) == (0, b"%PDF-1.4 pages")
    for id_, status, words in (
        ("a0000000", 64, "Several faxes begin with"),
        (rows[1]["id"], 1, "no pages that could be saved"),
        ("b0000000-0000-4000-8000-000000000003", 1, "There is no fax"),
        ("c0000000", 1, "There is no fax"),
        ("zz", 64, "is no fax"),
    ):
        done = fax("save", id_, str(tmp_path / "no.pdf"), *mine)
        assert (done.status, words in done.err) == (status, True), done.err
    assert "it came in on pbx9" in fax("save", "c0000000", str(tmp_path / "no.pdf")).err
    assert not (tmp_path / "no.pdf").exists()
    assert "receive_fax" in fax("inbox", "--tenant", "acme", "--as", "bob").err


def _until(site: FaxSite, id_: int, state: str) -> None:
    for _ in range(1000):
        with site.queue() as queue:
            if (job := queue.job(id_)) is not None and job.state == state:
                return
        time.sleep(0.02)
    raise AssertionError(f"{id_} is never {state}")
