"""Tenants, people and what they may, packages and rates, in a browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Open = Callable[..., Any]


def test_a_childs_tick_ticks_its_parent_and_a_parent_that_goes_clears_its_children(
    open: Open,
) -> None:
    page = open("tenant_admin", "/t/acme/users/carol/permissions")
    page.goto("/t/acme/users/bob/permissions")
    parent, child = page.get_by_label("Phone system"), page.get_by_label("Devices")
    assert parent.is_checked() and child.is_checked()
    parent.uncheck()
    assert not child.is_checked() and not page.get_by_label("Follow-me").is_checked()
    page.get_by_label("Ring groups").check()
    assert parent.is_checked() and not child.is_checked()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_what_a_tick_does_is_shown_before_anything_is_saved(open: Open, scripts: bool) -> None:
    page = open("tenant_admin", "/t/acme/users/bob/permissions", java_script_enabled=scripts)
    page.get_by_label("Ring groups").check()
    page.get_by_role("button", name="Look what it does").click()
    plan = page.locator("#plan")
    plan.wait_for()
    assert "user bob" in plan.inner_text() and "ring_groups" in plan.inner_text()
    assert page.get_by_label("Ring groups").is_checked()  # what was ticked is not lost
    page.goto("/t/acme/changes")
    assert "Nothing waits." in page.inner_text("#waiting")


def test_without_scripts_a_parent_that_goes_takes_its_children(open: Open) -> None:
    page = open("tenant_admin", "/t/acme/users/bob/permissions", java_script_enabled=False)
    page.get_by_label("Phone system").uncheck()
    page.get_by_role("button", name="Look what it does").click()
    page.locator("#looked").wait_for()
    assert not page.get_by_label("Devices").is_checked()
    assert "bob" in page.inner_text("#main") and "devices" in page.inner_text("#main")


def test_an_end_user_is_offered_no_more_than_they_may_have(open: Open) -> None:
    page = open("tenant_admin", "/t/acme/users/carol/permissions")
    assert page.get_by_label("Devices").is_disabled()
    assert page.get_by_label("Send faxes").is_checked()


def test_an_admin_makes_a_tenant_and_takes_it_back(open: Open) -> None:
    page = open("admin", "/admin/tenants")
    page.get_by_role("link", name="New tenant").click()
    page.get_by_label("Company").fill("North & Sons")
    page.locator("#f-slug").fill("north")
    page.locator("#f-package").select_option(index=1)
    page.get_by_role("button", name="Make the tenant").click()
    page.locator(".flash", has_text="Tenant north: saved.").wait_for()
    page.get_by_role("heading", name="Add tenant north", level=1).wait_for()
    page.locator("#plan-section").wait_for()
    assert "north" in page.inner_text("#plan-section")
    page.get_by_role("button", name="Take back").click()
    page.get_by_role("button", name="Take it back").click()
    page.locator(".flash", has_text="It is taken back").wait_for()
    assert "north" not in page.inner_text("#waiting")


def test_what_was_typed_wrong_is_said_beside_the_field(open: Open) -> None:
    page = open("admin", "/admin/tenants/new")
    page.get_by_label("Company").fill("Another")
    page.locator("#f-slug").fill("acme")
    page.locator("#f-package").select_option(index=1)
    page.get_by_role("button", name="Make the tenant").click()
    page.get_by_text("There is a tenant acme already.").wait_for()
    assert page.get_by_label("Company").input_value() == "Another"


@pytest.mark.parametrize("path", ["/admin/packages", "/admin/rates", "/admin/plans", "/admin/providers",
                                  "/admin/routes", "/admin/hosts", "/t/acme/numbers", "/t/acme/payments",
                                  "/t/acme/users"])  # fmt: skip
def test_each_list_leads_to_what_is_in_it_and_to_its_form(open: Open, path: str) -> None:
    page = open("admin", path)
    first = page.locator("tbody th a").first
    first.click()
    page.get_by_role("link", name="Change", exact=True).click()
    page.get_by_role("button", name="Save").wait_for()


def test_deleting_asks_with_the_plan(open: Open) -> None:
    page = open("admin", "/admin/tenants/janes-bakery/remove")
    page.locator("#plan").wait_for()
    assert "The tenant goes" in page.inner_text("#plan")
    page.get_by_role("button", name="Remove the tenant").click()
    page.locator(".flash", has_text="Write janes-bakery").wait_for()
