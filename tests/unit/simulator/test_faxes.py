"""Faxes on a simulated switch that serves: what is asked of it over the event socket, and its files."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from PIL import Image

from dialform.simulator.events import Event
from dialform.simulator.faxing.machine import FaxMachine
from dialform.simulator.faxing.sheets import BLANK, Page, read, write
from dialform.simulator.scene import Dial, Phone
from dialform.simulator.served import SimulatedSwitch
from dialform.values import replace

from .conftest import PARTS, TINY, extension

UUID = "6f1b3f3a-97a5-4d54-9f0e-0c7b5c1f2a01"
NUMBER = "+12125550177"
FINE = Page(1728, 2286, 204, 196)


def machine(**given: object) -> Phone:
    return Phone(answer_after=0.02, fax=FaxMachine(handshake=0.02, page=0.02, **given))  # type: ignore[arg-type]


class Served:
    """A switch with two trunks, its records and what it told."""

    def __init__(self, switch: SimulatedSwitch, folder: Path) -> None:
        self.switch, self.folder = switch, folder
        self.events: list[Event] = []
        switch.events.subscribe(self.events.append)

    def far(self, *phones: Phone, number: str = NUMBER) -> None:
        """How the number takes its next calls; then all as the last."""
        around = self.switch.live.surroundings
        around.turns[number], around.numbers[number] = list(phones[:-1]), phones[-1]

    async def send(self, file: Path, inside: str = "", uuid: str = UUID) -> str:
        leg = f"{{^^;origination_uuid={uuid};dialform_object=fax 1050;{inside}}}sofia/gateway/g1/{NUMBER}"
        text = f"'{leg}' '&txfax({file})'"
        reply = await self.switch.api("originate", text)
        assert reply is not None
        return reply.strip()

    async def over(self) -> None:
        """All calls have ended."""
        async with asyncio.timeout(10):
            while self.switch.live.switch.channels:
                await asyncio.sleep(0.01)

    def told(self, kind: str) -> list[dict[str, str]]:
        return [event.headers for event in self.events if event.subclass == f"spandsp::{kind}"]

    def end(self) -> dict[str, str]:
        """What the last leg's end says of its fax."""
        (*_, last) = (e.headers for e in self.events if e.name == "CHANNEL_HANGUP_COMPLETE")
        return {name.removeprefix("variable_"): value for name, value in last.items()}


@asynccontextmanager
async def served(folder: Path, *extensions: str) -> AsyncIterator[Served]:
    public = f'<context name="public">{"".join(extensions)}</context>'
    parts = dict.fromkeys(PARTS, "") | {"contexts": public}
    modules = "".join(f'<load module="mod_{name}"/>' for name in ("sofia", "commands", "spandsp"))
    loaded = f'<configuration name="modules.conf"><modules>{modules}</modules></configuration>'
    text = TINY.format(**parts).replace(
        '<configuration name="ivr', f'{loaded}<configuration name="ivr'
    )
    away = '<param name="register" value="false"/>'
    text = text.replace('<param name="proxy"', f'{away}<param name="proxy"')
    (folder / "freeswitch.xml").write_text(text)
    async with SimulatedSwitch(folder, ("127.0.0.1", 0), seed=1) as switch:
        yield Served(switch, folder)


def run(folder: Path, work: Callable[[Served], Awaitable[None]], *extensions: str) -> None:
    async def go() -> None:
        async with served(folder, *extensions) as one:
            await work(one)

    asyncio.run(go())


def pages(folder: Path, count: int = 3) -> Path:
    path = folder / "out.tif"
    write(path, [FINE] * count)
    return path


def test_the_pages_of_the_file_are_sent_one_after_the_other(tmp_path: Path) -> None:
    async def work(one: Served) -> None:
        one.far(machine())
        assert await one.send(pages(tmp_path)) == f"+OK {UUID}"
        await one.over()
        done = [told["fax-document-transferred-pages"] for told in one.told("txfaxpageresult")]
        assert done == ["1", "2", "3"]
        assert one.end()["fax_success"] == "1"
        assert one.end()["Hangup-Cause"] == "NORMAL_CLEARING"
        assert {told["Unique-ID"] for told in one.told("txfaxresult")} == {UUID}

    run(tmp_path, work)


def test_each_call_of_a_number_may_end_otherwise(tmp_path: Path) -> None:
    async def work(one: Served) -> None:
        one.far(Phone(cause="USER_BUSY"), machine(breaks=1), machine(breaks=2, code=48), machine())
        file, ends = pages(tmp_path), []
        replies = []
        for count in range(5):
            replies.append((await one.send(file, uuid=f"{UUID[:-1]}{count}"))[:3])
            await one.over()
            said = one.end()
            ends.append((said.get("fax_result_code"), said.get("fax_document_transferred_pages")))
        assert replies == ["-ER", "+OK", "+OK", "+OK", "+OK"]
        assert ends == [(None, None), ("49", "1"), ("48", "2"), ("0", "3"), ("0", "3")]

    run(tmp_path, work)


