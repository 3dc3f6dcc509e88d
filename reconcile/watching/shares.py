"""What several hosts count together, held against the legs that hold a count. Pure: no clock, no socket.

Each host's agent leaves its share, the live legs by key, beside the counts. The counts can only be judged
where every host has just spoken: a host that is silent may have calls. One that is silent and whose switch
has gone from Redis is down (Redis sees a connection end with the process, or within its own `tcp-keepalive`
where the machine is gone), and holds nothing.
"""

from collections import deque
from collections.abc import Collection, Mapping, Sequence

from dialform.values import dataclass, field

LOOKS = 5
"""So many looks in a row must find a count wrong in the same direction: calls come and go between two."""
FRESH = 10.0
"""Seconds after which the word of a host counts no more. What a host began since its last word is never
judged: so many looks take longer than this and one look more (`EVERY`, reconcile/caps.py).
"""


@dataclass(frozen=True, slots=True)
class Share:
    """A host's word: its switch's Core-UUID, how often it has spoken, live legs by key (`tenant:acme`)."""

    core: str
    beat: int
    live: Mapping[str, int] = field(default_factory=dict)

    def text(self) -> str:
        """As it is left in Redis: no space, no `~`."""
        said = [f"{key}={count}" for key, count in sorted(self.live.items()) if count]
        return "|".join((self.core, str(self.beat), *said))

    @staticmethod
    def read(text: str) -> "Share":
        """The other way. Raises ValueError."""
        core, beat, *said = text.split("|")
        pairs = (one.rpartition("=") for one in said)
        return Share(core, int(beat), {key: int(count) for key, _, count in pairs})


@dataclass(frozen=True, slots=True)
class Wrong:
    """A count that is to be set right: what it is, and what it should be."""

    key: str
    counted: int
    live: int


@dataclass(frozen=True, slots=True)
class Found:
    """What a look came to. `gone` are hosts that are down and whose word is to go; `silent` those because of
    which nothing can be judged.
    """

    wrong: Sequence[Wrong] = ()
    gone: Sequence[str] = ()
    silent: Sequence[str] = ()


class Shares:
    """What one agent has seen of all hosts. Times are seconds of a clock that never goes back."""

    def __init__(self, host: str) -> None:
        self._host = host
        self._heard: dict[str, tuple[str, float]] = {}
        self._off: dict[str, deque[int]] = {}

    def look(
        self, now: float, counts: Mapping[str, int], words: Mapping[str, str], connected: Collection[str]
    ) -> Found:  # fmt: skip
        """Counts and words as they are at one moment; `connected` are the hosts that Redis sees."""
        if words.keys() - self._heard.keys():
            self._off.clear()
        for host, text in words.items():
            if self._heard.get(host, ("", 0.0))[0] != text:
                self._heard[host] = (text, now)
        self._heard = {host: one for host, one in self._heard.items() if host in words}
        late = [host for host in words if now - self._heard[host][1] > FRESH]
        gone = [host for host in late if host not in connected and host != self._host]
        silent = [host for host in late if host not in gone]
        if late or self._host not in words:
            self._off.clear()
            return Found((), gone, silent)
        return Found(self._wrong(counts, _sum(words)))

    def _wrong(self, counts: Mapping[str, int], live: Mapping[str, int]) -> list[Wrong]:
        found = []
        for key in sorted({*counts, *live}):
            counted = counts.get(key, 0)
            off = self._off.setdefault(key, deque(maxlen=LOOKS))
            off.append(live.get(key, 0) - counted)
            if len(off) == LOOKS and (min(off) > 0 or max(off) < 0):
                by = min(off, key=abs)
                found.append(Wrong(key, counted, max(counted + by, 0)))
                off.clear()
        for key in self._off.keys() - counts.keys() - live.keys():
            del self._off[key]
        return found


def _sum(words: Mapping[str, str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for text in words.values():
        for key, count in Share.read(text).live.items():
            found[key] = found.get(key, 0) + count
    return found
