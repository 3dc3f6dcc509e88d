"""The mail of a fax: whatever strangers and people wrote, it is one mail, to one address, with one file."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from dialform.fax.queue.values import Received
from dialform.fax.receiving.letter import file_name, letter
from dialform.fax.receiving.tiff import has_page
from dialform.fax.released import Account, Company, Contact

NASTY = st.text(max_size=80) | st.sampled_from(
    [
        "a\r\nBcc: evil@example.com",
        "\n\n<html>",
        "=?utf-8?q?=0ABcc:_x?=",
        "=??Q?=0ABCC",
        "=?=??Q?=0ABCC",
        "\u202egnp.exe",
        "\x00",
        "ÄÖ",
        " ",
    ]
)


def fax(**said: Any) -> Received:
    found: dict[str, Any] = {
        "uuid": "u-1", "tenant": "acme", "account": "1050", "host": "pbx1", "at": 1_796_083_140_000_000,
        "caller": "+12125550177", "did": "+12125550150", "station_id": "X", "pages": 2, "ok": True,
        "result": "complete", "seconds": 62, "file": "/x/u-1.pdf", "size": 1, "mailed": 0, "mail": "",
        "tries": 0,
    }  # fmt: skip
    return Received(**{**found, **said})


def of(name: str = "Acme", account: str = "Fax", contact: str = "") -> tuple[Company, Account]:
    one = Account(
        "1050", account, "", "", "", "fax@acme.example", (), "", 3, "fine", t38=True, ecm=True,
        toll="national", sends=True, receives=True,
    )  # fmt: skip
    contacts = {"c": Contact("c", contact, "+12125550177", "", ())} if contact else {}
    made = Company(
        "acme", name, "America/New_York", "US", "en", False, "", 0, "hash", -1, 0, "", "",
        frozenset(), (), {"1050": one}, {}, contacts,
    )  # fmt: skip
    return made, one


@settings(max_examples=60, deadline=None)
@given(
    caller=NASTY, station=NASTY, result=NASTY, company=NASTY, account=NASTY, contact=NASTY,
    file=st.sampled_from(["/x/u.pdf", "/x/u.tif", ""]), ok=st.booleans(),
    pages=st.binary(max_size=200),
)  # fmt: skip
def test_nothing_that_anybody_wrote_makes_it_another_mail(
    caller: str, station: str, result: str, company: str, account: str, contact: str, file: str,
    ok: bool, pages: bytes,
) -> None:  # fmt: skip
    known, own = of(company, account, contact)
    one = fax(caller=caller, station_id=station, result=result, file=file, ok=ok)
    raw = letter(one, known, own, pages, "pbx@example.com").as_bytes()
    assert raw == letter(one, known, own, pages, "pbx@example.com").as_bytes()
    raw.decode("ascii")
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    mail = message_from_bytes(raw, policy=default)
    names = [name.lower() for name in mail]
    assert sorted(names) == sorted(set(names))
    assert "bcc" not in names
    assert str(mail["To"]) == "fax@acme.example"
    assert str(mail["Subject"]).isprintable()
    parts = list(mail.iter_attachments()) if file else []
    assert len(parts) == bool(file)
    for part in parts:
        assert part.get_content() == pages
        assert part.get_filename().isascii()
        assert not set(part.get_filename()) & set("/\\\"' ")


def test_a_file_is_called_by_when_and_by_whom() -> None:
    assert file_name(fax(), "Asia/Tokyo") == "fax-2026-12-01-0859-12125550177.pdf"
    assert file_name(fax(caller="anonymous"), "nowhere/at all") == "fax-2026-11-30-2359-unknown.pdf"


def test_who_sent_it_is_told_by_the_best_name_there_is() -> None:
    def subject(contact: str = "", **said: Any) -> str:
        known, own = of(contact=contact)
        return str(letter(fax(**said), known, own, b"", "pbx@example.com")["Subject"])

    assert subject(contact="City Dentist") == "Fax from City Dentist: 2 pages"
    assert subject(contact="City Dentist", caller="2125550177").startswith("Fax from City Dentist")
    assert subject() == "Fax from +12125550177: 2 pages"
    assert subject(caller="", station_id="LAB 7", pages=1) == "Fax from LAB 7: 1 page"
    assert (
        subject(caller="", station_id="", ok=False)
        == "Incomplete fax from an unknown number: 2 pages"
    )


def test_a_file_has_a_page_where_its_header_names_one() -> None:
    assert has_page(b"II*\0\x08\0\0\0page")
    assert has_page(b"MM\0*\0\0\0\x08page")
    for content in (
        b"",
        b"II*\0",
        b"II*\0\0\0\0\0" + b"x" * 99,
        b"II*\0\xff\xff\0\0xx",
        b"%PDF-1.4 xxxxxxx",
    ):
        assert not has_page(content)