def test_a_line_that_does_not_stand_something_stands_it_without(tmp_path: Path) -> None:
    async def work(one: Served) -> None:
        one.far(machine(troubles=frozenset({"t38", "v17"})))
        file, codes = pages(tmp_path), []
        for count, inside in enumerate(
            (
                "fax_enable_t38=true",
                "fax_enable_t38=false",
                "fax_enable_t38=false;fax_disable_v17=true",
            )
        ):
            await one.send(file, inside, uuid=f"{UUID[:-1]}{count}")
            await one.over()
            codes.append(one.end()["fax_result_code"])
        assert codes == ["49", "49", "0"]

    run(tmp_path, work)


def test_a_fine_page_is_refused_by_a_machine_without_fine_resolution(tmp_path: Path) -> None:
    async def work(one: Served) -> None:
        one.far(machine(fine=False))
        await one.send(pages(tmp_path))
        await one.over()
        assert one.end()["fax_result_code"] == "11"
        write(tmp_path / "coarse.tif", [BLANK])
        await one.send(tmp_path / "coarse.tif")
        await one.over()
        assert one.end()["fax_success"] == "1"

    run(tmp_path, work)


def test_sending_goes_on_behind_the_pages_that_are_there(tmp_path: Path) -> None:
    async def work(one: Served) -> None:
        one.far(machine())
        await one.send(pages(tmp_path), "fax_start_page=2")
        await one.over()
        end = one.end()
        assert end["fax_document_transferred_pages"] == "1"
        assert end["fax_document_total_pages"] == "3"

    run(tmp_path, work)


def test_a_leg_is_ended_from_outside_and_says_how_far_it_came(tmp_path: Path) -> None:
    async def work(one: Served) -> None:
        one.far(Phone(answer_after=0.02, fax=FaxMachine(handshake=0.02, page=30)))
        await one.send(pages(tmp_path))
        while not one.told("txfaxnegociateresult"):
            await asyncio.sleep(0.01)
        assert await one.switch.api("uuid_exists", UUID) == "true"
        assert (await one.send(pages(tmp_path))).startswith("-ERR"), "no second leg of one UUID"
        assert await one.switch.api("uuid_kill", UUID) == "+OK\n"
        await one.over()
        assert await one.switch.api("uuid_exists", UUID) == "false"
        (told,) = one.told("txfaxresult")
        assert (told["fax-result-code"], told["fax-document-transferred-pages"]) == ("49", "0")

    run(tmp_path, work)


def test_a_full_cap_has_its_own_cause_and_nobody_is_called(tmp_path: Path) -> None:
    async def work(one: Served) -> None:
        one.far(machine())
        cap = "execute_on_originate_trunk=limit hash trunk g1 0 !NETWORK_OUT_OF_ORDER"
        assert await one.send(pages(tmp_path), cap) == "-ERR NETWORK_OUT_OF_ORDER"
        assert not one.told("txfaxresult")
        assert "variable_sip_term_status" not in one.events[-1].headers

    run(tmp_path, work)


def test_a_file_that_is_not_there_ends_the_call_without_a_result(tmp_path: Path) -> None:
    async def work(one: Served) -> None:
        one.far(machine())
        assert await one.send(tmp_path / "nothing.tif") == f"+OK {UUID}"
        await one.over()
        assert "fax_result_code" not in one.end()
        (tmp_path / "text.tif").write_text("no picture")
        await one.send(tmp_path / "text.tif")
        await one.over()
        assert one.end()["fax_result_code"] == "41"

    run(tmp_path, work)


def test_a_crash_leaves_no_leg_and_no_word(tmp_path: Path) -> None:
    async def work(one: Served) -> None:
        one.far(Phone(answer_after=0.02, fax=FaxMachine(handshake=0.02, page=30)))
        core = one.switch.live.identity.core_uuid
        await one.send(pages(tmp_path))
        await one.switch.restart()
        assert one.switch.live.identity.core_uuid != core
        assert await one.switch.api("uuid_exists", UUID) == "false"
        assert not one.told("txfaxresult")

    run(tmp_path, work)


RECEIVES = extension("15", "answer", "rxfax DIR/${uuid}.tif", "hangup")


def test_what_comes_in_is_a_tiff_with_the_pages_that_were_sent(tmp_path: Path) -> None:
    async def work(one: Served) -> None:
        picture = Image.new("1", (1728, 1143), 1)
        picture.paste(0, (100, 200, 900, 400))
        plain = Image.new("1", (1728, 1143), 1)
        sent = tmp_path / "sent.tif"
        picture.save(sent, save_all=True, append_images=[plain], compression="group4",
                     dpi=(204, 98))  # fmt: skip
        fax = FaxMachine(station_id="+1 917", sheets=str(sent), handshake=0.02, page=0.02)
        uuid = one.switch.call(Dial("+19175550100", "15", fax=fax))
        await one.over()
        (told,) = one.told("rxfaxresult")
        assert told["fax-success"] == "1"
        assert told["fax-remote-station-id"] == "+1 917"
        with Image.open(tmp_path / f"{uuid}.tif") as got:
            assert getattr(got, "n_frames", 1) == 2
            assert got.tobytes() == picture.tobytes()
            got.seek(1)
            assert got.tobytes() == plain.tobytes()
        assert [page.line for page in read(tmp_path / f"{uuid}.tif")] == ["8040x3850"] * 2

    run(tmp_path, work, RECEIVES.replace("DIR", str(tmp_path)))


