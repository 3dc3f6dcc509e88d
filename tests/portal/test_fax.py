"""A fax, from the form in a browser to the pages in the other machine; one that comes in, to the eye."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageDraw

from .portal import DENTIST, OURS

if TYPE_CHECKING:
    from playwright.sync_api import Page

SEND = "/t/acme/faxes/send"
SOON = 60_000
"""Milliseconds that a fax may take, on a machine that has other work."""


def letter(words: str = "As discussed") -> bytes:
    """A page with something on it."""
    image = Image.new("L", (850, 1100), 255)
    ImageDraw.Draw(image).text((80, 80), words, fill=0)
    target = io.BytesIO()
    image.save(target, "PNG", dpi=(100, 100))
    return target.getvalue()


def ordered(page: Page, to: str, subject: str) -> None:
    """Fill in the form and look at the pages."""
    page.get_by_label("To", exact=True).fill(to)
    page.get_by_label("Files").set_input_files(
        {"name": "letter.png", "mimeType": "image/png", "buffer": letter(subject)}
    )
    page.get_by_label("Subject").fill(subject)
    page.get_by_role("button", name="Look at it").click()


def drawn(page: Page, count: int) -> None:
    """Wait until so many pages are seen."""
    page.wait_for_function(
        "count => { const all = [...document.querySelectorAll('.sheets img')];"
        " return all.length === count && all.every(one => one.complete && one.naturalWidth > 100) }",
        arg=count,
    )


def sent(page: Page, count: int) -> None:
    """Send what is shown, and wait until all of it is through: the page moves by itself."""
    page.get_by_role("button", name="Send", exact=False).first.click()
    page.wait_for_url("**/faxes/batches/*", timeout=SOON)
    page.get_by_text(f"{count} of {count} are over").wait_for(timeout=SOON)
    assert page.locator("tbody .badge", has_text="sent").count() == count


def test_a_fax_is_seen_sent_and_found_again(open: Callable[..., Any]) -> None:
    page = open("end_user", SEND)
    page.get_by_text("Contacts", exact=True).click()
    page.get_by_role("button", name="City Dentist").click()
    assert page.get_by_label("To", exact=True).input_value() == "dentist"
    page.get_by_label("Text of the cover page").fill("Dear all,\nas discussed.")
    ordered(page, "dentist", "Offer 17")
    page.get_by_role("heading", name="Recipients").wait_for(timeout=SOON)
    drawn(page, 2)
    assert page.get_by_role("cell", name=DENTIST).is_visible()
    sent(page, 1)
    page.locator("tbody th a").first.click()
    page.get_by_role("heading", name="Attempts").wait_for()
    drawn(page, 2)
    with page.expect_download() as given:
        page.get_by_role("link", name="PDF").click()
    with given.value.path().open("rb") as file:
        assert file.read(5) == b"%PDF-"


def test_what_comes_in_is_looked_at(open: Callable[..., Any]) -> None:
    page = open("end_user", SEND)
    ordered(page, OURS, "To ourselves")
    page.get_by_role("heading", name="Recipients").wait_for(timeout=SOON)
    sent(page, 1)
    inbox = open("end_user", "/t/acme/faxes/inbox")
    for _ in range(60):
        if inbox.locator("tbody tr", has_text="complete").count():
            break
        inbox.wait_for_timeout(1000)
        inbox.reload()
    inbox.locator("tbody th a").first.click()
    inbox.get_by_role("heading", name="Pages").wait_for()
    drawn(inbox, 1)
    with inbox.expect_download() as given:
        inbox.get_by_role("link", name="Save the PDF").click()
    assert given.value.suggested_filename.startswith("fax-from-")


def test_a_list_goes_out_without_the_one_who_cannot_be_faxed(open: Callable[..., Any]) -> None:
    page = open("tenant_admin", SEND)
    rows = "name,number\nDentist,(212) 555-0177\nBarred,+12125550111\n"
    page.get_by_label("List of recipients").set_input_files(
        {"name": "customers.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    )
    ordered(page, "", "To all")
    page.get_by_text("1 of 2 recipients cannot be faxed").wait_for(timeout=SOON)
    assert page.get_by_text("customers.csv, line 3").is_visible()
    page.get_by_label("Leave these 1 out").check()
    sent(page, 1)


def test_what_is_no_document_is_refused_and_what_was_typed_stays(open: Callable[..., Any]) -> None:
    page = open("end_user", SEND)
    page.get_by_label("To", exact=True).fill(DENTIST)
    page.get_by_label("Subject").fill("Stays")
    page.get_by_label("Files").set_input_files(
        {"name": "offer.pdf", "mimeType": "application/pdf", "buffer": b"MZ\x90\0" + bytes(500)}
    )
    page.get_by_role("button", name="Look at it").click()
    page.get_by_role("alert").wait_for()
    assert page.get_by_label("Subject").input_value() == "Stays"
    assert page.get_by_label("To", exact=True).input_value() == DENTIST


def test_a_fax_that_nobody_wants_any_more_is_thrown_away(open: Callable[..., Any]) -> None:
    page = open("end_user", SEND)
    ordered(page, DENTIST, "Never")
    page.get_by_role("button", name="Throw it away…").click(timeout=SOON)
    page.get_by_role("dialog").get_by_role("button", name="Throw it away").click()
    page.get_by_text("nothing is sent").wait_for()
    page.goto("/t/acme/faxes")
    page.get_by_role("heading", level=1, name="Sent faxes").wait_for()
    assert page.get_by_text("Never").count() == 0


def test_who_may_not_fax_has_no_such_pages(open: Callable[..., Any]) -> None:
    page = open("user")
    menu = page.locator("nav a").all_text_contents()
    assert not {"Send a fax", "Sent faxes", "Received faxes"} & set(menu)
    page.goto(SEND)
    assert page.get_by_role("heading", name="That did not work").is_visible()
