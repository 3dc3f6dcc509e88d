"""A statement on paper: the text stands in it, the bytes are the same, nothing that anybody wrote breaks it."""

from hypothesis import given, settings

from dialform.billing.statements import fonts
from dialform.billing.statements.paper import paper
from dialform.billing.statements.statement import (
    Called,
    Day,
    Included,
    Paid,
    Party,
    Statement,
    Usage,
)
from dialform.values import replace

from .drawn import ACME, statements
from .pdftext import text_of

BILL = Statement(
    ACME, "2026-11", 0, (Paid("inv-1042", "2026-11-03", 2_000_000_000, "wire <transfer> & co"),),
    (Usage("2026-11", "voice", "outbound", "world", "world:3", 3, 95, 60, 35, 1_234_500_000),),
    (Usage("2026-10", "fax", legs=1, units=2, billed=2, amount=100_000),),
    (Included("voice_minutes", 60_000, 60),), (Day(3, "voice", 1_234_500_000, 95),),
)  # fmt: skip


def test_the_bill_stands_on_paper() -> None:
    said = text_of(paper(BILL)).splitlines()
    for text in ("Statement 2026-11", "Acme Corp", "inv-1042", "wire <transfer> & co", "world:3",
                 "1:35", "1:00", "0:35", "1,234.50", "-1,234.50", "-0.10", "765.40",
                 "Closing balance", "Cost a day, USD, 2026-11", "2026-10",
                 "Not issued yet: late records may still change it"):  # fmt: skip
        assert text in said, text


def test_the_same_statement_is_the_same_bytes() -> None:
    assert paper(BILL) == paper(replace(BILL))
    assert paper(BILL) != paper(replace(BILL, opening=1))


def test_names_of_all_scripts_are_written() -> None:
    names = "Ærø Łódź Привет", "東京電話株式会社", "シャープ", "삼성전자"
    party = Party("acme", " ".join(names), "USD", "Europe/Berlin")
    said = text_of(paper(replace(BILL, party=party))).replace("\n", "")
    for name in names:
        assert name.replace(" ", "") in said.replace(" ", ""), name


def test_a_name_without_a_font_loses_its_accents_at_most(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(fonts, "_files", lambda bold: [])
    fonts.face.cache_clear()
    try:
        assert fonts.marked("Ünïcode é Ł") == "Unicode e ?"
    finally:
        fonts.face.cache_clear()


def test_what_is_read_from_the_right_is_turned_round_for_paper() -> None:
    assert fonts.marked("Cafe שלום 12") == f"Cafe {'שלום'[::-1]} 12"


def test_a_bill_of_thousands_of_calls_goes_over_pages() -> None:
    call = Called(1_764_000_000_000_000, "voice", "outbound", "1001", "+442079460000",
                  "+12125550199", 95, 0, 120, 12_345)  # fmt: skip
    made = paper(replace(BILL, calls=(call,) * 900))
    said = text_of(made)
    assert said.count("+442079460000") == 900
    assert "page 9" in said


def test_a_note_longer_than_a_page_is_cut() -> None:
    long = Paid("x" * 5000, "2026-11-03", 1, "y " * 5000)
    assert paper(replace(BILL, payments=(long,))).startswith(b"%PDF")


@settings(max_examples=40, deadline=None)
@given(statements())
def test_no_text_breaks_it(statement: Statement) -> None:
    assert paper(statement).startswith(b"%PDF-")
