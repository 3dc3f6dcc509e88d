"""A service with two phones of two tenants, behind TLS."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from pathlib import Path

import pytest

from .release import release
from .serving import Served, serving

EC = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256")
"""A key that takes no time to make."""


@pytest.fixture(scope="session")
def certificate() -> Iterator[Path]:
    """A self-signed certificate of 127.0.0.1 with its key, in one file."""
    with tempfile.TemporaryDirectory() as folder:
        yield make_certificate(Path(folder), "server")


def make_certificate(folder: Path, name: str) -> Path:
    if shutil.which("openssl") is None:
        pytest.skip("NO openssl HERE: THE SERVICE WAS NOT TRIED OVER TLS")
    both, key = folder / f"{name}.pem", folder / f"{name}.key"
    subprocess.run(
        ["openssl", "req", "-x509", *EC, "-nodes", "-days", "2", "-subj", f"/CN={name}",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(both)],
        check=True, capture_output=True,
    )  # fmt: skip
    both.write_text(both.read_text() + key.read_text())
    return both


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A released folder."""
    return release(tmp_path / "pbx1")


Serve = Callable[..., AbstractContextManager[Served]]


@pytest.fixture
def serve(root: Path, tmp_path: Path, certificate: Path) -> Serve:
    """Serve it, however a test wants it."""
    return partial(serving, root, tmp_path / "state", certificate)


@pytest.fixture
def served(serve: Serve) -> Iterator[Served]:
    """Served, with nothing special."""
    with ExitStack() as stack:
        yield stack.enter_context(serve())
