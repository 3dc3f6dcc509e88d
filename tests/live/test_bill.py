"""Calls of all kinds on a real switch, and the bill of them worked out by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dialform.billing.ledger.values import SAME
from dialform.billing.money import micro
from dialform.billing.rating.charge import RATED, UNRATED
from dialform.compiler.terms import Price

from . import bill, bill_calls
from .bill import METERED, RIVAL, Books, Charged, Part, charged
from .bill_attacks import attacks
from .bill_calls import BUSY, NEVER, World, world
from .bill_ends import lasted, seconds
from .bill_hand import (
    ATTACKERS,
    BY_THE_SECOND,
    PAYERS,
    STEPS,
    UNANSWERED,
    coming,
    out,
    total,
    worked_out,
)
from .call import Call
from .conftest import Extension, Outsider
from .desk import desk
from .ends import Ends
from .scene import play
from .site import Site
from .switch import Switch


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A site of these tests' own: with its prices, and with far ends that have clocks."""
    site = bill.site(tmp_path_factory.mktemp("bill"))
    site.compile()
    return site


@pytest.fixture(scope="module")
def switch(compiled: Site) -> Iterator[Switch]:
    with Switch(compiled.conf, compiled.state) as running:
        yield running


EXTENSIONS = [str(number) for number in (*range(7001, 7009), *range(7010, 7017))]
"""All but 7009, who is followed to a mobile because nobody is there."""


async def free(w: World) -> None:
    """One after another, so that it is known whose seconds are free: two minutes are."""
    await bill_calls.out(w, "7001", "+13055550101", 1.4)
    await bill_calls.out(w, "7001", "+15035550101", 4.4)
    await bill_calls.out(w, "7001", "+13055550102", 3.4)


async def costless(w: World) -> None:
    """Beside those: none of them takes any of the free minutes."""
    c = bill_calls
    await c.together(
        c.codes(w, "7015"),
        c.menu(w, "+17185550401", "1", "7005", 5.4),
        c.out(w, "7003", "+18885550101", 2.4),
        c.out(w, "7003", "911", 2.4),
        c.inside(w, "7003", "7002"),
        c.out(w, "7003", "+442079460101", 2.4),
        c.refused(w, "7003", BUSY, 486),
        c.given_up(w, "7003", NEVER),
        c.refused(w, "7004", "+13055550192", 403),
        c.refused(w, "7001", "+442079460192", 403),
        c.refused(w, "7001", "7999", 404),
        c.refused(w, "7003", "+13055550193", 403, ";gw=east"),
        c.lost_by_a_mobile(w, "7003", "601", "7008"),
    )


async def billed(w: World) -> None:
    """All at once: whatever their order, nothing of them is free, but of a room who leaves it first."""
    c = bill_calls
    await c.together(
        c.stays(w.phones["7013"], "900", 33.5),
        c.stays(w.phones["7014"], "900", 27.5),
        c.stays(w.outside, "+17185550411", 21.5),
        c.forwarded(w, "7003", "7010", "+12065550107", 2.4),
        c.clicked(w, "7016", "+12065550110", 2.4),
        c.out(w, "7001", "+13055550103", 2.4),
        c.out(w, "7001", "+15035550102", 5.4),
        c.out(w, "7001", "+16025550101", 9.5),
        c.out(w, "7001", "+18045550101", 2.4),
        c.coming(w, "+17185550410", "7006", 9.5),
        c.around(w, "+17185550402", "+12065550103", 2.4),
        c.through(w, "7001", "600", "+12065550104", 2.4),
        c.through(w, "7001", "7009", "+12065550106", 2.4),
        c.handed_over(w, "+17185550403", "7011", "+15035550103", 3.4),
        c.put_together(w, "7012", "+12065550108", "+12065550109", 2.4),
    )


