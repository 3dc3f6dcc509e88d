"""Each kind of object in a browser: made, looked at, copied, renamed, removed; and one from its first day to its last."""

from __future__ import annotations

import io
import re
import wave
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from .portal import Portal
from .test_objects import SOON, told

if TYPE_CHECKING:
    from playwright.sync_api import Page

Open = Callable[..., Any]
ADD = "+"
"""A step that adds a row to the list of that title."""

NEW: tuple[tuple[str, str, tuple[tuple[str, str], ...], str], ...] = (
    ("extensions", "1017", (("name", "Front door"),), "extension 1017 Front door"),
    ("devices", "001122334455", (("label", "Front desk"), ("vendor", "yealink"), ("model", "t46s"),
     (ADD, "Lines"), ("lines.0.extension", "1001")), "device 001122334455 Front desk"),
    ("device-profiles", "lobby", (("description", "Lobby phones"),), "device profile lobby"),
    ("ring-groups", "610", (("name", "Service"), (ADD, "Who rings"), ("members.0.number", "1001")),
     "ring group 610 Service"),
    ("call-queues", "810", (("name", "Returns"), (ADD, "Agents"), ("agents.0.number", "1001")),
     "call queue 810 Returns"),
    ("ivr-menus", "710", (("name", "After hours"), ("greeting", "media/welcome.wav"), (ADD, "Keys"),
     ("options.0.key", "1"), ("options.0.value.kind", "extension"), ("options.0.value.target", "1001")),
     "IVR menu 710 After hours"),
    ("schedules", "shop", (("open", "Sat 10:00-14:00"),), "schedule shop"),
    ("voicemails", "1998", (("name", "Complaints"),), "mailbox 1998 Complaints"),
    ("conferences", "910", (("name", "Project"),), "conference 910 Project"),
    ("follow-me", "1003", ((ADD, "Numbers to try"), ("destinations.0.number", "+12125550100")), "follow-me 1003"),
    ("music", "lobby", ((ADD, "Sound files"), ("files.0", "media/hold.wav")), "music lobby"),
    ("paging", "951", (("name", "Warehouse"), (ADD, "Extensions"), ("members.0", "1001")), "paging group 951"),
)  # fmt: skip
"""Kind, key, what is typed, and how the plan calls it."""

THERE = (
    ("extensions", "1002"), ("devices", "aabbcc112233"), ("device-profiles", "office"),
    ("ring-groups", "600"), ("call-queues", "800"), ("ivr-menus", "700"),
    ("inbound-routes", "+12125550199"), ("schedules", "office"), ("voicemails", "1999"),
    ("conferences", "900"), ("follow-me", "1002"), ("music", "default"), ("paging", "950"),
)  # fmt: skip
NEVER_RENAMED = ("inbound-routes", "follow-me")
"""Their keys are a number of the tenant, and an extension."""


def unfolded(page: Page) -> None:
    """Open what is folded: fields that few people need."""
    page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true })")


def typed(page: Page, key: str, steps: tuple[tuple[str, str], ...]) -> None:
    """Fill in the form of something new."""
    named = page.locator("[name=_key]")
    if named.evaluate("one => one.tagName") == "SELECT":
        named.select_option(key)
    else:
        named.fill(key)
    for place, (name, value) in enumerate(steps):
        unfolded(page)
        if name == ADD:  # what is needed has its first row already
            if not page.locator(f'[name^="{steps[place + 1][0]}"]').count():
                page.get_by_role("button", name=f"Add: {value}").click()
            continue
        field = page.locator(f'[name="{name}"]:not([type=hidden])').first
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        elif field.get_attribute("type") == "checkbox":
            field.set_checked(value == "yes")
        else:
            field.fill(value)


@pytest.mark.parametrize(("kind", "key", "steps", "plan"), NEW, ids=[one[0] for one in NEW])
def test_something_new_is_looked_at_saved_and_taken_back(
    portal: Portal, open: Open, kind: str, key: str, steps: tuple[tuple[str, str], ...], plan: str
) -> None:
    before = portal.tip()
    page = open("tenant_admin", f"/t/acme/{kind}")
    page.get_by_role("link", name=re.compile("^New ")).click()
    page.locator("[name=_key]").wait_for()
    typed(page, key, steps)
    page.get_by_role("button", name="Show what it would change").click()
    page.locator("#checked").get_by_text(plan).first.wait_for(timeout=SOON)
    assert re.search(r"All \d+ call tests pass", page.inner_text("#checked"))
    page.get_by_role("button", name="Save", exact=True).click()
    said = page.locator(".flash", has_text="saved")
    said.wait_for(timeout=SOON)
    if kind == "follow-me":  # which people may change without a review
        assert portal.tip() != before
        page.goto(f"/t/acme/{kind}/{key}/delete")
        page.get_by_role("button", name="Remove it").click()
        page.locator(".flash").wait_for(timeout=SOON)
        return
    assert portal.tip() == before
    page.goto("/t/acme/changes")
    page.locator("#waiting a", has_text=key).first.click()
    page.locator("#plan-section", has_text=plan).wait_for(timeout=SOON)
    page.get_by_role("button", name="Take back").click()
    page.get_by_role("button", name="Take it back").click()
    page.locator(".flash", has_text="It is taken back").wait_for()


