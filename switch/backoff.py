"""How long to wait before the next try."""

from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class Backoff:
    """Longer each time, and never quite the same: a hundred agents must not come all at once."""

    first: float = 0.5
    """Seconds."""
    factor: float = 2.0
    most: float = 30.0
    jitter: float = 0.5
    """The part of the wait that chance may take away, 0 to 1."""
    settled: float = 10.0
    """Seconds that a connection must last for the next wait to be the first again."""

    def wait(self, tries: int, chance: float) -> float:
        """Seconds before the next try, after so many that failed; `chance` is from 0 to 1."""
        grown = self.first * self.factor ** min(max(tries - 1, 0), 64)
        return min(grown, self.most) * (1.0 - self.jitter * chance)
