"""A browser on a portal that runs as on a host. Without Chromium or Playwright all of it is skipped, and says so."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from .portal import LOGINS, PASSWORD, Portal

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
)  # fmt: skip


def find_chromium() -> str | None:
    """Chromium: $DIALFORM_CHROMIUM, else one on PATH."""
    return os.environ.get("DIALFORM_CHROMIUM") or shutil.which("chromium") or shutil.which("chrome")


def missing() -> str:
    """What is not there, as a sentence; "" where all is."""
    try:
        import playwright.sync_api  # noqa: F401
    except ImportError:
        return "NO PLAYWRIGHT: NO PAGE WAS TRIED IN A BROWSER. pip install 'dialform[browser]'"
    if find_chromium() is None:
        return "NO CHROMIUM FOUND: NO PAGE WAS TRIED IN A BROWSER. INSTALL chromium, OR SET DIALFORM_CHROMIUM"
    return ""


HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    reason = missing()
    if reason:
        for item in items:
            if HERE in item.path.parents:
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal on the demo site, one for all tests: leave it as it was found, or use things of your own."""
    with Portal(tmp_path_factory.mktemp("portal") / "host") as one:
        yield one


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        yield found
        found.close()


@pytest.fixture(scope="session")
def signed_in(portal: Portal, browser: Browser) -> Callable[[str], Any]:
    """What a browser keeps after a role signed in, once a role."""
    kept: dict[str, Any] = {}

    def state(role: str) -> Any:
        if role not in kept:
            context = browser.new_context(base_url=portal.url)
            sign_in(context.new_page(), LOGINS[role])
            kept[role] = context.storage_state()
            context.close()
        return kept[role]

    return state


def sign_in(page: Page, login: str, password: str = PASSWORD) -> None:
    """Sign in by the page for it, and wait for the first page behind it."""
    page.goto("/sign-in")
    page.get_by_label("Name or mail address").fill(login)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/")


@pytest.fixture
def open(
    portal: Portal, browser: Browser, signed_in: Callable[[str], Any]
) -> Iterator[Callable[..., Page]]:
    """Opens a page as a role: `page = open("tenant_admin", "/t/acme/extensions")`; "" is nobody.

    What the browser says on its console as an error, and every answer of 5xx, fails the test.
    """
    contexts: list[BrowserContext] = []
    troubles: list[str] = []

    def make(role: str, path: str = "/", **more: Any) -> Page:
        state = {"storage_state": signed_in(role)} if role else {}
        context = browser.new_context(base_url=portal.url, **state, **more)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: troubles.append(f"script: {error}"))
        page.on("response", lambda answer: answer.status >= 500 and troubles.append(f"{answer.status} {answer.url}"))  # fmt: skip
        page.on("console", lambda said: "Content Security Policy" in said.text and troubles.append(said.text))  # fmt: skip
        page.goto(path)
        return page

    yield make
    for context in contexts:
        context.close()
    assert not troubles
