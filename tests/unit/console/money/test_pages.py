"""What somebody sees of money, by role; nothing of anybody else's."""

import asyncio
import re
from collections.abc import Awaitable, Callable

import pytest

from ..stage import Browser, Stage

OCTOBER = "from=2026-10-01&to=2026-10-31"


def as_(stage: Stage, role: str, look: Callable[[Browser], Awaitable[None]]) -> None:
    """Look at pages as somebody."""

    async def whole() -> None:
        async with stage.browser(role) as browser:
            await look(browser)

    asyncio.run(whole())


def test_a_manager_sees_what_the_package_holds_and_what_is_used(billed: Stage) -> None:
    async def look(alice: Browser) -> None:
        page = await alice.get("/t/acme/quota?month=2026-10")
        assert page.status_code == 200
        for words in ("Minutes of calls", "Fax pages", "Ring groups", "Extensions"):
            assert words in page.text

    as_(billed, "tenant_admin", look)


def test_a_user_sees_the_own_slots_and_no_money(billed: Stage) -> None:
    async def look(bob: Browser) -> None:
        page = await bob.get("/t/acme/quota?month=2026-10")
        assert "Extensions" in page.text
        assert "Ring groups" not in page.text
        usage = await bob.get("/t/acme/usage?month=2026-10")
        assert "world" in usage.text
        assert "us-voice" not in usage.text  # Alice's
        assert "USD" not in usage.text
        sheet = await bob.get("/t/acme/usage.csv?month=2026-10")
        assert "amount" not in sheet.text
        assert "world" in sheet.text

    as_(billed, "user", look)


def test_usage_of_a_manager_adds_up_to_the_statement(billed: Stage) -> None:
    async def look(alice: Browser) -> None:
        page = await alice.get("/t/acme/usage?month=2026-10")
        assert "10.39375" in page.text
        sheet = await alice.get("/t/acme/usage.csv?month=2026-10")
        assert (
            sheet.headers["content-disposition"] == 'attachment; filename="usage-acme-2026-10.csv"'
        )
        statement = await alice.get("/t/acme/statement?month=2026-10")
        assert "10.39375" in statement.text
        assert "<svg" in statement.text
        assert "style=" not in statement.text

    as_(billed, "tenant_admin", look)


@pytest.mark.parametrize(
    ("form", "begins"), [("pdf", b"%PDF-"), ("csv", b"line,"), ("html", b"<!"), ("json", b"{")]
)
def test_a_statement_comes_in_each_form(billed: Stage, form: str, begins: bytes) -> None:
    async def look(alice: Browser) -> None:
        found = await alice.get(f"/t/acme/statement/2026-10.{form}")
        assert found.status_code == 200
        assert found.content.startswith(begins)
        assert found.headers["content-disposition"].startswith("attachment;")
        assert (await alice.get("/t/acme/statement/2026-10.exe")).status_code == 404
        assert (await alice.get("/t/acme/statement/2026-13.pdf")).status_code == 422

    as_(billed, "tenant_admin", look)


@pytest.mark.parametrize(
    "path", ["/t/acme/account", "/t/acme/statement", "/t/acme/statement/2026-10.pdf"]
)
@pytest.mark.parametrize("role", ["user", "end_user"])
def test_money_is_for_managers(billed: Stage, role: str, path: str) -> None:
    async def look(browser: Browser) -> None:
        assert (await browser.get(path)).status_code == 403

    as_(billed, role, look)


def test_the_account_says_what_is_left_and_what_was_paid(billed: Stage) -> None:
    async def look(alice: Browser) -> None:
        page = await alice.get("/t/acme/account")
        assert page.status_code == 200
        assert "189.60625 USD" in page.text
        assert "inv-1042" in page.text
        assert "booked" in page.text

    as_(billed, "tenant_admin", look)


def test_an_admin_issues_a_month_that_is_over_and_no_other(billed: Stage) -> None:
    async def look(ops: Browser) -> None:
        done = await ops.post("/t/acme/statement/2026-10/issue")
        assert done.status_code == 303
        assert "Issued on" in (await ops.get("/t/acme/statement?month=2026-10")).text
        assert (await ops.post("/t/acme/statement/2026-11/issue")).status_code == 422

    as_(billed, "admin", look)

    async def not_hers(alice: Browser) -> None:
        assert (await alice.post("/t/acme/statement/2026-09/issue")).status_code == 403

    as_(billed, "tenant_admin", not_hers)
    assert [act for _, act, _ in billed.door.acts] == ["statement.issued"]


