"""A fax from the form to the queue: checked, looked at, queued once; what cannot be sent leaves nothing."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from dialform.billing.ledger.errors import LedgerBusyError
from dialform.console.clocks import Clocks
from dialform.console.faxes.tray import EACH, LASTS, Sending, tray
from dialform.console.faxes.uploads import named
from dialform.fax.queue import Queue

from ..stage import Browser, Stage
from .conftest import tiff
from .test_faxes import as_

SEND = "/t/acme/faxes/send"
LETTER = ("letter.tif", tiff(), "image/tiff")


async def ordered(browser: Browser, *files: Any, **fields: Any) -> Any:
    """What the form answers."""
    values = {"account": "1050", "to": "+12125550177", **fields}
    return await browser.post(SEND, values, files=[("files", one) for one in files])


async def over(stage: Stage, browser: Browser, where: str) -> Any:
    """The page of a draft once nothing is done with it any more."""
    token = where.rpartition("/")[2]
    kept: Sending | None = tray(stage.ground)._drafts.get(token)
    if kept is not None and kept.task is not None:
        await kept.task
    return await browser.get(where)


def jobs(stage: Stage) -> list[Any]:
    return Queue(stage.ledger.database).jobs(most=1000)


def leftovers(stage: Stage) -> list[Path]:
    """Files that drafts left."""
    return [one for one in (stage.folder / "state" / "faxes").rglob("*") if one.is_file()]


def test_a_fax_is_looked_at_and_then_queued_once(stage: Stage) -> None:
    async def look(carol: Browser) -> None:
        assert "1050" in (await carol.get(SEND)).text
        done = await ordered(carol, LETTER, subject="Offer <17>")
        where = done.headers["location"]
        page = await over(stage, carol, where)
        assert page.text.count("<img") == 2
        assert "+12125550177" in page.text
        assert "City Dentist" in page.text
        assert (await carol.get(f"{where}/1.png")).content.startswith(b"\x89PNG")
        assert not jobs(stage)
        for _ in range(2):
            assert (await carol.post(f"{where}/send")).status_code == 303
        there = await over(stage, carol, where)
        assert there.status_code == 303
        assert "/faxes/batches/" in there.headers["location"]
        batch = await carol.get(there.headers["location"])
        assert "Offer &lt;17&gt;" in batch.text
        assert "0 of 1 are over" in batch.text

    as_(stage, "end_user", look)
    (job,) = jobs(stage)
    assert (job.to, job.name, job.by, job.pages, job.title) == (
        "+12125550177", "City Dentist", "carol", 2, "Offer <17>",
    )  # fmt: skip
    assert not leftovers(stage)
    assert [act for _, act, _ in stage.door.acts] == ["fax.queued"]


def test_a_draft_is_its_makers_alone(stage: Stage) -> None:
    found: list[str] = []

    async def look(carol: Browser) -> None:
        found.append((await ordered(carol, LETTER)).headers["location"])
        await over(stage, carol, found[0])

    async def other(alice: Browser) -> None:
        for path in ("", "/1.png"):
            assert (await alice.get(f"{found[0]}{path}")).status_code == 404
        for path in ("/send", "/drop"):
            assert (await alice.post(f"{found[0]}{path}")).status_code == 404

    async def whole() -> None:
        async with stage.browser("end_user") as carol, stage.browser("tenant_admin") as alice:
            await look(carol)
            await other(alice)
            assert (await carol.post(f"{found[0]}/drop")).status_code == 303
            assert (await carol.get(found[0])).status_code == 404

    asyncio.run(whole())
    assert not jobs(stage)
    assert not leftovers(stage)


@pytest.mark.parametrize(
    ("files", "fields", "words"),
    [
        ([LETTER], {"to": ""}, "Say to whom"),
        ([LETTER], {"to": "+12125550111"}, "do-not-call list"),
        ([LETTER], {"to": "nobody"}, "neither a number nor a contact"),
        ([LETTER], {"at": "yesterday"}, "is no time"),
        ([LETTER], {"to": "", "groups": "friends"}, "No contact with a fax number is in group"),
        ([], {}, "Say what to send"),
        ([("offer.pdf", tiff(), "application/pdf")], {}, "is a TIFF by its content"),
        ([("virus.exe", b"MZ\x90\x00" + bytes(100), "application/pdf")], {}, "is no PDF"),
        ([("empty.pdf", b"", "application/pdf")], {}, "is empty"),
        ([("a.zip", b"PK\x03\x04" + bytes(100), "x/y")], {}, "ZIP"),
        ([LETTER] * 11, {}, "are more than 10"),
    ],
)
def test_what_cannot_be_sent_is_said_and_leaves_nothing(
    stage: Stage, files: list[Any], fields: dict[str, Any], words: str
) -> None:
    async def look(carol: Browser) -> None:
        found = await ordered(carol, *files, subject="Kept", **fields)
        assert found.status_code == 422
        assert words in found.text
        assert 'value="Kept"' in found.text  # what was typed stands there again

    as_(stage, "end_user", look)
    assert not jobs(stage)
    assert not leftovers(stage)


def test_an_account_that_does_not_list_the_user_is_not_there(stage: Stage) -> None:
    async def look(carol: Browser) -> None:
        assert (await ordered(carol, LETTER, account="1051")).status_code == 404

    as_(stage, "end_user", look)
    assert not leftovers(stage)


def test_a_document_that_breaks_while_it_is_converted_is_told_on_its_page(stage: Stage) -> None:
    async def look(carol: Browser) -> None:
        done = await ordered(carol, ("broken.png", b"\x89PNG\r\n\x1a\n" + bytes(200), "image/png"))
        page = await over(stage, carol, done.headers["location"])
        assert "broken.png" in page.text
        assert 'role="alert"' in page.text
        assert (await carol.post(f"{done.headers['location']}/send")).status_code == 422

    as_(stage, "end_user", look)
    assert not jobs(stage)


def test_a_list_goes_out_without_those_who_cannot_be_faxed_only_if_somebody_says_so(
    stage: Stage,
) -> None:
    sheet = b"name,number\nA,+12125550181\nB,+12125550182\nBad,12\nBarred,+12125550111\nA again,+12125550181\n"

    async def look(carol: Browser) -> None:
        done = await carol.post(
            SEND, {"account": "1050", "to": "", "groups": "medical"},
            files=[("files", LETTER), ("list", ("../../list.csv", sheet, "text/csv"))],
        )  # fmt: skip
        where = done.headers["location"]
        page = await over(stage, carol, where)
        assert "2 of 7 recipients cannot be faxed" in page.text
        assert "list.csv, line 4" in page.text
        assert "do-not-call" in page.text
        assert (await carol.post(f"{where}/send")).status_code == 422
        assert (await carol.post(f"{where}/send", {"without": "yes"})).status_code == 303
        there = await over(stage, carol, where)
        batch = there.headers["location"]
        assert "0 of 4 are over" in (await carol.get(batch)).text
        assert "Cancel…" in (await carol.get(batch)).text
        asked = await carol.post(f"{batch}/cancel")
        assert "Cancel the 4 faxes that are not sent yet?" in asked.text
        assert "0 of 4 are over" in (await carol.get(batch)).text
        assert (await carol.post(f"{batch}/cancel", {"sure": "yes"})).status_code == 303
        moving = (await carol.get(batch)).text
        assert "Cancel…" not in moving[moving.index('id="batch"') :]
        assert "4 of 4 are over" in (await carol.get(batch)).text
        report = await carol.get("/t/acme/faxes.csv?batch=" + batch.rpartition("/")[2])
        assert report.text.count("cancelled") == 4
        assert (await carol.get("/t/acme/faxes/batches/none")).status_code == 404
        assert (await carol.post("/t/acme/faxes/batches/none/retry")).status_code == 404

    as_(stage, "end_user", look)
    assert {job.to for job in jobs(stage)} == {
        "+12125550177", "+12125550178", "+12125550181", "+12125550182",
    }  # fmt: skip


def test_what_fails_as_it_is_queued_can_be_sent_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: Any, **__: Any) -> None:
        raise LedgerBusyError("Others write to the ledger again and again.")

    async def look(carol: Browser) -> None:
        where = (await ordered(carol, LETTER)).headers["location"]
        await over(stage, carol, where)
        with monkeypatch.context() as patched:
            patched.setattr("dialform.console.faxes.sending.submit", busy)
            await carol.post(f"{where}/send")
            page = await over(stage, carol, where)
        assert "again and again" in page.text
        assert "Send it" in page.text
        assert not jobs(stage)
        await carol.post(f"{where}/send")
        assert (await over(stage, carol, where)).status_code == 303

    as_(stage, "end_user", look)
    assert len(jobs(stage)) == 1


def test_old_drafts_go_and_so_do_too_many(stage: Stage) -> None:
    now = [1_793_000_000.0]
    stage.ground.clocks = Clocks(wall=lambda: now[0])

    async def look(carol: Browser) -> None:
        made = []
        for _ in range(EACH + 1):
            now[0] += 1
            made.append((await ordered(carol, LETTER)).headers["location"])
        for where in made[1:]:
            await over(stage, carol, where)
        assert (await carol.get(made[0])).status_code == 404
        now[0] += LASTS + 10
        tray(stage.ground).sweep()
        assert (await carol.get(made[-1])).status_code == 404

    as_(stage, "end_user", look)
    assert not leftovers(stage)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("letter.pdf", "letter.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\fakepath\\letter.pdf", "letter.pdf"),
        ("", "document"),
        ("..", "document"),
        (".pdf", "pdf"),
        ("a\0b\n.pdf", "a_b_.pdf"),
        ("x" * 300 + ".pdf", "x" * 96 + ".pdf"),
    ],
)
def test_a_name_is_a_name_in_one_folder(given: str, kept: str) -> None:
    assert named(given) == kept
