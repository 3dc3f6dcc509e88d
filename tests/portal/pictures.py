"""Writes the pictures of the documentation: `python -m tests.portal.pictures docs/pictures`."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.demo.shell import DIALFORM, ROOT

from .conftest import FLAGS, find_chromium, missing, sign_in
from .portal import LOGINS, Portal

PICTURES: tuple[tuple[str, str, str, str], ...] = (
    ("dashboard", "tenant_admin", "/", "light"),
    ("calls", "tenant_admin", "/t/acme/live/calls", "light"),
    ("menu", "tenant_admin", "/t/acme/ivr-menus/700", "light"),
    (
        "trace",
        "tenant_admin",
        "/t/acme/trace?from=%2B19175550100&to=%2B12125550199&press=1",
        "light",
    ),
    ("permissions", "tenant_admin", "/t/acme/users/bob/permissions", "light"),
    ("quota", "tenant_admin", "/t/acme/quota", "dark"),
    ("fax", "end_user", "/t/acme/faxes/send", "light"),
    ("my-account", "user", "/me", "dark"),
)
"""Name, role, path, light or dark."""


def main() -> None:
    """All of them."""
    target = Path(sys.argv[1])
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
        pages: dict[tuple[str, str], Any] = {}
        for name, role, path, scheme in PICTURES:
            if (role, scheme) not in pages:
                context = browser.new_context(
                    base_url=portal.url, color_scheme=scheme, viewport={"width": 1280, "height": 800},
                    reduced_motion="reduce",
                )  # fmt: skip
                pages[role, scheme] = context.new_page()
                sign_in(pages[role, scheme], LOGINS[role])
            page = pages[role, scheme]
            page.goto(path)
            page.wait_for_timeout(2500)
            page.screenshot(path=target / f"portal-{name}.png")
            print(target / f"portal-{name}.png")


def calls(portal: Portal) -> None:
    """Something to look at: one call with the outside, one inside."""
    for caller, called in (("1001", "+12125550177"), ("1002", "1001")):
        subprocess.run(
            [DIALFORM, "live", "call", caller, called, "--tenant", "acme", *portal.here],
            cwd=ROOT, check=False, capture_output=True,
        )  # fmt: skip


if __name__ == "__main__":
    main()
