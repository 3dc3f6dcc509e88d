"""Spoken languages: the sounds and the grammar that FreeSWITCH has for each."""

from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """A language as the switch speaks it: where its sounds lie, and which module says numbers."""

    folder: str
    say: str


_ENGLISH = Language("en/us/callie", "en")
_SPOKEN = {
    "en": _ENGLISH,
    "en-ca": Language("en/ca/june", "en"),
    "es": Language("es/ar/mario", "es_ar"),
    "fr": Language("fr/ca/june", "fr"),
    "pt": Language("pt/BR/karina", "pt"),
    "ru": Language("ru/RU/elena", "ru"),
    "sv": Language("sv/se/jakob", "sv"),
    "zh": Language("zh/cn/sinmei", "zh"),
    "zh-hk": Language("zh/hk/sinmei", "zh"),
}
"""The languages that FreeSWITCH publishes sounds for (build/sounds_version.txt)."""


def spoken(language: str) -> Language:
    """How a language (`en`, `pt-br`) is spoken: as its main language, else in English.

    Silence would be worse than English, so a language without sounds has English ones.
    """
    return _SPOKEN.get(language) or _SPOKEN.get(language.split("-", maxsplit=1)[0], _ENGLISH)


def sound_folder(language: str) -> str:
    """The folder of a language's sounds below the sounds folder, such as `en/us/callie`.

    In it lie `<category>/<rate>/<file>`; the switch inserts the rate itself.
    """
    return spoken(language).folder
