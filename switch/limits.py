"""How much is read at most: a switch that went mad must not take us along."""

from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """In bytes, but for `events`.

    The list of 50,000 registrations is 15 MB of JSON, the largest events are some 20 kB.
    """

    line: int = 64 * 1024
    """One header."""
    head: int = 256 * 1024
    """The headers of one reply or event."""
    body: int = 128 * 1024 * 1024
    """The body of a reply."""
    event: int = 4 * 1024 * 1024
    """The body of an event."""
    command: int = 64 * 1024
    """What we send: a command with its arguments."""
    events: int = 10_000
    """Events that wait for who reads them slowly."""
    waiting: int = 32 * 1024 * 1024
    """What all of those may be in bytes."""
