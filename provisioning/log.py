"""One line a fetch: what it got, from where, which phone, how it ended. Never a path, a query, a header but
User-Agent, a token, a password: of who is refused, what it sent could be a secret with a letter wrong.
"""

import re
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TextIO

import structlog

__all__ = ["Lines", "clean"]

_SECRET = re.compile(r"[A-Za-z0-9]{20,}")
_ODD = re.compile(r"[^\x20-\x7e]+")


class Lines:
    """The log: a JSON object a line.

    Fields: `at` (ISO 8601, UTC), `event` (`fetch`, or a word of the service's own), `level`; of a fetch
    `outcome`, `status`, `address`, `agent`, and of a phone that is known `tenant`, `mac`, `vendor`, `model`,
    `file`, `revision`, `by`.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._log = structlog.wrap_logger(
            structlog.WriteLogger(self._stream),
            processors=[_level, structlog.processors.JSONRenderer()],
            cache_logger_on_first_use=True,
        )

    def fetch(self, at: float, fields: Mapping[str, object]) -> None:
        """A fetch. `at` is in seconds since 1970."""
        self._write("fetch", at, fields)

    def say(self, event: str, at: float, level: str = "info", **fields: object) -> None:
        """Something about the service itself."""
        self._write(event, at, {"level": level, **fields})

    def _write(self, event: str, at: float, fields: Mapping[str, object]) -> None:
        moment = datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")
        try:
            self._log.info(event, at=moment, **fields)
        except (OSError, ValueError):
            return  # nobody reads any more; phones are served all the same


def _level(_: object, method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    event.setdefault("level", method)
    return event


def clean(text: str, longest: int = 200) -> str:
    """What somebody said of itself, as it may stand in a log: one line, no escapes, nothing that could be a
    secret.
    """
    return _SECRET.sub("...", _ODD.sub(" ", text[: 4 * longest]))[:longest].strip()
