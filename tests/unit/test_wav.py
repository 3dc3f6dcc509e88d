"""WAV files that become one."""

import io
import struct
import wave

from hypothesis import given
from hypothesis import strategies as st

from dialform.compiler.wav import Format, format_of, join


def wav(samples: bytes, rate: int = 8000, channels: int = 1) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(samples)
    return file.getvalue()


SOUND = st.binary(max_size=40).map(lambda data: data * 2)


@given(st.lists(SOUND, min_size=1, max_size=5))
def test_the_sound_of_all_in_order(sounds: list[bytes]) -> None:
    with wave.open(io.BytesIO(join([wav(sound) for sound in sounds]))) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 8000)
        assert file.readframes(file.getnframes()) == b"".join(sounds)


def test_chunks_of_other_kinds_are_left_out() -> None:
    one = wav(b"ab")
    noted = one[:12] + b"LIST" + struct.pack("<I", 3) + b"abc\0" + one[12:] + b"bext\4\0\0\0more"
    with wave.open(io.BytesIO(join([noted, noted]))) as file:
        assert file.readframes(9) == b"abab"


def test_a_length_past_the_end_ends_there() -> None:
    """As of a recording that was never closed."""
    open_ended = wav(b"abcd")[:40] + b"\xff\xff\xff\xff" + b"abcd"
    with wave.open(io.BytesIO(join([open_ended, wav(b"ef")]))) as file:
        assert file.readframes(9) == b"abcdef"


def test_the_format_by_the_first_bytes() -> None:
    assert format_of(wav(b"ab" * 90, 16000, 2)[:64]) == Format(1, 2, 16000, 16)
    assert str(format_of(wav(b"")[:64])) == "PCM, 16 bits, mono, 8000 Hz"


@given(st.binary(max_size=80))
def test_what_is_no_wav_has_no_format(data: bytes) -> None:
    format_of(data)
    format_of(b"RIFF\0\0\0\0WAVE" + data)
    format_of(b"RIFF\0\0\0\0WAVEfmt " + data)
    assert format_of(b"fLaC" + data) is None
