"""Two people change one object: what does not overlap is one change, what does is shown, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .portal import Portal
from .test_kinds import merged, unfolded
from .test_objects import SOON, told

Open = Callable[..., Any]
ROOM = "/t/acme/conferences/901/edit"


def test_the_second_is_shown_both_versions_and_decides(portal: Portal, open: Open) -> None:
    alice, ops = open("tenant_admin", ROOM), open("admin", ROOM)
    ops.locator("[name=name]").fill("Board of Acme")
    ops.get_by_role("button", name="Save", exact=True).click()
    ops.locator(".flash", has_text="saved").wait_for(timeout=SOON)
    merged(ops, "conference 901")

    alice.locator("[name=name]").fill("The board")
    alice.get_by_role("button", name="Save", exact=True).click()
    alice.get_by_role("heading", name="Somebody else changed this meanwhile").wait_for(timeout=SOON)
    both = alice.get_by_role("table", name="Both versions")
    assert "Board of Acme" in both.inner_text() and "The board" in both.inner_text()
    assert alice.locator("[name=name]").input_value() == "The board"
    assert "Board of Acme" in told(portal, "show", "main:tenants.d/acme/pbx.yaml")
    alice.get_by_role("button", name="Save", exact=True).click()
    alice.locator(".flash", has_text="saved").wait_for(timeout=SOON)
    merged(ops, "conference 901")
    assert "The board" in told(portal, "show", "main:tenants.d/acme/pbx.yaml")


def test_what_does_not_overlap_is_one_change(portal: Portal, open: Open) -> None:
    alice, ops = open("tenant_admin", ROOM), open("admin", ROOM)
    unfolded(alice)
    unfolded(ops)
    ops.locator("[name=max_members]").fill("14")
    ops.get_by_role("button", name="Save", exact=True).click()
    ops.locator(".flash", has_text="saved").wait_for(timeout=SOON)
    merged(ops, "conference 901")
    alice.locator("[name=announce][type=checkbox]").check()
    alice.get_by_role("button", name="Save", exact=True).click()
    alice.locator(".flash", has_text="saved").wait_for(timeout=SOON)
    merged(ops, "conference 901")
    rooms = told(portal, "show", "main:tenants.d/acme/pbx.yaml").partition('"901":')[2]
    room = rooms.partition("music_on_hold:")[0]
    assert "max_members: 14" in room and "announce: true" in room
