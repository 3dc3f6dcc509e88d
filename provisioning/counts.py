"""What is counted for /metrics."""

from collections import Counter

OUTCOMES = (
    "fetched", "current", "head", "enrolled", "no_file", "refused", "challenged", "limited", "malformed",
    "unavailable", "fault",
)  # fmt: skip
"""How a request can end.

`fetched` a file was sent; `current` the phone has it (304); `head` a HEAD was answered; `enrolled` a file
was sent in a window; `no_file` a known phone asked for what it has not (404); `refused` the constant 404;
`challenged` 401; `limited` 429; `malformed` no HTTP (400); `unavailable` the released file is not there
(503); `fault` ours (404, and a traceback in the log).
"""


class Counts:
    """Of one service, since it began."""

    def __init__(self) -> None:
        self.requests: Counter[tuple[str, str]] = Counter()
        """By outcome and vendor; the vendor is empty where no phone is known."""
        self.dropped: Counter[str] = Counter()
        """Connections that were cut, by reason: plain, full, address, often, slow, tls."""
        self.connections = 0
        """That are open."""
        self.unwritten = 0
        """Batches of fetches that could not be written."""

    def request(self, outcome: str, vendor: str = "") -> None:
        """A request ended."""
        self.requests[outcome, vendor] += 1
