"""What the switch received becomes an entry of the inbox with a PDF, once; whatever fails, it is still there."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from dialform.billing.ledger.errors import LedgerError
from dialform.fax.queue.values import NO_MAIL
from dialform.fax.receiving.told import LOST, UNTOLD
from dialform.reconcile import durable
from dialform.reconcile.fax import spool as spools
from dialform.reconcile.fax.receiver import TRIES
from dialform.reconcile.fax.receiving import GRACE, LONGEST, MAKING, PATIENCE, SILENT

from .world import HEAD, MICRO, NOON, World, account, company, hooked


def test_a_fax_becomes_a_row_and_a_pdf_and_its_tiff_goes(world: World) -> None:
    leg = world.fax(pages=3)
    world.turn()
    row = world.row(leg)
    assert (row.tenant, row.account, row.host) == ("acme", "1050", "pbx1")
    assert (row.caller, row.did) == ("12125550177", "+12125550150")
    assert (row.pages, row.ok, row.result, row.seconds) == (3, True, "complete", 60)
    assert row.station_id == "CITY DENTIST"
    assert row.at == (NOON - 60) * MICRO
    file = Path(row.file)
    assert file == world.kept / "acme" / f"{leg}.pdf"
    assert file.read_bytes().startswith(b"%PDF")
    assert file.stat().st_size == row.size
    assert file.stat().st_mode & 0o777 == 0o640
    assert not world.tiff(leg).exists()
    assert world.receiving.received == 1
    world.turn()
    world.restart()
    world.turn()
    assert len(world.rows()) == 1


def test_one_that_is_still_coming_is_left_alone(world: World) -> None:
    leg = world.fax(lives=True)
    world.passes(SILENT + 1)
    world.turn()
    assert world.rows() == []
    world.record(leg)
    world.line.legs.clear()
    world.turn()
    assert world.row(leg).ok


def test_what_the_event_says_counts_where_there_is_no_record(world: World) -> None:
    leg = world.fax(lives=True)
    world.ends(leg, pages=2, fax_success="0", fax_result_text="The call dropped prematurely")
    world.turn()
    row = world.row(leg)
    assert (row.ok, row.result) == (False, "the call dropped prematurely")
    assert (row.caller, row.seconds, row.station_id) == ("12125550177", 60, "CITY DENTIST")


def test_a_record_that_is_booked_already_is_found(world: World) -> None:
    leg = world.fax(record=False)
    world.record(leg, shelf="booked/2026-12-01")
    world.turn()
    assert world.row(leg).ok


def test_one_of_which_nobody_says_anything_is_taken_up_after_a_while(world: World) -> None:
    leg = world.fax(record=False, pages=1)
    world.turn()
    assert world.rows() == []
    world.passes(PATIENCE + 1)
    world.turn()
    row = world.row(leg)
    assert (row.pages, row.ok, row.result, row.at) == (1, False, UNTOLD, NOON * MICRO)


def test_a_switch_that_cannot_be_asked_may_still_be_receiving(world: World) -> None:
    leg = world.fax(record=False)
    world.turn()  # here it learns where the spool is
    world.line.connected = False
    world.passes(PATIENCE + 1)
    world.turn()
    assert world.rows() == []
    world.passes(SILENT)
    world.turn()
    assert world.row(leg).result == UNTOLD


def test_a_tiff_that_cannot_be_read_is_kept_as_it_came(world: World) -> None:
    raw = HEAD + b"\xff" * 200
    leg, good = world.fax(content=raw), world.fax()
    for tried in range(1, TRIES):
        world.turn()
        assert world.row(good).ok, "it holds no other one up"
        assert world.inbox.one(leg) is None, tried
        assert "cannot be turned into a PDF" in world.receiving.error
        world.passes(LONGEST)
    world.turn()
    row = world.row(leg)
    assert row.file.endswith(f"{leg}.tif")
    assert Path(row.file).read_bytes() == raw
    assert (row.due, row.pages, row.ok) == (0, 2, True)
    assert not world.tiff(leg).exists()
    assert world.receiving.error == ""


@pytest.mark.parametrize(
    "content", [b"", b"II*\0\0\0\0\0" + b"\xaa" * 5000, b"II*\0\xff\xff\xff\x7f"]
)
def test_the_switch_died_in_the_first_page(world: World, content: bytes) -> None:
    leg = world.fax(content=content, record=False)
    world.passes(PATIENCE + 1)
    world.turn()
    row = world.row(leg)
    assert (row.due, row.pages, row.result) == (NO_MAIL, 0, UNTOLD)
    assert Path(row.file).read_bytes() == content
    assert not world.tiff(leg).exists()


def test_without_a_page_there_is_a_row_and_no_file(world: World) -> None:
    leg = "0a4e1e6a-0000-4000-8000-000000000001"
    world.ends(leg, pages=0, fax_success="0", fax_result_text="Far end is not compatible")
    world.turn()
    assert world.rows() == [], "its file may still come"
    world.passes(GRACE + 1)
    world.turn()
    row = world.row(leg)
    assert (row.file, row.due, row.result) == ("", NO_MAIL, "far end is not compatible")


def test_pages_that_the_switch_confirmed_and_could_not_write_are_told(world: World) -> None:
    leg = "0a4e1e6a-0000-4000-8000-000000000002"
    world.ends(leg, pages=4)
    world.passes(GRACE + 1)
    world.turn()
    row = world.row(leg)
    assert (row.file, row.due, row.ok, row.result) == ("", 0, False, LOST)
    assert any("lost" in line for line in world.log.lines)


def test_what_comes_during_a_long_look_is_not_lost(world: World) -> None:
    first = world.fax()
    later: list[str] = []

    def slow(file: Path) -> tuple[bytes, int]:
        if not later:
            later.append(world.fax(lives=True))
            world.ends(later[0])
            world.passes(2 * GRACE)
        return World._convert(file)

    world.receiving._receiver._convert = slow
    world.turn()
    assert [row.uuid for row in world.rows()] == [first], (
        "of the other nobody looked for a file yet"
    )
    world.turn()
    row = world.row(later[0])
    assert (row.ok, row.pages, Path(row.file).suffix) == (True, 2, ".pdf")


def test_what_is_no_accounts_is_not_kept(world: World) -> None:
    world.ends("0a4e1e6a-0000-4000-8000-000000000003", number="")
    world.passes(GRACE + 1)
    world.turn()
    assert world.rows() == []


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EACCES])
def test_a_disk_that_fails_anywhere_loses_nothing(world: World, code: int) -> None:
    steps: list[str] = []
    hooked(steps.append)
    world.fax()
    world.turn()
    names = [one for one in steps if not one.startswith(("commit", "spool"))]
    assert len(names) > 5
    for count in range(len(names)):
        leg, left = world.fax(), [count]

        def fails(name: str, left: list[int] = left) -> None:
            if name.startswith(("commit", "spool")):
                return
            left[0] -= 1
            if left[0] < 0:
                raise OSError(code, os.strerror(code), "/state")

        durable.hook = fails
        world.turn()
        if world.tiff(leg).exists():
            assert world.receiving.error, "it is said"
            assert world.receiving.waiting == 1
        durable.hook = None
        world.passes(LONGEST)
        world.turn()
        assert world.row(leg).ok
        assert not world.tiff(leg).exists()
        assert world.receiving.error == ""
        assert not list(world.kept.glob("*/.*")), "nothing half is left"


def test_without_a_ledger_everything_waits(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    leg = world.fax()

    def away(_: object) -> None:
        raise LedgerError("The ledger is away.")

    with monkeypatch.context() as patch:
        patch.setattr(type(world.inbox), "take", lambda *_: away(None))
        world.turn()
        assert world.tiff(leg).exists()
        assert world.receiving.error == "The ledger is away."
    world.turn()
    assert world.rows() == [], "it is not tried at once"
    world.passes(LONGEST)
    world.turn()
    assert world.row(leg).ok


def test_a_ledger_that_is_away_is_not_asked_for_each_fax(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    legs = [world.fax() for _ in range(3)]
    asked = []

    def away(_: object, uuid: str) -> None:
        asked.append(uuid)
        raise LedgerError("The ledger is away.")

    with monkeypatch.context() as patch:
        patch.setattr(type(world.inbox), "one", away)
        world.turn()
    assert len(asked) == 1
    assert world.receiving.waiting == 3
    world.passes(LONGEST)
    world.turn()
    assert all(world.row(leg).ok for leg in legs)


def test_what_we_may_not_remove_is_told_and_not_taken_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def denied(*_: object) -> bool:
        asked.append(world.steady)
        raise PermissionError(errno.EACCES, "denied")

    leg = world.fax()
    with monkeypatch.context() as patch:
        patch.setattr(spools.Spool, "remove", denied)
        world.turn()
        world.turn()
        assert len(asked) == 1, "it is not tried each time"
        assert world.receiving.stuck == [f"acme/1050/{leg}.tif"]
        assert len(world.rows()) == 1
        assert world.receiving.received == 1
        world.keep_days(1)
        world.inbox.mailed(leg, 1)
        world.passes(3 * 86400)
        world.prune()
        assert world.row(leg), "else it would come anew"
    world.passes(LONGEST)
    world.turn()
    assert world.receiving.stuck == []
    assert not world.tiff(leg).exists()
    assert world.prune() == 1
    assert world.rows() == []


def test_a_pdf_that_somebody_removed_is_made_again_while_the_tiff_is_there(world: World) -> None:
    leg = world.fax()
    raw = world.tiff(leg).read_bytes()
    world.turn()
    Path(world.row(leg).file).unlink()
    world.tiff(leg).write_bytes(raw)
    world.turn()
    assert Path(world.row(leg).file).exists()
    assert len(world.rows()) == 1


def test_nothing_from_elsewhere_is_taken_for_a_fax(world: World, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(HEAD + b"page")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "0a4e1e6a-0000-4000-8000-00000000000a.tif").write_bytes(HEAD + b"page")
    here = world.storage / "fax"
    (here / "acme" / "1050").mkdir(parents=True)
    (here / "acme" / "1050" / "0a4e1e6a-0000-4000-8000-00000000000b.tif").symlink_to(secret)
    (here / "acme" / "1051").symlink_to(elsewhere)
    (here / "bakery").mkdir()
    (here / "bakery" / "1050").symlink_to(elsewhere)
    (here / "other").symlink_to(here / "acme")
    os.mkfifo(here / "acme" / "1050" / "0a4e1e6a-0000-4000-8000-00000000000c.tif")
    for name in ("..tif", "x.tif", "0A4E1E6A-0000-4000-8000-00000000000d.tif", "a.pdf"):
        (here / "acme" / "1050" / name).write_bytes(HEAD + b"page")
    (here / "..acme").mkdir()
    world.passes(SILENT * 10)
    world.turn()
    assert world.rows() == []
    assert world.receiving.error == ""
    assert secret.exists()
    assert len(list(elsewhere.iterdir())) == 1


def test_a_file_that_changes_while_it_is_taken_up_is_not_removed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    leg = world.fax()

    def grows(name: str) -> None:
        if name == "spool.remove":
            with world.tiff(leg).open("ab") as file:
                file.write(b"page")

    durable.hook = grows
    world.turn()
    durable.hook = None
    assert world.tiff(leg).exists()


def test_a_file_larger_than_any_fax_is_left_and_told(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spools, "LARGEST", 1000)
    leg = world.fax(content=HEAD + b"page" * 1000)
    world.turn()
    assert world.rows() == []
    assert "larger than any fax" in world.receiving.error
    assert leg in world.receiving.error
    assert world.tiff(leg).exists()


def test_folders_of_accounts_are_made_for_both_to_write(world: World) -> None:
    (world.storage / "fax").chmod(0o2770)
    world.companies = {"acme": company(), "bakery": company("bakery")}
    world.turn()
    for slug in ("acme", "bakery"):
        mode = (world.storage / "fax" / slug / "1050").stat().st_mode
        assert mode & 0o7777 == 0o2770, "the group writes, and hands itself down"
    world.companies = {
        "acme": company("acme", account(), account("1051"), account("1052", receives=False))
    }
    world.turn()
    made = sorted(path.name for path in (world.storage / "fax" / "acme").iterdir())
    assert made == ["1050", "1051"]


def test_folders_that_could_not_be_made_are_made_when_they_can_be(world: World) -> None:
    (world.storage / "fax").rmdir()
    (world.storage / "fax").write_text("in the way")
    world.turn()
    (world.storage / "fax").unlink()
    world.turn()
    assert not (world.storage / "fax").exists(), "not at once"
    world.passes(MAKING)
    world.turn()
    assert (world.storage / "fax" / "acme" / "1050").is_dir()


def test_strangers_texts_are_made_harmless(world: World) -> None:
    leg = world.fax(record=False)
    world.record(leg, caller="\x1b[31m\r\nBcc: x\0", fax_remote_station_id="\r\nA\u202eB" * 9)
    world.turn()
    row = world.row(leg)
    for text in (row.caller, row.station_id):
        assert text.isprintable()
    assert len(row.station_id) <= 20


def test_a_fault_of_ours_with_one_holds_up_no_other(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = world.fax(content=HEAD + b"page poison"), world.fax()
    convert = world._convert

    def poisoned(file: Path) -> tuple[bytes, int]:
        if b"poison" in file.read_bytes():
            raise ZeroDivisionError
        return convert(file)

    monkeypatch.setattr(world, "_convert", poisoned)
    world.restart()
    world.turn()
    assert world.row(good).ok
    for _ in range(TRIES):
        world.passes(LONGEST)
        world.turn()
    assert world.row(bad).file.endswith(".tif"), "it is delivered all the same"
    assert any("not converted" in line for line in world.log.lines)


def test_a_record_that_was_booked_days_later_is_found(world: World) -> None:
    leg = world.fax(record=False)
    world.record(leg, shelf="booked/2026-12-09")
    (world.calls / "booked" / "2026-11-01").mkdir()
    world.turn()
    assert world.row(leg).station_id == "CITY DENTIST"


def test_what_lies_in_the_folder_of_the_configuration_is_taken_up_too(
    world: World, tmp_path: Path
) -> None:
    """The switch was restarted with another folder, or will be."""
    leg = world.fax()
    world.line.storage = tmp_path / "elsewhere"
    world.receiving._storage = lambda: world.storage
    world.turn()
    assert world.row(leg).ok
