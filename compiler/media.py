"""The sound files that a tenant uses: that they exist, and that the switch can play them."""

import struct
from collections.abc import Iterator
from typing import Protocol

from dialform.compiler.music import check_alike
from dialform.compiler.scope import Scope
from dialform.schema.rule import Flaw, Path
from dialform.schema.rules import files as rules

_PLAYED = {
    ".wav": b"RIFF",
    ".au": b".snd",
    ".flac": b"fLaC",
    ".ogg": b"OggS",
    ".aiff": b"FORM",
}
"""What mod_sndfile plays, with the first bytes of each."""

HEAD = 64
"""How many bytes of a file are enough to know it."""

LFS = b"version https://git-lfs"
"""How a pointer of Git LFS begins that stands where the file should."""


class Head(Protocol):
    """Gives the first bytes of a media file."""

    def __call__(self, path: str, size: int = HEAD, /) -> bytes:
        """So many of them, or all of a shorter file. Raises OSError."""


def used_media(scope: Scope) -> Iterator[tuple[str, Path, bool]]:
    """Each path to a sound file, where it is written, and whether it is played from `media/`."""
    tenant = scope.tenant
    for number, box in tenant.voicemails.items():
        if box.greeting is not None:
            yield box.greeting, ("voicemails", number, "greeting"), True
    for number, extension in tenant.extensions.items():
        if extension.voicemail and extension.voicemail.greeting is not None:
            path: Path = ("extensions", number, "voicemail", "greeting")
            yield extension.voicemail.greeting, path, True
    for number, menu in tenant.ivr_menus.items():
        yield menu.greeting, ("ivr_menus", number, "greeting"), True
        if menu.short_greeting is not None:
            yield menu.short_greeting, ("ivr_menus", number, "short_greeting"), True
    if tenant.recording and tenant.recording.announcement is not None:
        yield tenant.recording.announcement, ("recording", "announcement"), True
    for number, room in tenant.conferences.items():
        if room.greeting is not None:
            yield room.greeting, ("conferences", number, "greeting"), True
    for edge in scope.edges:
        if edge.destination.kind == "play":
            yield edge.destination.target, edge.place, True
    for slug, music in tenant.music_on_hold.items():
        for index, file in enumerate(music.files):
            yield file, ("music_on_hold", slug, "files", index), False


def is_sound(path: str) -> bool:
    """Whether a file of the site can be one that is played, by its name."""
    return _ending(path) in _PLAYED


def check_media(scope: Scope, head: Head) -> Iterator[Flaw]:
    """All findings about sound files. `head` may raise OSError."""
    for file, path, _ in used_media(scope):
        if (missing := why_missing(scope, file, path)) is not None:
            yield missing
        elif reason := _why_unplayable(file, head):
            yield scope.flaw(rules.NotAudio, *path, path=file, reason=reason)
    yield from check_alike(scope, head)


def why_missing(scope: Scope, file: str, path: Path) -> Flaw | None:
    """What is wrong with the path of a file, or that there is no such file."""
    if reason := why_unsafe(file):
        return scope.flaw(rules.UnsafePath, *path, path=file, reason=reason)
    if file in scope.view.files:
        return None
    where = "media" if file.startswith("media/") else "the site's media/ folder"
    hint = None if where == "media" else f"such files lie in {where}: media/{file}"
    return scope.flaw(rules.MissingFile, *path, path=file, hint=hint)


def why_unsafe(path: str) -> str:
    """Why a path could leave the site; empty where it cannot."""
    parts = path.split("/")
    if path.startswith("/"):
        return "it is absolute"
    if ".." in parts:
        return "it has '..'"
    if "\\" in path:
        return "it has a backslash"
    if not path or "" in parts or "." in parts:
        return "it has an empty part"
    if any(character in path for character in ",|[]{}<>$'\"!&;^:?*"):
        return "it has a character with a meaning to the switch"
    return ""


def _ending(path: str) -> str:
    return "." + path.rsplit(".", 1)[-1].lower()


def _why_unplayable(path: str, head: Head) -> str:
    ending = _ending(path)
    magic = _PLAYED.get(ending)
    if magic is None:
        return f"'{ending}' is none of {', '.join(_PLAYED)}"
    try:
        start = head(path)
    except OSError as error:
        return error.strerror or "it cannot be read"
    if start.startswith(LFS):
        return "it is a Git LFS pointer; run `git lfs pull`"
    if not start.startswith(magic):
        return f"it does not begin like a {ending} file"
    return _why_no_wav(start) if ending == ".wav" else ""


def _why_no_wav(start: bytes) -> str:
    """RIFF, `WAVE`, then a `fmt ` chunk: format, channels, rate (Microsoft's WAVE format)."""
    if start[8:12] != b"WAVE" or len(start) < 28:
        return "it is cut off, or no WAVE file"
    if start[12:16] != b"fmt ":
        return ""  # another chunk first: rare, and libsndfile reads it
    codec, channels, rate = struct.unpack("<HHI", start[20:28])
    if codec not in (1, 6, 7, 0xFFFE):
        return f"its coding {codec} is none of PCM, A-law and µ-law"
    if channels not in (1, 2) or not 8000 <= rate <= 48000:
        return f"it has {channels} channels at {rate} Hz"
    return ""
