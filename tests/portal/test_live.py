"""Live pages in a browser: they move by themselves, calls are handled there, and a lost connection is found again."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.demo.shell import DIALFORM

from .portal import Portal


def place(page: Any, caller: str, dialled: str) -> None:
    """Click-to-call: the phone picks up by itself."""
    page.goto("/t/acme/live/call")
    page.get_by_label("From").select_option(caller)
    page.get_by_label("To", exact=True).fill(dialled)
    page.get_by_role("button", name="Call", exact=True).click()


@pytest.fixture(autouse=True)
def quiet(portal: Portal) -> Iterator[None]:
    """Nobody is on the phone, before and after."""

    def end() -> None:
        for number in ("1001", "1002"):
            words = ["live", "hangup", number, "--tenant", "acme", *portal.here]
            subprocess.run([DIALFORM, *words], capture_output=True, check=False)

    end()
    yield
    end()


def test_a_call_is_seen_to_come_is_held_and_ended_without_a_reload(
    open: Callable[..., Any],
) -> None:
    board, hand = open("tenant_admin", "/t/acme/live/calls"), open("tenant_admin")
    board.evaluate("window.kept = true")
    place(hand, "1001", "1002")
    hand.locator("[data-view=placing]").get_by_text("1002 answered.").wait_for()
    row = board.locator("tr", has_text="with 1002 Bob Roe")
    row.wait_for()
    first = row.locator("time").inner_text()
    board.wait_for_function(
        "text => document.querySelector('tr time')?.textContent !== text", arg=first
    )
    row.get_by_role("button", name="Hold the call of 1001").click()
    board.get_by_text("The call is on hold").wait_for()
    row.get_by_text("on hold").wait_for()
    row.get_by_role("button", name="Take back").click()
    board.get_by_text("The call was taken back").wait_for()
    row.get_by_role("button", name="Hang up").click()
    board.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    row.get_by_role("button", name="Hang up").click()
    board.get_by_role("dialog").get_by_role("button", name="Hang up").click()
    board.get_by_text("Nobody is on the phone").wait_for()
    assert board.evaluate("window.kept"), "the page was never loaded again"


def test_a_call_is_transferred_in_a_dialog_that_names_it(open: Callable[..., Any]) -> None:
    board, hand = open("tenant_admin", "/t/acme/live/calls"), open("tenant_admin")
    place(hand, "1001", "1002")
    board.locator("tr", has_text="with 1002").get_by_role("link", name="Transfer 1001").click()
    dialog = board.get_by_role("dialog")
    dialog.get_by_text("1001").wait_for()
    dialog.get_by_label("To").fill("*98")
    dialog.get_by_role("button", name="Transfer", exact=True).click()
    board.get_by_text("The call was transferred to *98").wait_for()
    assert not dialog.is_visible()
    board.locator("tr", has_text="voicemail").wait_for()


def test_a_row_that_did_not_change_keeps_its_focus(open: Callable[..., Any]) -> None:
    board, hand = open("tenant_admin", "/t/acme/live/calls"), open("tenant_admin")
    place(hand, "1001", "*98")
    button = board.get_by_role("button", name="Hang up the call of 1001")
    button.focus()
    hand.get_by_text("*98 answered.").first.wait_for()  # one call at a time is on its way
    place(hand, "1002", "*98")
    board.get_by_role("button", name="Hang up the call of 1002").wait_for()
    assert board.evaluate("document.activeElement.getAttribute('aria-label')") == (
        "Hang up the call of 1001"
    )


def test_an_agent_logs_in_takes_a_break_and_goes(open: Callable[..., Any]) -> None:
    page = open("tenant_admin", "/t/acme/live/queues")
    row = page.locator("#queue-acme-800 tr", has_text="Alice Doe")
    row.get_by_role("button", name="Log in 1001").click()
    row.get_by_text("free").wait_for()
    row.get_by_role("button", name="A break for 1001").click()
    row.get_by_text("on a break").wait_for()
    row.get_by_role("button", name="End the break of 1001").click()
    row.get_by_text("free").wait_for()
    row.get_by_role("button", name="Log out 1001").click()
    row.get_by_text("logged out").wait_for()


@pytest.mark.parametrize("role", ["admin", "tenant_admin", "user", "end_user"])
def test_the_first_page_is_each_role_s_own(open: Callable[..., Any], role: str) -> None:
    page = open(role)
    page.get_by_role("heading", name="Dashboard").wait_for()
    shown = set(page.locator(".figure-label").all_inner_texts())
    assert {"Calls now", "Phones online"} <= shown
    assert ("Trunks" in shown) == (role in ("admin", "tenant_admin"))
    assert ("Credit" in shown) == (role == "tenant_admin")
    assert ("Books" in shown) == (role == "admin")
    assert page.get_by_text("Calls of the last days").first.is_visible()


def test_the_first_page_counts_a_call_by_itself(open: Callable[..., Any]) -> None:
    page, hand = open("tenant_admin"), open("tenant_admin")
    calls = page.locator(".figure", has_text="Calls now").locator(".figure-value")
    page.locator(".figure", has_text="Calls now").get_by_text("0", exact=True).wait_for()
    place(hand, "1001", "*98")
    page.locator(".figure", has_text="Calls now").get_by_text("1", exact=True).wait_for()
    assert calls.inner_text() == "1"


def test_a_lost_connection_is_told_and_what_happened_meanwhile_is_caught_up(
    open: Callable[..., Any],
) -> None:
    board, hand = open("tenant_admin", "/t/acme/live/calls"), open("tenant_admin")
    board.reload()
    board.context.set_offline(True)
    board.evaluate("window.dispatchEvent(new Event('pagehide'))")
    place(hand, "1001", "*98")
    hand.goto("/t/acme/live/calls")
    hand.locator("tr", has_text="voicemail").wait_for()
    assert board.get_by_text("Nobody is on the phone").is_visible()
    board.context.set_offline(False)
    board.evaluate("window.dispatchEvent(new Event('pageshow'))")
    board.locator("tr", has_text="voicemail").wait_for()


def test_a_page_that_is_left_lets_go_of_its_stream(open: Callable[..., Any]) -> None:
    page = open("tenant_admin", "/t/acme/live/calls")
    streams: list[Any] = []
    page.on("requestfailed", lambda request: "/stream" in request.url and streams.append(request))
    page.on("requestfinished", lambda request: "/stream" in request.url and streams.append(request))
    page.get_by_text("Nobody is on the phone").wait_for()
    with page.expect_event("requestfailed", lambda request: "/stream" in request.url):
        page.get_by_role("link", name="Call with my phone").click()
    page.get_by_role("heading", name="Call with my phone").wait_for()
