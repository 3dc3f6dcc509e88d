"""Sound files as every telephone plays them, through whichever program is installed."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

SECONDS = 600
"""How long a program may take for one file."""


class ConvertError(Exception):
    """A file could not be converted. Its text is for people."""


def _sox(source: Path, target: Path, rate: int) -> list[str]:
    form = ["-r", str(rate), "-c", "1", "-b", "16", "-e", "signed-integer", "-t", "wav"]
    return ["sox", str(source), *form, str(target)]


def _ffmpeg(source: Path, target: Path, rate: int) -> list[str]:
    # With `file:` it reads a file, whatever its name looks like.
    form = ["-ac", "1", "-ar", str(rate), "-c:a", "pcm_s16le", "-map_metadata", "-1", "-f", "wav"]
    return [
        "ffmpeg",
        "-nostdin",
        "-v",
        "error",
        "-y",
        "-i",
        f"file:{source}",
        *form,
        f"file:{target}",
    ]


PROGRAMS: dict[str, Callable[[Path, Path, int], list[str]]] = {"sox": _sox, "ffmpeg": _ffmpeg}
"""The programs that are asked, in order. One may know a format that another does not."""


def installed() -> list[str]:
    """Which of them this machine has."""
    return [name for name in PROGRAMS if shutil.which(name)]


def convert(source: Path, target: Path, rate: int) -> None:
    """Write `target` as mono WAV of 16-bit PCM at `rate` hertz. Raises ConvertError.

    Nothing is overwritten, and nothing half done is left behind.
    """
    if target.exists() or target.is_symlink():
        raise ConvertError(f"{target} is there already; name another folder with --into")
    if not source.is_file():
        raise ConvertError(f"there is no file {source}")
    programs = installed()
    if not programs:
        raise ConvertError("neither sox nor ffmpeg is installed: install one of them")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".converting-", dir=target.parent) as folder:
        made = Path(folder) / "sound.wav"
        said = []
        for name in programs:
            made.unlink(missing_ok=True)
            wrong = _run(PROGRAMS[name](source.absolute(), made.absolute(), rate))
            if not wrong and made.is_file():
                break
            said.append(f"{name}: {wrong or 'wrote nothing'}")
        else:
            raise ConvertError(f"{source} cannot be converted ({'; '.join(said)})")
        try:
            os.link(made, target)  # fails where something came there in the meantime
        except FileExistsError:
            raise ConvertError(f"{target} is there already") from None


def _run(command: list[str]) -> str:
    """What went wrong; empty where nothing did."""
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return type(error).__name__ if not str(error) else str(error)
    if done.returncode == 0:
        return ""
    lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else f"exit {done.returncode}"
