"""The phone in the header, as one sees and presses it: the calls themselves are tried on the real switch
(tests/live/test_portal_phone.py).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from .registrar import Registrar

Open = Callable[..., Any]
READY = "[data-phone][data-login=ready]"


@pytest.fixture
def phone(open: Open) -> tuple[Any, Registrar]:
    """Carol's portal with a phone that is logged in, and the switch that it is logged in at."""
    page = open("end_user", "/offline")
    registrar = Registrar(page.context)
    page.goto("/")
    page.locator(READY).wait_for()
    return page, registrar


def test_who_has_no_browser_phone_has_none_in_the_header(open: Open) -> None:
    assert open("user", "/").locator("[data-phone]").count() == 0


def test_it_says_where_the_switch_cannot_be_reached(open: Open) -> None:
    page = open("end_user", "/offline")
    page.context.route_web_socket(lambda url: url.startswith("wss:"), lambda socket: socket.close())
    page.goto("/")
    page.locator("[data-phone-open]").click()
    page.get_by_text("The switch cannot be reached from here.").wait_for()
    page.get_by_label("Number or extension to call").fill("1001")
    page.keyboard.press("Enter")
    page.locator("[data-phone-says]", has_text="The switch cannot be reached").wait_for()


def test_it_is_used_by_keyboard_alone(phone: tuple[Any, Registrar]) -> None:
    page, registrar = phone
    page.locator("[data-phone-open]").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.matches('[data-typed]')")
    page.keyboard.type("1001")
    page.keyboard.press("Enter")
    call = page.locator(".phone-call[data-state=waiting]")
    call.wait_for()
    page.wait_for_function("() => document.querySelector('[data-typed]').value === ''")
    page.get_by_role("button", name="Hang up").focus()
    page.keyboard.press("Enter")
    page.locator("[data-phone][data-busy='']").wait_for()
    assert any(one.startswith("CANCEL sip:1001@") for one in registrar.got)
    page.locator("[data-typed]").focus()
    page.keyboard.press("Escape")
    page.locator("[data-phone-panel]").wait_for(state="hidden")
    assert page.locator("[data-phone-open]").evaluate("one => one === document.activeElement")


def test_a_call_outlives_the_page_that_it_was_made_on(phone: tuple[Any, Registrar]) -> None:
    page, registrar = phone
    page.locator("[data-phone-open]").click()
    page.get_by_label("Number or extension to call").fill("(212) 555-0100")
    page.keyboard.press("Enter")
    page.locator(".phone-call[data-state=waiting]").wait_for()
    assert any(one.startswith("INVITE sip:2125550100@") for one in registrar.got)
    title = page.title()
    page.locator("#menu a:not([aria-current])").first.click()
    page.wait_for_function("title => document.title !== title", arg=title)
    assert page.locator(".phone-call[data-state=waiting]").is_visible()
    page.get_by_role("button", name="Hang up").click()


def test_it_rings_and_a_caller_s_name_is_a_name_and_no_markup(phone: tuple[Any, Registrar]) -> None:
    page, registrar = phone
    registrar.ring("1002", "<img src=x onerror=alert(1)>")
    call = page.locator(".phone-call[data-state=ringing]")
    call.wait_for()
    assert call.locator("[data-who]").text_content() == "<img src=x onerror=alert(1)>"
    assert page.locator("#phone img").count() == 0
    page.locator("[data-phone][data-busy=ringing]").wait_for()
    page.get_by_role("button", name="Decline").click()
    page.locator("[data-phone][data-busy='']").wait_for()
    assert registrar.answers("486") == 1


def test_a_third_caller_finds_both_lines_busy(phone: tuple[Any, Registrar]) -> None:
    page, registrar = phone
    for number, name in (("1001", "One"), ("1002", "Two")):
        registrar.ring(number, name)
        page.locator(".phone-call", has_text=name).wait_for()
    registrar.ring("1004", "Three")
    for button in ("Decline", "Decline"):
        page.get_by_role("button", name=button).first.click()
    page.locator("[data-phone][data-busy='']").wait_for()
    assert page.locator(".phone-call", has_text="Three").count() == 0
    assert registrar.answers("486") == 3


def test_the_login_is_fetched_once_a_page_and_stands_nowhere(phone: tuple[Any, Registrar]) -> None:
    page, _ = phone
    kept = page.evaluate("JSON.stringify({...localStorage}) + JSON.stringify({...sessionStorage})")
    assert "ha1" not in kept and "password" not in kept
    page.locator("[data-phone-open]").click()
    page.get_by_text("Last calls").click()
    page.locator("[data-past] > *").wait_for()
