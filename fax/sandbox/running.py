"""Running a program in the sandbox."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from dialform.fax.sandbox.filled import filled
from dialform.fax.sandbox.kernel import REFUSED
from dialform.fax.sandbox.places import DEVICES, ours, system
from dialform.values import dataclass

_HEARD = 64 * 1024
"""Bytes that are read of what a program says."""
_LOOK = 0.2
"""Seconds between two looks at what a program has written."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a program may use: seconds (of the clock and of the processor), bytes of memory, bytes of a file.

    `whole`: bytes of all its files. `threads`: 0 for none beside the first. `insists`: not without Landlock.
    """

    seconds: float = 60
    memory: int = 1 << 30
    size: int = 256 << 20
    whole: int = 1 << 30
    threads: int = 0
    insists: bool = False


@dataclass(frozen=True, slots=True)
class Ran:
    """How a program ended. `code` is its exit code, or minus the signal that ended it."""

    code: int
    out: bytes
    said: str
    """What it wrote to stderr, of strangers' making: for eyes, never for a decision."""
    late: bool
    """It used up its time."""

    @property
    def ok(self) -> bool:
        """Whether it ended by itself, and well."""
        return self.code == 0 and not self.late

    @property
    def too_large(self) -> bool:
        """Whether it wrote more than it may."""
        return self.code == -signal.SIGXFSZ


class SandboxError(Exception):
    """The sandbox cannot be set up on this machine: one sentence."""


def run(
    argv: Sequence[str],
    *,
    write: Path,
    read: Sequence[Path] = (),
    limits: Bounds | None = None,
    stdin: bytes = b"",
    env: Mapping[str, str] | None = None,
) -> Ran:
    """Run a program that has no network, sees the system's programs and `read`, and writes to `write` alone.

    `argv[0]` is an absolute path. The environment is empty but for `env` and a few names that point into
    `write`. All that it started is gone when this returns. Raises SandboxError.
    """
    bounds = limits or Bounds()
    folder = str(write.resolve())
    plan = {
        "argv": list(argv),
        "env": {
            "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": folder, "TMPDIR": folder,
            **(env or {}),
        },
        "own": folder,
        "seen": [*system(argv[0]), *(str(path) for path in read)],
        "devices": list(DEVICES),
        "memory": bounds.memory,
        "seconds": int(bounds.seconds) + 1,
        "size": bounds.size,
        "threads": bounds.threads,
        "insists": bounds.insists,
        "parent": os.getpid(),
    }  # fmt: skip
    if not sys.platform.startswith("linux"):
        raise SandboxError(
            "Documents are converted on Linux alone: only there is a sandbox for it."
        )
    with tempfile.TemporaryFile() as given, _said() as out, _said() as errors:
        given.write(stdin)
        given.seek(0)
        try:
            code, late = _wait(_started(json.dumps(plan), given, out, errors), write, bounds)
        except OSError as error:
            raise SandboxError(
                f"The sandbox for documents cannot be started: {error.strerror}."
            ) from error
        said = _text(errors)
        if code == REFUSED:
            reason = said.strip().splitlines()[-1:] or ["no reason given"]
            raise SandboxError(
                f"Documents cannot be converted here, since the sandbox for it cannot be set up: {reason[0]}."
            )
        return Ran(code, _bytes(out), said, late or code == -signal.SIGXCPU)


def python() -> tuple[list[str], dict[str, str], list[Path]]:
    """How this very Python runs in the sandbox: the command's beginning, its environment, what it reads."""
    paths = [path for path in sys.path if path and Path(path).is_dir()]
    env = {"PYTHONPATH": os.pathsep.join(paths), "PYTHONDONTWRITEBYTECODE": "1"}
    return [sys.executable, "-P", "-s"], env, ours(paths)


def launcher() -> list[str]:
    """The command that puts up the fences; the plan comes behind it."""
    return [sys.executable, "-P", "-s", "-m", "dialform.fax.sandbox.launch"]


def _started(
    plan: str, given: IO[bytes], out: IO[bytes], errors: IO[bytes]
) -> "subprocess.Popen[bytes]":
    _, env, _ = python()
    return subprocess.Popen(
        [*launcher(), plan],
        stdin=given, stdout=out, stderr=errors, env=env, start_new_session=True,
    )  # fmt: skip


def _wait(process: "subprocess.Popen[bytes]", folder: Path, bounds: Bounds) -> tuple[int, bool]:
    """How it ended, and whether late. The kernel bounds each file, and nobody all of them: they are looked at
    from here, and one who fills the disk ends as one whose file is too large.
    """
    end = time.monotonic() + bounds.seconds
    try:
        while True:
            try:
                return process.wait(max(0, min(_LOOK, end - time.monotonic()))), False
            except subprocess.TimeoutExpired:
                if filled(folder, process.pid) > bounds.whole:
                    return -signal.SIGXFSZ, False
                if time.monotonic() >= end:
                    return -signal.SIGKILL, True
    finally:
        if process.returncode is None:  # late, too much, or somebody interrupts us
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _said() -> "contextlib.AbstractContextManager[IO[bytes]]":
    """A file without a name: what is written to it counts against the size of files."""
    return tempfile.TemporaryFile()


def _bytes(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read(_HEARD)


def _text(file: IO[bytes]) -> str:
    return _bytes(file).decode("utf-8", "replace")
