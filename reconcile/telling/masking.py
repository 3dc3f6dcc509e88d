"""What looks like a secret never leaves: one mask for logs, statuses and messages.

Two ways: what was said to be a secret (`Masker.hide`) goes wherever it appears, and what has the form of
one (URL credentials, values of telling keys, tokens of the forges) goes unasked.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

MASK = "***"

_SHORTEST = 6
"""Characters of a secret that is looked for in texts: a shorter one would blot out numbers and words."""

_DEEPEST = 24

_WORDS = (
    "password|passwd|passphrase|secret|token|credentials?|authorization|cookie|api[_-]?key|access[_-]?key"
    "|private[_-]?key|a1-hash|vm-password|pin|signature"
)
_KEY = re.compile(rf"(?:^|[_.-])(?:{_WORDS})s?$", re.IGNORECASE)

_FORMS: tuple[tuple[re.Pattern[str], str], ...] = (
    # Credentials in a URL, and in what git prints of one.
    (re.compile(r"(?i)\b([a-z][a-z0-9+.-]{1,20}://)[^\s/?#'\"<>]*@"), rf"\1{MASK}@"),
    # Hooks whose path is the secret: Slack, Mattermost, Discord, Teams, Google Chat and their like.
    (
        re.compile(r"(?i)\b(https?://[^\s/'\"]+/(?:services|hooks|webhooks?|webhookb2|api/webhooks)/)[^\s'\"<>]+"),
        rf"\1{MASK}",
    ),
    (re.compile(rf"(?i)([?&;](?:{_WORDS}|key|sig|auth)=)[^\s&#'\"<>]*"), rf"\1{MASK}"),
    (re.compile(r"(?i)\b(bearer|basic|token)\s+[a-z0-9+/=_.~-]{16,}"), rf"\1 {MASK}"),
    (
        re.compile(rf"(?i)((?<![a-z0-9])(?:{_WORDS})s?['\"]?\s*[=:]\s*)(?:\"[^\"\n]*\"?|'[^'\n]*'?|[^\s,;&'\"}}]+)"),
        rf"\1{MASK}",
    ),
    (re.compile(r"\b(?:gh[pousr]_|github_pat_|gl[a-z]{2,6}-|xox[a-z]-|sk-)[A-Za-z0-9_-]{8,}"), MASK),
    (re.compile(r"(?i)\bAGE-SECRET-KEY-1[0-9A-Z]+"), MASK),
    (
        re.compile(
            r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL
        ),
        MASK,
    ),
)  # fmt: skip


class Masker:
    """Masks texts, and values of texts however deep."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._known: set[str] = set()
        self._pattern: re.Pattern[str] | None = None
        for one in secrets:
            self.hide(one)

    def __repr__(self) -> str:
        return "<Masker>"

    def hide(self, secret: str) -> None:
        """From now on this goes wherever it appears, also as URLs and reprs write it."""
        secret = secret.strip()
        if len(secret) < _SHORTEST or secret in self._known:
            return
        self._known |= {secret, quote(secret, safe=""), repr(secret)[1:-1]}
        longest = sorted(self._known, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest)))

    def text(self, text: str) -> str:
        """A text without what is or looks like a secret."""
        if self._pattern is not None:
            text = self._pattern.sub(MASK, text)
        for pattern, instead in _FORMS:
            text = pattern.sub(instead, text)
        return text

    def value(self, value: Any, depth: int = 0) -> Any:
        """A value of JSON's kinds, masked; what is of no such kind becomes its text."""
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, str):
            return self.text(value)
        if depth >= _DEEPEST:
            return "..."
        if isinstance(value, Mapping):
            return {
                self.text(str(key)): self._at(str(key), one, depth) for key, one in value.items()
            }
        if isinstance(value, list | tuple | set | frozenset):
            return [self.value(one, depth + 1) for one in value]
        if isinstance(value, bytes):
            return self.text(value.decode("utf-8", "replace"))
        return self.text(str(value))

    def _at(self, key: str, value: Any, depth: int) -> Any:
        if value and not isinstance(value, bool) and is_telling(key):
            return MASK
        return self.value(value, depth + 1)


def is_telling(key: str) -> bool:
    """Whether a key's name says that its value is a secret."""
    return _KEY.search(key) is not None


SHARED = Masker()
"""The process's own: whoever reads a secret says so here, and logs, statuses and messages know it."""
