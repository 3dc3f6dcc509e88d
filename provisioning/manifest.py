"""What a released folder says of itself: the head of its manifest, before a line for each of its files."""

import json
from pathlib import Path

from dialform.provisioning.errors import ReleaseError

MANIFEST = "manifest.json"
_FILES = b'\n  "files": {'
_HEAD = 65536


def has_placeholders(root: Path) -> bool:
    """Whether it was compiled without the master secret: then everybody can compute its tokens.

    False where there is no manifest. Raises ReleaseError where it is damaged.
    """
    try:
        with (root / MANIFEST).open("rb") as file:
            head = file.read(_HEAD).partition(_FILES)[0]
        return bool(json.loads(head.rstrip().rstrip(b",") + b"}")["placeholders"])
    except FileNotFoundError:
        return False
    except OSError as error:
        raise ReleaseError(f"{root / MANIFEST} cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError):
        raise ReleaseError(f"{root / MANIFEST} is broken: compile anew") from None
