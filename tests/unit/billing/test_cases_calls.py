"""Cases with their outcome: from the records that a switch leaves to the money that they cost."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dialform.billing.facts import facts_of_event
from dialform.billing.ledger import lines, queries
from dialform.billing.ledger.ledger import Ledger
from dialform.billing.ledger.opening import open_ledger
from dialform.billing.meter.ingest import Ingest
from dialform.billing.meter.stats import Stats
from dialform.billing.spool import Spool
from dialform.compiler.terms import Paid, Price, Prices, Terms
from dialform.values import replace

from .facts.legs import INBOUND, INTERNAL, OUTBOUND, START, event, record, times

HOST = "pbx1"
NOW = START / 1_000_000 + 7_200
US = Price("us", "voice", "outbound", "+1", 10_000, connect=5_000, minimum=20_000)
FAX = Price("us-fax", "fax", "outbound", "+1", 50_000)
PRICES = Prices(
    {"us": (US,), "us-fax": (FAX,)}, {"standard": ("us", "us-fax")},
    {"business": {"voice_minutes": 10}, "bare": {}},
)  # fmt: skip
ACME = Terms("acme", "Acme", "it@acme.example", "America/New_York", "USD", "bare", "standard")


class Till:
    """A host with a spool and a ledger; what a call costs is asked in micro-units."""

    def __init__(self, ledger: Ledger, folder: Path) -> None:
        self.ledger, self.folder = ledger, folder
        self.alarms: list[str] = []
        self.spool = Spool(folder, HOST, now=lambda: NOW)
        self.ingest = Ingest(
            ledger, HOST, self.spool, Stats(), lambda: int(NOW * 1_000_000),
            lambda kind, words: self.alarms.append(words),
        )  # fmt: skip
        self.agree()

    def agree(self, *, prices: Prices = PRICES, at: int = 0, **terms: Any) -> None:
        self.ledger.store_terms(HOST, prices, [replace(ACME, **terms)], at=at)

    def leg(self, marks: dict[str, str], **more: str) -> dict[str, Any]:
        """A leg of its own."""
        return record(marks, **{"uuid": str(uuid.uuid4()), **more})

    def ends(self, *legs: dict[str, Any]) -> None:
        """Their records come into the spool and are taken."""
        for leg in legs:
            path = self.folder / f"{leg['variables']['uuid']}.cdr.json"
            path.write_bytes(json.dumps(leg).encode() + b"\n")
            os.utime(path, (NOW, NOW))
        for batch in self.spool.passes():
            self.ingest.files(batch)

    @property
    def lines(self) -> list[lines.Line]:
        with self.ledger.reading() as reading:
            return list(lines.calls(reading, "acme"))

    @property
    def cost(self) -> int:
        with self.ledger.reading() as reading:
            return queries.balance(reading, "acme", "USD").charges

    def used(self, resource: str = "voice_minutes") -> tuple[int, int]:
        """Units and free units of the month."""
        with self.ledger.reading() as reading:
            found = queries.counted(reading, "acme", "2026-11").get(resource)
        return (found.units, found.free) if found else (0, 0)


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Till]:
    (tmp_path / "cdr").mkdir()
    with open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}") as ledger:
        found = Till(ledger, tmp_path / "cdr")
        yield found
        assert ledger.verify() == []


def test_straddling_the_free_tier_is_split_exactly(till: Till) -> None:
    """Free seconds are split, never "the whole call is free": 11.5 minutes, ten of them included."""
    till.agree(package="business", at=1)
    till.ends(till.leg(OUTBOUND, **times(1, 691)))
    (line,) = till.lines
    assert (line.units, line.free, line.billed) == (720, 600, 120)
    assert till.cost == 5_000 + 20_000
    till.ends(till.leg(OUTBOUND))
    assert till.used() == (780, 600)
    assert till.cost == 2 * 25_000, "the minimum applies to the billed part of each"


def test_a_call_wholly_inside_the_free_tier_has_no_connect_fee_and_no_minimum(till: Till) -> None:
    till.agree(package="business", at=1)
    till.ends(till.leg(OUTBOUND, **times(1, 600)))
    assert (till.cost, till.used()) == (0, (600, 600))


def test_inbound_without_an_inbound_rate_is_free_and_consumes_no_minutes(till: Till) -> None:
    till.agree(package="business", at=1)
    till.ends(till.leg(INBOUND, **times(1, 3_600)))
    (line,) = till.lines
    assert (line.status, line.counted) == ("nothing", 1), "it counts for the limits all the same"
    assert (till.cost, till.used()) == (0, (0, 0))


def test_a_phone_that_forges_its_gateway_has_no_trunk_leg(till: Till) -> None:
    forged = {"sip_gateway": "mycarrier", "sip_gateway_name": "mycarrier", "sip_req_params": "gw=mycarrier",
              "sip_h_X-dialform_trunk": "mycarrier", "sip_to_params": "gw=mycarrier"}  # fmt: skip
    till.ends(till.leg(INTERNAL, **forged, **times(1, 3_600)))
    (line,) = till.lines
    assert (line.fact.trunk, line.status, till.cost) == ("", "nothing", 0)


@pytest.mark.parametrize("cause", ["NO_ANSWER", "USER_BUSY", "LOSE_RACE", "ORIGINATOR_CANCEL"])
def test_unanswered_busy_and_lost_races_are_zero(till: Till, cause: str) -> None:
    till.ends(till.leg(OUTBOUND, **times(0, 40), hangup_cause=cause))
    (line,) = till.lines
    assert (line.status, line.counted, till.cost) == ("nothing", 0, 0)


def test_inbound_forwarded_to_a_mobile_is_exactly_two_trunk_legs(till: Till) -> None:
    """Ring group with an outside member: whoever answers is one leg, the losers and the phones none."""
    came = till.leg(INBOUND, dialform_call="", **times(1, 91))
    out = till.leg(OUTBOUND, dialform_call=came["variables"]["uuid"], **times(6, 91))
    lost = till.leg(OUTBOUND, dialform_call=came["variables"]["uuid"], **times(0, 6),
                    hangup_cause="LOSE_RACE")  # fmt: skip
    phone = till.leg(INTERNAL, dialform_call=came["variables"]["uuid"], **times(0, 6))
    till.ends(came, out, lost, phone)
    assert len([one for one in till.lines if one.fact.trunk and one.fact.answered]) == 2
    assert till.cost == 5_000 + 20_000
    assert {one.fact.call for one in till.lines} == {came["variables"]["uuid"]}


def test_failed_fax_0_partly_sent_by_setting_retries_each_its_own(till: Till) -> None:
    def fax(pages: int, ok: bool) -> dict[str, Any]:
        return till.leg(
            OUTBOUND, fax_success=str(int(ok)), fax_document_transferred_pages=str(pages),
            fax_document_total_pages="3",
        )  # fmt: skip

    till.ends(fax(0, False), fax(1, False))
    assert till.cost == 0
    till.agree(prices=replace(PRICES, partial_fax=True), at=1)
    till.ends(fax(0, False), fax(1, False))
    assert till.cost == 50_000, "the page that got through"
    till.ends(fax(2, False), fax(3, True))
    assert till.cost == 50_000 * (1 + 2 + 3), "each try is one of its own"
    assert till.used("fax_pages") == (6, 0)
    assert till.used() == (0, 0), "never minutes too"


def test_file_and_event_of_one_call_in_either_order_are_booked_once(till: Till) -> None:
    first, second = till.leg(OUTBOUND), till.leg(OUTBOUND)
    told = facts_of_event(event(first), HOST)
    till.ingest.events([told], "events")
    till.ends(first)
    till.ends(second)
    till.ingest.events([facts_of_event(event(second), HOST), told], "events")
    till.ends(first, second)
    assert len(till.lines) == 2
    assert till.cost == 2 * 25_000
    assert list((till.folder / "bad").glob("*")) == []


def test_what_a_call_cost_stays_when_its_tenant_is_gone_or_has_another_name(till: Till) -> None:
    """Its late record is of the tenant that made the call; the other name pays nothing of it."""
    till.ledger.store_terms(
        HOST, PRICES, [replace(ACME, slug="acme-inc")], at=START + 3_600_000_000
    )
    till.ends(till.leg(OUTBOUND))
    with till.ledger.reading() as reading:
        assert queries.balance(reading, "acme-inc", "USD").charges == 0
    assert till.cost == 25_000


def test_another_currency_is_another_account(till: Till) -> None:
    """What was paid and spent in the old one stays there, to the micro-unit; nothing is converted."""
    paid = (Paid("inv-1", "2026-11-03", 7_000_000),)
    till.agree(payments=paid, at=1)
    till.agree(payments=paid, currency="EUR", at=START + 60_000_000)
    till.ends(till.leg(OUTBOUND), till.leg(OUTBOUND, **times(100, 130, 90)))
    with till.ledger.reading() as reading:
        held = {
            one.currency: (one.payments, one.charges) for one in queries.accounts(reading, "acme")
        }
    assert held == {"USD": (7_000_000, 25_000), "EUR": (0, 25_000)}


def test_costs_of_1000_and_more_are_exact(till: Till) -> None:
    dear = replace(US, price=33_333_333, connect=0, minimum=0, first=1, next=1)
    till.agree(prices=replace(PRICES, rates={**PRICES.rates, "us": (dear,)}), at=1)
    till.ends(till.leg(OUTBOUND, **times(1, 1 + 7_001)))
    assert till.cost == -(-7_001 * 33_333_333 // 60)


def test_a_call_that_passes_the_months_end_is_of_the_month_of_its_answer(till: Till) -> None:
    """In the tenant's time zone: midnight in New York is five in the morning."""
    midnight = 1_796_101_200  # 2026-12-01 05:00 UTC
    start = midnight * 1_000_000 - START
    late = {name: str(START + start + seconds * 1_000_000) for name, seconds in
            (("start_uepoch", -20), ("answer_uepoch", -1), ("end_uepoch", 100))}  # fmt: skip
    early = {name: str(int(at) + 2_000_000) for name, at in late.items()}
    for leg in (till.leg(OUTBOUND, **late), till.leg(OUTBOUND, **early)):
        till.ledger.book(facts_of_event(event(leg), HOST), now=START)
    assert [(one.period, one.day) for one in till.lines] == [
        ("2026-11", "2026-11-30"), ("2026-12", "2026-12-01"),
    ]  # fmt: skip
