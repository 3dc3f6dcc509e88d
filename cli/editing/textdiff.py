"""What changed in a file's text, for people; lines with a secret are not shown."""

import difflib

from dialform.cli.common import holds_secret

_WITHHELD = "(a line with a secret)"


def diff(file: str, old: str, new: str) -> str:
    """A unified diff of two texts of a file."""
    lines = difflib.unified_diff(
        old.splitlines(), new.splitlines(), f"a/{file}", f"b/{file}", lineterm="", n=2
    )
    return "\n".join(
        f"{line[0]}{_WITHHELD}" if line[:3] not in ("---", "+++") and holds_secret(line) else line
        for line in lines
    )
