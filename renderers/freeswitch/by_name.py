"""Finding a colleague by the letters of his name (mod_directory).

It compares what is typed with the letters A to Z of a name and skips all others, and it spells the name
from the same text: so a name is written in those letters.
"""

import re
import unicodedata

from dialform.compiler.resolved import Extension, Tenant

_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L",
     "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ı": "i"}
)  # fmt: skip


def lists(tenant: Tenant) -> bool:
    """Whether the tenant has a code by which people are found."""
    return any(name == "directory" for name, _ in tenant.feature_codes)


def listed(extension: Extension) -> str:
    """The name that an extension is found by; empty where it has none, or wants none."""
    if not extension.listed or extension.type == "fax":
        return ""
    return spelled(extension.full_name or extension.name)


def spelled(name: str) -> str:
    """A name in the letters of a telephone's keys: `Łukasz Żółty` is `Lukasz Zolty`."""
    plain = unicodedata.normalize("NFKD", name.translate(_LETTERS))
    return " ".join(re.sub("[^A-Za-z ]+", "", plain).split())
