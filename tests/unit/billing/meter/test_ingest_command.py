"""`dialform billing ingest`: once, and watching; what it prints, and how it exits."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dialform.cli.entry import main
from dialform.cli.exits import Exit
from dialform.simulator.scene import Dial
from dialform.simulator.served import SimulatedSwitch

from .conftest import ROOT
from .legs import Leg

ALICE = "1001@acme.example.com"


class Desk:
    """Somebody who types the command."""

    def __init__(self, compiled: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.out, self.folder, self._capsys = compiled.parent, folder, capsys
        self.spool = folder / "cdr"
        self.spool.mkdir()
        self.url = f"sqlite:///{folder}/ledger.db"

    @property
    def options(self) -> list[str]:
        return [
            "--site", str(ROOT), "--out", str(self.out), "--state", str(self.folder / "state"),
            "--ledger", self.url, "--spool", str(self.spool),
        ]  # fmt: skip

    def ingest(self, *options: str) -> tuple[int, str, str]:
        code = main(["billing", "ingest", *self.options, *options])
        said = self._capsys.readouterr()
        return code, said.out, said.err

    def json(self, *options: str) -> dict[str, Any]:
        _, out, _ = self.ingest("--format", "json", *options)
        found: dict[str, Any] = json.loads(out)
        return found

    def puts(self, number: str = "+12125550177", **given: Any) -> Leg:
        now = time.time()
        leg = Leg(now - 100, now - 95, now - 30, number=number, **given)
        (self.spool / f"{leg.uuid}.cdr.json").write_bytes(leg.record())
        return leg


@pytest.fixture
def desk(compiled: Path, fast: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(compiled, fast, capsys)


def test_what_lies_there_is_booked_and_summed_up(desk: Desk) -> None:
    for _ in range(3):
        desk.puts(variables={"dialform_bill_plan": "standard"})
    code, out, err = desk.ingest()
    assert (code, err) == (0, "")
    assert out.splitlines()[0] == f"{desk.spool} → {desk.folder}/ledger.db, pbx1"
    assert [line.split() for line in out.splitlines()[1:]] == [
        ["records", "3"], ["booked", "3"], ["bad", "0"]
    ]  # fmt: skip
    assert list(desk.spool.glob("*.json")) == []
    with sqlite3.connect(desk.folder / "ledger.db") as ledger:
        assert {row[0] for row in ledger.execute("SELECT status FROM usage")} == {"rated"}
        assert ledger.execute("SELECT count(*) FROM terms").fetchone()[0] > 1
    assert desk.json()["booked"] == 0, "once"


def test_bad_files_are_told_and_make_it_fail(desk: Desk) -> None:
    leg = desk.puts()
    bad = desk.spool / "11111111-1111-4111-8111-111111111111.cdr.json"
    bad.write_bytes(b"rubbish}\n")
    code, out, err = desk.ingest()
    assert code == 1
    assert "bad: " in err and bad.name in err and "no JSON" in err
    lines = [line.split() for line in out.splitlines()[1:]]
    assert ["bad", "1", str(desk.spool / "bad")] in lines
    assert any("JSON" in line for line in out.splitlines())
    assert not (desk.spool / f"{leg.uuid}.cdr.json").exists(), "the rest goes on"
    assert desk.ingest()[0] == 0


def test_duplicates_and_what_has_no_price_are_counted(desk: Desk) -> None:
    leg = desk.puts(tenant="nobody")
    first = desk.json()
    assert (first["booked"], first["unrated"], first["bad"]) == (1, 1, 0)
    (desk.spool / f"{leg.uuid}.cdr.json").write_bytes(leg.record())
    again = desk.json()
    assert (again["booked"], again["duplicates"]) == (0, 1)


def test_what_is_not_complete_is_left_for_the_next_time(desk: Desk) -> None:
    leg = Leg(1, 2, 3)
    (desk.spool / f"{leg.uuid}.cdr.json").write_bytes(leg.record()[:90])
    code, out, _ = desk.ingest()
    assert code == 0 and "left" in out and list(desk.spool.glob("*.json"))


def test_old_booked_files_are_removed(desk: Desk) -> None:
    shelf = desk.spool / "booked" / "2020-01-01"
    shelf.mkdir(parents=True)
    (shelf / "x.cdr.json").write_text("old")
    desk.ingest("--keep-days", "3000")
    assert shelf.exists()
    desk.ingest()
    assert not shelf.exists()


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        (["--spool", "/nowhere/at/all"], 64, "There is no folder"),
        (["--host", "pbx9"], 3, "There is no host 'pbx9'"),
        (["--ledger", "mysql://x"], 1, "No ledger is kept in 'mysql'"),
        (["--keep-days", "-1"], 64, "--keep-days"),
    ],
)
def test_mistakes_are_told_in_a_sentence(
    desk: Desk, options: list[str], code: int, says: str
) -> None:
    got, _, err = desk.ingest(*options)
    assert says in err and "Traceback" not in err
    assert got == code


def test_without_anything_compiled_the_site_says_the_prices(
    desk: Desk, copy_of_the_demo: Callable[[Path], Path]
) -> None:
    site = copy_of_the_demo(desk.folder / "site")
    desk.puts(variables={"dialform_bill_plan": "standard"})
    code = main([
        "billing", "ingest", "--site", str(site), "--state", str(desk.folder / "state"),
        "--spool", str(desk.spool), "--host", "pbx1",
    ])  # fmt: skip
    assert code == 0
    with sqlite3.connect(desk.folder / "state" / "ledger.db") as ledger:
        assert [row[0] for row in ledger.execute("SELECT status FROM usage")] == ["rated"]


def test_a_site_with_errors_prices_nothing(
    desk: Desk, copy_of_the_demo: Callable[[Path], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    site = copy_of_the_demo(desk.folder / "site")
    text = (site / "billing.yaml").read_text()
    (site / "billing.yaml").write_text(text.replace('"0.0100", first', '"0,0100", first', 1))
    leg = desk.puts(variables={"dialform_bill_plan": "standard"})
    code = main([
        "billing", "ingest", "--site", str(site), "--state", str(desk.folder / "state"),
        "--spool", str(desk.spool), "--host", "pbx1",
    ])  # fmt: skip
    told = capsys.readouterr().err
    assert code == Exit.INVALID_SITE
    assert "'0,0100' is no price" in told and "nothing was booked" in told
    assert [path.name for path in desk.spool.glob("*.json")] == [f"{leg.uuid}.cdr.json"]


def test_a_ledger_that_is_locked_is_one_sentence(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dialform.billing.ledger import opening

    monkeypatch.setattr(opening, "BUSY", 0.05)
    monkeypatch.setattr(opening.open_ledger, "__kwdefaults__", {"migrate": True, "busy": 0.05})
    desk.puts()
    desk.ingest()
    desk.puts()
    other = sqlite3.connect(desk.folder / "ledger.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    code, _, err = desk.ingest()
    other.execute("ROLLBACK")
    assert code == 1 and "Another process holds the ledger" in err
    assert len(list(desk.spool.glob("*.json"))) == 1
    assert desk.json()["booked"] == 1


# Watching.


@pytest.fixture
def watching(desk: Desk) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    running: list[subprocess.Popen[str]] = []

    def watch(*options: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [str(Path(sys.executable).with_name("dialform")), "billing", "ingest", *desk.options,
             "--watch", "--format", "json", *options],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ,
        )  # fmt: skip
        running.append(process)
        assert process.stderr is not None
        assert "Ctrl-C ends it" in process.stderr.readline()
        return process

    yield watch
    for process in running:
        process.kill()
        process.communicate()


def ended(process: subprocess.Popen[str]) -> dict[str, Any]:
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 0, err
    found: dict[str, Any] = json.loads(out)
    return found


def until(met: Callable[[], Any], within: float = 20.0) -> None:
    deadline = time.monotonic() + within
    while not met():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_watching_books_what_comes(
    desk: Desk, watching: Callable[..., subprocess.Popen[str]]
) -> None:
    process = watching("--no-events")
    for _ in range(2):
        desk.puts()
        until(lambda: not list(desk.spool.glob("*.json")))
    assert ended(process)["booked"] == 2


def test_killed_while_watching_and_started_again(
    desk: Desk, watching: Callable[..., subprocess.Popen[str]]
) -> None:
    process = watching("--no-events")
    for _ in range(300):
        desk.puts()
    until(lambda: list(desk.spool.glob("booked/*/*")))
    process.kill()
    process.wait()
    again = watching("--no-events")
    until(lambda: not list(desk.spool.glob("*.json")))
    said = ended(again)
    assert said["conflicts"] == 0 and said["bad"] == 0
    with sqlite3.connect(desk.folder / "ledger.db") as ledger:
        assert ledger.execute("SELECT count(*) FROM facts").fetchone() == (300,)


def test_watching_listens_to_the_switch_that_was_compiled(
    desk: Desk, watching: Callable[..., subprocess.Popen[str]], compiled: Path, tmp_path: Path
) -> None:
    """By the address and the password of the compiled folder."""
    import shutil

    out = tmp_path / "out"
    shutil.copytree(compiled.parent, out, symlinks=True)
    desk.out = out
    socket = out / "pbx1/freeswitch/autoload_configs/event_socket.conf.xml"

    async def work() -> dict[str, Any]:
        async with SimulatedSwitch(compiled / "freeswitch", esl=("127.0.0.1", 0), seed=3) as switch:
            text = socket.read_text()
            assert 'value="8021"' in text
            socket.write_text(text.replace('value="8021"', f'value="{switch.address[1]}"'))
            process = await asyncio.to_thread(watching)
            async with asyncio.timeout(20):
                while True:  # until it listens
                    switch.register(ALICE)
                    switch.call(Dial(ALICE, "2125550177", patience=4.0))
                    await asyncio.sleep(5)
                    with sqlite3.connect(desk.folder / "ledger.db") as ledger:
                        found = ledger.execute("SELECT count(*) FROM facts WHERE trunk <> ''")
                        if found.fetchone()[0]:
                            break
            return await asyncio.to_thread(ended, process)

    said = asyncio.run(work())
    assert said["events"] >= 2, "no record was written"
