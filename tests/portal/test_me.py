"""My account in a browser: a message is listened to, a greeting recorded, calls are forwarded."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from .portal import ROLES, Portal
from .test_live import place
from .test_objects import told

if TYPE_CHECKING:
    from playwright.sync_api import Page

SHARED = "/me/voicemail/1999"
SOON = 60_000
"""Milliseconds that a message may take to be left, on a machine that has other work."""


def until_there(page: Page, path: str, selector: str) -> None:
    """Loads a page until it shows something: what happens on the switch, this page does not hear of."""
    from playwright.sync_api import TimeoutError as Late

    for _ in range(SOON // 2000):
        page.goto(path)
        try:
            page.locator(selector).first.wait_for(timeout=2000)
        except Late:
            continue
        return
    raise AssertionError(f"{path} does not show {selector}")


def test_a_message_is_left_listened_to_taken_along_and_deleted(open: Callable[..., Any]) -> None:
    page = open("tenant_admin")
    place(page, "1001", "1999")
    until_there(page, SHARED, "[data-message]")
    message = page.locator("[data-message]").first
    assert "Alice Doe" in message.inner_text()
    sound = message.locator("audio")
    assert sound.get_attribute("aria-label").startswith("Message from Alice Doe")
    sound.evaluate("element => element.play()")
    message.locator("[data-new]").wait_for(state="detached")
    assert sound.evaluate("element => element.duration") > 4
    page.reload()
    assert page.locator("[data-message] [data-new]").count() == 0
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").first.click()
    assert re.fullmatch(r"voicemail-[\d-]+1001\.wav", download.value.suggested_filename)
    page.locator("input[name=message]").first.check()
    page.get_by_role("button", name="Mark as new").click()
    page.get_by_text("1 message marked as new.").wait_for()
    while page.locator("input[name=message]").count():
        page.locator("input[name=message]").first.check()
        page.get_by_role("button", name="Delete…").click()
        page.get_by_role("dialog", name="Delete this message?").get_by_role(
            "button", name="Delete"
        ).click()
        page.get_by_text("1 message deleted.").wait_for()
    page.get_by_text("No messages").wait_for()


def test_a_greeting_is_recorded_with_the_microphone_and_used(open: Callable[..., Any]) -> None:
    page = open("tenant_admin", "/me/voicemail/1001/settings")
    page.get_by_text("Callers hear the standard greeting").wait_for()
    page.get_by_role("button", name="Record with the microphone").click()
    page.get_by_text("Recording…").wait_for()
    start = page.evaluate("performance.now()")
    page.wait_for_function("start => performance.now() - start > 1500", arg=start)
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_text("Recorded. Listen to it").wait_for()
    assert page.get_by_label("What you recorded").is_visible()
    page.get_by_role("button", name="Use as greeting").click()
    page.get_by_text("Greeting 1 is recorded").wait_for()
    page.get_by_text("callers hear it", exact=True).wait_for()
    page.get_by_role("button", name="Use none of mine").click()
    page.get_by_text("Callers hear the standard greeting from now on").wait_for()
    page.get_by_role("button", name="Use greeting 1").wait_for()


def test_calls_are_forwarded_and_nobody_is_disturbed(open: Callable[..., Any]) -> None:
    page = open("user", "/me/forwarding")
    page.get_by_label("Forward all calls to").fill("1003")
    page.get_by_role("button", name="Forward", exact=True).click()
    page.get_by_text("All calls to 1002 go to 1003 now.").wait_for()
    page.get_by_role("button", name="Stop forwarding").click()
    page.get_by_text("Calls to 1002 ring its phones again.").wait_for()
    page.get_by_role("button", name="Do not disturb").click()
    page.get_by_text("is not disturbed").wait_for()
    page.get_by_role("button", name="Disturb again").click()
    page.get_by_text("Extension 1002 rings again.").wait_for()
    page.get_by_label("Forward all calls to").fill("911")
    page.get_by_role("button", name="Forward", exact=True).click()
    page.get_by_text("911 is an emergency number").wait_for()


def test_a_pin_that_does_not_match_is_said_to(open: Callable[..., Any]) -> None:
    page = open("user", "/me/voicemail/1002/settings")
    page.get_by_role("textbox", name="New PIN").fill("8642")
    page.get_by_label("The same again").fill("8643")
    page.get_by_role("button", name="Change PIN").click()
    page.get_by_text("The two PINs are not the same").wait_for()


def test_a_phone_shows_its_address_when_asked(open: Callable[..., Any]) -> None:
    page = open("user", "/me/devices")
    page.get_by_role("link", name="Bob's desk").click()
    page.get_by_role("button", name="Show address and QR code").click()
    code = page.get_by_alt_text("QR code of the address")
    code.wait_for()
    assert code.evaluate("image => image.naturalWidth") > 0
    assert page.get_by_text("https://pbx.example.com/provision/").count() == 1


def test_where_else_one_rings_is_merged_at_once(portal: Portal, open: Callable[..., Any]) -> None:
    page = open("user", "/me/forwarding")
    page.get_by_role("link", name="Change the follow-me of 1002").click()
    page.locator('[name="destinations.0.timeout"]').wait_for()
    page.locator('[name="destinations.0.timeout"]').fill("25")
    page.get_by_role("button", name="Save", exact=True).click()
    page.locator(".flash", has_text="merged").wait_for(timeout=SOON)
    assert (
        "timeout: 25"
        in told(portal, "show", "main:tenants.d/acme/pbx.yaml").partition("follow_me:")[2]
    )


def test_a_phone_is_called_otherwise_at_once(portal: Portal, open: Callable[..., Any]) -> None:
    page = open("user", "/me/devices/aabbcc112233")
    page.get_by_role("link", name="Label and keys").click()
    page.locator("[name=label]").fill("Bob's window")
    page.get_by_role("button", name="Save", exact=True).click()
    page.locator(".flash", has_text="merged").wait_for(timeout=SOON)
    assert "Bob's window" in told(portal, "show", "main:tenants.d/acme/pbx.yaml")
    page.goto("/t/acme/devices/aabbcc112233/edit")
    page.locator("[name=label]").fill("Bob's desk")
    page.get_by_role("button", name="Save", exact=True).click()
    page.locator(".flash", has_text="merged").wait_for(timeout=SOON)


def test_a_pin_is_chosen_and_given_back(open: Callable[..., Any]) -> None:
    page = open("user", "/me/voicemail/1002/settings")
    page.get_by_role("textbox", name="New PIN").fill("8642")
    page.get_by_label("The same again").fill("8642")
    page.get_by_role("button", name="Change PIN").click()
    page.locator(".flash.good").wait_for()
    page.get_by_role("button", name="Go back to the given PIN…").click()
    page.get_by_role("dialog").get_by_role("button").first.click()
    page.locator(".flash.good").wait_for()


@pytest.mark.parametrize("role", ROLES)
def test_each_role_has_its_own_account_and_its_sessions(
    open: Callable[..., Any], role: str
) -> None:
    page = open(role, "/me")
    page.get_by_role("heading", name="My account", level=1).wait_for()
    assert (page.get_by_text("is no user of a tenant").count() == 1) == (role == "admin")
    page.get_by_role("link", name="Password and sessions").click()
    page.get_by_role("table").filter(has_text="this one").wait_for()


def test_messages_of_others_are_counted_and_not_heard(open: Callable[..., Any]) -> None:
    page = open("tenant_admin", "/t/acme/mailboxes")
    page.locator("tr", has_text="1002").first.wait_for()
    assert page.locator("audio").count() == 0
    page.goto("/me/voicemail/1002")
    page.get_by_role("heading", name="That did not work").wait_for()
