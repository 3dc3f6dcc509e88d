"""The command from outside: a process, its exit status, what it wrote."""

import os
import pty
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DIALFORM = Path(sys.executable).parent / "dialform"
SITE = (
    "platform.yaml",
    "routes.yaml",
    "billing.yaml",
    "providers.d",
    "tenants.d",
    "calls.d",
    "media",
    "rates",
)


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    status: int
    out: str
    err: str


Run = Callable[..., Done]


def environment(**more: str) -> dict[str, str]:
    """The environment without what would change a command's behaviour."""
    without = ("CREDENTIALS_DIRECTORY", "NO_COLOR", "TERM", "_DIALFORM_COMPLETE")
    return {**{k: v for k, v in os.environ.items() if k not in without}, "TERM": "xterm", **more}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A copy of the demo site."""
    return copy_of_the_demo(tmp_path / "site")


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One copy of the demo site for all tests that change nothing: it is compiled once."""
    return copy_of_the_demo(tmp_path_factory.mktemp("demo") / "site")


def copy_of_the_demo(root: Path) -> Path:
    """Copy the demo site."""
    root.mkdir()
    for name in SITE:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, root / name)
    return root


@pytest.fixture
def broken(site: Path) -> Path:
    """A site with one error: a ring group's member that does not exist."""
    file = site / "tenants.d/janes-bakery.yaml"
    file.write_text(
        file.read_text().replace('members: ["1001", "1002"]', 'members: ["1001", "1009"]')
    )
    return site


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run dialform in a folder (an empty one if none is named), its output in pipes."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()

    def run(*arguments: str, cwd: Path = elsewhere, stdin: str = "", **more: str) -> Done:
        done = subprocess.run(
            [DIALFORM, *arguments], cwd=cwd, env=environment(**more), input=stdin,
            capture_output=True, text=True, encoding="utf-8", timeout=120, check=False,
        )  # fmt: skip
        assert "Traceback" not in done.stderr, done.stderr
        return Done(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def run_on_terminal(tmp_path: Path) -> Run:
    """Run dialform on a terminal of its own; `out` is all that stood on it."""

    def run(*arguments: str, cwd: Path = tmp_path, **more: str) -> Done:
        master, slave = pty.openpty()
        process = subprocess.Popen(
            [DIALFORM, *arguments], cwd=cwd, env=environment(**more),
            stdin=slave, stdout=slave, stderr=slave, close_fds=True,
        )  # fmt: skip
        os.close(slave)
        shown = b""
        while True:
            try:
                part = os.read(master, 65536)
            except OSError:  # Linux says EIO once the last writer has gone
                break
            if not part:
                break
            shown += part
        os.close(master)
        return Done(process.wait(120), shown.decode("utf-8", "replace"), "")

    return run
