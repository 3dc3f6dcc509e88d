"""A machine that is as a test says, a copy of the demo's compiled folder, and a simulated switch on it."""

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from dialform.compiler.build import Options, build
from dialform.compiler.check import Run
from dialform.compiler.secrets import open_store
from dialform.reconcile.doctor.finding import Finding
from dialform.reconcile.doctor.ground import Ground, Subject
from dialform.reconcile.doctor.machine import Listener, Machine
from dialform.reconcile.doctor.table import CHECKS
from dialform.reconcile.doctor.visit import Visit
from dialform.reconcile.folders import Folders
from dialform.reconcile.sitefiles import SiteFiles
from dialform.renderers import site as renderer
from dialform.schema.tree import scan
from dialform.simulator.served import SimulatedSwitch
from dialform.switch import Client

ROOT = Path(__file__).resolve().parents[3]
NOW = 1795850000.0


class Made(Machine):
    """A machine of which everything is said."""

    def __init__(self) -> None:
        super().__init__(Path("/nowhere"), {"DIALFORM_COREDUMPS": "/nowhere"})
        self.space: tuple[int, int] | None = (50_000_000_000, 100_000_000_000)
        self.kept: bool | None = True
        self.names = True
        self.fast = True
        self.listening: list[Listener] = []
        self.visits = Visit(trouble="nobody is asked in a test", refused=False)
        self.time: Callable[[], float] = lambda: NOW

    def now(self) -> float:
        return self.time()

    def free(self, folder: Path) -> tuple[int, int] | None:
        return self.space

    def synchronised(self) -> bool | None:
        return self.kept

    def resolves(self, name: str) -> bool:
        return self.names

    def visit(self, url: str) -> Visit:
        return self.visits

    def has_fast_yaml(self) -> bool:
        return self.fast

    def listeners(self) -> list[Listener]:
        return self.listening


@pytest.fixture(scope="session")
def _compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("doctor")
    build(Run(scan(ROOT), open_store(None, os.environ), 1), renderer, Options(out, None))
    return out / "pbx1"


@pytest.fixture
def host(_compiled: Path, tmp_path: Path) -> Path:
    """The compiled folder, to be spoilt at will."""
    shutil.copytree(_compiled, tmp_path / "pbx1")
    return tmp_path / "pbx1"


@pytest.fixture
def site(tmp_path: Path, copy_of_the_demo: Callable[[Path], Path]) -> Path:
    """A copy of the demo site."""
    return copy_of_the_demo(tmp_path / "site")


@pytest.fixture
def machine() -> Made:
    """A machine where nothing is wrong."""
    return Made()


@pytest.fixture
def ground(host: Path, machine: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ground:
    """The demo's files, without a switch; the folders of the switch lie in the test's own."""
    from dialform.reconcile.doctor import ground as module

    for name in module.USUAL:
        (tmp_path / name).mkdir()
        monkeypatch.setitem(module.USUAL, name, str(tmp_path / name))
    made = Ground(machine, folders=Folders((host,)), site=SiteFiles(ROOT))
    manifest = host / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"-log", "/var/log/freeswitch", "-db", "/var/lib/freeswitch/db"', '"-nc"'))  # fmt: skip
    made.missing["switch"] = "there is none"
    return made


Ask = Callable[..., list[Finding]]


@pytest.fixture
def ask(ground: Ground) -> Ask:
    """Runs one check from files alone: `ask("clock")`, `ask("phones", Subject(…))`."""

    def run(name: str, *subjects: Subject) -> list[Finding]:
        ground.subjects = subjects
        return asyncio.run(CHECKS[name].run(ground))

    return run


@pytest.fixture
def ask_live(ground: Ground, host: Path, tmp_path: Path) -> Ask:
    """Runs one check with a simulated switch: `prepare(switch)` comes before it."""

    def run(name: str, *subjects: Subject, prepare: Callable[[SimulatedSwitch], Awaitable[Any]] | None = None) -> list[Finding]:  # fmt: skip
        async def whole() -> list[Finding]:
            folders = {
                key: str(tmp_path / key) for key in ("log_dir", "db_dir", "sounds_dir", "certs_dir")
            }
            switch = SimulatedSwitch(host / "freeswitch", ("127.0.0.1", 0), variables=folders)
            async with switch, Client(switch.address, switch.password) as client:
                if prepare is not None:
                    await prepare(switch)
                ground.ask, ground.subjects = client.api, subjects
                ground._asked.clear()
                return await CHECKS[name].run(ground)

        return asyncio.run(asyncio.wait_for(whole(), 30))

    return run


def levels(found: list[Finding]) -> set[str]:
    """How bad it all is."""
    return {one.level.word for one in found}
