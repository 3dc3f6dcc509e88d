"""Opening what somebody named: a file, no device and no pipe, and no more of it than there may be."""

import os
import stat
from pathlib import Path

from dialform.fax.documents.limits import DocumentError


def content(path: Path, name: str, most: int) -> bytes:
    """A file's bytes, `most` of them at most. `name` is what people know it as. Raises DocumentError."""
    descriptor = -1
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        about = os.fstat(descriptor)
        if not stat.S_ISREG(about.st_mode):
            raise DocumentError(f"{name} is no file: name a document.")
        with open(descriptor, "rb", closefd=False) as file:
            found = file.read(most + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no such name can be"
        raise DocumentError(f"{name} cannot be read: {reason}.") from None
    finally:
        if descriptor >= 0:
            os.close(descriptor)
    if len(found) > most:
        size = _amount(max(about.st_size, len(found)))
        raise DocumentError(
            f"{name} has {size}, more than the {_amount(most)} that it may have: make it smaller."
        )
    return found


def _amount(size: int) -> str:
    return f"{size / (1 << 20):.1f} MB" if size >= 1 << 20 else f"{size / 1024:.0f} KB"


def shown(name: str) -> str:
    """A file's name as it can be printed."""
    said = "".join(one if one.isprintable() else "?" for one in name)
    return said if len(said) <= 100 else f"{said[:60]}…{said[-39:]}"
