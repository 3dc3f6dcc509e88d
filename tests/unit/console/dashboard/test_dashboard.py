"""The first page: what each role is told at a glance, and the calls of the last days."""

import asyncio
import re
from datetime import UTC, date, datetime

import pytest

from dialform.console.clocks import Clocks
from dialform.console.dashboard import cards
from dialform.console.dashboard.days import DAYS, Day, last_days
from dialform.console.dashboard.findings import findings_of
from dialform.console.errors import Away
from dialform.schema.diagnostic import Diagnostic
from tests.acceptance.billedsite import NEW_YORK, Facts, at, fill

from ..stage import Stage

NOW = datetime(2026, 10, 12, 23, 30, tzinfo=UTC).timestamp()


@pytest.fixture
def billed(stage: Stage) -> Stage:
    """Acme some days into October."""
    fact = Facts()
    fill(stage.ledger, stage.site, [
        fact("2026-10-09T10:00", 60),
        fact("2026-10-09T11:00", 0, answered=0, cause="USER_BUSY", ended=at("2026-10-09T11:00")),
        # One call of two legs: from outside to a phone.
        fact("2026-10-10T10:00", 30, direction="inbound", number="+12125550199", peer="x", extension="",
             call="c1"),
        fact("2026-10-10T10:00", 30, direction="internal", trunk="", route="", plan="", number="1002",
             extension="1002", call="c1"),
        fact("2026-10-12T19:29", 30, extension="1002", peer="1002"),
        fact("2026-09-20T10:00", 30),
        fact("2026-10-11T10:00", 30, "Europe/Berlin", tenant="nordlicht", extension="2001",
             number="+498912345", plan="germany", route="", peer="2001"),
    ])  # fmt: skip
    stage.ground.clocks = Clocks(wall=lambda: NOW)
    return stage


def some(found: list[Day]) -> dict[date, tuple[int, int]]:
    return {one.day: (one.answered, one.missed) for one in found if one.answered or one.missed}


def test_the_days_are_counted_in_calls_as_the_tenant_s_clock_has_them(billed: Stage) -> None:
    found = last_days(billed.ledger, ["acme"], None, NEW_YORK, NOW)
    assert len(found) == DAYS
    assert found[-1].day == date(2026, 10, 12)
    assert some(found) == {
        date(2026, 10, 9): (1, 1), date(2026, 10, 10): (1, 0), date(2026, 10, 12): (1, 0),
    }  # fmt: skip


def test_a_user_s_days_are_of_the_own_extensions_and_an_admin_s_of_all(billed: Stage) -> None:
    own = some(last_days(billed.ledger, ["acme"], ["1002"], NEW_YORK, NOW))
    assert own == {date(2026, 10, 10): (1, 0), date(2026, 10, 12): (1, 0)}
    assert some(last_days(billed.ledger, ["acme"], [], NEW_YORK, NOW)) == {}
    whole = some(last_days(billed.ledger, ["acme", "nordlicht"], None, NEW_YORK, NOW))
    assert whole[date(2026, 10, 11)] == (1, 0)


ROLES = {
    "admin": {"Last commit", "Findings", "Books", "Trunks", "Waiting in queues"},
    "tenant_admin": {
        "Credit",
        "Faxes on their way",
        "Last commit",
        "Findings",
        "Waiting in queues",
    },
    "user": set(),
    "end_user": {"Faxes on their way"},
}
EVERYBODY = {"Calls now", "Phones online"}
QUOTAS = {"Extensions", "Devices", "Mailboxes", "Conferences", "Music on hold", "Ring groups",
          "Queues", "Menus", "Minutes of calls", "Fax pages", "Minutes in conferences"}  # fmt: skip


