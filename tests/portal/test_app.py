"""The portal for everybody: by eye, ear and keyboard, on a phone's screen, in the dark, and without a network."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .crawl import walked

AXE = Path(__file__).parents[2] / "console/web/node_modules/axe-core/axe.min.js"
"""https://github.com/dequelabs/axe-core: a devDependency of the portal's pages."""

LOOK = """async (rules) => {
  const found = await axe.run(document, {
    resultTypes: ["violations"],
    runOnly: rules ? { type: "rule", values: rules } : { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] },
  });
  return found.violations.filter((one) => ["serious", "critical"].includes(one.impact)).map((one) =>
    `${one.id} (${one.impact}): ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`);
}"""

WIDE = """() => {
  const most = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= most + 1) return [];
  return [...document.querySelectorAll("main *")]
    .filter((one) => one.getBoundingClientRect().right > most + 1 && !one.closest(".scroll, .tabs, pre"))
    .slice(0, 3).map((one) => one.outerHTML.slice(0, 120));
}"""

ROLES = ("admin", "tenant_admin", "user", "end_user")

Open = Callable[..., Any]


@pytest.mark.skipif(not AXE.is_file(), reason="NO axe-core: NO PAGE WAS EXAMINED FOR PEOPLE WHO CANNOT SEE. RUN npm install IN console/web")  # fmt: skip
@pytest.mark.parametrize("role", ROLES)
def test_axe_finds_nothing_serious_on_any_page(open: Open, role: str) -> None:
    page = open(role, "/")
    axe, found, looked = AXE.read_text("utf-8"), [], 0
    for path in walked(page):
        looked += 1
        page.evaluate(axe)
        found += [f"{path}: {one}" for one in page.evaluate(LOOK, None)]
        page.emulate_media(color_scheme="dark")
        found += [f"{path} (dark): {one}" for one in page.evaluate(LOOK, ["color-contrast"])]
        page.emulate_media(color_scheme="light")
    assert found == []
    assert looked > 3


@pytest.mark.parametrize("role", ["tenant_admin", "end_user"])
def test_no_page_is_wider_than_a_phone_s_screen_and_each_says_what_it_is(
    open: Open, role: str
) -> None:
    page = open(role, "/", viewport={"width": 375, "height": 720})
    found = []
    for path in walked(page):
        found += [f"{path}: {one}" for one in page.evaluate(WIDE)]
        heads = page.locator("h1").count()
        if heads != 1:
            found.append(f"{path}: {heads} headings of the first rank")
        if page.title().count("·") < 1:
            found.append(f"{path}: the title says only {page.title()!r}")
    assert found == []


def test_the_menu_is_opened_walked_and_left_by_keyboard(open: Open) -> None:
    page = open("tenant_admin", "/", viewport={"width": 375, "height": 720})
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Tab")
    button = page.get_by_role("button", name="Menu")
    assert button.evaluate("one => one === document.activeElement")
    page.keyboard.press("Enter")
    assert button.get_attribute("aria-expanded") == "true"
    page.locator("#menu a").first.wait_for()
    page.keyboard.press("Escape")
    page.locator("#menu").wait_for(state="hidden")
    assert button.evaluate("one => one === document.activeElement")


def test_a_page_is_changed_by_keyboard_and_the_focus_goes_to_what_is_new(open: Open) -> None:
    page = open("tenant_admin", "/")
    page.evaluate("window.stays = 1")
    title = page.title()
    page.locator("#menu summary", has_text="Calls").focus()
    page.keyboard.press("Enter")  # the group opens
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Call with my phone"
    page.keyboard.press("Enter")
    page.wait_for_function("title => document.title !== title", arg=title)
    page.wait_for_function("() => document.activeElement.closest('main') !== null")
    assert page.evaluate("window.stays") == 1, "the page was loaded anew: the phone would be gone"
    assert page.locator("[data-said]").text_content() == page.title()


def test_groups_of_the_menu_stay_as_they_were_left(open: Open) -> None:
    page = open("tenant_admin", "/")
    money = page.locator("#menu details", has_text="Money")
    assert money.get_attribute("open") is None
    money.locator("summary").click()
    page.get_by_role("link", name="Usage", exact=True).click()
    page.get_by_role("heading", level=1, name="Usage").wait_for()
    page.locator("#menu summary", has_text="Fax").click()
    page.locator("#menu details", has_text="Fax").get_by_role("link", name="Sent faxes").click()
    page.get_by_role("heading", level=1, name="Sent faxes").wait_for()
    page.locator("#menu").get_by_role("link", name="Usage", exact=True).wait_for()
    page.reload()
    page.locator("#menu").get_by_role("link", name="Usage", exact=True).wait_for()
    money.locator("summary").click()
    page.reload()
    page.locator("#menu").get_by_role("link", name="Sent faxes").wait_for()
    page.locator("#menu").get_by_role("link", name="Usage", exact=True).wait_for(state="hidden")


