"""The command that sends a fax, on the real switch: nothing breaks out of it, and pages say the right."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image

from dialform.fax.queue.values import Job
from dialform.fax.released import Account, Company, Trunk, Way, Ways
from dialform.fax.sending.dial import Dial, command
from dialform.fax.sending.ladder import Rung
from dialform.fax.sending.outcome import of
from dialform.values import replace

from . import sheets
from .conftest import Carriers
from .faxmachine import FaxMachine
from .scene import play
from .site import Site
from .switch import Switch

TRUNK = "third"
NUMBER, STATION = "+17185552001", "+12125550150"
LINE = (320, 0, sheets.WIDTH, 32)
"""The line at the top of a fine page, behind its date and time (20 signs of 16 dots)."""

ACCOUNT = Account(
    number="1050", name="Fax", e164=STATION, header="Acme Corp", station_id=STATION, deliver_to="",
    users=(), cover="", retries=3, resolution="fine", t38=True, ecm=True, toll="national", sends=True,
    receives=True,
)  # fmt: skip
COMPANY = Company(
    slug="acme", name="Acme Corp", timezone="America/New_York", country="US", language="en",
    suspended=False, plan="standard", cap=20, cap_backend="hash", concurrent_faxes=2, keep_days=0,
    home="", premium="", barred=frozenset(), barred_prefixes=(),
)  # fmt: skip
JOB = Job(
    id=1, tenant="acme", account="1050", to=NUMBER, name="", document="", title="", pages=2,
    state="sending", cause="", due=0, step=0, tries=0, confirmed=0, retries=3, created=0, ended=0, by="",
    batch="", host="", wish="", coarse=False,
)  # fmt: skip
WAY = Way("us-fax", "^\\+1", "", "", False, "standard", (TRUNK,))
WAYS = Ways(
    (WAY,),
    {TRUNK: Trunk(TRUNK, "+", "", "", "none", ("PCMU",), "hash trunk third 9 !SWITCH_CONGESTION", 4)},
    {}, frozenset(),
)  # fmt: skip


@pytest.fixture
def machine(
    compiled: Site, carriers: Carriers, switch: Switch, tmp_path: Path
) -> Iterator[FaxMachine]:
    """A fax machine in the place of a carrier."""
    carriers[TRUNK].stop()
    host, port = compiled.carriers[TRUNK]
    with FaxMachine(tmp_path / "machine", host, port) as made:
        yield made


def dial(file: Path, **changes: Any) -> Dial:
    made = Dial(
        uuid=str(uuid4()), job=JOB, company=COMPANY, account=ACCOUNT, way=WAY,
        trunk=WAYS.trunks[TRUNK], rung=Rung(True, True, True), start=0, file=file, revision="r1",
    )  # fmt: skip
    return replace(made, **changes)


def wanted(line: str) -> dict[str, str]:
    """The variables that a command gives its leg."""
    inside = line.partition("{^^;")[2].partition("}")[0]
    return dict(one.split("=", 1) for one in inside.split(";"))  # type: ignore[misc]


async def goes(switch: Switch, one: Dial) -> dict[str, str]:
    """Sends, and gives the variables of the leg."""
    said = await switch.ask(command(one, WAYS))
    assert said.strip() == f"+OK {one.uuid}"
    (record,) = await switch.cdrs_where(1, within=100.0, uuid=one.uuid)
    found: dict[str, str] = record["variables"]
    assert of(found["hangup_cause"], found).word == "sent", found
    return found


HOSTILE = (
    "';dialform_evil=1;x='", "}[dialform_evil=1]{a=b}", "${system touch EVIL}", "a,b|c:_:user/1001",
    'say "x" \\\' %27;dialform_evil=1', "a\r\nb: c",
)  # fmt: skip


def test_no_header_is_anything_but_text_to_the_switch(
    machine: FaxMachine, switch: Switch, tmp_path: Path
) -> None:
    file = sheets.write(tmp_path / "a folder, with signs" / "one.tif", sheets.draw(1, rows=300))
    evil = tmp_path / "evil"

    async def sends() -> None:
        header = " ".join(HOSTILE).replace("EVIL", str(evil))
        account = replace(ACCOUNT, header=header, station_id="';evil=1 {x}")
        one = dial(file, account=account)
        found = await goes(switch, one)
        given = wanted(command(one, WAYS))
        taken = {name: found.get(name) for name in given if not name.startswith("execute_on")}
        assert taken == {name: given[name] for name in taken}
        assert not [name for name in found if "evil" in name]
        assert found["fax_local_station_id"] == "';evil=1 {x}"
        assert not evil.exists()

    play(sends(), 100.0)


def test_each_page_says_its_number_and_the_sender_also_where_a_fax_goes_on(
    machine: FaxMachine, switch: Switch, tmp_path: Path
) -> None:
    file = sheets.write(tmp_path / "two.tif", sheets.draw(2, rows=300))

    async def sends() -> None:
        await goes(switch, dial(file))
        found = await goes(
            switch, dial(file, start=1, account=replace(ACCOUNT, header="Acme Corp"))
        )
        await goes(switch, dial(file, start=1, account=replace(ACCOUNT, header="Café Acme")))
        assert found["fax_document_transferred_pages"] == "1"
        whole, rest, other = [sheets.read(one) for one in machine.received()]
        first, second = [line(page) for page in whole]
        assert [line(page) for page in rest] == [second], (
            "the second page is the second, on its own"
        )
        assert first != second, "their numbers differ"
        assert [line(page) for page in other] != [second], "so do their senders"
        assert second.count(0) > 200, "something is written there"

    play(sends(), 150.0)


def line(page: Image.Image) -> bytes:
    """What stands at the top of a page: a byte a dot, 0 is black."""
    return page.crop(LINE).convert("L").tobytes()


@pytest.mark.parametrize(
    ("cap", "trunk", "word"), [(1, 9, "cap"), (20, 0, "trunk_full")], ids=["tenant", "trunk"]
)
def test_what_is_full_of_our_own_says_so_and_dials_nothing(
    machine: FaxMachine, switch: Switch, tmp_path: Path, cap: int, trunk: int, word: str
) -> None:
    file = sheets.write(tmp_path / "one.tif", sheets.draw(1, rows=300))

    async def sends() -> None:
        full = replace(WAYS.trunks[TRUNK], limit=f"hash trunk third {trunk} !SWITCH_CONGESTION")
        one = dial(file, company=replace(COMPANY, cap=cap), trunk=full)
        if word == "cap":  # of one call at once, one is there
            other = "{dialform_probe=true;limit_ignore_transfer=true;execute_on_originate=limit hash tenant acme -1}"
            said = await switch.ask(f"originate '{other.replace(';', ',')}null/x' &park()")
            assert said.startswith("+OK"), said
        said = (await switch.ask(command(one, WAYS))).strip()
        assert of(said.removeprefix("-ERR "), {}).word == word, said
        assert machine.received() == []
        await switch.ask("hupall")

    play(sends(), 60.0)
