"""What can be dialled of a text that somebody wrote."""

import re

_OTHER = re.compile(r"[^0-9A-Za-z*#+.@_~-]")


def dialled(text: str) -> str:
    """Digits, `*`, `#`, `+` and what names and addresses consist of. Everything else is of no use in a
    number, and is a separator, a command or a quote in one vendor's keys or another's.
    """
    return _OTHER.sub("", text)
