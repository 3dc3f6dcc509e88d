"""Faxes that come in: by T.38 and in audio, to numbers for both, and to machines behind extensions."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dialform.billing.facts import facts_of

from . import sheets
from .conftest import Carriers, Extension, Outsider
from .desk import desk
from .faxmachine import FaxMachine, Line
from .phone import answers
from .scene import play, scene
from .site import Site
from .switch import Switch

FAXES, AUDIO, SHARED = "+17185552001", "+17185552002", "+17185552003"
MACHINE, ABSENT, MENU = "+17185552004", "+17185552005", "+17185552006"
HOST = "pbx1"
LONG = 120.0
"""Seconds that a scene with a fax may take."""

T38 = {"fax_enable_t38": "true"}
SOUND = {"fax_enable_t38": "false"}


@pytest.fixture(scope="module")
def caller(
    tmp_path_factory: pytest.TempPathFactory, compiled: Site, switch: Switch
) -> Iterator[FaxMachine]:
    """A fax machine somewhere behind a carrier."""
    address = compiled.carriers["third"][0]
    with FaxMachine(tmp_path_factory.mktemp("caller"), address) as machine:
        yield machine


def spooled(compiled: Site, account: str) -> list[Path]:
    """What lies in the spool of an account of the tenant, oldest first."""
    folder = compiled.state / "storage" / "fax" / "faxes" / account
    return sorted(folder.glob("*.tif"), key=lambda path: path.stat().st_mtime_ns)


async def leg(switch: Switch, did: str) -> dict[str, Any]:
    """The record of the one leg that came in for a number."""
    (record,) = await switch.cdrs_where(1, dialform_did=did)
    return record


@pytest.mark.parametrize(
    ("did", "account", "machines", "status"),
    [
        (FAXES, "3050", T38, "negotiated"),
        (FAXES, "3050", SOUND, "refused"),
        (AUDIO, "3051", T38, "off"),
        (FAXES, "3050", {**SOUND, "absolute_codec_string": "^^:OPUS:PCMA"}, "refused"),
    ],
    ids=[
        "T.38",
        "the machine has no T.38",
        "the account has no T.38",
        "the carrier offers Opus too",
    ],
)
def test_a_fax_is_received_as_it_was_sent(
    caller: FaxMachine,
    compiled: Site,
    switch: Switch,
    tmp_path: Path,
    did: str,
    account: str,
    machines: dict[str, str],
    status: str,
) -> None:
    pages = sheets.draw(2, seed=status)
    file = sheets.write(tmp_path / "sent.tif", pages)

    async def sends() -> None:
        sent = await caller.sends(
            did, file, compiled.address("external"), fax_ident="+19175550100", **machines
        )
        assert (sent["fax_success"], sent["fax_document_transferred_pages"]) == ("1", "2")
        record = await leg(switch, did)
        marks = record["variables"]
        assert marks["fax_t38_status"] == status
        if (
            status == "negotiated"
        ):  # a frame of sound may be lost on a busy machine, and is not sent again
            assert marks["fax_remote_station_id"] == "+19175550100"
            assert sent["fax_remote_station_id"] == marks["fax_local_station_id"]
        received = spooled(compiled, account)[-1]
        assert received.stem == marks["uuid"]
        assert sheets.unlike(pages, sheets.read(received)) == []
        assert marks["read_codec"] in ("PCMU", "PCMA", "L16")
        (fact,) = facts_of(record, HOST)
        assert (fact.kind, fact.pages, fact.fax_ok, fact.tenant) == ("fax", 2, True, "faxes")
        assert marks["fax_local_station_id"] == {"3050": FAXES, "3051": "Audio alone"}[account]

    play(sends(), LONG)


async def call_and_fax(
    caller: FaxMachine, compiled: Site, did: str, file: Path, **variables: Any
) -> dict[str, str]:
    """A fax that must arrive, to that number."""
    sent = await caller.sends(did, file, compiled.address("external"), **variables)
    assert sent["fax_success"] == "1", sent.get("fax_result_text")
    return sent


# Numbers for calls and faxes.


def test_a_fax_tone_brings_the_call_to_the_account_before_anybody_is_rung(
    caller: FaxMachine, extension: Extension, compiled: Site, switch: Switch, tmp_path: Path
) -> None:
    pages = sheets.draw(1, seed="tone")
    file = sheets.write(tmp_path / "sent.tif", pages)

    async def sends() -> None:
        async with desk(extension, "faxes/3001") as (office,):
            await call_and_fax(caller, compiled, SHARED, file, **T38)
            assert office.calls == []
        marks = (await leg(switch, SHARED))["variables"]
        assert (marks["dialform_fax"], marks["fax_t38_status"]) == ("3050", "negotiated")
        assert sheets.unlike(pages, sheets.read(spooled(compiled, "3050")[-1])) == []

    play(sends(), LONG)


def test_whoever_took_the_call_of_a_fax_machine_is_free_again(
    caller: FaxMachine, extension: Extension, compiled: Site, switch: Switch, tmp_path: Path
) -> None:
    """The tone comes late: the phone has rung, and was answered."""
    pages = sheets.draw(1, seed="late")
    file = sheets.write(tmp_path / "sent.tif", pages)

    async def sends() -> None:
        async with desk(extension, "faxes/3001", behaviour=answers()) as (office,):
            fax = asyncio.create_task(
                call_and_fax(caller, compiled, SHARED, file, wait=8.0, **SOUND)
            )
            call = await office.rung(10.0)
            await call.answered()
            await call.ended(10.0)
            await fax
        inbound = (await leg(switch, SHARED))["variables"]
        assert inbound["dialform_fax"] == "3050"
        assert sheets.unlike(pages, sheets.read(spooled(compiled, "3050")[-1])) == []

    play(sends(), LONG)


def test_a_fax_tone_is_heard_behind_a_menu(
    caller: FaxMachine, compiled: Site, switch: Switch, tmp_path: Path
) -> None:
    pages = sheets.draw(1, seed="menu")
    file = sheets.write(tmp_path / "sent.tif", pages)

    async def sends() -> None:
        await call_and_fax(caller, compiled, MENU, file, wait=7.0, **SOUND)
        assert sheets.unlike(pages, sheets.read(spooled(compiled, "3050")[-1])) == []

    play(sends(), LONG)


@scene
async def test_people_who_call_a_number_for_both_are_put_through(
    extension: Extension, outsider: Outsider, switch: Switch
) -> None:
    async with (
        desk(extension, "faxes/3001", behaviour=answers(hertz=600)) as (_,),
        outsider("+19175550100", "third") as caller,
    ):
        call = await caller.call(SHARED)
        await call.answered()
        assert await call.media.hears(440, least=0.3), "it rings while it listens"
        assert await call.media.hears(600, 10.0)
        await call.hangup()
    record = await leg(switch, SHARED)
    assert "dialform_fax" not in record["variables"]
    assert [fact.kind for fact in facts_of(record, HOST)] == ["call"]


# Machines behind extensions.


@pytest.fixture
def device(
    tmp_path_factory: pytest.TempPathFactory, compiled: Site, switch: Switch
) -> Iterator[FaxMachine]:
    """The fax machine of extension 3052, registered."""
    line = Line(
        "3052", compiled.domain("faxes"), compiled.password("faxes/3052"),
        compiled.address("internal"),
    )  # fmt: skip
    with FaxMachine(tmp_path_factory.mktemp("device"), "127.0.0.12", line=line) as machine:
        yield machine


@pytest.mark.parametrize(
    ("machines", "status"), [(T38, "negotiated"), (SOUND, "refused")], ids=["T.38", "audio"]
)
def test_a_fax_passes_to_the_machine_of_an_extension(
    caller: FaxMachine,
    device: FaxMachine,
    compiled: Site,
    switch: Switch,
    tmp_path: Path,
    machines: dict[str, str],
    status: str,
) -> None:
    pages = sheets.draw(2, seed=f"device {status}")
    file = sheets.write(tmp_path / "sent.tif", pages)
    device.receives(fax_enable_t38="true", fax_enable_t38_request="true")

    async def sends() -> None:
        await call_and_fax(caller, compiled, MACHINE, file, **machines)
        (record,) = await device.switch.cdrs_where(1)
        assert record["variables"]["fax_t38_status"] == status
        (received,) = device.received()
        assert sheets.unlike(pages, sheets.read(received)) == []
        inbound = await leg(switch, MACHINE)
        assert "dialform_fax" not in inbound["variables"]
        assert [fact.kind for fact in facts_of(inbound, HOST)] == ["call"]

    play(sends(), LONG)


def test_a_fax_passes_from_the_machine_of_an_extension(
    device: FaxMachine,
    carriers: Carriers,
    compiled: Site,
    switch: Switch,
    tmp_path: Path,
) -> None:
    pages = sheets.draw(1, seed="out")
    file = sheets.write(tmp_path / "sent.tif", pages)
    carriers["mycarrier"].stop()
    with FaxMachine(tmp_path / "far", *compiled.carriers["mycarrier"]) as far:
        far.receives(fax_enable_t38="true", fax_enable_t38_request="true")

        async def sends() -> None:
            sent = await device.sends("+12125550188", file, **T38)
            assert sent["fax_success"] == "1"
            assert sent["fax_t38_status"] == "negotiated"
            (received,) = far.received()
            assert sheets.unlike(pages, sheets.read(received)) == []

        play(sends(), LONG)


def test_the_account_receives_for_a_machine_that_is_not_there(
    caller: FaxMachine, compiled: Site, switch: Switch, tmp_path: Path
) -> None:
    pages = sheets.draw(1, seed="absent")
    file = sheets.write(tmp_path / "sent.tif", pages)

    async def sends() -> None:
        await call_and_fax(caller, compiled, ABSENT, file, **T38)
        assert (await leg(switch, ABSENT))["variables"]["dialform_fax"] == "3050"
        assert sheets.unlike(pages, sheets.read(spooled(compiled, "3050")[-1])) == []

    play(sends(), LONG)


# What is no fax.


@scene
async def test_who_calls_a_fax_account_and_is_no_fax_machine_leaves_nothing(
    outsider: Outsider, compiled: Site, switch: Switch
) -> None:
    before = spooled(compiled, "3050")
    async with outsider("+19175550100", "third") as caller:
        call = await caller.call(FAXES)
        await call.answered()
        assert await call.media.hears(2100, 5.0), "a fax machine answers with its tone"
        await call.hangup()
    record = await leg(switch, FAXES)
    assert spooled(compiled, "3050") == before
    (fact,) = facts_of(record, HOST)
    assert (fact.kind, fact.pages, fact.fax_ok) == ("fax", 0, False)
