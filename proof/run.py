"""Making calls: one compiled configuration a host is loaded, and as many calls as wanted go through it."""

from pathlib import Path

from dialform.proof.call import Call, dial, scene
from dialform.proof.compiled import Compiled
from dialform.proof.ground import Ground
from dialform.proof.numbers import Numbers
from dialform.proof.reached import Reached
from dialform.proof.sources import Sources
from dialform.simulator.journey import Journey
from dialform.simulator.reading.configuration import Configuration
from dialform.simulator.run import simulate
from dialform.values import dataclass, field


class NoHostError(Exception):
    """The tenant lives on no host that was compiled."""


@dataclass(frozen=True, slots=True)
class Made:
    """A call that was made: on which host, and what came of it."""

    call: Call
    host: str
    ground: Ground
    journey: Journey
    reached: Reached


@dataclass
class Caller:
    """Makes calls through a site's compiled files. `host` empty: the first that a tenant lives on."""

    sources: Sources
    compiled: Compiled
    host: str = ""
    _loaded: dict[str, Configuration] = field(default_factory=dict)
    _homes: dict[str, str] = field(default_factory=dict)
    _grounds: dict[tuple[str, str], Ground] = field(default_factory=dict)
    _numbers: dict[str, Numbers] = field(default_factory=dict)

    def home(self, slug: str) -> str:
        """The host that a tenant's calls are made on. Raises NoHostError."""
        if slug in self._homes:
            return self._homes[slug]
        hosts = self.compiled.hosts(self.sources.hosts, slug)
        if self.host:
            hosts = [host for host in hosts if host == self.host]
        if not hosts:
            where = f"on host {self.host}" if self.host else "on any host"
            raise NoHostError(f"Tenant {slug} does not live {where}.")
        self._homes[slug] = hosts[0]
        return hosts[0]

    def ground(self, slug: str) -> Ground:
        """What the compiled files say of a tenant. Raises NoHostError."""
        host = self.home(slug)
        if (host, slug) not in self._grounds:
            self._grounds[host, slug] = Ground(self.compiled.conf(host), slug)
        return self._grounds[host, slug]

    def numbers(self, slug: str) -> Numbers:
        """How numbers of a tenant's calls are read."""
        if slug not in self._numbers:
            self._numbers[slug] = Numbers(self.sources, slug)
        return self._numbers[slug]

    def configuration(self, conf: Path) -> Configuration:
        """A host's configuration, loaded once."""
        key = str(conf)
        if key not in self._loaded:
            self._loaded[key] = Configuration.load(conf)
        return self._loaded[key]

    def make(self, call: Call) -> Made:
        """Make a call. Raises NoHostError."""
        ground, numbers = self.ground(call.tenant), self.numbers(call.tenant)
        world = scene(call, ground, numbers)
        journey = simulate(self.configuration(ground.conf), world, dial(call, ground, numbers.e164))
        host = self.home(call.tenant)
        return Made(call, host, ground, journey, Reached(journey, ground, numbers))