def test_the_menu_is_there_without_scripts_on_a_phone_s_screen_too(open: Open) -> None:
    page = open("tenant_admin", "/", viewport={"width": 375, "height": 720})
    bare = page.context.browser.new_context(
        base_url=page.url, java_script_enabled=False, viewport={"width": 375, "height": 720},
        storage_state=page.context.storage_state(),
    )  # fmt: skip
    try:
        tab = bare.new_page()
        tab.goto("/")
        tab.locator("#menu summary", has_text="Money").click()
        tab.get_by_role("link", name="Usage", exact=True).click()
        tab.get_by_role("heading", level=1, name="Usage").wait_for()
    finally:
        bare.close()


def test_an_admin_goes_to_another_tenant_by_a_few_letters_and_back(open: Open) -> None:
    page = open("admin", "/t/acme/extensions")
    field = page.get_by_role("searchbox", name="Switch tenant")
    field.press_sequentially("jane")
    page.locator("#tenants-found a").click()
    page.wait_for_url("**/t/janes-bakery/extensions")
    page.locator("#menu [data-lately] a", has_text="Acme").click()
    page.wait_for_url("**/t/acme/dashboard")
    page.get_by_role("searchbox", name="Switch tenant").fill("janes-bakery")
    page.keyboard.press("Enter")
    page.wait_for_url("**/t/janes-bakery/dashboard")


def test_without_a_network_a_page_says_so_and_with_one_it_goes_away(open: Open) -> None:
    page = open("end_user", "/")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    page.context.set_offline(True)
    page.goto("/me/security", wait_until="commit")
    page.get_by_role("heading", name="There is no network").wait_for()
    assert page.get_by_text("Carol").count() == 0
    page.context.set_offline(False)
    page.get_by_role("heading", name="There is no network").wait_for(state="detached")


def test_a_new_version_asks_before_it_is_loaded(open: Open) -> None:
    page = open("end_user", "/")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")

    # Another address is another build to a browser.
    page.evaluate(
        "navigator.serviceWorker.register('/sw.js?another', { scope: '/' }).then(() => 1)"
    )
    page.get_by_text("There is a new version of this page.").wait_for()
    with page.expect_navigation():
        page.get_by_role("button", name="Load it").click()
    page.locator("#main").wait_for()


def test_nothing_of_anybody_stays_in_the_browser_s_caches(open: Open) -> None:
    page = open("end_user", "/")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    page.reload()
    kept = page.evaluate("""async () => {
      const found = [];
      for (const name of await caches.keys())
        for (const one of await (await caches.open(name)).keys()) found.push(new URL(one.url).pathname);
      return found;
    }""")
    assert kept and all(path == "/offline" or path.startswith("/static/") for path in kept)


def test_browsers_are_offered_to_install_it(open: Open) -> None:
    page = open("end_user", "/")
    told = page.context.new_cdp_session(page).send("Page.getAppManifest")
    assert told["errors"] == [] and told["url"].endswith("/manifest.webmanifest")
    assert '"standalone"' in told["data"]
    sizes = page.evaluate(
        """async (text) => Promise.all(JSON.parse(text).icons.map(async (icon) => {
      const image = new Image();
      image.src = icon.src;
      await image.decode();
      return image.naturalWidth > 0;
    }))""",
        told["data"],
    )
    assert sizes and all(sizes)


def test_times_are_those_of_the_tenant_s_zone(open: Open) -> None:
    seen = []
    for tenant in ("acme", "nordlicht"):
        page = open("admin", f"/t/{tenant}/changes")
        row = page.locator("#history tr", has_text="Our phone system").first
        seen.append(re.search(r"\d\d:\d\d", row.inner_text())[0])
    hours = [int(one[:2]) for one in seen]
    # New York and Berlin are six hours apart, but for some days in March and October: five.
    assert (hours[1] - hours[0]) % 24 in (5, 6) and seen[0][2:] == seen[1][2:]
