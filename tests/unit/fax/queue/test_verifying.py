"""The audit of a ledger finds faxes of which queue and bill say different things."""

import sqlite3
from contextlib import closing

import pytest

from dialform.billing.facts.fact import Fact
from dialform.billing.ledger.ledger import Ledger
from dialform.fax.queue import Queue
from dialform.values import replace

from ...billing.ledger.world import opened_with, price, prices, terms
from .world import MINUTE, NOW, PAGES, after, begun

PRICES = prices(price("", 50_000, name="fax", service="fax"))


def fact(uuid: str = "leg-1", *, ok: bool = True, pages: int = PAGES, **more: object) -> Fact:
    """The leg of a fax, as the switch's record says it."""
    made = Fact(
        uuid, "fax", "pbx1", "acme", NOW, NOW, NOW + MINUTE, "outbound", "north",
        number="+12125550177", extension="1050", core="core-1", pages=pages, total_pages=PAGES, fax_ok=ok,
    )  # fmt: skip
    return replace(made, **more)


def told(ledger: Ledger) -> list[str]:
    return [str(fault) for fault in ledger.verify()]


@pytest.fixture
def sent(ledger: Ledger, queue: Queue) -> int:
    """A fax that was sent."""
    opened_with(ledger, terms(timezone="Etc/UTC"), costs=PRICES)
    id_ = begun(queue)
    assert queue.end("leg-1", "sent", "", PAGES, {}, after("sent"), NOW)
    return id_


def test_what_was_sent_and_booked_is_right(ledger: Ledger, sent: int) -> None:
    ledger.book([fact()], now=NOW + MINUTE)
    ledger.book([fact("later")], now=NOW + 600 * MINUTE)
    assert told(ledger) == []


def test_a_fax_that_was_sent_and_never_booked_is_found(ledger: Ledger, sent: int) -> None:
    assert told(ledger) == [], "a host that books nothing may be slow"
    ledger.book([fact("other")], now=NOW + 59 * MINUTE)
    assert told(ledger) == []
    ledger.book([fact("far", host="pbx2")], now=NOW + 600 * MINUTE)
    assert told(ledger) == [], "another host's books say nothing of this one's"
    ledger.book([fact("later")], now=NOW + 61 * MINUTE)
    (one,) = told(ledger)
    assert f"Fax {sent} of acme was sent, and its leg leg-1 was never booked" in one


def test_a_fax_that_went_through_and_is_kept_as_failed_is_found(
    ledger: Ledger, queue: Queue
) -> None:
    opened_with(ledger, terms(timezone="Etc/UTC"), costs=PRICES)
    id_ = begun(queue)
    ledger.book([fact()], now=NOW + MINUTE)
    assert told(ledger) == [], "its agent has not heard of it yet"
    assert queue.end("leg-1", "broken", "Broken.", 1, {}, after("failed"), NOW)
    (one,) = told(ledger)
    assert f"Fax {id_} went through (leg leg-1), and is kept as failed." in one


def test_a_fax_of_which_a_page_is_missing_did_not_go_through(ledger: Ledger, queue: Queue) -> None:
    opened_with(ledger, terms(timezone="Etc/UTC"), costs=PRICES)
    begun(queue)
    ledger.book([fact(pages=PAGES - 1)], now=NOW + MINUTE)
    assert queue.end("leg-1", "refused", "Refused.", PAGES - 1, {}, after("failed"), NOW)
    assert told(ledger) == []


BROKEN = {
    "fewer pages": ("UPDATE fax_jobs SET confirmed = 1", "kept as sent, with 1 of its 3 pages"),
    "an open call": (
        "UPDATE fax_attempts SET ended = 0, outcome = ''",
        "Attempt leg-1 of fax 1 is open, and pbx1 does not send it",
    ),
    "no document": ("DELETE FROM fax_documents", "The document of fax 1 is not there"),
}


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("what", BROKEN)
def test_the_audit_finds(ledger: Ledger, sent: int, url: str, what: str) -> None:
    statement, sentence = BROKEN[what]
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection, connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute(statement)
    assert any(sentence in each for each in told(ledger))
