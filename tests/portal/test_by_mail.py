"""What comes by mail: an invitation, another password; and an account that somebody guesses at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from .conftest import sign_in
from .portal import LOGINS, PASSWORD, Portal
from .post import Post

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

JANE, FIRST, SECOND = "jane@janes-bakery.example", "seven red bicycles", "nine green umbrellas"
Fresh = Callable[[], Any]


@pytest.fixture(scope="module")
def mailed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Portal, Post]]:
    """A portal of its own that can send mails."""
    with Post() as post:

        def changed(source: Path) -> None:
            platform = source / "platform.yaml"
            text = platform.read_text("utf-8")
            assert "smtp://127.0.0.1:25" in text
            platform.write_text(text.replace("smtp://127.0.0.1:25", post.url), "utf-8")

        with Portal(tmp_path_factory.mktemp("mailed") / "host", changed=changed) as portal:
            yield portal, post


@pytest.fixture
def fresh(mailed: tuple[Portal, Post], browser: Browser) -> Iterator[Fresh]:
    """Another browser, that nobody is signed in with."""
    contexts = []

    def make() -> Page:
        contexts.append(browser.new_context(base_url=mailed[0].url))
        page = contexts[-1].new_page()
        page.set_default_timeout(30_000)
        return page

    yield make
    for context in contexts:
        context.close()


def tried(page: Page, login: str, password: str) -> str:
    """What the page says to somebody whom it does not let in."""
    page.goto("/sign-in")
    page.get_by_label("Name or mail address").fill(login)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    return str(page.locator(".flash.bad").inner_text())


def test_an_invitation_and_another_password_come_by_mail(
    mailed: tuple[Portal, Post], fresh: Fresh
) -> None:
    _, post = mailed
    ops = fresh()
    sign_in(ops, LOGINS["admin"])
    ops.goto("/admin/accounts")
    ops.get_by_label("Invite", exact=True).fill("janes-bakery/jane")
    ops.get_by_role("button", name="Send the invitation").click()
    ops.locator(".flash").wait_for()
    assert "/welcome/" not in ops.locator(".flash").inner_text()

    jane = fresh()
    jane.goto(post.link(JANE, "welcome"))
    jane.get_by_label("Password", exact=True).fill(FIRST)
    jane.get_by_label("The same once more").fill(FIRST)
    jane.get_by_role("button", name="Save and sign in").click()
    jane.wait_for_url("**/")

    other = fresh()
    other.goto("/sign-in")
    other.get_by_role("link", name="Forgotten").click()
    said = []
    for login in ("nobody@janes-bakery.example", JANE):
        other.goto("/reset")
        other.get_by_label("Name or mail address").fill(login)
        other.get_by_role("button", name="Send the link").click()
        said.append(other.locator(".flash").inner_text())
    assert said[0] == said[1], "nobody learns who has an account"
    link = post.link(JANE, "reset")
    other.goto(link)
    other.get_by_label("Password", exact=True).fill(SECOND)
    other.get_by_label("The same once more").fill(SECOND)
    other.get_by_role("button", name="Save and sign in").click()
    other.wait_for_url("**/")
    jane.goto("/me/security")
    jane.wait_for_url("**/sign-in*")  # another password ends all other sessions
    jane.goto(link)
    assert jane.get_by_label("The same once more").count() == 0, "a link works once"
    assert "wrong" in tried(jane, JANE, FIRST)


def test_whoever_guesses_is_shut_out_until_an_administrator_unlocks(fresh: Fresh) -> None:
    stranger = fresh()
    for number in range(5):
        assert "is wrong, or the account is locked" in tried(
            stranger, LOGINS["end_user"], f"wrong guess {number}"
        )
    assert "too many attempts" in tried(stranger, LOGINS["end_user"], PASSWORD)
    alice = fresh()
    sign_in(alice, LOGINS["tenant_admin"])
    alice.goto("/t/acme/accounts/carol")
    alice.get_by_role("button", name="Forget wrong passwords").click()
    alice.locator(".flash").wait_for()
    sign_in(stranger, LOGINS["end_user"])


def test_one_s_own_password_is_changed(fresh: Fresh) -> None:
    bob, phone = fresh(), fresh()
    for page in (bob, phone):
        sign_in(page, LOGINS["user"])
    bob.goto("/me/security")
    bob.get_by_label("Your present password").first.fill(PASSWORD)
    bob.get_by_label("New password").fill(FIRST)
    bob.get_by_label("The new one once more").fill(FIRST)
    bob.get_by_role("button", name="Change the password").click()
    bob.locator(".flash.good").wait_for()
    phone.goto("/me")
    phone.wait_for_url("**/sign-in*")
    sign_in(phone, LOGINS["user"], FIRST)