def test_calls_are_found_by_each_filter(billed: Stage) -> None:
    async def look(alice: Browser) -> None:
        whole = await alice.get(f"/t/acme/call-records?{OCTOBER}")
        assert "8 calls" in whole.text
        for one, count in (
            ("direction=inbound", 1), ("ending=busy", 1), ("extension=1002", 1), ("number=4420", 1),
            ("ending=fax", 1), ("number=911", 1), ("direction=internal", 1),
        ):  # fmt: skip
            assert (
                f">{count} call," in (await alice.get(f"/t/acme/call-records?{OCTOBER}&{one}")).text
            ), one
        for bad in (
            "from=never",
            "from=2026-10-31&to=2026-10-01",
            "from=2025-01-01",
            "direction=up",
        ):
            assert (await alice.get(f"/t/acme/call-records?{bad}")).status_code == 422, bad

    as_(billed, "tenant_admin", look)


def test_calls_are_sorted_and_cut_by_the_database(billed: Stage) -> None:
    async def look(alice: Browser) -> None:
        for page in ("", "&page=99", "&page=0", "&page=x"):
            found = await alice.get(f"/t/acme/call-records?{OCTOBER}&sort=-cost{page}")
            assert found.text.count("/t/acme/call-records/") == 8, page
            assert ">8 calls," in found.text
        order = re.findall(r'<td class="num">([0-9.]+)</td>\s*<td>', found.text)
        assert len(order) == 8
        assert order == sorted(order, key=float, reverse=True)
        odd = await alice.get(
            f"/t/acme/call-records?{OCTOBER}&extension=%00&number=%00&sort=-nothing"
        )
        assert ">0 calls," in odd.text

    as_(billed, "tenant_admin", look)


def test_more_calls_than_anybody_could_look_through_are_refused(
    billed: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def look(alice: Browser) -> None:
        for most, status in ((8, 200), (7, 422)):
            monkeypatch.setattr("dialform.console.money.calls._MOST", most)
            found = await alice.get(f"/t/acme/call-records?{OCTOBER}")
            assert found.status_code == status

    as_(billed, "tenant_admin", look)


def test_a_callers_name_is_text_on_the_page_and_in_the_spreadsheet(billed: Stage) -> None:
    async def look(alice: Browser) -> None:
        sheet = await alice.get(f"/t/acme/call-records.csv?{OCTOBER}")
        assert ",'=HYPERLINK(1)," in sheet.text
        assert ",=HYPERLINK" not in sheet.text
        assert "0.02375" in sheet.text

    as_(billed, "tenant_admin", look)


def test_a_user_sees_the_own_calls_alone(billed: Stage) -> None:
    async def look(bob: Browser) -> None:
        page = await bob.get(f"/t/acme/call-records?{OCTOBER}")
        assert ">1 call," in page.text
        assert "+442079460000" in page.text
        assert "0.02375" not in page.text
        sheet = await bob.get(f"/t/acme/call-records.csv?{OCTOBER}")
        assert "cost" not in sheet.text

    as_(billed, "user", look)

    async def nothing(carol: Browser) -> None:
        assert "0 calls" in (await carol.get(f"/t/acme/call-records?{OCTOBER}")).text

    as_(billed, "end_user", nothing)


def test_a_call_of_somebody_else_is_not_there(billed: Stage) -> None:
    own = "00000000-0000-4000-8000-000000000003"
    line = next(
        line for line in _lines(billed) if line.fact.uuid == own
    )  # fmt: skip
    path = f"/t/acme/call-records/{line.fact.started}/{own}"
    other = next(line for line in _lines(billed) if line.fact.extension == "1001")
    others = f"/t/acme/call-records/{other.fact.started}/{other.fact.uuid}"

    async def look(bob: Browser) -> None:
        assert (await bob.get(path)).status_code == 200
        assert (await bob.get(others)).status_code == 404
        assert (await bob.get(f"/t/acme/call-records/{10**30}/{own}")).status_code == 404

    as_(billed, "user", look)

    async def all_of_it(alice: Browser) -> None:
        assert (await alice.get(others)).status_code == 200
        assert (await alice.get(others.replace("acme", "nordlicht"))).status_code == 404

    as_(billed, "tenant_admin", all_of_it)


def _lines(stage: Stage):  # type: ignore[no-untyped-def]
    from dialform.billing.ledger.lines import calls

    with stage.ledger.reading() as reading:
        return list(calls(reading, "acme"))
