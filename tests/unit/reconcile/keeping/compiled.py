"""Small compiled folders, and what happens at the n-th checkpoint."""

import errno
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from dialform.reconcile import durable


class Killed(BaseException):
    """The process died here."""


def compiled(folder: Path, files: Mapping[str, str], **header: object) -> Path:
    """A compiled host folder: its files are written anew, never in place."""
    rows = {}
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        mode = 0o640 if "secret" in path else 0o644
        target.write_text(text)
        target.chmod(mode)
        os.utime(target, ns=(1, 10**18 + int(hashlib.sha256(text.encode()).hexdigest()[:8], 16)))
        rows[path] = {
            "sha256": hashlib.sha256(text.encode()).hexdigest(),
            "size": len(text), "mode": f"{mode:04o}", "owner": "platform",
        }  # fmt: skip
    manifest = {"host": "pbx1", "revision": "r1", "wave": 0, "placeholders": False}
    target = folder / "manifest.json"
    target.unlink(missing_ok=True)
    target.write_text(json.dumps({**manifest, **header, "files": rows}))
    return folder


def held(folder: Path) -> dict[str, str]:
    """The files of a folder, but for the manifest."""
    return {
        str(path.relative_to(folder)): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "manifest.json"
    }


@contextmanager
def at(monkeypatch: pytest.MonkeyPatch, number: int, fault: BaseException) -> Iterator[list[str]]:
    """Let the n-th checkpoint fail, and all after a kill too: nobody tidies up after kill -9."""
    passed: list[str] = []

    def hook(name: str) -> None:
        passed.append(name)
        if len(passed) == number or (len(passed) > number and isinstance(fault, Killed)):
            raise fault

    with monkeypatch.context() as patch:
        patch.setattr(durable, "hook", hook)
        yield passed


def full() -> OSError:
    """What a full disk says."""
    return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
