"""Trunks, phones, queues and rooms as they are now, for each role that may look."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from .test_live import place, quiet

Open = Callable[..., Any]
__all__ = ["quiet"]


@pytest.mark.parametrize(
    ("role", "path"), [("admin", "/admin/live/trunks"), ("tenant_admin", "/t/acme/live/trunks")]
)
def test_a_trunk_that_is_registered_says_so(open: Open, role: str, path: str) -> None:
    page = open(role, path)
    row = page.locator("tr", has_text="mycarrier")
    row.get_by_text("REGED").wait_for()
    # What a trunk carries is all tenants': an admin's alone.
    assert (page.get_by_role("columnheader", name="Failed").count() == 1) == (role == "admin")


@pytest.mark.parametrize(
    ("role", "path"), [("admin", "/admin/live/phones"), ("tenant_admin", "/t/acme/live/phones")]
)
def test_phones_that_are_registered_are_listed(open: Open, role: str, path: str) -> None:
    page = open(role, path)
    for name in ("Alice Doe", "Bob Roe"):
        page.locator("tr", has_text=name).first.wait_for()
    assert page.locator("tr", has_text="Carol Poe").count() == 0


def test_an_admin_sees_the_calls_of_all_and_ends_one(open: Open) -> None:
    board, hand = open("admin", "/admin/live/calls"), open("tenant_admin")
    place(hand, "1001", "*98")
    row = board.locator("tr", has_text="1001").first
    row.wait_for()
    assert "acme" in row.inner_text()
    row.get_by_role("button", name="Hang up").click()
    board.get_by_role("dialog").get_by_role("button", name="Hang up").click()
    row.wait_for(state="detached")


def test_a_room_shows_who_is_in_it(open: Open) -> None:
    board, hand = open("tenant_admin", "/t/acme/live/rooms"), open("tenant_admin")
    board.get_by_text("No conference is going on.").wait_for()
    place(hand, "1001", "901")
    board.locator("#room-acme-901", has_text="Alice Doe").wait_for()


@pytest.mark.parametrize("role", ["user", "end_user"])
@pytest.mark.parametrize("view", ["calls", "queues", "phones", "rooms", "trunks"])
def test_who_lacks_the_permission_has_no_board(open: Open, role: str, view: str) -> None:
    page = open(role, f"/t/acme/live/{view}")
    assert page.get_by_role("heading", name="That did not work").is_visible()


@pytest.mark.parametrize("role", ["user", "end_user"])
def test_everybody_with_an_extension_calls_with_it(open: Open, role: str) -> None:
    page = open(role, "/t/acme/live/call")
    own = {"user": "1002", "end_user": "1003"}[role]
    choices = page.get_by_label("From").evaluate(
        "one => one.options ? [...one.options].map(o => o.value) : [one.value]"
    )
    assert choices == [own]
