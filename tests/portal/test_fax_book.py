"""Faxes beside the sending: documents, the address book, groups, lists, settings; one that waits for its time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .portal import DENTIST, Portal
from .test_fax import SEND, SOON, letter
from .test_kinds import unfolded

if TYPE_CHECKING:
    from playwright.sync_api import Page

Open = Callable[..., Any]


def looked(page: Page, plan: str) -> None:
    """Show what a form would change, and read it in the plan."""
    page.get_by_role("button", name="Show what it would change").click()
    page.locator("#checked").get_by_text(plan).first.wait_for(timeout=SOON)


def taken_back(page: Page) -> None:
    """Take back the change whose page this is."""
    page.get_by_role("button", name="Take back").click()
    page.get_by_role("button", name="Take it back").click()
    page.locator(".flash", has_text="It is taken back").wait_for()


def test_a_contact_and_a_document_are_made(open: Open) -> None:
    page = open("tenant_admin", "/t/acme/contacts/new")
    page.locator("[name=_key]").fill("lab")
    page.locator("[name=name]").fill("North Lab")
    page.locator("[name=fax]").fill("+12125550179")
    looked(page, "contact lab")
    page.goto("/t/acme/fax-documents/new")
    page.locator("[name=_key]").fill("prices")
    page.locator("[name=name]").fill("Our prices")
    page.locator("input[type=file]").set_input_files(
        {"name": "prices.png", "mimeType": "image/png", "buffer": letter("Prices")}
    )
    looked(page, "prices")


def test_settings_and_the_list_of_who_is_not_called_are_forms(open: Open) -> None:
    page = open("tenant_admin", "/t/acme/fax-settings/edit")
    unfolded(page)
    page.locator("[name=keep_days]").fill("30")
    looked(page, "30")
    page.goto("/t/acme/do-not-call/edit")
    field = page.locator("main textarea").first
    field.fill(field.input_value() + "\n+12125550112")
    looked(page, "do-not-call")
    page.goto("/t/acme/fax-accounts/1050/edit")
    unfolded(page)
    page.locator("[name=header]").fill("Acme Corporation")
    looked(page, "1050")


def test_a_group_is_ticked_together_and_a_fax_to_it_is_one_click_away(
    portal: Portal, open: Open
) -> None:
    before = portal.tip()
    page = open("tenant_admin", "/t/acme/faxes/groups/new")
    page.get_by_label("Name", exact=False).first.fill("harbor")
    page.get_by_label("Harbor Clinic").check()
    page.get_by_role("button", name="Save").click()
    page.locator("#plan-section", has_text="clinic").wait_for(timeout=SOON)
    taken_back(page)
    assert portal.tip() == before
    page.goto("/t/acme/faxes/groups")
    page.get_by_role("link", name="Send a fax to all").first.click()
    assert page.get_by_label("medical").is_checked()


def test_a_list_of_contacts_is_one_change_and_a_bad_line_none(portal: Portal, open: Open) -> None:
    page = open("tenant_admin", "/t/acme/faxes/import")
    for rows in (
        "key,name,fax\nnorth,North,12\n",
        "key,name,fax\nnorth,North,+12125550180\nsouth,South,+12125550181\n",
    ):
        page.get_by_label("List").set_input_files(
            {"name": "book.csv", "mimeType": "text/csv", "buffer": rows.encode()}
        )
        page.get_by_role("button", name="Import").click()
        if "south" not in rows:
            page.get_by_text("line 2").first.wait_for(timeout=SOON)
    page.locator("#plan-section", has_text="south").wait_for(timeout=SOON)
    taken_back(page)
    page.goto("/t/acme/faxes/groups")
    with page.expect_download() as given:
        page.get_by_role("link", name="Contacts as CSV").click()
    assert DENTIST in given.value.path().read_text("utf-8")


def test_a_fax_waits_for_its_time_and_is_cancelled_before(open: Open) -> None:
    page = open("end_user", SEND)
    page.get_by_label("To", exact=True).fill(DENTIST)
    page.get_by_label("Files").set_input_files(
        {"name": "letter.png", "mimeType": "image/png", "buffer": letter("Tomorrow")}
    )
    page.get_by_label("Subject").fill("Tomorrow")
    tomorrow = page.evaluate("new Date(Date.now() + 864e5).toISOString().slice(0, 16)")
    page.get_by_label("When").fill(tomorrow)
    page.get_by_role("button", name="Look at it").click()
    page.get_by_role("heading", name="Recipients").wait_for(timeout=SOON)
    page.get_by_role("button", name="Send", exact=False).first.click()
    page.wait_for_url("**/faxes/batches/*", timeout=SOON)
    page.locator("tbody th a").first.click()
    page.get_by_role("heading", name="Attempts").wait_for()
    page.get_by_role("button", name="Cancel…").click()
    page.get_by_role("button", name="Cancel it").click()
    page.locator("main .badge", has_text="cancel").first.wait_for(timeout=SOON)
    page.goto("/t/acme/faxes")
    assert page.locator("tbody tr", has_text="Tomorrow").first.inner_text().count("cancel") == 1
