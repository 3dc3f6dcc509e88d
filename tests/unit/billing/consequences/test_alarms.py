"""What operators are told: every kind of notice is somebody's, and each sentence says whose and what to do."""

from __future__ import annotations

from dialform.billing.consequences.alarms import SENTENCES, SILENT, sentence
from dialform.billing.consequences.letters import MAILED
from dialform.billing.consequences.outbox import Outbox
from dialform.billing.ledger.values import KINDS, Notice
from dialform.compiler.terms import Paid
from dialform.reconcile.telling.told import KINDS as NEWS
from dialform.values import replace

from .conftest import MICRO, NOON, Books


def test_every_kind_is_mailed_told_or_nobodys_news() -> None:
    assert sorted((*MAILED, *SENTENCES, *SILENT)) == sorted(KINDS)
    assert {f"billing_{kind}" for kind in SENTENCES} <= NEWS.keys()
    assert "billing_trouble" in NEWS


def told(books: Books) -> dict[str, str]:
    return {one.kind: sentence(one) for one in Outbox(books.ledger.database).waiting(SENTENCES)}


def test_what_the_ledger_leaves_is_told_in_words(books: Books) -> None:
    books.agree(
        daily=4, hourly_spend_alert=2 * MICRO, payments=(Paid("inv-1", "2026-11-03", 200 * MICRO),)
    )
    books.agree(payments=(Paid("inv-1", "2026-11-03", 250 * MICRO),))
    books.call(minutes=300, extension="1002")
    books.call(number="+442079460000")
    again = books.call()
    books.ledger.book([replace(again, ended=again.ended + 60 * MICRO)], now=NOON)
    books.call()
    words = told(books)
    assert words.keys() == SENTENCES.keys()
    assert (
        "Extension 1002 of acme has spent 3.00 USD in the hour from 12:00 UTC" in words["velocity"]
    )
    assert "+442079460000" in words["unrated"]
    assert "billing rerate" in words["unrated"]
    assert (
        "inv-1 of acme was booked as 200.00 of 2026-11-03 and is 250.00" in words["payment_changed"]
    )
    assert again.uuid in words["conflict"]
    assert "acme has reached its daily limit of 4" in words["limit"]
    assert all("bakery" not in one for one in words.values())


def test_what_a_stranger_dialled_is_made_harmless() -> None:
    body = {"number": "+1\x1b[2J\r\n" + "9" * 500, "reason": "no_price"}
    words = sentence(Notice(1, "unrated", "acme", "", NOON, body))
    assert words.isprintable()
    assert len(words) < 300


def test_one_is_done_once(books: Books) -> None:
    books.call(number="+442079460000")
    outbox = Outbox(books.ledger.database)
    (notice,) = outbox.waiting(["unrated"])
    assert outbox.do(notice, lambda _: "", NOON) == ""
    assert outbox.do(notice, lambda _: "", NOON) is None
    assert outbox.waiting(["unrated"]) == []
