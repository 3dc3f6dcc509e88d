"""A fax that the real switch receives arrives at a mail server, as a PDF whose pages are right, once."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from . import sheets
from .agent import off
from .faxes import DID, LONG, FaxHost, faxing
from .faxmachine import FaxMachine
from .mailbox import Mailbox, mailbox
from .scene import play

pytestmark = pytest.mark.skipif(
    shutil.which("pdfimages") is None, reason="NO pdfimages HERE: PAGES OF MAILS WERE NOT COMPARED"
)
TO = "in@faxes.example"


@pytest.fixture(scope="module")
def box() -> Iterator[Mailbox]:
    with mailbox() as made:
        yield made


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory, box: Mailbox) -> Iterator[FaxHost]:
    """A switch with an agent's site that names this mail server."""
    with faxing(tmp_path_factory.mktemp("mails")) as made:
        with made.site.edit("platform.yaml") as platform:
            platform["mail"] = {"smtp": box.url, "from": "pbx@example.com"}
        made.commit("mail")
        made.settle()
        yield made


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory, host: FaxHost) -> Iterator[FaxMachine]:
    """A fax machine somewhere behind a carrier."""
    address = host.site.carriers["third"][0]
    with FaxMachine(tmp_path_factory.mktemp("caller"), address) as made:
        yield made


def spooled(host: FaxHost) -> list[Path]:
    """The TIFFs that nobody took up yet."""
    return list((host.site.state / "storage" / "fax" / "faxes").glob("*/*.tif"))


async def until(met: Callable[[], Any], within: float = 60.0) -> Any:
    deadline = time.monotonic() + within
    while not (found := met()):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.1)
    return found


def pages_of(mail: EmailMessage, folder: Path) -> list[Image.Image]:
    """The pages of the PDF that is attached, as somebody's PDF reader sees them."""
    (part,) = mail.iter_attachments()
    assert part.get_content_type() == "application/pdf"
    file = folder / "mailed.pdf"
    file.write_bytes(part.get_content())
    into = folder / "pages"
    into.mkdir()
    subprocess.run(["pdfimages", "-png", str(file), str(into / "page")], check=True)
    return [Image.open(one).convert("1") for one in sorted(into.glob("*.png"))]


async def sends(host: FaxHost, machine: FaxMachine, file: Path) -> None:
    """A fax that arrives at the switch."""
    said = await machine.sends(
        DID, file, host.site.address("external"), fax_ident="+19175550100", fax_enable_t38="true"
    )
    assert said["fax_success"] == "1", said.get("fax_result_text")


def test_a_fax_is_mailed_as_a_pdf_whose_pages_are_right(
    host: FaxHost, machine: FaxMachine, box: Mailbox, tmp_path: Path
) -> None:
    drawn = sheets.draw(2, seed="mail")
    file = sheets.write(tmp_path / "two.tif", drawn)

    async def plays() -> None:
        async with host.staying("--interval", "1"):
            await sends(host, machine, file)
            await until(lambda: box.mails)
            (mail,) = box.mails
            assert (mail["To"], mail["From"]) == (TO, "pbx@example.com")
            assert mail["Subject"] == "Fax from +19175550100: 2 pages"
            text = mail.get_body().get_content()  # type: ignore[union-attr]
            assert "(Asia/Tokyo)" in text
            assert "the machine calls itself +19175550100" in text
            assert "Result:    complete" in text
            assert sheets.unlike(drawn, pages_of(mail, tmp_path)) == []
            (row,) = await until(lambda: [one for one in host.received() if one.mailed])
            assert (row.tenant, row.account, row.did, row.pages) == ("faxes", "3050", DID, 2)
            assert (row.ok, row.result, row.caller) == (True, "complete", "+19175550100")
            assert 5 < row.seconds < 120
            assert mail["Message-ID"] == f"<fax.{row.uuid}@example.com>"
            assert spooled(host) == [], "what is kept as a PDF is not kept as a TIFF"
            assert Path(row.file).stat().st_mode & 0o777 == 0o640

    play(plays(), LONG)


def test_nothing_is_lost_while_the_agent_and_the_mail_server_are_away(
    host: FaxHost, machine: FaxMachine, box: Mailbox, tmp_path: Path
) -> None:
    """Nobody hears the fax end, and who takes it up is killed while it waits for the mail server."""
    drawn = sheets.draw(1, seed="away")
    file = sheets.write(tmp_path / "one.tif", drawn)
    box.raw.clear()

    async def plays() -> None:
        await sends(host, machine, file)
        assert len(await off(lambda: spooled(host))) == 1
        box.away, box.asked = True, 0
        killed = False
        try:
            async with host.staying("--interval", "1") as process:
                await until(lambda: box.asked)
                process.kill()
                killed = True
        except AssertionError:
            assert killed, "it ended by itself"
        assert await off(lambda: spooled(host)) == []
        assert box.raw == []
        box.away = False
        async with host.staying("--interval", "1"):
            await until(lambda: box.raw, 90.0)
            await until(lambda: all(one.mailed or one.due < 0 for one in host.received()))
        (mail,) = box.mails
        assert sheets.unlike(drawn, pages_of(mail, tmp_path)) == []

    play(plays(), LONG)


def test_a_fax_that_breaks_off_is_mailed_as_far_as_it_came(
    host: FaxHost, machine: FaxMachine, box: Mailbox, tmp_path: Path
) -> None:
    drawn = sheets.draw(3, seed="broken", rows=1500)
    file = sheets.write(tmp_path / "three.tif", drawn)
    box.raw.clear()

    def came() -> int:
        try:
            return sum(len(sheets.read(one)) for one in spooled(host))
        except OSError:
            return 0

    async def plays() -> None:
        async with host.staying("--interval", "1"):
            fax = asyncio.create_task(
                machine.sends(DID, file, host.site.address("external"), fax_enable_t38="true")
            )
            await until(lambda: came() == 1, 90.0)
            await machine.switch.ask("hupall")
            assert (await fax)["fax_success"] == "0"
            await until(lambda: box.raw)
            (mail,) = box.mails
            assert mail["Subject"] == "Incomplete fax from +19175550100: 1 page"
            assert "incomplete: the call dropped" in mail.get_body().get_content()  # type: ignore[union-attr]
            assert sheets.unlike(drawn[:1], pages_of(mail, tmp_path)) == []

    play(plays(), LONG)
