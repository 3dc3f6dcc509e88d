"""Digests of what is read, and the environment variables that it names."""

import hashlib
import re
from collections.abc import Iterable

_ENV = re.compile(rb"\benv\b[\"']?\s*:\s*[\"']?([A-Za-z_][A-Za-z0-9_]*)")


def digest(*parts: str | bytes) -> str:
    """A short digest of several texts that cannot run into one another."""
    result = hashlib.sha256()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        result.update(len(raw).to_bytes(8, "big"))
        result.update(raw)
    return result.hexdigest()[:32]


def env_names(contents: Iterable[bytes]) -> tuple[str, ...]:
    """The environment variables that files refer to as secrets."""
    names = {name.decode() for raw in contents if b"env" in raw for name in _ENV.findall(raw)}
    return tuple(sorted(names))
