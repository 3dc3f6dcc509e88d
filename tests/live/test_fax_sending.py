"""Faxes that the agent sends: from one tenant to numbers of another, over lines good and bad."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from dialform.fax.queue.values import Job

from . import sheets
from .agent import off
from .faxes import ABROAD, AUDIO, DEVICE, DID, LONG, OTHER, FaxHost, faxing
from .scene import play
from .switch import Switch

HEADER = 32
"""Rows that the sender's line takes at the top of a fine page."""


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaxHost]:
    """A switch with its agent's site; of its carriers, that of the faxes is up to each test."""
    with faxing(tmp_path_factory.mktemp("faxes")) as made:
        yield made


def sent(host: FaxHost, job: Job, folder: Path) -> list[Any]:
    """The pages of a job, as its agent gives them to the switch."""
    file = folder / f"{job.id}.tif"
    file.write_bytes(host.sheets(job.document).fine)
    return sheets.read(file)


@pytest.fixture
def switch(host: FaxHost) -> Switch:
    """In the place of the suite's own: after each test nobody speaks and no error was logged."""
    # Between two tests the carrier of the faxes is away.
    host.switch.expects(r"mycarrier|Fax processing not successful|FAX exchange")
    return host.switch


async def spoiled(host: FaxHost, job: Job, kept: Mapping[str, Path], folder: Path) -> list[str]:
    """What is wrong with any page that came in for a job, in whichever of its calls; nothing if all are
    as they were sent.
    """
    pages = sent(host, job, folder)
    attempts = host.attempts(job.id)
    came = await host.has_received(job, len(attempts))
    found = []
    for attempt, one in zip(attempts, came, strict=True):
        if one.pages:
            received = sheets.read(kept[one.uuid])
            wanted = pages[attempt.start : attempt.start + len(received)]
            found += sheets.unlike(wanted, received, HEADER)
        if one.pages < attempt.pages:
            found.append(f"{attempt.pages} pages are said to be there: {one}")
    return found


def test_faxes_of_one_tenant_reach_another_page_by_page_and_are_billed(
    host: FaxHost, switch: Switch, tmp_path: Path
) -> None:
    """By T.38; in sound, as the account there wants it; and in sound, as the carrier wants it."""
    drawn = sheets.draw(2, seed="good", rows=1000)
    file = sheets.write(tmp_path / "two.tif", drawn)

    async def sends() -> None:
        async with (
            host.loop() as line,
            host.keeping(tmp_path) as kept,
            host.staying("--interval", "1"),
        ):
            line.sound = {DEVICE}
            ids = await host.sends(file, DID, AUDIO, DEVICE)
            jobs = [await host.ends(id_) for id_ in ids]
            assert [(job.state, job.confirmed) for job in jobs] == [("sent", 2)] * 3
            # A machine that has much else to do may spoil a session: it is tried again.
            attempts = [host.attempts(id_)[-1] for id_ in ids]
            first = [host.attempts(id_)[0].details["fax_t38_status"] for id_ in ids]
            assert first == ["negotiated", "off", "off"]
            assert not any(call.t38 for call in line.calls if call.number != DID)
            for job in jobs:
                assert await spoiled(host, job, kept, tmp_path) == []
                (*_, whole) = [one for one in host.received() if one.did == job.to and one.ok]
                assert (whole.file, whole.station_id) != ("", "")
            assert sheets.unlike(drawn, sent(host, jobs[0], tmp_path)) == []
            bill = await host.is_billed(*(one.uuid for one in attempts))
            assert [one.units for one in bill] == [one.pages for one in attempts]
            assert [one.amount for one in bill] == [50_000 * one.units for one in bill]

    play(sends(), LONG)


def test_a_fax_goes_on_behind_the_page_upon_which_the_line_broke(
    host: FaxHost, switch: Switch, tmp_path: Path
) -> None:
    file = sheets.write(tmp_path / "three.tif", sheets.draw(3, seed="broken"))

    async def sends() -> None:
        async with (
            host.loop() as line,
            host.keeping(tmp_path) as kept,
            host.staying("--interval", "1"),
        ):
            (id_,) = await host.sends(file, DID)
            await host.is_past(id_, 1)
            await line.cut()
            job = await host.becomes(id_, lambda one: one.state == "queued")
            assert (job.confirmed, job.step) == (1, 1)
            job = await host.ends(id_)
            assert job.state == "sent"
            first, *others = attempts = host.attempts(id_)
            assert (first.outcome, first.start, first.pages) == ("broken", 0, 1)
            assert others[0].start == 1
            assert sum(one.pages for one in attempts) == 3
            assert await spoiled(host, job, kept, tmp_path) == []
            bill = await host.is_billed(*(one.uuid for one in attempts))
            # Of a fax that fails nothing is charged; what was confirmed is not sent for money again.
            assert [one.units for one in bill] == [
                one.pages if one.outcome == "sent" else 0 for one in attempts
            ]

    play(sends(), LONG)


def test_a_line_that_loses_packets_does_not_spoil_a_page(
    host: FaxHost, switch: Switch, tmp_path: Path
) -> None:
    file = sheets.write(tmp_path / "two.tif", sheets.draw(2, seed="lossy"))

    async def sends() -> None:
        async with (
            host.loop() as line,
            host.keeping(tmp_path) as kept,
            host.staying("--interval", "1"),
        ):
            line.losses = {DID: 0.01}
            (id_,) = await host.sends(file, DID)
            job = await host.ends(id_)
            assert (job.state, job.confirmed) == ("sent", 2), host.attempts(id_)
            assert sum(call.relay.lost for call in line.calls) > 0
            assert await spoiled(host, job, kept, tmp_path) == []

    play(sends(), LONG)


