"""Coming in, with a browser: an invitation, a password, a second factor, sessions, and the record of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pyotp

INVITED = "janes-bakery/jane"
CHOSEN = "seven red bicycles"


def test_an_invitation_becomes_a_person_who_signs_in_with_a_second_factor(
    open: Callable[..., Any],
) -> None:
    """There is no mail server here: the admin is shown the link."""
    ops = open("admin", "/admin/accounts")
    ops.get_by_label("Invite").fill(INVITED)
    ops.get_by_role("button", name="Send the invitation").click()
    said = ops.locator(".flash").inner_text()
    link = re.search(r"/welcome/[\w-]+", said)
    assert link, said

    jane = open("", link[0])
    jane.get_by_label("Password", exact=True).fill("short words")
    jane.get_by_label("The same once more").fill("other words")
    jane.get_by_role("button", name="Save and sign in").click()
    assert "The two passwords differ" in jane.locator(".flash.bad").inner_text()
    jane.get_by_label("Password", exact=True).fill(CHOSEN)
    jane.get_by_label("The same once more").fill(CHOSEN)
    jane.get_by_role("button", name="Save and sign in").click()
    jane.wait_for_url("**/")

    jane.goto("/me/security")
    jane.locator("#f-current").fill(CHOSEN)
    jane.get_by_role("button", name="Set it up").click()
    secret = jane.locator("code.spread").inner_text().replace(" ", "")
    code = pyotp.TOTP(secret).now()
    jane.get_by_label("Code").fill(code)
    jane.get_by_role("button", name="Turn on").click()
    jane.locator(".codes").wait_for()
    papers = jane.locator(".codes code").all_inner_texts()
    assert len(papers) == 10

    again = open("", "/sign-in")
    login = "jane@janes-bakery.example"
    again.get_by_label("Name or mail address").fill(login)
    again.get_by_label("Password").fill("a wrong password")
    again.get_by_role("button", name="Sign in", exact=True).click()
    assert "is wrong, or the account is locked" in again.locator(".flash.bad").inner_text()
    again.get_by_label("Password").fill(CHOSEN)
    again.get_by_role("button", name="Sign in", exact=True).click()
    again.get_by_label("Code").fill(code)
    again.get_by_role("button", name="Sign in", exact=True).click()
    assert "was used already" in again.locator(".flash.bad").inner_text(), "a code is taken once"
    again.get_by_label("Code").fill(papers[0])
    again.get_by_role("button", name="Sign in", exact=True).click()
    again.wait_for_url("**/")

    again.goto("/me/security")
    sessions = again.get_by_role("table").filter(has_text="this one").locator("tbody tr")
    assert sessions.count() == 2
    again.get_by_role("button", name=re.compile("^End the session of")).click()
    again.get_by_text("1 session ended.").wait_for()
    jane.goto("/me/security")
    jane.wait_for_url("**/sign-in?next=*")

    again.goto("/t/janes-bakery/audit")
    record = again.get_by_role("table").inner_text()
    for act in (
        "sign-in",
        "sign-in refused",
        "code refused",
        "paper code used",
        "second factor on",
        "sessions ended",
    ):
        assert act in record, act
    again.get_by_role("button", name="Sign out").click()
    again.wait_for_url("**/sign-in")
    again.goto("/t/janes-bakery/audit")
    assert again.url.endswith("/sign-in?next=%2Ft%2Fjanes-bakery%2Faudit")


def test_who_signs_in_comes_back_to_where_the_session_ended(open: Callable[..., Any]) -> None:
    from .portal import LOGINS, PASSWORD

    page = open("", "/me/security")
    page.get_by_label("Name or mail address").fill(LOGINS["end_user"])
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/me/security")
    page.get_by_role("heading", name="Sign-in and sessions").wait_for()
