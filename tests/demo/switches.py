"""The switch of the demo: the simulated one, or a real FreeSWITCH with two phones and a carrier."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.demo import faxes
from tests.demo.shell import DIALFORM, ROOT
from tests.live.faxmachine import FaxMachine
from tests.live.sheets import draw, write
from tests.live.site import Site
from tests.live.switch import Switch, find_binary

PHONES = ("1001", "1002")
DOMAIN = "acme.example.com"
SECOND = "backup"


class SimulatedHost:
    """`dialform simulate` in a process of its own, with registered phones that pick up."""

    name = "the simulated switch"
    faxes = None
    """Nobody outside sends one: the carrier brings back what Acme sends to itself."""

    def __init__(self, site: Site, conf: Path) -> None:
        self._site, self._conf = site, conf

    @contextmanager
    def running(self) -> Iterator[None]:
        """The switch, from its first answer to the end."""
        phones = [word for one in PHONES for word in ("--register", f"{one}@{DOMAIN}")]
        log = self._site.folder / "switch.log"
        with log.open("wb") as stream:
            process = subprocess.Popen(
                [DIALFORM, "simulate", "--conf", self._conf, *phones,
                 "--fax", faxes.DENTIST, "--loop", faxes.OURS,
                 "--cdr", self._site.state / "cdr"],
                cwd=ROOT, stdout=stream, stderr=subprocess.STDOUT,
            )  # fmt: skip
        try:
            _until(lambda: "Event socket" in log.read_text("utf-8"), process, log)
            yield
        finally:
            process.terminate()
            process.wait(10)


def _until(met: Callable[[], bool], process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + 30
    while not met():
        if process.poll() is not None or time.monotonic() > deadline:
            sys.exit(f"the switch does not start:\n{log.read_text('utf-8')}")
        time.sleep(0.05)


class RealHost:
    """A FreeSWITCH of this machine, with two phones that answer and carriers that let it register."""

    name = "FreeSWITCH"

    def __init__(self, site: Site, conf: Path) -> None:
        if find_binary() is None:
            sys.exit("no freeswitch on PATH: name one with DIALFORM_FREESWITCH")
        self._site, self._conf = site, conf

    @contextmanager
    def running(self) -> Iterator[None]:
        """The switch, from its first answer to the end."""
        self._site.folder.joinpath("farends.json").write_text(json.dumps(self._cast()), "utf-8")
        with ExitStack() as stack:
            stack.enter_context(self._far_ends("carriers"))
            self._machine = stack.enter_context(self._fax_machine())
            stack.enter_context(Switch(self._conf, self._site.state))
            stack.enter_context(self._far_ends("phones"))
            yield

    def _fax_machine(self) -> FaxMachine:
        """What stands behind the second carrier."""
        return FaxMachine(self._site.folder / "machine", *self._site.carriers[SECOND])

    def faxes(self) -> None:
        """Somebody sends two pages to Acme's number."""
        sheets = write(self._site.folder / "sheets.tif", draw(2, "demo"))
        for _ in range(3):  # a machine that does not get through dials again
            said = asyncio.run(self._machine.sends(
                faxes.OURS, sheets, self._site.address("external"),
                fax_enable_t38="true", fax_ident="+19175550100",
            ))  # fmt: skip
            pages = said["fax_document_transferred_pages"]
            print(f"   their machine says: {said['fax_result_text']}, {pages} pages")
            if said["fax_success"] == "1":
                return

    def _cast(self) -> dict[str, object]:
        site = self._site
        phones = {one: site.password(f"acme/{one}") for one in PHONES}
        return {
            "domain": DOMAIN, "phones": phones,
            "carriers": {n: a for n, a in site.carriers.items() if n != SECOND},
            "internal": site.address("internal"), "external": site.address("external"),
        }  # fmt: skip

    @contextmanager
    def _far_ends(self, which: str) -> Iterator[None]:
        """Phones or carriers, in a process of their own: they must answer while commands run."""
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.demo.farends", which, self._site.folder],
            cwd=ROOT, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stdout is not None
        if "ready" not in process.stdout.readline():
            sys.exit(f"the {which} do not start")
        try:
            yield
        finally:
            process.terminate()
            process.wait(10)


def host(which: str, site: Site, conf: Path) -> SimulatedHost | RealHost:
    """The switch that was asked for by `SWITCH=`."""
    if which not in ("", "simulator", "freeswitch"):
        sys.exit(f"SWITCH={which}: say freeswitch, or leave it out for the simulated switch")
    return RealHost(site, conf) if which == "freeswitch" else SimulatedHost(site, conf)
