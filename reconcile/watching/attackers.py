"""Who guesses passwords on the SIP ports, told from what the switch says of each refused log-in.

`sofia::register_failure` comes for each REGISTER and INVITE with wrong credentials (sofia_reg.c), with the
sender in `network-ip`. Pure: events and times go in, alarms and counts come out. Whatever attackers send, it
keeps at most `size` sources of a window, and speaks at most `loudest` times in one.
"""

from collections.abc import Iterable, Iterator, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

from dialform.reconcile.watching.heavy import Heavy
from dialform.switch.events import Event
from dialform.values import dataclass, field

FAILURE, ATTEMPT = "sofia::register_failure", "sofia::register_attempt"
SUBSCRIPTIONS = (FAILURE, ATTEMPT)
"""What the agent must subscribe to. An attempt comes for each log-in, the good ones too."""

ALL = "all sources"
UNKNOWN = "unknown"
_LET_IN = {"SUCCESS", "RENEWED"}
_SHOWN = 64
_TARGETS = 16

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Rules:
    """When to speak. `window` is in seconds; a source is one IPv4 address or one IPv6 /64."""

    threshold: int = 20
    """Failures of one source in a window."""
    total: int = 500
    """Failures of all sources together in a window: many who each guess a little."""
    window: float = 300.0
    size: int = 4096
    """Sources that are told apart."""
    loudest: int = 10
    """Sources that get an alarm of their own in a window; the rest stands in the counts."""
    known: Sequence[str] = ()
    """Networks that are counted, and never an alarm: those of the site's own carriers."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something to tell. `kind` is `guessing`, `flood`, `guessed`, or `over` for the end of one.

    `source` is an address, a /64, or `all sources`; what a stranger wrote is cut and made harmless.
    """

    kind: str
    source: str
    message: str
    failures: int = 0

    @property
    def raised(self) -> bool:
        """Whether it begins something; else something is over."""
        return self.kind != "over"


@dataclass(slots=True, eq=False)
class _Attack:
    """A source in alarm, and the last accounts that it tried."""

    since: float
    told: bool
    targets: dict[str, None] = field(default_factory=dict)


