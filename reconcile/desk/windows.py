"""Windows of enrolment: for how long a phone that is known by its MAC alone may fetch its configuration.

A window is a file of the provisioning service's state folder. It is written here, and used up there.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path

from dialform.reconcile.desk.errors import Failed
from dialform.reconcile.durable import remove, write
from dialform.values import dataclass

FOLDER = "enrolments"
_MODE = 0o640
"""The service's group may read it; the service writes over it by another one."""


@dataclass(frozen=True, slots=True)
class Window:
    """`until` is in seconds since the epoch, `by` who opened it, `taken` the files fetched within it."""

    mac: str
    until: float
    by: str = ""
    taken: tuple[str, ...] = ()


def open_window(state: Path, window: Window) -> None:
    """Opens a window, in place of one that is open. Raises Failed, OSError."""
    folder = state / FOLDER
    if not state.is_dir():
        raise Failed(
            f"'{state}' is no state folder of a provisioning service: start it "
            "(`dialform provision serve`), or name its folder with --service DIR."
        )
    if not folder.is_dir():
        folder.mkdir(mode=0o770)
        _given(folder, state, 0o770)
    path = folder / f"{window.mac}.json"
    said = {"until": window.until, "by": window.by, "taken": list(window.taken)}
    write(path, (json.dumps(said, sort_keys=True) + "\n").encode(), _MODE)
    _given(path, folder, _MODE)


def windows(state: Path, now: float) -> Iterator[Window]:
    """The windows that are open, by MAC. Raises OSError."""
    for path in sorted((state / FOLDER).glob("*.json")):
        try:
            said = json.loads(path.read_bytes())
            found = Window(path.stem, float(said["until"]), str(said["by"]), tuple(said["taken"]))
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            continue  # used up meanwhile, or no window
        if found.until > now:
            yield found


def close_window(state: Path, mac: str) -> bool:
    """Closes a window; whether there was one. Raises OSError."""
    path = state / FOLDER / f"{mac}.json"
    if not path.is_file():
        return False
    remove(path)
    return True


def _given(path: Path, like: Path, mode: int) -> None:
    """What root makes is the service's, whose the folder is."""
    if os.geteuid() == 0:
        owner = like.stat()
        os.chown(path, owner.st_uid, owner.st_gid)
    path.chmod(mode)
