"""Objects of the phone system in a browser: found, looked at, changed, checked, saved."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from typing import Any

from .portal import Portal

SOON = 60_000


def branches(portal: Portal) -> str:
    """The branches of the remote, with their newest commits' first lines."""
    return told(portal, "for-each-ref", "--format=%(refname:short) %(subject)", "refs/heads")


def told(portal: Portal, *words: str) -> str:
    """What git says of the remote."""
    done = subprocess.run(
        ["git", *words], cwd=portal.remote, check=True, capture_output=True, text=True
    )
    return done.stdout


def test_an_extension_is_found_and_its_change_is_shown_before_it_is_saved(
    portal: Portal, open: Callable[..., Any]
) -> None:
    page = open("tenant_admin", "/t/acme/extensions")
    page.get_by_role("searchbox").fill("carol")
    page.get_by_text("Bob Roe").wait_for(state="detached")
    page.get_by_role("link", name="1003", exact=True).click()
    page.get_by_role("link", name="Change", exact=True).click()
    page.get_by_label("Rings for", exact=True).fill("soon")
    page.get_by_role("button", name="Show what it would change").click()
    page.get_by_text("must be a whole number").wait_for(timeout=SOON)
    page.get_by_label("Rings for", exact=True).fill("35")
    page.get_by_role("button", name="Show what it would change").click()
    page.locator("#checked").get_by_text("extension 1003").wait_for(timeout=SOON)
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Extension 1003 is saved.").wait_for(timeout=SOON)
    assert "Change extension 1003 of acme" in branches(portal)


def test_a_menu_gets_a_key_and_a_destination_by_opening_hours(open: Callable[..., Any]) -> None:
    page = open("tenant_admin", "/t/acme/ivr-menus/700/edit")
    page.get_by_role("button", name="Add: Keys").click()
    row = page.locator("fieldset.rows .item").nth(4)
    row.get_by_label("Key", exact=True).fill("5")
    kind = row.locator("select[data-destination]").first
    kind.select_option("schedule")
    target = row.locator("input.target").first
    assert target.get_attribute("list") == "offers-to-schedule"
    target.fill("office")
    for index, (word, value) in enumerate((("extension", "1001"), ("voicemail", "1999"))):
        part = row.locator(".if-schedule").nth(index)
        part.locator("select").first.select_option(word)
        part.locator("input.target").first.fill(value)
    page.get_by_role("button", name="Show what it would change").click()
    page.locator("#checked").get_by_text("IVR menu 700").first.wait_for(timeout=SOON)


def test_what_does_not_apply_is_hidden_without_scripts(open: Callable[..., Any]) -> None:
    page = open("tenant_admin", "/t/acme/extensions/1003/edit", java_script_enabled=False)
    box = page.locator("fieldset.optional", has_text="Mailbox").first
    assert box.locator(".body").is_hidden()
    box.get_by_label("Mailbox", exact=True).check()
    assert box.locator(".body").is_visible()
    page.get_by_role("button", name="Show what it would change").click()
    page.locator("#checked").wait_for(timeout=SOON)


def test_a_user_changes_where_the_own_calls_go_at_once(
    portal: Portal, open: Callable[..., Any]
) -> None:
    page = open("user", "/t/acme/extensions")
    assert page.get_by_role("link", name=re.compile("^1001")).count() == 0
    page.goto("/t/acme/extensions/1002/edit")
    assert page.get_by_label("Name needed", exact=True).is_disabled()
    group = page.locator("fieldset.destination", has_text="If no phone is connected").first
    group.locator("select").first.select_option("voicemail")
    group.locator("input.target").first.fill("1002")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("It is merged").wait_for(timeout=SOON)
    merged = told(portal, "show", "main:tenants.d/acme/pbx.yaml")
    assert 'unregistered: {voicemail: "1002"}' in merged


def test_a_phone_shows_its_address_and_code(open: Callable[..., Any]) -> None:
    page = open("tenant_admin", "/t/acme/devices/aabbcc112233")
    page.get_by_role("button", name="Show address and QR code").click()
    assert (
        page.get_by_alt_text("QR code of the address above").evaluate("one => one.naturalWidth")
        > 50
    )


def test_a_flow_is_drawn(open: Callable[..., Any]) -> None:
    page = open("tenant_admin", "/t/acme/inbound-routes/%2B12125550199")
    picture = page.locator("svg.flow")
    picture.wait_for()
    room = picture.evaluate(
        "one => [one.getBoundingClientRect().width, one.parentElement.clientWidth]"
    )
    assert 300 < room[0] <= room[1], "it is seen without scrolling"
    light = picture.evaluate("one => getComputedStyle(one.querySelector('.l')).fill")
    page.emulate_media(color_scheme="dark")
    assert picture.evaluate("one => getComputedStyle(one.querySelector('.l')).fill") != light
    picture.get_by_role("link", name="Sales Team").click()
    page.wait_for_url("**/t/acme/ring-groups/600")


def test_what_was_typed_is_offered_again(open: Callable[..., Any]) -> None:
    page = open("tenant_admin", "/t/acme/conferences/901/edit")
    with page.expect_response(lambda answer: answer.status == 204):
        page.get_by_label("Name needed").fill("The board")
    page.goto("/t/acme/conferences/901/edit")
    page.get_by_role("link", name="Go on with that").click()
    page.locator('input[name="name"][value="The board"]').wait_for()
    page.goto("/t/acme/conferences/901/edit")
    page.get_by_role("button", name="Forget it").click()
    page.get_by_text("is forgotten").wait_for()
