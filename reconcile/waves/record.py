"""The short public record that a host's agent publishes: no tenant's name, no secret, no free text."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

LARGEST = 4096
"""Bytes of one record. What is longer is not ours."""

Record = dict[str, Any]

_HOST = re.compile(r"[a-z0-9](?:[a-z0-9_-]|\.(?!\.|lock\b)){0,62}", re.IGNORECASE)
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_REASON = re.compile(r"[A-Za-z]{0,40}")
_VERSION = re.compile(r"[0-9A-Za-z.+-]{0,40}")


def record(status: Mapping[str, Any]) -> Record:
    """The record of an agent's whole status. What has not the right form is left out of it."""
    conditions: Iterable[Mapping[str, Any]] = status.get("conditions") or ()
    ready: Mapping[str, Any] = next((one for one in conditions if one.get("type") == "Ready"), {})
    applied = status.get("applied") or {}
    return checked(
        {
            "host": status.get("host"),
            "platform": status.get("platform") or "",
            "wave": status.get("wave") or 0,
            "commit": applied.get("commit") or "",
            "ready": ready.get("status") == "True",
            "reason": ready.get("reason") or "",
            "at": status.get("at"),
            "version": status.get("version") or "",
        }
    )


def checked(given: Any) -> Record:
    """Only what a record may hold, in its right form; a key that is not is its empty value."""
    if not isinstance(given, Mapping):
        given = {}
    return {key: form(given.get(key)) for key, form in _FORMS.items()}


def encode(one: Record) -> bytes:
    """A record as it is stored."""
    return (json.dumps(checked(one), sort_keys=True) + "\n").encode()


def decode(content: bytes, host: str) -> Record | None:
    """The record of a host, or None where this is none: another host's, too long, no JSON."""
    if len(content) > LARGEST:
        return None
    try:
        one = checked(json.loads(content))
    except (ValueError, RecursionError):
        return None
    return one if one["host"] == host else None


def is_host(name: object) -> bool:
    """Whether a text can be a host's name: in a path, a URL and the name of a git ref."""
    return isinstance(name, str) and _HOST.fullmatch(name) is not None and name[-1] != "."


def moment(at: Any) -> float | None:
    """Seconds since 1970 of a time in ISO 8601 (with its zone) or of such a number; else None."""
    if isinstance(at, bool):
        return None
    if isinstance(at, int | float):
        return float(at) if abs(at) < 1e11 else None
    if not isinstance(at, str) or len(at) > 40:
        return None
    try:
        parsed = datetime.fromisoformat(at)
    except ValueError:
        return None
    return parsed.timestamp() if parsed.tzinfo else None


def _text(pattern: re.Pattern[str]) -> Callable[[Any], str]:
    return lambda v: v if isinstance(v, str) and pattern.fullmatch(v) else ""


def _wave(value: Any) -> int:
    return value if type(value) is int and 0 <= value <= 99 else 0


_FORMS: dict[str, Callable[[Any], Any]] = {
    "host": lambda v: v if is_host(v) else "",
    "platform": _text(re.compile(r"[\w.-]{0,64}")),
    "wave": _wave,
    "commit": _text(_COMMIT),
    "ready": lambda v: v is True,
    "reason": _text(_REASON),
    "at": lambda v: v if moment(v) is not None else None,
    "version": _text(_VERSION),
}
