"""My account in a browser: a message is listened to, a greeting recorded, calls are forwarded."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .test_live import place

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
        page.get_by_role("dialog", name="Delete this message?").get_by_role("button", name="Delete").click()
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
