"""How much anybody may ask, and how often be wrong: token buckets by address, and over all.

An IPv6 address counts by its /64, which is what one line of a customer has. Memory is bounded: of a flood
of addresses those seen last are known, and what all of them may be wrong together is limited as well.
"""

import ipaddress
from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache

from dialform.values import dataclass

ADDRESSES = 65_536
"""Addresses of which buckets are kept."""

KNOWN = 131_072
"""Pairs of an address and a phone that fetched there."""


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` at once, and `each` a second in the long run."""

    each: float
    burst: float


@dataclass(frozen=True, slots=True)
class Rates:
    """What is allowed.

    An office of several hundred phones behind one address starts at once after a power cut, each with
    several files. Some ask the plain address of DHCP first, at each start: refused, and no guess. That is why
    an address may be wrong so often; of a token's 140 bits nobody guesses any more by it.
    """

    of_address: Rate = Rate(100, 3000)
    of_all: Rate = Rate(2000, 6000)
    wrong_of_address: Rate = Rate(0.5, 1000)
    wrong_of_all: Rate = Rate(50, 6000)
    connections: Rate = Rate(50, 1500)
    """Of an address: a handshake costs more than a request."""


class _Bucket:
    """Full at first."""

    __slots__ = ("at", "left")

    def __init__(self, burst: float, now: float) -> None:
        self.left, self.at = burst, now

    def fill(self, rate: Rate, now: float) -> float:
        passed = max(0.0, now - self.at)
        self.left, self.at = min(rate.burst, self.left + passed * rate.each), now
        return self.left


class Limits:
    """Of one service. `clock` is in seconds and never goes back."""

    def __init__(self, clock: Callable[[], float], rates: Rates | None = None) -> None:
        self.rates, self._clock = rates or Rates(), clock
        now = clock()
        self._asked: OrderedDict[str, _Bucket] = OrderedDict()
        self._wrong: OrderedDict[str, _Bucket] = OrderedDict()
        self._came: OrderedDict[str, _Bucket] = OrderedDict()
        self._all_asked = _Bucket(self.rates.of_all.burst, now)
        self._all_wrong = _Bucket(self.rates.wrong_of_all.burst, now)
        self._known: OrderedDict[tuple[str, str], None] = OrderedDict()

    def connect(self, who: str) -> bool:
        """Whether somebody may have one more connection now, which counts as had."""
        own = _bucket(self._came, who, self.rates.connections, self._clock())
        if own.left < 1:
            return False
        own.left -= 1
        return True

    def ask(self, who: str, known: bool = False) -> bool:
        """Whether somebody may ask now, which counts as asked. Over all, those `known` are not counted:
        strangers cannot use up what is theirs.
        """
        now = self._clock()
        own = _bucket(self._asked, who, self.rates.of_address, now)
        if own.left < 1:
            return False
        own.left -= 1
        if known:
            return True
        if self._all_asked.fill(self.rates.of_all, now) < 1:
            return False
        self._all_asked.left -= 1
        return True

    def suspect(self, who: str, *, alone: bool = False) -> bool:
        """Whether somebody, or (not `alone`) everybody together, was wrong too often."""
        now = self._clock()
        own = self._wrong.get(who)
        if own is not None and own.fill(self.rates.wrong_of_address, now) < 1:
            return True
        return not alone and self._all_wrong.fill(self.rates.wrong_of_all, now) < 1

    def wrong(self, who: str) -> None:
        """Somebody was wrong."""
        now = self._clock()
        own = _bucket(self._wrong, who, self.rates.wrong_of_address, now)
        own.left = max(0.0, own.left - 1)
        everybody = self._all_wrong
        everybody.left = max(0.0, everybody.fill(self.rates.wrong_of_all, now) - 1)

    def fetched(self, who: str, mac: str) -> None:
        """A phone fetched from an address: what others there do wrong is not held against it."""
        self._known[who, mac] = None
        self._known.move_to_end((who, mac))
        if len(self._known) > KNOWN:
            self._known.popitem(last=False)

    def knows(self, who: str, mac: str) -> bool:
        """Whether it did, as far as is remembered."""
        return (who, mac) in self._known

    def __len__(self) -> int:
        """Entries that are kept, of all kinds."""
        return len(self._asked) + len(self._wrong) + len(self._came) + len(self._known)


def _bucket(kept: OrderedDict[str, _Bucket], who: str, rate: Rate, now: float) -> _Bucket:
    found = kept.get(who)
    if found is None:
        found = kept[who] = _Bucket(rate.burst, now)
        if len(kept) > ADDRESSES:
            kept.popitem(last=False)
    else:
        kept.move_to_end(who)
        found.fill(rate, now)
    return found


@lru_cache(8192)
def network_of(address: str) -> str:
    """What an address counts as: itself, or the /64 of an IPv6 one."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return f"{ipaddress.IPv6Address(int(found) >> 64 << 64)}/64"
