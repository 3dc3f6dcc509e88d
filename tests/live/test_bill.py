"""Calls of all kinds on a real switch, and the bill of them worked out by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dialform.billing.ledger.values import SAME
from dialform.billing.money import micro
from dialform.billing.rating.charge import EMERGENCY, NOTHING, RATED, UNRATED

from . import bill, bill_calls
from .bill import METERED, RIVAL, Books, Charged, Part, charged
from .bill_calls import BUSY, LOSER, NEVER, World, world
from .bill_ends import lasted, lasts, seconds
from .call import Call
from .conftest import Extension, Outsider
from .desk import desk
from .ends import Ends
from .hostile import HOSTILE
from .phone import Phone, answers
from .scene import play
from .site import Site
from .switch import Switch
from .test_facts import FORGED
from .watch import as_itself


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


def out(number: str, trunk: str = "east") -> Part:
    return Part("outbound", trunk, number)


def coming(did: str) -> Part:
    return Part("inbound", "east", did)


def room(member: str) -> Part:
    return Part("room", "", member)


NOT_CHARGED = Charged(0, 0, 0)
A_MOBILE = Charged(60, 0, 60 * 10_000 // 60)


def worked_out(
    first: int, second: int, third: int, longest: int
) -> dict[Part, tuple[str, Charged]]:
    """The bill, by hand. What far ends counted are the seconds of the calls that are priced by the second:
    of the one in the free time, the one after it, the one handed over, and the one of a minute and more.
    """
    assert first <= 20, "then the calls in the free time come to more than the minimum"
    return {
        # The first two minutes are free. Who stays within them pays neither the fee nor the minimum.
        out("+13055550101"): (RATED, Charged(60, 60, 0)),
        out("+15035550101"): (RATED, Charged(first, first, 0)),
        # What is left to pay of this minute comes to less than the minimum; and the fee.
        out("+13055550102"): (RATED, Charged(60, 120 - 60 - first, 20_000 + 10_000)),
        out("+13055550103"): (RATED, Charged(60, 0, 20_000 + 60 * 30_000 // 60)),
        out("+15035550102"): (RATED, Charged(second, 0, second * 60_000 // 60)),
        out("+15035550103"): (RATED, Charged(third, 0, third * 60_000 // 60)),
        # By the route's plan; the tenant's own would have taken 0.99 a minute.
        out("+16025550101"): (RATED, Charged(12, 0, 5_000 + 12 * 24_000 // 60)),
        out("+17025550101"): (RATED, Charged(longest, 0, longest * 12_000 // 60)),
        out("+18885550101"): (RATED, Charged(60, 0, 0)),
        out("+442079460101"): (UNRATED, NOT_CHARGED),
        out("911", "mycarrier"): (EMERGENCY, NOT_CHARGED),
        out("+18045550101", "west"): (NOTHING, NOT_CHARGED),
        out("+18045550101"): (RATED, A_MOBILE),
        out(BUSY): (NOTHING, NOT_CHARGED),
        out(NEVER): (NOTHING, NOT_CHARGED),
        # In: one block of DIDs costs something, the others do not.
        coming("+17185550401"): (NOTHING, NOT_CHARGED),
        coming("+17185550402"): (NOTHING, NOT_CHARGED),
        coming("+17185550403"): (NOTHING, NOT_CHARGED),
        coming("+17185550410"): (RATED, Charged(12, 0, 12 * 5_000 // 60)),
        coming("+17185550411"): (RATED, Charged(24, 0, 24 * 5_000 // 60)),
        # Straight from a DID; the winner of a group, and the loser of one; follow-me, *72; both of an
        # attended transfer; a click.
        out("+12065550103"): (RATED, A_MOBILE),
        out("+12065550104"): (RATED, A_MOBILE),
        out(LOSER): (NOTHING, NOT_CHARGED),
        out("+12065550106"): (RATED, A_MOBILE),
        out("+12065550107"): (RATED, A_MOBILE),
        out("+12065550108"): (RATED, A_MOBILE),
        out("+12065550109"): (RATED, A_MOBILE),
        out("+12065550110"): (RATED, A_MOBILE),
        # One minute in rooms is free, and those who leave first have it.
        room("east"): (RATED, Charged(24, 24, 0)),
        room("7014"): (RATED, Charged(30, 30, 0)),
        room("7013"): (RATED, Charged(36, 60 - 24 - 30, 30 * 4_000 // 60)),
    }


BY_THE_SECOND = ("+15035550101", "+15035550102", "+15035550103", "+17025550101")
UNANSWERED = {out(BUSY), out(NEVER), out(LOSER), out("+18045550101", "west")}
STEPS = {
    out("+16025550101"): (6, 12), out("+17025550101"): (60, 600),
    coming("+17185550410"): (6, 12), coming("+17185550411"): (18, 24),
}  # fmt: skip
"""Seconds that far ends must have counted, more than the first and at most the second, for the steps of the
bill to be theirs; of all other legs it is a minute at most."""


PAYERS = {
    out("+13055550103"): "7001", out("+12065550103"): "number +17185550402", out("+12065550104"): "ring_group 600",
    out("+12065550106"): "7009", out("+12065550107"): "7010", out("+15035550103"): "7011",
    out("+12065550108"): "7012", out("+12065550109"): "7012", out("+12065550110"): "7016",
    room("7013"): "7013", coming("+17185550410"): "",
}  # fmt: skip
"""Who of the tenant spent it: who forwarded or handed over, not who called."""


def total(first: int, second: int, third: int, longest: int) -> int:
    """The sum of it, in micro-units."""
    by_the_second = second * 1_000 + third * 1_000 + longest * 200
    straddling, minute, six, second_carrier = 30_000, 50_000, 9_800, 10_000
    inbound, mobiles, rooms = 1_000 + 2_000, 7 * 10_000, 2_000
    return by_the_second + straddling + minute + six + second_carrier + inbound + mobiles + rooms


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


# Who would have somebody else pay.


async def attacks(w: World, victim: str, stranger: Phone) -> None:
    """What phones of `rival`, a carrier and a stranger say for the victim's domain to be charged, or nobody."""
    mallory, friend = w.phones["7001"], w.phones["7002"]
    friend.behaviour = answers()
    lies = [*HOSTILE, *FORGED, ("Referred-By", f"<sip:7001@{victim}>")]
    assert await (await stranger.call("+17185550410", headers=lies)).refused() == 403

    async def lying(number: str, length: float, **given: Any) -> None:
        call = await mallory.call(number, headers=lies, **given)
        await lasts(await w.up(number), length, call)

    async def under_another_name() -> None:
        """With a From of the victim's, and the phone's own password."""
        call = await as_itself(w.phones["7003"]).call(
            "+12065550201", from_=f'"Payer" <sip:7001@{victim}>', headers=lies
        )
        await lasts(await w.up("+12065550201"), 2.4, call)

    async def by_another_gateway() -> None:
        for target in ("+12065550290", "+17185550410", "7002"):
            call = await mallory.call(
                target, params=";gw=east;dialform_tenant=metered", headers=lies
            )
            assert await call.refused() == 403

    async def in_a_room() -> None:
        call = await mallory.call("900", headers=lies)
        await call.answered(bill_calls.WITHIN)
        await lasts(call, 3.4)

    async def handed_over() -> None:
        call = await w.outside.call("+17185550419", headers=lies)
        ringing = await bill_calls.over_the(friend)
        said = f"X-dialform_tenant={METERED}&P-Asserted-Identity=%3Csip%3A7001%40{victim}%3E"
        where = ("Refer-To", f"<sip:+12065550202@{friend.domain}?{said}>")
        assert (await ringing.request("REFER", [where, *lies])).status == 202
        await w.up("+12065550202")
        await lasts(call, 9.5)

    await bill_calls.together(
        handed_over(),
        lying("+13055550201", 2.4),
        lying("+16025550201", 3.4),
        under_another_name(),
        by_another_gateway(),
        in_a_room(),
    )


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


ATTACKERS = {
    out("+13055550201"): Charged(60, 0, 20_000 + 60 * 30_000 // 60),
    out("+16025550201"): Charged(6, 0, 5_000 + 6 * 24_000 // 60),
    out("+12065550201"): A_MOBILE,
    out("+12065550202"): A_MOBILE,
    coming("+17185550419"): Charged(12, 0, 12 * 5_000 // 60),
    room("7001"): Charged(6, 0, 6 * 4_000 // 60),
}