def test_who_is_busy_is_tried_later_and_who_is_nobody_is_not(
    host: FaxHost, switch: Switch, tmp_path: Path
) -> None:
    file = sheets.write(tmp_path / "one.tif", sheets.draw(1, seed="nobody"))

    async def sends() -> None:
        async with host.loop() as line, host.staying("--interval", "1"):
            line.refusals = {ABROAD: 486, OTHER: 404}
            busy, nobody = await host.sends(file, ABROAD, OTHER)
            job = await host.ends(nobody)
            assert (job.state, job.tries) == ("failed", 1)
            job = await host.becomes(busy, lambda one: one.tries == 1)
            assert (job.state, job.step, job.cause) == ("queued", 0, "The number is busy.")
            assert [one.outcome for one in host.attempts(busy)] == ["busy"]
            await off(lambda: host.fax("cancel", str(busy)))
            assert host.job(busy).state == "cancelled"

    play(sends(), LONG)


def test_an_answering_machine_is_no_fax_machine(
    host: FaxHost, switch: Switch, tmp_path: Path
) -> None:
    """SIPp, which answers and waits. It is tried once more, then the fax has failed."""
    file = sheets.write(tmp_path / "one.tif", sheets.draw(1, seed="voice"))

    async def sends() -> None:
        async with host.loop() as line, host.staying("--interval", "1"):
            line.ways = {ABROAD: host.site.carriers["backup"]}
            (id_,) = await host.sends(file, ABROAD)
            job = await host.becomes(id_, lambda one: one.tries == 1)
            assert (job.state, job.step) == ("queued", 0)
            (first,) = host.attempts(id_)
            assert (first.outcome, first.details["fax_result_code"]) == ("no_fax", "2")
            await off(lambda: host.fax("retry", str(id_)))
            job = await host.ends(id_)
            assert (job.state, job.tries) == ("failed", 2)
            assert "no fax machine" in job.cause.lower()
            bill = await host.is_billed(*(one.uuid for one in host.attempts(id_)))
            assert [(one.units, one.amount) for one in bill] == [(0, 0)] * 2

    play(sends(), LONG + 60)


def test_an_agent_that_is_killed_finds_its_fax_again_and_sends_it_once(
    host: FaxHost, switch: Switch, tmp_path: Path
) -> None:
    file = sheets.write(tmp_path / "two.tif", sheets.draw(2, seed="killed"))

    async def sends() -> None:
        async with host.loop() as line:
            (id_,) = await host.sends(file, DID)
            with pytest.raises(AssertionError):
                async with host.staying("--interval", "1") as process:
                    await host.is_past(id_, 1)
                    process.send_signal(signal.SIGKILL)
                    await off(process.wait)
            assert host.job(id_).state == "sending"
            async with host.staying("--interval", "1"):
                job = await host.ends(id_)
            assert (job.state, job.confirmed) == ("sent", 2)
            (attempt,) = host.attempts(id_)
            assert (attempt.outcome, attempt.pages) == ("sent", 2)
            assert len(line.carried(DID)) == 1

    play(sends(), LONG)


def test_a_fax_outlives_its_switch(host: FaxHost, tmp_path: Path) -> None:
    """It was killed between two pages: what was confirmed is not sent again."""
    file = sheets.write(tmp_path / "three.tif", sheets.draw(3, seed="crash"))

    async def sends() -> None:
        async with (
            host.loop(),
            host.keeping(tmp_path) as kept,
            host.staying("--interval", "1"),
        ):
            (id_,) = await host.sends(file, DID)
            await host.is_past(id_, 1)
            await off(host.switch.kill)
            await off(host.switch.start)
            job = await host.ends(id_, LONG)
            assert (job.state, job.confirmed) == ("sent", 3)
            first, *others = host.attempts(id_)
            assert (first.outcome, first.pages) == ("lost", 1)
            assert all(one.start >= 1 for one in others)
            assert sum(one.pages for one in others) == 2
            pages = sent(host, job, tmp_path)
            *_, rest = kept.values()
            assert sheets.unlike(pages[others[-1].start :], sheets.read(rest), HEADER) == []

    play(sends(), LONG + 60)


def test_while_a_limit_holds_nothing_goes_out(
    host: FaxHost, switch: Switch, tmp_path: Path
) -> None:
    """What is sent now is refused, what was queued before waits; and goes when the limit is lifted."""
    file = sheets.write(tmp_path / "one.tif", sheets.draw(1, seed="limit"))
    words = ("--tenant", "acme", "--account", "1050", "--to", AUDIO, str(file))

    async def sends() -> None:
        async with host.loop() as line, host.staying("--interval", "1") as process:
            (id_,) = await host.sends(file, AUDIO, at="2h")
            await host.limits(process, daily=1)
            said = await off(lambda: host.fax("send", *words, exits=1))
            assert "limit" in said
            await off(lambda: host.fax("retry", str(id_)))
            job = await host.becomes(id_, lambda one: bool(one.cause))
            assert (job.state, job.tries) == ("queued", 0)
            assert job.cause == "The tenant's daily or monthly limit is reached."
            assert line.invites == []
            await host.limits(process, daily=-1)
            await off(lambda: host.fax("retry", str(id_)))
            job = await host.ends(id_)
            assert job.state == "sent", host.attempts(id_)

    play(sends(), LONG)
