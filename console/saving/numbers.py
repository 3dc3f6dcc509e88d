"""A number for each branch of somebody, never given twice: also not when the branch is gone."""

import fcntl
import os
from pathlib import Path


def next_number(file: Path, least: int) -> int:
    """The next number, more than any before and more than `least`."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "r+") as opened:
        fcntl.flock(opened, fcntl.LOCK_EX)
        said = opened.read().strip()
        number = max(int(said) if said.isdigit() else 0, least) + 1
        opened.seek(0)
        opened.write(f"{number}\n")
        opened.truncate()
        opened.flush()
        os.fsync(opened.fileno())
    return number
