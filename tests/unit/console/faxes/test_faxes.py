"""Faxes that go out and came in: whoever handles the account sees them, nobody else does."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from dialform.fax.queue import Queue

from ..stage import Browser, Stage
from .conftest import EVIL, NOW, UUID, take


def as_(stage: Stage, role: str, look: Callable[[Browser], Awaitable[None]]) -> None:
    """Look at pages as somebody."""

    async def whole() -> None:
        async with stage.browser(role) as browser:
            await look(browser)

    asyncio.run(whole())


def test_whoever_stands_among_the_users_of_an_account_sees_its_faxes_alone(faxed: Stage) -> None:
    async def look(carol: Browser) -> None:
        page = await carol.get("/t/acme/faxes")
        assert 'href="/t/acme/faxes/1"' in page.text
        assert 'href="/t/acme/faxes/2"' not in page.text
        for path in ("2", "3", "99", str(10**30)):
            assert (await carol.get(f"/t/acme/faxes/{path}")).status_code == 404
            assert (await carol.get(f"/t/acme/faxes/{path}.pdf")).status_code == 404
            assert (await carol.get(f"/t/acme/faxes/{path}/1.png")).status_code == 404
            assert (await carol.post(f"/t/acme/faxes/{path}/cancel")).status_code == 404
            assert (await carol.post(f"/t/acme/faxes/{path}/retry")).status_code == 404
        assert (await carol.get("/t/acme/faxes?account=1051")).status_code == 404

    as_(faxed, "end_user", look)

    async def all_of_acme(alice: Browser) -> None:
        page = await alice.get("/t/acme/faxes")
        assert 'href="/t/acme/faxes/2"' in page.text
        assert 'href="/t/acme/faxes/3"' not in page.text
        assert (await alice.get("/t/acme/faxes/2")).status_code == 200
        assert (await alice.get("/t/acme/faxes/3")).status_code == 404

    as_(faxed, "tenant_admin", all_of_acme)

    async def none(bob: Browser) -> None:  # who may neither send nor receive
        for path in ("", "/1", "/inbox", f"/inbox/{UUID}", "/send"):
            assert (await bob.get(f"/t/acme/faxes{path}")).status_code == 403

    as_(faxed, "user", none)
    assert [one.state for one in Queue(faxed.ledger.database).jobs()] == ["queued"] * 3


def test_what_strangers_and_senders_typed_is_text(faxed: Stage) -> None:
    async def look(carol: Browser) -> None:
        for path in ("", "/1", "/inbox", f"/inbox/{UUID}", "/batches/b1"):
            page = await carol.get(f"/t/acme/faxes{path}")
            assert page.status_code == 200, path
            assert "<script>alert" not in page.text
        for sheet in ("/t/acme/faxes.csv", "/t/acme/faxes/inbox.csv"):
            found = await carol.get(sheet)
            assert found.status_code == 200
            assert EVIL in found.text  # it does not begin as a formula does

    as_(faxed, "end_user", look)


def test_a_formula_of_a_machine_is_none_in_the_spreadsheet(faxed: Stage) -> None:
    take(faxed, uuid="5f0c1e2a-0000-4000-8000-000000000002", station_id="=HYPERLINK(1)")

    async def look(carol: Browser) -> None:
        found = await carol.get("/t/acme/faxes/inbox.csv")
        assert ",'=HYPERLINK(1)," in found.text

    as_(faxed, "end_user", look)


def test_pages_are_pictures_and_a_pdf(faxed: Stage) -> None:
    async def look(carol: Browser) -> None:
        for path in ("/t/acme/faxes/1", f"/t/acme/faxes/inbox/{UUID}"):
            assert (await carol.get(path)).text.count("<img") == 2
            found = await carol.get(f"{path}/2.png")
            assert found.content.startswith(b"\x89PNG")
            assert found.headers["content-type"] == "image/png"
            assert (await carol.get(f"{path}/3.png")).status_code == 404
            assert (await carol.get(f"{path}/0.png")).status_code == 404
        for path in ("1.pdf", f"inbox/{UUID}/fax.pdf"):
            found = await carol.get(f"/t/acme/faxes/{path}")
            assert found.content.startswith(b"%PDF-")
        part = await carol.get(
            f"/t/acme/faxes/inbox/{UUID}/fax.pdf", headers={"range": "bytes=0-4"}
        )
        assert (part.status_code, part.content) == (206, b"%PDF-")

    as_(faxed, "end_user", look)


def test_a_received_fax_of_somebody_else_is_not_there(faxed: Stage) -> None:
    others = "5f0c1e2a-0000-4000-8000-000000000003"
    take(faxed, uuid=others, account="1051", caller="+12125550199")

    async def look(carol: Browser) -> None:
        assert "+12125550199" not in (await carol.get("/t/acme/faxes/inbox")).text
        for path in ("", "/fax.pdf", "/1.png"):
            assert (await carol.get(f"/t/acme/faxes/inbox/{others}{path}")).status_code == 404
        assert (await carol.get("/t/acme/faxes/inbox/%00")).status_code == 404

    as_(faxed, "end_user", look)


@pytest.mark.parametrize(("file", "status"), [("", 404), ("/nowhere/in.pdf", 503)])
def test_where_the_pages_are_not_here_it_says_where_they_are(
    faxed: Stage, file: str, status: int
) -> None:
    elsewhere = "5f0c1e2a-0000-4000-8000-000000000004"
    take(faxed, uuid=elsewhere, file=file, host="pbx2")

    async def look(carol: Browser) -> None:
        found = await carol.get(f"/t/acme/faxes/inbox/{elsewhere}/fax.pdf")
        assert found.status_code == status
        assert ("pbx2" in found.text) == bool(file)

    as_(faxed, "end_user", look)


def test_a_fax_is_cancelled_and_sent_again(faxed: Stage) -> None:
    queue = Queue(faxed.ledger.database)

    async def look(carol: Browser) -> None:
        asked = await carol.post("/t/acme/faxes/1/cancel")
        assert asked.status_code == 200 and "Cancel fax 1 to " in asked.text
        assert queue.job(1).state == "queued"  # type: ignore[union-attr]
        sure = {"sure": "yes"}
        assert (await carol.post("/t/acme/faxes/1/cancel", sure)).status_code == 303
        assert "Cancel…" not in (await carol.get("/t/acme/faxes/1")).text
        assert queue.job(1).state == "cancelled"  # type: ignore[union-attr]
        assert (await carol.post("/t/acme/faxes/1/cancel")).status_code == 422
        assert (await carol.post("/t/acme/faxes/1/retry")).status_code == 303
        assert queue.job(1).state == "queued"  # type: ignore[union-attr]
        assert (await carol.post("/t/acme/faxes/1/cancel", token="wrong")).status_code == 422
        assert queue.job(1).state == "queued"  # type: ignore[union-attr]

    as_(faxed, "end_user", look)
    assert [act for _, act, _ in faxed.door.acts] == ["fax.cancelled", "fax.retried"]


def test_links_in_what_moves_by_itself_lead_to_whole_pages(faxed: Stage) -> None:
    async def look(carol: Browser) -> None:
        for path in ("", "/1", "/batches/b1"):
            page = (await carol.get(f"/t/acme/faxes{path}")).text
            moving = page[page.index('hx-trigger="every') :]
            inside = moving[moving.index(">") + 1 :]
            assert inside.lstrip().startswith('<div hx-sync="#main:replace" hx-target="#main"'), (
                path
            )

    as_(faxed, "end_user", look)


def test_who_is_on_something_that_moves_by_itself_stays_on_it(faxed: Stage) -> None:
    """htmx gives the focus back to what has the same id (`swap`), and to nothing else."""
    one_can_be_on = re.compile(
        r'<(?:a|button|select|textarea)\b[^>]*>|<\w+[^>]* tabindex="0"[^>]*>'
    )

    async def look(carol: Browser) -> None:
        for path, some in (("", "fax-1"), ("/1", "cancel"), ("/batches/b1", "cancel")):
            page = (await carol.get(f"/t/acme/faxes{path}")).text
            moving = page[page.index('hx-trigger="every') :].partition("</div></div>")[0]
            found = one_can_be_on.findall(moving)
            ids = [match[1] for tag in found if (match := re.search(r' id="([^"]+)"', tag))]
            assert len(ids) == len(found) == len(set(ids)), (path, found)
            assert some in ids, path
            assert all(page.count(f' id="{one}"') == 1 for one in ids)

    as_(faxed, "end_user", look)


def test_the_list_is_cut_into_pages_and_by_state(faxed: Stage, tmp_path: Path) -> None:
    from dialform.fax.queue.values import New, Sheets

    queue = Queue(faxed.ledger.database)
    queue.submit(
        Sheets("d" * 64, "x.pdf", 1, b"II", b"II"), "acme", "1050",
        [New(f"+1212555{number:04}") for number in range(60)],
        by="carol", title="Many", retries=3, coarse=False, now=NOW, batch="many",
    )  # fmt: skip

    async def look(carol: Browser) -> None:
        first = (await carol.get("/t/acme/faxes")).text
        assert first.count('scope="row"') == 50
        assert "before=14" in first
        second = (await carol.get("/t/acme/faxes?before=14")).text
        assert second.count('scope="row"') == 11
        assert (await carol.get("/t/acme/faxes?state=sent")).text.count('scope="row"') == 0
        assert (await carol.get("/t/acme/faxes?state=gone")).status_code == 404
        assert (await carol.get("/t/acme/faxes?before=x")).status_code == 200

    as_(faxed, "end_user", look)