def test_bill_of_calls_of_all_kinds(
    compiled: Site, extension: Extension, outsider: Outsider, switch: Switch, tmp_path: Path
) -> None:
    async def calls() -> World:
        async with world(compiled, extension, outsider, switch, METERED, *EXTENSIONS) as w:
            # It begins first and ends last.
            longest = asyncio.create_task(bill_calls.out(w, "7002", "+17025550101", 62.4))
            await asyncio.gather(free(w), costless(w))
            await billed(w)
            await longest
        return w

    with Books(tmp_path / "live.db", compiled) as books, Ends(switch.esl) as ends:
        with books.watching():
            seen = play(calls(), 150.0).seen()
            switch.settle()
        # As they ended, so they were booked: whoever comes first has what is free.
        records = sorted(switch.cdrs(), key=lambda one: int(one["variables"]["end_uepoch"]))
        uuids = [str(record["variables"]["uuid"]) for record in records]
        told = ends.of(uuids)
        counted = [seconds(seen[out(number)]) for number in BY_THE_SECOND]
        bill = worked_out(*counted)
        assert set(seen) == {part for part in bill if part.trunk}, "these legs were of trunks"
        assert {part for part, call in seen.items() if not lasted(call)} == UNANSWERED
        in_their_steps(seen, STEPS)
        statement = holds(books, bill, total(*counted))
        # Once more by events, once more by files: each leg is booked once.
        kept = books.everything()
        again = books.take_events(told[uuid] for uuid in uuids)
        assert {outcome for booked in again for outcome in booked.outcomes} == {SAME}
        books.unbooked(uuids)
        done = books.ingest()
        assert done["duplicates"] == len(books.lines(METERED))
        assert done["booked"] == done["conflicts"] == done["bad"] == 0
        assert books.everything() == kept
        assert "everything adds up" in books.command("verify")

    with Books(tmp_path / "files.db", compiled) as books:
        books.unbooked(uuids)
        books.take_files(uuids)
        assert holds(books, bill, total(*counted)) == statement
    with Books(tmp_path / "events.db", compiled) as books:
        books.take_events(told[uuid] for uuid in uuids)
        assert holds(books, bill, total(*counted)) == statement
        abroad = Price("abroad", "voice", "outbound", "+44", 70_000, connect=5_000)
        (late,) = books.price_later("metered", abroad)
        assert (late.number, late.was, late.now) == ("+442079460101", UNRATED, RATED)
        assert books.charges() == {METERED: total(*counted) + 5_000 + 60 * 70_000 // 60}
        assert books.ledger.verify() == []


def in_their_steps(seen: dict[Part, Call], steps: dict[Part, tuple[int, int]]) -> None:
    """The far ends counted as many seconds as the hand thinks that they did."""
    for part, call in seen.items():
        least, most = steps.get(part, (-1, 60))
        assert least < lasted(call) <= most, f"{part} lasted {lasted(call)} s for its far end"


def holds(books: Books, bill: dict[Part, tuple[str, Charged]], sum_: int) -> dict[str, Any]:
    """The ledger has the bill that was worked out, to the micro-unit; the statement of it."""
    parts = books.parts(METERED)
    assert {part: (line.status, charged(line)) for part, line in parts.items()} == bill
    assert {part: parts[part].extension for part in PAYERS} == PAYERS
    assert sum(charge.amount for _, charge in bill.values()) == sum_
    assert books.charges() == {METERED: sum_}
    (month,) = {line.period for line in books.lines(METERED)}
    voice = [charge for part, (_, charge) in bill.items() if part.trunk]
    assert books.used(METERED, month) == {
        "voice_minutes": (sum(charge.units for charge in voice), 2 * 60),
        "conference_minutes": (24 + 30 + 36, 1 * 60),
    }
    assert books.ledger.verify() == []
    made = books.statement(METERED, month)
    assert [micro(made[name]) for name in ("opening", "charges", "closing")] == [
        1_000_000, sum_, 1_000_000 - sum_,
    ]  # fmt: skip
    assert made["unrated"] == 1
    return made


def test_nobody_else_pays_whatever_is_said(
    compiled: Site, extension: Extension, outsider: Outsider, switch: Switch, tmp_path: Path
) -> None:
    victim = compiled.domain(METERED)

    async def calls() -> World:
        async with (
            world(compiled, extension, outsider, switch, RIVAL, "7001", "7002", "7003") as w,
            desk(extension, f"{METERED}/7001", f"{METERED}/7002") as theirs,
            outsider("mallory", "127.0.0.66") as stranger,
        ):
            await attacks(w, victim, stranger)
            assert [phone.calls for phone in theirs] == [[], []]
        return w

    seen = play(calls()).seen()
    switch.settle()
    assert set(seen) == {part for part in ATTACKERS if part.trunk}
    in_their_steps(seen, {out("+16025550201"): (0, 6), coming("+17185550419"): (6, 12)})
    with Books(tmp_path / "ledger.db", compiled) as books:
        uuids = [str(record["variables"]["uuid"]) for record in switch.cdrs()]
        books.take_files(uuids)
        parts = books.parts(RIVAL)
        assert {part: charged(line) for part, line in parts.items()} == ATTACKERS
        assert {line.status for line in parts.values()} == {RATED}
        assert books.charges() == {RIVAL: 50_000 + 7_400 + 2 * 10_000 + 1_000 + 400}
        assert [one for one in books.ledger.tenants() if books.lines(one)] == [RIVAL]
        assert "everything adds up" in books.command("verify")
