"""A sound that somebody sent us, as every telephone plays it. It is a stranger's file: what it is, its first
bytes say, and any program that reads it does so in the sandbox (`fax/sandbox/`).
"""

import io
import struct
import tempfile
import wave
from pathlib import Path

from dialform.compiler.wav import Format, format_of
from dialform.fax.sandbox import Bounds, SandboxError, run
from dialform.fax.sandbox.places import program
from dialform.reconcile.sounds.convert import PROGRAMS
from dialform.values import dataclass

RATE = 8000
LARGEST = 16 << 20
"""Bytes of a file that is taken."""
_BOUNDS = Bounds(seconds=60, memory=1 << 30, size=64 << 20, whole=128 << 20, threads=64)
_KINDS: tuple[tuple[bytes, int, str], ...] = (
    (b"RIFF", 0, "wav"), (b"ID3", 0, "mp3"), (b"\xff\xfb", 0, "mp3"), (b"\xff\xf3", 0, "mp3"),
    (b"\xff\xf2", 0, "mp3"), (b"OggS", 0, "ogg"), (b"fLaC", 0, "flac"), (b"ftyp", 4, "m4a"),
    (b"\x1a\x45\xdf\xa3", 0, "webm"),
)  # fmt: skip
"""First bytes, where they stand, and the ending that programs know such files by."""
NAMED = "WAV, MP3, M4A, OGG, FLAC or WebM"


class SoundError(Exception):
    """What was sent cannot be played: one sentence for whoever sent it."""


@dataclass(frozen=True, slots=True)
class Sound:
    """A WAV file of 16-bit PCM, mono, and how long it plays."""

    data: bytes
    seconds: float


def telephone(data: bytes, *, most: float) -> Sound:
    """A sound as WAV of 16-bit PCM, mono, at most `most` seconds. It blocks. Raises SoundError."""
    if len(data) > LARGEST:
        raise SoundError(f"The file is too large: {LARGEST >> 20} MB are the most.")
    kind = kind_of(data)
    if not kind:
        raise SoundError(f"This is no sound file that we know: send {NAMED}.")
    if kind != "wav" or not _plain(format_of(data[:64])):
        data = _converted(data, kind)
    found = _anew(data)
    if found.seconds < 0.2:
        raise SoundError("There is no sound in the file.")
    if found.seconds > most:
        raise SoundError(f"It plays {found.seconds:.0f} seconds: {most:.0f} are the most.")
    return found


def kind_of(data: bytes) -> str:
    """What a file is by its first bytes; "" for what we do not know."""
    found = (ending for magic, at, ending in _KINDS if data[at : at + len(magic)] == magic)
    return next(found, "")


def _plain(known: Format | None) -> bool:
    return (
        known is not None
        and (known.coding, known.channels, known.bits) == (1, 1, 16)
        and 8000 <= known.rate <= 48000
    )


def _anew(data: bytes) -> Sound:
    """Nothing but the sound, with a head of our own. Raises SoundError."""
    try:
        with wave.open(io.BytesIO(data), "rb") as stream:
            shape = (stream.getnchannels(), stream.getsampwidth(), stream.getframerate())
            frames = stream.readframes(stream.getnframes())
    except (wave.Error, EOFError, struct.error, ValueError):
        raise SoundError("The file is damaged: no sound can be read from it.") from None
    if shape[:2] != (1, 2) or not 8000 <= shape[2] <= 48000:
        raise SoundError("The file is damaged: no sound can be read from it.")
    made = io.BytesIO()
    with wave.open(made, "wb") as out:
        out.setparams((*shape, 0, "NONE", "not compressed"))
        out.writeframes(frames)
    return Sound(made.getvalue(), len(frames) / 2 / shape[2])


def _converted(data: bytes, kind: str) -> bytes:
    """By sox or ffmpeg, in the sandbox. Raises SoundError."""
    programs = [(name, path) for name in PROGRAMS if (path := program(name))]
    if not programs:
        raise SoundError(
            "This machine converts no sound files: send WAV (16-bit PCM, mono), or have an administrator "
            "install sox or ffmpeg."
        )
    with tempfile.TemporaryDirectory(prefix="dialform-sound-") as folder:
        source, target = Path(folder, f"sent.{kind}"), Path(folder, "made.wav")
        source.write_bytes(data)
        for name, path in programs:
            argv = [path, *PROGRAMS[name](source, target, RATE)[1:]]
            try:
                ran = run(argv, write=Path(folder), limits=_BOUNDS)
            except SandboxError as error:
                raise SoundError(str(error).replace("Documents", "Sound files")) from None
            if ran.ok and target.is_file() and not target.is_symlink():
                return target.read_bytes()
            target.unlink(missing_ok=True)
    raise SoundError("No sound could be read from the file: it is damaged, or of another kind.")
