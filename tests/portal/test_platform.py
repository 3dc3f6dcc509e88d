"""What an admin looks after: something new of each kind, what is removed with its plan, a tenant's account."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from .portal import Portal
from .test_kinds import typed, unfolded
from .test_objects import SOON

Open = Callable[..., Any]

NEW: tuple[tuple[str, str, tuple[tuple[str, str], ...], str], ...] = (
    ("/admin/packages", "starter", (("slots.extensions", "5"), ("included.voice_minutes", "100")), "package starter"),
    ("/admin/rates", "mars", (("service", "voice"), ("prefix", "+999"), ("per_minute", "9.5000")), "rate mars"),
    ("/admin/plans", "night", (("rates.0", "us"),), "plan night"),
    ("/admin/providers", "third", (("host", "198.51.100.7"), ("register", "no")), "third"),
    ("/admin/routes", "toll-free", (("prefix", "+1800"), ("providers.0", "mycarrier")), "route toll-free"),
    ("/t/acme/numbers", "+12125550155", (("provider", "mycarrier"),), "+12125550155"),
    ("/t/acme/payments", "inv-2000", (("date", "2026-11-20"), ("amount", "50.00")), "inv-2000"),
    ("/t/acme/users", "dan", (("name", "Dan Low"), ("role", "user")), "user dan"),
)  # fmt: skip

GOING = (
    ("/admin/packages", "business"), ("/admin/rates", "de"), ("/admin/plans", "germany"),
    ("/admin/providers", "backup"), ("/admin/routes", "us-voice"), ("/t/acme/numbers", "+12125550150"),
    ("/t/acme/users", "carol"),
)  # fmt: skip


@pytest.mark.parametrize(("path", "key", "steps", "plan"), NEW, ids=[one[0] for one in NEW])
def test_something_new_of_an_admin_is_shown_with_its_plan(
    open: Open, path: str, key: str, steps: tuple[tuple[str, str], ...], plan: str
) -> None:
    page = open("admin", path)
    page.get_by_role("link", name=re.compile("^New ")).click()
    page.locator("[name=_key]").wait_for()
    typed(page, key, steps)
    page.get_by_role("button", name="Show what it would change").click()
    page.locator("#checked").get_by_text(plan).first.wait_for(timeout=SOON)


@pytest.mark.parametrize(("path", "key"), GOING, ids=[one[0] for one in GOING])
def test_what_an_admin_removes_asks_with_its_plan(open: Open, path: str, key: str) -> None:
    page = open("admin", f"{path}/{quote(key, safe='')}")
    page.get_by_role("link", name="Remove", exact=True).click()
    page.get_by_role("heading", name="What it would change").wait_for(timeout=SOON)
    asked = page.inner_text("main")
    assert "Removed" in asked or "must be mended first" in asked


def test_a_subscription_goes_to_another_package(portal: Portal, open: Open) -> None:
    before = portal.tip()
    page = open("admin", "/admin/tenants/acme")
    page.get_by_role("link", name="Account, limits and subscription").click()
    page.get_by_role("link", name="Change", exact=True).click()
    field = page.locator('[name="subscription.package"]').first
    field.wait_for(state="attached")
    unfolded(page)
    if field.evaluate("one => one.tagName") == "SELECT":
        field.select_option("callcenter")
    else:
        field.fill("callcenter")
    page.get_by_role("button", name="Save", exact=True).click()
    page.locator(".flash", has_text="saved").wait_for(timeout=SOON)
    page.locator("#plan-section", has_text="callcenter").wait_for(timeout=SOON)
    page.get_by_role("button", name="Take back").click()
    page.get_by_role("button", name="Take it back").click()
    page.locator(".flash", has_text="It is taken back").wait_for()
    assert portal.tip() == before


def test_a_tenant_goes_when_its_name_is_written_and_comes_back(portal: Portal, open: Open) -> None:
    page = open("admin", "/admin/tenants/janes-bakery/remove")
    page.locator("#plan").wait_for(timeout=SOON)
    assert "The tenant goes" in page.inner_text("#plan")
    page.locator("input[type=text]").last.fill("janes-bakery")
    page.get_by_role("button", name="Remove the tenant").click()
    page.locator(".flash", has_text="saved").wait_for(timeout=SOON)
    page.locator("#plan-section", has_text="janes-bakery").wait_for(timeout=SOON)
    page.get_by_role("button", name="Take back").click()
    page.get_by_role("button", name="Take it back").click()
    page.locator(".flash", has_text="It is taken back").wait_for()
    assert "janes-bakery" not in page.inner_text("#waiting")


@pytest.mark.parametrize("role", ["tenant_admin", "user", "end_user"])
def test_the_platform_is_the_admins_alone(open: Open, role: str) -> None:
    for path in (
        "/admin/tenants",
        "/admin/packages",
        "/admin/providers",
        "/t/acme/payments",
        "/t/acme/numbers",
    ):
        page = open(role, path)
        assert page.get_by_role("heading", name="That did not work").is_visible(), path
