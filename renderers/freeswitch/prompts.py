"""Every standard sound that the configuration can play."""

from collections.abc import Sequence

from dialform.compiler.resolved import TenantSummary
from dialform.compiler.resolved_host import Platform
from dialform.renderers.freeswitch.features import PROMPTS as FEATURES
from dialform.renderers.freeswitch.languages import sound_folder
from dialform.renderers.freeswitch.phrases import files
from dialform.renderers.freeswitch.rooms import SOUNDS as ROOM_SOUNDS

INVALID_ENTRY = "ivr/ivr-that_was_an_invalid_entry.wav"
NOT_IN_SERVICE = "ivr/ivr-call_cannot_be_completed_as_dialed.wav"

_DIGITS = [str(n) for n in (*range(20), *range(20, 100, 10))]
_ORDINALS = [f"h-{n}" for n in (*range(1, 20), *range(20, 100, 10))]
_SAID = [
    *(f"digits/{name}.wav" for name in (*_DIGITS, *_ORDINALS, "hundred", "thousand", "million")),
    "digits/dot.wav",
    # mod_say_en.c spells names by their characters: letters, and the keys of a phone.
    *(f"ascii/{code}.wav" for code in (32, 35, 42, 43, 45, 46, *range(97, 123))),
    *(f"time/day-{day}.wav" for day in range(7)),
    *(f"time/mon-{month}.wav" for month in range(12)),
    *(
        f"time/{name}.wav"
        for name in ("a-m", "p-m", "at", "oh", "oclock", "hours", "today", "yesterday")
    ),
]


def used_languages(platform: Platform, tenants: Sequence[TenantSummary]) -> list[str]:
    """The languages of the platform and its tenants, in order."""
    return sorted({platform.language, *(tenant.language for tenant in tenants)})


def prompt_files(platform: Platform, tenants: Sequence[TenantSummary]) -> list[str]:
    """The files below the sounds folder, less their sampling rate.

    `en/us/callie/voicemail/vm-hello.wav` is on disk `en/us/callie/voicemail/8000/vm-hello.wav`, and
    so on for each rate that is installed.
    """
    folders = sorted({sound_folder(language) for language in used_languages(platform, tenants)})
    own = (*_SAID, *FEATURES, *ROOM_SOUNDS.values(), INVALID_ENTRY, NOT_IN_SERVICE)
    names = sorted({*files(), *own})
    return [f"{folder}/{name}" for folder in folders for name in names]
