"""Changes from the first tick to the switch and back, where a call would go, what is wrong, in a browser."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from .portal import LONG, Portal

Open = Callable[..., Any]


def reloaded(page: Any, text: str) -> None:
    """Load the page again until it says something: the agent applies what was merged."""
    deadline = time.monotonic() + LONG
    while text not in page.inner_text("#hosts"):
        assert time.monotonic() < deadline, page.inner_text("#hosts")
        page.reload()


def test_a_change_waits_is_merged_runs_and_is_undone(portal: Portal, open: Open) -> None:
    before = portal.tip()
    alice = open("tenant_admin", "/t/acme/users/bob/permissions")
    alice.get_by_label("Ring groups").check()
    alice.get_by_role("button", name="Save").click()
    alice.locator(".flash", has_text="It waits").wait_for()
    alice.locator("#diff").get_by_text("Line by line").click()
    assert "+" in alice.inner_text("#diff") and "ring_groups" in alice.inner_text("#diff")
    assert alice.get_by_role("button", name="Merge").count() == 0
    assert portal.tip() == before

    ops = open("admin", "/admin/changes")
    ops.locator("#waiting").get_by_role("link", name="Change the permissions of bob").click()
    ops.locator("#plan-section").wait_for()
    assert "user bob" in ops.inner_text("#plan-section")
    assert "call tests" in ops.inner_text("#tests").lower()
    ops.get_by_role("button", name="Merge", exact=True).click()
    ops.get_by_role("button", name="Merge it").click()
    ops.locator(".flash", has_text="It is merged").wait_for()
    assert portal.tip() != before
    reloaded(ops, "runs there")

    alice.goto("/t/acme/changes")
    row = alice.locator("#history tr", has_text="Change the permissions of bob").first
    assert "runs" in row.inner_text() and "Alice Doe" in row.inner_text()

    ops.get_by_role("link", name="Undo this change").click()
    ops.locator("#plan-section").wait_for()
    assert "user bob" in ops.inner_text("#plan-section")  # before anything is done
    ops.get_by_role("button", name="Undo it").click()
    ops.locator(".flash", has_text="is undone").wait_for()
    ops.locator("#plan-section").wait_for()
    ops.get_by_role("button", name="Merge", exact=True).click()
    ops.get_by_role("button", name="Merge it").click()
    ops.locator(".flash", has_text="It is merged").wait_for()
    alice.goto("/t/acme/users/bob/permissions")
    assert not alice.get_by_label("Ring groups").is_checked()
    reloaded(ops, "runs there")


def test_a_user_sees_no_change_of_others(open: Open) -> None:
    page = open("user", "/t/acme/changes")
    assert "Nothing waits." in page.inner_text("#waiting")
    assert "Our phone system" not in page.inner_text("#history")


def test_a_call_is_followed_to_its_end(open: Open) -> None:
    page = open("tenant_admin", "/t/acme/trace")
    page.get_by_label("Who calls").fill("1001")
    page.get_by_label("What is dialled").fill("1002")
    page.get_by_text("What else holds").click()
    page.get_by_label("Busy").fill("1002")
    page.get_by_role("button", name="Follow the call").click()
    story = page.locator("#story")
    story.wait_for()
    assert "1001 Alice Doe dials 1002" in story.inner_text()
    assert ": busy" in story.inner_text()
    assert page.get_by_label("Busy").input_value() == "1002"
    page.get_by_label("Who calls").fill("+19175550100")
    page.get_by_label("What is dialled").fill("+15045550142")
    page.get_by_role("button", name="Follow the call").click()
    page.get_by_text("is none of them").wait_for()


def test_what_is_wrong_is_found_by_what_people_report(open: Open) -> None:
    page = open("tenant_admin", "/t/acme/doctor")
    card = page.locator("form", has_text="A phone does not register")
    card.get_by_role("combobox").select_option("1001")
    card.get_by_role("button", name="Look").click()
    found = page.locator("#found")
    found.wait_for()
    assert "in order" in found.inner_text()
    assert "Looked at" not in found.inner_text()


def test_an_admin_looks_at_the_whole_host(open: Open) -> None:
    page = open("admin", "/admin/doctor?symptom=all")
    assert page.locator("#found .findings li").count() > 3
    page = open("admin", "/admin/state")
    assert "pbx1" in page.inner_text("main") and "well" in page.inner_text("main")


def test_codes_are_everybodys(open: Open) -> None:
    for role in ("tenant_admin", "user", "end_user"):
        page = open(role, "/t/acme/dial-codes")
        assert "*98" in page.inner_text("main")
