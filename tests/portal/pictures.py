"""Writes the pictures of the documentation: `python -m tests.portal.pictures docs/pictures [NAME…]`."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.demo.shell import DIALFORM, ROOT

from .conftest import FLAGS, find_chromium, missing, sign_in
from .portal import LOGINS, Portal
from .registrar import Registrar

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

DESK, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 780}
TRACE = "/t/acme/trace?from=%2B19175550100&to=%2B12125550199&press=1"

PICTURES: tuple[tuple[str, str, str, str], ...] = (
    ("sign-in", "", "/sign-in", "light"),
    ("dashboard", "tenant_admin", "/", "light"),
    ("calls", "tenant_admin", "/t/acme/live/calls", "light"),
    ("queues", "tenant_admin", "/t/acme/live/queues", "light"),
    ("menu", "tenant_admin", "/t/acme/ivr-menus/700", "light"),
    ("device", "tenant_admin", "/t/acme/devices/aabbcc112233", "light"),
    ("trace", "tenant_admin", TRACE, "light"),
    ("permissions", "tenant_admin", "/t/acme/users/bob/permissions", "light"),
    ("quota", "tenant_admin", "/t/acme/quota", "dark"),
    ("fax", "end_user", "/t/acme/faxes/send", "light"),
    ("my-account", "user", "/me", "dark"),
    ("softphone", "end_user", "/offline", "light"),
    ("phone-screen", "tenant_admin", "/", "phone"),
    ("change", "tenant_admin", "/t/acme/users/bob/permissions", "light"),
    ("changes", "admin", "/t/acme/changes", "light"),
    ("hosts", "admin", "/admin/state", "light"),
)
"""Name, role ("": nobody), path, and how: light or dark on a desk, or on a phone's screen."""


def logged_in(page: Page) -> None:
    """Two agents who wait for calls."""
    for number, called in (("1001", "Alice Doe"), ("1002", "Bob Roe")):
        row = page.locator("#queue-acme-800 tr", has_text=called)
        if row.get_by_role("button", name=f"Log in {number}").count():
            row.get_by_role("button", name=f"Log in {number}").click()
        row.get_by_role("button", name=f"Log out {number}").wait_for()


def with_code(page: Page) -> None:
    """A phone's address and its QR code."""
    page.get_by_role("button", name="Show address and QR code").click()
    page.get_by_alt_text("QR code").first.wait_for()


def rung(page: Page) -> None:
    """A call, and a second one that knocks."""
    registrar = Registrar(page.context)
    page.goto("/me/calls")
    page.locator("[data-phone][data-login=ready]").wait_for()
    page.locator("[data-phone-open]").click()
    page.get_by_label("Number or extension to call").fill("(212) 555-0177")
    page.keyboard.press("Enter")
    page.locator(".phone-call[data-state=waiting]").wait_for()
    registrar.ring("1001", "Alice Doe")
    page.locator(".phone-call", has_text="Alice Doe").wait_for()


def saved(page: Page) -> None:
    """A change that waits."""
    page.get_by_label("Ring groups").check()
    page.get_by_role("button", name="Save").click()
    page.locator("#plan-section").wait_for(timeout=60_000)


def followed(page: Page) -> None:
    """The call, not the form."""
    page.locator("#story").evaluate("one => one.scrollIntoView()")


STEPS: Mapping[str, Callable[[Page], None]] = {
    "queues": logged_in, "device": with_code, "softphone": rung, "change": saved, "trace": followed,
}  # fmt: skip
"""What is done on a page before its picture is taken."""


def main() -> None:
    """All of them, or those that are named."""
    target, names = Path(sys.argv[1]), sys.argv[2:]
    target.mkdir(parents=True, exist_ok=True)
    if missing():
        sys.exit(missing())
    from playwright.sync_api import sync_playwright

    with (
        tempfile.TemporaryDirectory() as folder,
        Portal(Path(folder) / "host") as portal,
        sync_playwright() as playwright,
    ):
        calls(portal)
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        contexts: dict[tuple[str, str], BrowserContext] = {}
        for name, role, path, look in PICTURES:
            if names and name not in names:
                continue
            if (role, look) not in contexts:
                contexts[role, look] = entered(browser, portal.url, role, look)
            page = contexts[role, look].new_page()
            page.set_default_timeout(60_000)
            page.goto(path)
            STEPS.get(name, lambda _: None)(page)
            page.wait_for_timeout(2500)
            page.screenshot(path=target / f"portal-{name}.png")
            page.close()
            print(target / f"portal-{name}.png", flush=True)


def entered(browser: Browser, url: str, role: str, look: str) -> BrowserContext:
    """A browser that somebody is signed in with."""
    more: dict[str, Any] = {"color_scheme": "dark" if look == "dark" else "light"}
    context = browser.new_context(
        base_url=url, viewport=PHONE if look == "phone" else DESK, reduced_motion="reduce", **more
    )
    if role:
        sign_in(context.new_page(), LOGINS[role])
    return context


def calls(portal: Portal) -> None:
    """Something to look at: one call with the outside, one inside."""
    for caller, called in (("1001", "+12125550177"), ("1002", "1001")):
        subprocess.run(
            [DIALFORM, "live", "call", caller, called, "--tenant", "acme", *portal.here],
            cwd=ROOT, check=False, capture_output=True,
        )  # fmt: skip


if __name__ == "__main__":
    main()
