"""The menu: where one is, what is folded, and how an admin comes from one tenant to another."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from dialform.console.menu import SHORT, leads
from dialform.console.page import GROUPS
from dialform.console.table import pages

from .stage import Stage

CURRENT = re.compile(r'<a href="([^"]*)" aria-current="page"')
DETAILS = re.compile(r'<details data-group="([^"]*)"( open)?>')


@pytest.fixture(scope="module")
def stage(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One for all: nothing is changed. There is no switch, and a page that says so has its menu."""
    stage = Stage(tmp_path_factory.mktemp("menu") / "stage", prepared)
    yield stage
    stage.close()


@pytest.fixture(autouse=True)
def a_server_of_its_own(stage: Stage) -> None:
    """What areas keep for all requests belongs to one loop."""
    stage.ground.parts.clear()


def menu_of(text: str) -> str:
    return text[text.index('<nav id="menu"') :].split("</nav>", maxsplit=1)[0]


def opened(stage: Stage, role: str, path: str) -> str:
    stage.ground.parts.clear()  # of another loop

    async def look() -> str:
        async with stage.browser(role) as browser:
            return menu_of((await browser.get(path)).text)

    return asyncio.run(look())


def test_every_line_is_of_a_group_that_is_shown() -> None:
    assert {page.menu.group for page in pages() if page.menu} == set(GROUPS)


@pytest.mark.parametrize(
    ("path", "here"),
    [
        ("/me", "/me"),
        ("/me/voicemail/1001", "/me/voicemail"),
        ("/me/security", "/me/security"),
        ("/t/acme/faxes/inbox", "/t/acme/faxes/inbox"),
        ("/t/acme/faxes", "/t/acme/faxes"),
        ("/t/acme/extensions/1001/edit", "/t/acme/extensions"),
        ("/", "/"),
    ],
)
def test_the_longest_path_is_where_one_is(path: str, here: str, stage: Stage) -> None:
    """`/me/voicemail` is below `/me`, and `/t/acme/faxes/inbox` below `/t/acme/faxes`: one line is marked."""
    assert CURRENT.findall(opened(stage, "tenant_admin", path)) == [here]


def test_the_group_of_the_page_is_open_and_no_other(stage: Stage) -> None:
    menu = opened(stage, "tenant_admin", "/t/acme/ring-groups")
    assert [title for title, is_open in DETAILS.findall(menu) if is_open] == ["Call flow"]


def test_a_short_menu_folds_nothing(stage: Stage) -> None:
    menu = opened(stage, "end_user", "/")
    found = DETAILS.findall(menu)
    assert found and all(is_open for _, is_open in found)
    assert menu.count("<li>") <= SHORT


def test_only_an_admin_is_offered_other_tenants(stage: Stage) -> None:
    assert "/admin/switch" in opened(stage, "admin", "/")
    for role in ("tenant_admin", "user", "end_user"):
        assert "/admin/switch" not in opened(stage, role, "/")


def test_where_one_stays_when_the_tenant_changes() -> None:
    assert leads("/extensions") and leads("/live/calls") and leads("/dashboard")
    for on in (
        "",
        "/extensions/{key}",
        "/extensions/1001",
        "//evil",
        "/fax-settings/delete?x",
        "/nosuch",
    ):
        assert not leads(on), on


def test_a_page_is_the_same_with_a_thousand_tenants(stage: Stage) -> None:
    """No page lists them: a few are offered when letters are typed, and the list has pages."""
    names = [(f"t{number:04}", f"Company {number}") for number in range(1000)]

    async def look() -> None:
        site = stage.ground.released()
        stage.ground.parts["tenants"] = SimpleNamespace(of=site, names=names)
        async with stage.browser("admin") as ops:
            page = (await ops.get("/t/acme/extensions")).text
            assert "Company" not in menu_of(page)
            assert 'name="on" value="/extensions"' in page
            found = (await ops.get("/admin/switch/found?q=company+99&on=/extensions")).text
            assert found.count("<li>") == 8 and "and 11 more" in found
            assert 'href="/t/t0099/extensions"' in found
            assert "<li>" not in (await ops.get("/admin/switch/found?q=")).text
            listed = (await ops.get("/admin/switch?q=company&on=/extensions")).text
            assert listed.count('href="/t/t0') == 50 and "1 to 50 of 1,000" in listed

    asyncio.run(look())


def test_the_tenant_that_is_called_just_that_is_found_among_many(stage: Stage) -> None:
    """`zoo` is in the names of a hundred others, all of which stand before it."""
    names = [(f"a{number:03}-zoo", "Zoo") for number in range(100)] + [("zoo", "Zoo")]

    async def look() -> tuple[Any, str]:
        site = stage.ground.released()
        stage.ground.parts["tenants"] = SimpleNamespace(of=site, names=names)
        async with stage.browser("admin") as ops:
            below = await ops.get("/admin/switch/found?q=Zoo&on=/extensions")
            return await ops.get("/admin/switch?q=ZOO&on=/extensions"), below.text

    found, below = asyncio.run(look())
    assert (found.status_code, found.headers.get("location")) == (303, "/t/zoo/extensions")
    links = re.findall(r'href="/t/([^/]+)/extensions"', below)
    assert links == ["zoo", *(f"a{number:03}-zoo" for number in range(7))]
    assert "and 93 more" in below


@pytest.mark.parametrize(
    ("query", "to"),
    [
        ("q=janes-bakery&on=/extensions", "/t/janes-bakery/extensions"),
        ("q=janes&on=/nosuch", "/t/janes-bakery/dashboard"),
        ("q=JANES-bakery&on=//evil.example", "/t/janes-bakery/dashboard"),
    ],
)
def test_what_is_meant_is_opened_at_once(stage: Stage, query: str, to: str) -> None:
    async def look() -> Any:
        async with stage.browser("admin") as ops:
            return await ops.get(f"/admin/switch?{query}")

    found = asyncio.run(look())
    assert (found.status_code, found.headers["location"]) == (303, to)
