"""Whether secrets can be read by us, and by nobody else."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from dialform.reconcile.doctor.finding import Finding, ok, problem, unknown
from dialform.reconcile.doctor.ground import Ground

_SECRET = (
    "autoload_configs/event_socket.conf.xml",
    "autoload_configs/switch.conf.xml",
    "sip_profiles/external.xml",
)
"""Compiled files with passwords in them; the directories of tenants hold hashes."""


async def check(ground: Ground) -> list[Finding]:
    """The folder of secrets, and the compiled files that hold some."""
    found = list(_folder(ground.secrets)) if ground.secrets else []
    if not ground.secrets:
        found.append(unknown("secrets", "$CREDENTIALS_DIRECTORY", "No folder of secrets is named."))
    if ground.folders is not None:
        found += _compiled(ground, ground.folders.conf)
    return found


def _folder(folder: Path) -> Iterator[Finding]:
    looked = f"the files of {folder}"
    try:
        names = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError as error:
        yield problem(
            "secrets", looked, f"The folder cannot be read: {error.strerror}.",
            "It is not there, or belongs to somebody else.", "Name it with --secrets.",
        )  # fmt: skip
        return
    shut = [path.name for path in names if path.is_file() and not os.access(path, os.R_OK)]
    wide = [path.name for path in names if path.is_file() and _open_to_all(path)]
    if shut:
        yield problem(
            "secrets", looked, f"Not to be read: {_few(shut)}.",
            "They belong to another user: whatever needs them gets a placeholder or an error.",
            "Give them to the user of the agent (`chown`), mode 0600.",
        )  # fmt: skip
    if wide:
        yield problem(
            "secrets", looked, f"Everybody on this machine can read: {_few(wide)}.",
            "Their mode lets others in.", "`chmod 600` on each, and rotate them if others log in.",
        )  # fmt: skip
    if not shut and not wide:
        yield ok("secrets", looked, f"{len(names)} secrets, for their owner alone.")


def _compiled(ground: Ground, conf: Path) -> list[Finding]:
    looked = "compiled files with passwords or hashes"
    files = [conf / name for name in _SECRET] + ground.files("tenants/*/directory.xml")
    wide = [str(path.relative_to(conf)) for path in files if _open_to_all(path)]
    if wide:
        return [
            problem(
                "compiled files", looked, f"Everybody on this machine can read: {_few(wide)}.",
                "Somebody changed their mode, or copied them by hand.",
                "Compile and apply again: the files get mode 0640.",
            )
        ]  # fmt: skip
    return [ok("compiled files", looked, "Nobody else can read them.")]


def _open_to_all(path: Path) -> bool:
    try:
        return bool(path.stat().st_mode & stat.S_IROTH)
    except OSError:
        return False


def _few(names: list[str]) -> str:
    rest = len(names) - 5
    return ", ".join(names[:5]) + (f" and {rest} more" if rest > 0 else "")