def test_a_sender_that_breaks_off_leaves_the_pages_that_came(tmp_path: Path) -> None:
    async def work(one: Served) -> None:
        fax = FaxMachine(pages=4, breaks=2, handshake=0.02, page=0.02)
        uuid = one.switch.call(Dial("+19175550100", "15", fax=fax))
        await one.over()
        assert len(read(tmp_path / f"{uuid}.tif")) == 2
        (told,) = one.told("rxfaxresult")
        assert (told["fax-result-code"], told["fax-document-transferred-pages"]) == ("49", "2")

    run(tmp_path, work, RECEIVES.replace("DIR", str(tmp_path)))


@pytest.mark.parametrize(
    ("folder", "fax", "code"),
    [("spool", FaxMachine(), "41"), (".", FaxMachine(breaks=0), "49"), (".", None, "49")],
)
def test_without_a_folder_or_a_page_there_is_no_file(
    tmp_path: Path, folder: str, fax: FaxMachine | None, code: str
) -> None:
    async def work(one: Served) -> None:
        quick = replace(fax, handshake=0.02, page=0.02) if fax else None
        one.switch.call(Dial("+19175550100", "15", fax=quick, patience=0.2))
        await one.over()
        assert [told["fax-result-code"] for told in one.told("rxfaxresult")] == [code]
        assert list(tmp_path.glob("**/*.tif")) == []

    run(tmp_path, work, RECEIVES.replace("DIR", str(tmp_path / folder)))


def test_a_page_that_cannot_be_kept_ends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*given: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("dialform.simulator.apps.faxes.write", full)

    async def work(one: Served) -> None:
        fax = FaxMachine(handshake=0.02, page=0.02)
        one.switch.call(Dial("+19175550100", "15", fax=fax))
        await one.over()
        (told,) = one.told("rxfaxresult")
        assert (told["fax-result-code"], told["fax-document-transferred-pages"]) == ("41", "0")

    run(tmp_path, work, RECEIVES.replace("DIR", str(tmp_path)))


def test_a_carrier_brings_a_fax_back_to_a_number_of_this_switch(tmp_path: Path) -> None:
    async def work(one: Served) -> None:
        one.far(Phone(returned=True, fax=FaxMachine(handshake=0.02, page=2.0)))
        file = pages(tmp_path, 2)
        assert (await one.send(file, "fax_ident=%2B1%20212;fax_start_page=1")).startswith("+OK")
        await one.over()
        (sent,), (got,) = one.told("txfaxresult"), one.told("rxfaxresult")
        for told in (sent, got):
            assert (told["fax-success"], told["fax-document-transferred-pages"]) == ("1", "1")
        assert got["fax-remote-station-id"] == "+1 212"
        assert len(read(tmp_path / f"{got['Unique-ID']}.tif")) == 1

    # The number first: the folder's name may have a 15 in it.
    number = RECEIVES.replace("15", NUMBER.replace("+", r"\+")).replace("DIR", str(tmp_path))
    run(tmp_path, work, number)


def test_what_is_brought_back_to_nobody_is_refused(tmp_path: Path) -> None:
    async def work(one: Served) -> None:
        one.far(Phone(returned=True, fax=FaxMachine(handshake=0.02, page=2.0)))
        assert (await one.send(pages(tmp_path))) == "-ERR NO_ROUTE_DESTINATION"
        await one.over()

    run(tmp_path, work)


def test_what_is_brought_back_to_a_voice_is_no_fax(tmp_path: Path) -> None:
    async def work(one: Served) -> None:
        one.far(Phone(returned=True, fax=FaxMachine(handshake=0.02, page=2.0)))
        assert (await one.send(pages(tmp_path))).startswith("+OK")
        await one.over()
        assert one.end()["fax_result_code"] == "49"

    run(tmp_path, work, extension(NUMBER.replace("+", r"\+"), "answer", "sleep 500", "hangup"))


def test_what_is_brought_back_to_a_number_for_both_is_heard_by_its_tone(tmp_path: Path) -> None:
    listens = "spandsp_start_fax_detect transfer '15 XML public' 60 cng"
    both = extension(NUMBER.replace("+", r"\+"), "answer", listens, "sleep 9000", "hangup")

    async def work(one: Served) -> None:
        one.far(Phone(returned=True, fax=FaxMachine(handshake=0.02, page=2.0)))
        assert (await one.send(pages(tmp_path, 2))).startswith("+OK")
        await one.over()
        (got,) = one.told("rxfaxresult")
        assert (got["fax-success"], got["fax-document-transferred-pages"]) == ("1", "2")

    run(tmp_path, work, RECEIVES.replace("DIR", str(tmp_path)), both)