def titles(page: str) -> set[str]:
    """The titles of the cards of a page."""
    found = re.findall(r'<p class="figure-label">(?:<a [^>]*>)?([^<]+)', page)
    return set(found)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_has_its_cards_and_no_other(billed: Stage, role: str) -> None:
    async def look() -> None:
        async with billed.browser(role) as one:
            page = await one.get("/")
        assert page.status_code == 200
        shown = titles(page.text) - QUOTAS
        # Without a switch nothing is known of trunks.
        assert shown == (ROLES[role] | EVERYBODY) - {"Trunks"}
        assert "Calls of the last days" in page.text

    asyncio.run(look())


def test_every_card_leads_where_its_visitor_may_go(billed: Stage) -> None:
    async def look() -> None:
        for role in ROLES:
            async with billed.browser(role) as one:
                page = (await one.get("/")).text
                main = page[page.index("<main") :]
                for path in re.findall(r'figure-label"><a href="([^"]+)"', main):
                    found = await one.get(path, follow_redirects=True)
                    assert found.status_code == 200, (role, path)

    asyncio.run(look())


def test_what_cannot_be_told_says_so_and_holds_up_nothing(
    billed: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(context: object) -> list[cards.Card]:
        raise Away("The ledger cannot be reached.")

    kinds = tuple(
        cards.Kind(one.title, one.need, away if one.title == "Credit" else one.make, one.tenant)
        for one in cards.KINDS
    )
    monkeypatch.setattr(cards, "KINDS", kinds)

    async def look() -> None:
        async with billed.browser("tenant_admin") as alice:
            page = (await alice.get("/")).text
        assert "not known" in page
        assert {"Credit", "Findings", "Last commit"} <= titles(page)

    asyncio.run(look())


def test_findings_are_those_of_one_s_own_files_and_looked_for_once_a_release(stage: Stage) -> None:
    async def look() -> None:
        findings = findings_of(stage.ground)
        found = {}
        for tenant in ("", "acme", "nordlicht"):
            while found.get(tenant) is None:
                found[tenant] = await findings.found(tenant)
            task = findings._task
        assert findings._task is task
        whole, acme, nord = found[""], found["acme"], found["nordlicht"]
        assert whole and acme and nord
        assert whole.warnings >= acme.warnings + nord.warnings
        assert acme.warnings > 0
        assert whole.errors == 0

    asyncio.run(look())


def test_checks_that_broke_off_are_told_once_and_begun_anew(stage: Stage) -> None:
    said: list[tuple[str, str, str]] = []
    stage.ground.say = lambda event, level, **more: said.append((event, level, more["kind"]))

    async def look() -> None:
        findings = findings_of(stage.ground)
        whole = findings._look

        async def broken(site: object) -> list[Diagnostic]:
            raise RuntimeError("hunter2")

        findings._look = broken  # type: ignore[method-assign]
        told = await asyncio.gather(
            *(findings.found(one) for one in ("", "acme")), return_exceptions=True
        )
        assert [type(one) for one in told] == [Away, Away]
        assert said == [("findings", "error", "RuntimeError")]
        async with stage.browser("admin") as ops:
            page = await ops.get("/admin/findings")
            assert page.status_code == 503 and "The checks broke off" in page.text
            assert "Findings" in titles((await ops.get("/")).text)
        assert "hunter2" not in f"{told}{said}{page.text}"
        findings._look = whole  # type: ignore[method-assign]
        while (found := await findings.found()) is None:
            pass
        assert found.warnings > 0

    asyncio.run(look())


def test_an_admin_sees_a_tenant_s_dashboard_and_nobody_another_s(billed: Stage) -> None:
    async def look() -> None:
        async with billed.browser("admin") as ops:
            page = (await ops.get("/t/acme/dashboard")).text
            assert "Credit" in titles(page)
            assert "/t/acme/live/stream?views=switch,now" in page
        for role in ("tenant_admin", "user", "other"):
            async with billed.browser(role) as one:
                assert (await one.get("/t/acme/dashboard")).status_code in (403, 404)

    asyncio.run(look())
