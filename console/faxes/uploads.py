"""What somebody uploads: how many files, how large, of which kinds, under which names."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from starlette.datastructures import FormData, UploadFile

from dialform.console.errors import Refused
from dialform.fax.documents import LIMITS, DocumentError
from dialform.fax.documents.kinds import HEAD, kind_of
from dialform.fax.ordering.lists import LARGEST

FILES = 10
"""Files of one fax at most."""
WHOLE = 64 << 20
"""Bytes of all that is sent with a form."""
ACCEPT = ".pdf,.ps,.eps,.png,.jpg,.jpeg,.tif,.tiff,.docx,.txt,.md,.csv,.log"
_LONGEST = 100


def files_in(form: FormData, name: str) -> list[UploadFile]:
    """The files that were chosen for a field; a browser sends an empty one where none was."""
    return [
        one for one in form.getlist(name)
        if isinstance(one, UploadFile) and (one.filename or one.size)
    ]  # fmt: skip


def keep(files: Sequence[UploadFile], folder: Path) -> list[Path]:
    """Write them into a folder, each under the name that it came with. It writes files: off the loop.

    Raises Refused: there are too many, one is too large, or none that can be sent.
    """
    if len(files) > FILES:
        raise Refused(
            f"{len(files)} files are more than {FILES}: put them together, or send them apart."
        )
    found = []
    for number, one in enumerate(files):
        name = named(one.filename or "")
        size = one.size or 0
        if size > LIMITS.bytes:
            raise Refused(f"{name} is larger than {LIMITS.bytes >> 20} MB: make it smaller.")
        one.file.seek(0)
        try:
            kind_of(one.file.read(HEAD), name)
        except DocumentError as error:
            raise Refused(str(error)) from None
        place = folder / f"file{number}"
        place.mkdir(mode=0o700)
        one.file.seek(0)
        with (place / name).open("xb") as target:
            shutil.copyfileobj(one.file, target)
        found.append(place / name)
    return found


def listed(form: FormData, name: str) -> tuple[bytes | None, str]:
    """A list of recipients that was chosen, and its name; (None, "") for none."""
    files = files_in(form, name)
    if not files:
        return None, ""
    files[0].file.seek(0)
    return files[0].file.read(LARGEST + 1), named(files[0].filename or "")


def named(given: str) -> str:
    """A name as a file of ours may have it: no folder, nothing that is not printed, not too long."""
    last = given.replace("\\", "/").rpartition("/")[2]
    clean = "".join(one if one.isprintable() else "_" for one in last).strip().lstrip(".")
    stem, dot, ending = clean.rpartition(".")
    if not dot:
        return (clean or "document")[:_LONGEST]
    ending = ending[:10]
    return f"{(stem or 'document')[: _LONGEST - len(ending.encode()) - 1]}.{ending}"


async def close(form: Any) -> None:
    """Let go of the temporary files of a form."""
    for _, one in form.multi_items():
        if isinstance(one, UploadFile):
            await one.close()