@pytest.mark.parametrize(("kind", "key"), THERE, ids=[one[0] for one in THERE])
def test_what_is_there_is_found_copied_renamed_and_removed_with_its_plan(
    open: Open, kind: str, key: str
) -> None:
    page = open("tenant_admin", f"/t/acme/{kind}")
    page.get_by_role("searchbox").fill(key.lower())
    page.locator("tbody th a", has_text=key).first.click()
    page.get_by_role("link", name="Copy", exact=True).click()
    page.locator("[name=_key]").wait_for()
    assert page.locator("[name=_key]").input_value() != key
    at = f"/t/acme/{kind}/{quote(key, safe='')}"
    page.goto(at)
    renames = page.get_by_role("link", name="Rename", exact=True)
    assert renames.count() == (kind not in NEVER_RENAMED)
    if renames.count():
        renames.click()
        page.locator("[name=_key], [name=new], [name=key]").first.wait_for()
        assert page.get_by_role("button", name="Show what it would change").is_visible()
    page.goto(at)
    page.get_by_role("link", name="Remove", exact=True).click()
    page.get_by_role("heading", name="What it would change").wait_for(timeout=SOON)
    asked = page.inner_text("main")
    assert "What changes of acme" in asked or "must be mended first" in asked
    page.get_by_role("link", name="Keep it").click()
    page.get_by_role("link", name="Change", exact=True).wait_for()


def merged(ops: Page, title: str) -> None:
    """An admin merges what waits."""
    ops.goto("/admin/changes")
    ops.locator("#waiting").get_by_role("link", name=title).first.click()
    ops.get_by_role("button", name="Merge", exact=True).click(timeout=SOON)
    ops.get_by_role("button", name="Merge it").click()
    ops.locator(".flash", has_text="It is merged").wait_for(timeout=SOON)


def test_a_ring_group_from_its_first_day_to_its_last(portal: Portal, open: Open) -> None:
    alice, ops = open("tenant_admin", "/t/acme/ring-groups/new"), open("admin")
    typed(alice, "620", (("name", "Night"), (ADD, "Who rings"), ("members.0.number", "1003")))
    alice.get_by_role("button", name="Save", exact=True).click()
    alice.locator(".flash", has_text="saved").wait_for(timeout=SOON)
    merged(ops, "ring group 620")

    alice.goto("/t/acme/ring-groups/620/edit")
    unfolded(alice)
    alice.locator('[name="timeout"]').fill("40")
    alice.get_by_role("button", name="Save", exact=True).click()
    alice.locator(".flash", has_text="saved").wait_for(timeout=SOON)
    merged(ops, "ring group 620")
    assert "timeout: 40" in told(portal, "show", "main:tenants.d/acme/pbx.yaml")

    alice.goto("/t/acme/ring-groups/620/rename")
    alice.get_by_label("New number").fill("621")
    alice.get_by_role("button", name="Rename", exact=True).click()
    alice.locator(".flash").wait_for(timeout=SOON)
    merged(ops, "ring group 620")
    alice.goto("/t/acme/ring-groups/621")
    assert "Night" in alice.inner_text("h1")

    alice.get_by_role("link", name="Remove", exact=True).click()
    alice.get_by_role("button", name="Remove it").click()
    alice.locator(".flash").wait_for(timeout=SOON)
    merged(ops, "ring group 621")
    alice.goto("/t/acme/ring-groups")
    assert alice.locator("tbody tr", has_text="621").count() == 0
    assert "Night" not in told(portal, "show", "main:tenants.d/acme/pbx.yaml")


def test_a_finding_stands_beside_its_field(open: Open) -> None:
    page = open("tenant_admin", "/t/acme/conferences/901/edit")
    unfolded(page)
    page.locator("[name=max_members]").fill("many")
    page.get_by_role("button", name="Save", exact=True).click()
    page.locator(".field", has=page.locator("[name=max_members]")).locator(".flaw").wait_for(
        timeout=SOON
    )
    field = page.locator("[name=max_members]")
    assert field.get_attribute("aria-invalid") == "true" and field.input_value() == "many"


def test_music_is_uploaded_with_the_change_and_played(portal: Portal, open: Open) -> None:
    page = open("tenant_admin", "/t/acme/music/new")
    page.locator("[name=_key]").fill("jazz")
    if not page.locator("input[type=file]").count():
        page.get_by_role("button", name="Add: Files").click()
    page.locator("input[type=file]").first.set_input_files(
        {"name": "jazz.wav", "mimeType": "audio/wav", "buffer": tone()}
    )
    page.get_by_role("button", name="Save", exact=True).click()
    page.locator(".flash", has_text="saved").wait_for(timeout=SOON)
    merged(open("admin"), "music jazz")
    assert "media/acme/jazz.wav" in told(portal, "ls-tree", "-r", "--name-only", "main")
    page.goto("/t/acme/music/jazz")
    seconds = page.locator("audio").first.evaluate(
        "one => new Promise(done => { one.preload = 'auto'; one.onloadedmetadata = () => done(one.duration); one.load() })"
    )
    assert 0.9 < seconds < 1.1


def tone() -> bytes:
    """A second of silence."""
    target = io.BytesIO()
    with wave.open(target, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(16_000))
    return target.getvalue()
