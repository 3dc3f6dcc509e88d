"""Files that are sent with a form: sounds and documents, put into the tenant's own folder of media/."""

from pathlib import PurePosixPath

from dialform.console.errors import Refused
from dialform.console.forms import Form

LARGEST = 20 * 1024 * 1024
"""Bytes of a request with files."""

MAGIC: dict[str, tuple[bytes, ...]] = {
    ".wav": (b"RIFF",), ".mp3": (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"\xff\xfa"),
    ".ogg": (b"OggS",), ".flac": (b"fLaC",), ".pdf": (b"%PDF-",), ".png": (b"\x89PNG",),
    ".jpg": (b"\xff\xd8\xff",), ".jpeg": (b"\xff\xd8\xff",), ".tif": (b"II*\0", b"MM\0*"),
    ".tiff": (b"II*\0", b"MM\0*"), ".docx": (b"PK\3\4",), ".txt": (), ".html": (), ".ps": (b"%!",),
}  # fmt: skip
"""What may be sent, and how files of that kind begin; text has no sign of its own."""

_SOUNDS = (".wav", ".mp3", ".ogg", ".flac")


def files_of(form: Form) -> dict[str, bytes]:
    """The files that came with a form, by where they go. Raises Refused."""
    sounds = {str(one.value) for one in form.root.all() if one.offers == "sounds"}
    for one in form.files:
        _checked(one.name, one.content, str(one) in sounds)
    return {str(one): one.content for one in form.files}


def _checked(name: str, raw: bytes, sound: bool) -> None:
    suffix = PurePosixPath(name).suffix.lower()
    if sound and suffix not in _SOUNDS:
        raise Refused(f"'{name[:60]}' is no sound file: send one of {', '.join(_SOUNDS)}.")
    if suffix not in MAGIC:
        raise Refused(f"'{name[:60]}' is no file for this: send one of {', '.join(sorted(MAGIC))}.")
    signs = MAGIC[suffix]
    if not raw or (signs and not raw.startswith(signs)):
        raise Refused(f"'{name[:60]}' does not hold what its name says. Send it in another form.")
