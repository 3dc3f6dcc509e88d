"""What is counted for /metrics."""

from collections import Counter

OUTCOMES = {
    "fetched": "a file was sent",
    "current": "the phone has it already (304)",
    "head": "a HEAD was answered",
    "enrolled": "a file was sent in a window",
    "no_file": "a known phone asked for what it has not (404)",
    "refused": "the constant 404",
    "challenged": "a login was asked for (401)",
    "denied": "a login was wrong (401)",
    "limited": "too much was asked (429)",
    "malformed": "it was no HTTP (400, 404)",
    "unavailable": "the released file is not there (503)",
    "fault": "a mistake of ours (404, and where it was is in the log)",
}
"""How a request can end."""


class Counts:
    """Of one service, since it began."""

    def __init__(self) -> None:
        self.requests: Counter[tuple[str, str]] = Counter()
        """By outcome and vendor; the vendor is empty where no phone is known."""
        self.dropped: Counter[str] = Counter()
        """Connections that were cut, by reason: plain, full, address, often, slow, tls, end."""
        self.connections = 0
        """That are open."""
        self.unwritten = 0
        """Batches of fetches that could not be written."""

    def request(self, outcome: str, vendor: str = "") -> None:
        """A request ended."""
        self.requests[outcome, vendor] += 1