class Attackers:
    """The watch. Times are seconds of a clock that never goes back (time.monotonic)."""

    def __init__(self, rules: Rules | None = None) -> None:
        self.rules = rules or Rules()
        self._known: list[Network] = []
        self.know(self.rules.known)
        self._now = self._began = float("-inf")
        self._current, self._before = Heavy(self.rules.size), Heavy(self.rules.size)
        self._sum, self._sum_before = 0, 0
        self._attacks: dict[str, _Attack] = {}
        self._spoken, self._looked = 0, float("-inf")
        self.failures = self.alarms = self.guessed = 0

    def know(self, networks: Iterable[str]) -> None:
        """Whose failures are counted and never an alarm, from now on: `Rules.known`."""
        self._known = [ip_network(each, strict=False) for each in networks]

    def note(self, event: Event, now: float) -> list[Alarm]:
        """What an event gives reason to say; events of no concern give none."""
        said = self.tick(now)
        source = source_of(event.get("network-ip"))
        if event.subclass == FAILURE:
            return [*said, *self._failed(source, event)]
        if event.subclass == ATTEMPT and event.get("auth-result") in _LET_IN:
            return [*said, *self._let_in(source, event)]
        return said

    def tick(self, now: float) -> list[Alarm]:
        """Lets time pass: what is over is said. To be called now and then, as every few seconds."""
        self._slide(now)
        # With thousands in alarm one does not look after each for each event.
        if self._now - self._looked < self.rules.window / 20:
            return []
        self._looked = self._now
        return list(self._ended())

    def _slide(self, now: float) -> None:
        # A clock that was set back stands still here until it has caught up.
        self._now = max(self._now, now)
        if self._began == float("-inf"):
            self._began = self._now
        past = self._now - self._began
        if past >= self.rules.window:
            skipped = past >= 2 * self.rules.window
            self._before = Heavy(self.rules.size) if skipped else self._current
            self._sum_before = 0 if skipped else self._sum
            self._current, self._sum, self._spoken = Heavy(self.rules.size), 0, 0
            self._began = self._now if skipped else self._began + self.rules.window

    def rate(self, source: str) -> int:
        """Failures of a source in about one window until now, counted never too high."""
        if source == ALL:
            return self._sum + int(self._sum_before * self._share())
        return self._current.sure(source) + int(self._before.sure(source) * self._share())

    def attacking(self) -> list[str]:
        """The sources in alarm, the loudest first."""
        return sorted(self._attacks, key=lambda each: (-self.rate(each), each))

    def status(self, now: float, top: int = 10) -> dict[str, Any]:
        """Totals and the `top` sources, for the status and for metrics: bounded, whoever attacks."""
        self._slide(now)
        names = {entry.name for table in (self._current, self._before) for entry in table}
        rates = sorted((-self.rate(name), name) for name in names)[:top]
        return {
            "failures": self.failures,
            "alarms": self.alarms,
            "guessed": self.guessed,
            "attacking": len(self._attacks),
            "top": [
                {"source": name, "failures": -less, "alarm": name in self._attacks}
                for less, name in rates
                if less
            ],
        }

    def _share(self) -> float:
        """How much of the window before still counts: it slides."""
        return max(0.0, 1.0 - (self._now - self._began) / self.rules.window)

    def _failed(self, source: str, event: Event) -> Iterator[Alarm]:
        self.failures += 1
        self._sum += 1
        self._current.add(source)
        target = _account(event.get("to-user"), event.get("to-host"))
        if attack := self._attacks.get(source):
            attack.targets.pop(target, None)
            attack.targets[target] = None
            if len(attack.targets) > _TARGETS:
                del attack.targets[next(iter(attack.targets))]
        elif self.rate(source) >= self.rules.threshold and not self._is_known(source):
            yield from self._raised("guessing", source, target)
        if ALL not in self._attacks and self.rate(ALL) >= self.rules.total:
            yield from self._raised("flood", ALL, target)

    def _raised(self, kind: str, source: str, target: str) -> Iterator[Alarm]:
        told = source == ALL or self._spoken < self.rules.loudest
        self._attacks[source] = _Attack(self._now, told, {target: None})
        self.alarms += 1
        if not told:
            return
        self._spoken += source != ALL
        rate = self.rate(source)
        text = (
            f"{rate} refused log-ins from {source} in {self.rules.window:.0f} s, last as {target}."
        )
        yield Alarm(kind, source, text, rate)

    def _let_in(self, source: str, event: Event) -> Iterator[Alarm]:
        """After many wrong passwords a right one: perhaps its owner, perhaps the attacker."""
        attack = self._attacks.get(source)
        target = _account(event.get("username"), event.get("realm"))
        if attack is None or target not in attack.targets:
            return
        del attack.targets[target]
        self.guessed += 1
        yield Alarm(
            "guessed",
            source,
            f"{source} logged in as {target} after many refused log-ins: its password may be known. "
            "If that is not its owner's phone, rotate the password.",
            self.rate(source),
        )

    def _ended(self) -> Iterator[Alarm]:
        """An alarm ends at half of what began it, so that it does not come and go."""
        for source in list(self._attacks):
            limit = self.rules.total if source == ALL else self.rules.threshold
            if self.rate(source) * 2 < limit:
                attack = self._attacks.pop(source)
                if attack.told:
                    lasted = self._now - attack.since
                    text = f"Few refused log-ins are left from {source}, after {lasted:.0f} s."
                    yield Alarm("over", source, text, self.rate(source))

    def _is_known(self, source: str) -> bool:
        if source == UNKNOWN:
            return False
        network = ip_network(source)
        return any(
            network.version == known.version and network.subnet_of(known)  # type: ignore[arg-type]
            for known in self._known
        )


def source_of(text: str) -> str:
    """The source that an address belongs to: itself, or its /64, of which a customer has a whole one."""
    try:
        address: IPv4Address | IPv6Address = ip_address(text.strip("[]").partition("%")[0])
    except ValueError:
        return UNKNOWN
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is None:
            return str(ip_network((address, 64), strict=False))
        address = address.ipv4_mapped
    return str(address)


def _account(user: str, host: str) -> str:
    """Who was tried, as a stranger wrote it: short, and without what a terminal or a log obeys."""
    text = "".join(c if c.isascii() and c.isprintable() else "?" for c in f"{user}@{host}"[:_SHOWN])
    return text if len(user) + len(host) < _SHOWN else f"{text}…"
