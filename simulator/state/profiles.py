"""The SIP profiles: started, rescanned, restarted, stopped, with their gateways.

After `config_sofia`, `sofia_profile_thread_run` (sofia.c) and `cmd_profile` (mod_sofia.c).
"""

import ssl
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from dialform.simulator.clock import Clock
from dialform.simulator.events import Event, Events, Source
from dialform.simulator.reading.configuration import Configuration
from dialform.simulator.reading.configuration import Gateway as Written
from dialform.simulator.reading.markup import Element
from dialform.simulator.state.gateways import Carrier, Gateway, number, truth
from dialform.simulator.state.hashed import listed
from dialform.values import dataclass, field

YOUNGEST = 10
"""Seconds that a profile must be up before it may be stopped or restarted."""
STOPPING = 1.2
"""Seconds from `stop` until the profile is gone."""
SETTLING = 0.05
"""Seconds from the reply to `start` until the profile's thread has begun."""
_KEPT = frozenset({"sip-ip", "sip-port", "ws-binding", "wss-binding"})
"""What only a restart changes; so does everything that begins with `tls`."""


@dataclass(slots=True)
class Profile:
    """One profile as mod_sofia runs it."""

    name: str
    params: dict[str, str]
    started: float
    gateways: list[Gateway] = field(default_factory=list)
    """The newest first, as in the switch's list."""
    calls_in: int = 0
    calls_out: int = 0
    failed_in: int = 0
    failed_out: int = 0

    @property
    def ip(self) -> str:
        """Where it listens."""
        return self.params.get("sip-ip", "127.0.0.1")

    @property
    def outside(self) -> str:
        """The address that others see, empty where none is set."""
        found = self.params.get("ext-sip-ip", "")
        return "" if found.startswith(("auto", "stun:", "host:")) else found

    @property
    def port(self) -> int:
        """Of SIP over UDP and TCP."""
        return number(self.params.get("sip-port", "5060"))

    @property
    def address(self) -> str:
        """host:port as others see it."""
        return f"{_host(self.outside or self.ip)}:{self.port}"

    @property
    def url(self) -> str:
        """The profile as a SIP URI."""
        return f"sip:mod_sofia@{self.address}"

    @property
    def bind_url(self) -> str:
        """The same, with what it binds."""
        behind = f";maddr={self.ip}" if self.outside else ""
        return f"{self.url}{behind};{self.params.get('bind-params') or 'transport=udp,tcp'}"

    @property
    def tls(self) -> bool:
        """Whether it listens for TLS."""
        return truth(self.params.get("tls", ""))

    @property
    def tls_only(self) -> bool:
        """Whether it listens for nothing else."""
        return self.tls and truth(self.params.get("tls-only", ""))

    @property
    def tls_port(self) -> int:
        """Of SIP over TLS."""
        return number(self.params.get("tls-sip-port", "5061"))

    @property
    def tls_url(self) -> str:
        """The profile as a SIP URI for TLS."""
        return f"sip:mod_sofia@{self.tls_address}"

    @property
    def tls_address(self) -> str:
        """host:port of it as others see it."""
        return f"{_host(self.outside or self.ip)}:{self.tls_port}"

    @property
    def tls_bind_url(self) -> str:
        """The same, with what it binds."""
        behind = f";maddr={self.ip}" if self.outside else ""
        more = self.params.get("tls-bind-params", "")
        return f"{self.tls_url.replace('sip:', 'sips:', 1)}{behind}{';' + more if more else ''}"

    def binding(self, kind: str) -> str:
        """Where it listens for `ws` or `wss`; empty where it does not."""
        bound = self.params.get(f"{kind}-binding", "")
        if not bound:
            return ""
        host, _, port = bound.rpartition(":")
        scheme = "sips" if kind == "wss" else "sip"
        return f"{scheme}:mod_sofia@{_host(host or self.ip)}:{port};transport={kind}"


class Profiles:
    """All profiles. `configuration` gives the tree that holds now."""

    def __init__(
        self,
        clock: Clock,
        events: Events,
        configuration: Callable[[], Configuration],
        carrier: Carrier,
    ) -> None:
        self._clock, self._events = clock, events
        self._configuration, self._carrier = configuration, carrier
        self._running: dict[str, Profile] = {}
        self.aliases: dict[str, str] = {}
        self.on_stop: Callable[[str], None] = lambda name: None
        """Told when a profile goes down: its calls end."""

    def __iter__(self) -> Iterator[Profile]:
        return (profile for alias, profile in self.listed() if not alias)

    def listed(self) -> Iterator[tuple[str, Profile]]:
        """As the switch goes through them: aliases, with their name before the profile, in between.

        For a profile itself the name is empty.
        """
        for name in listed([*self._running, *self.aliases]):
            if name in self._running:
                yield "", self._running[name]
            elif self.aliases[name] in self._running:
                yield name, self._running[self.aliases[name]]

    def find(self, name: str) -> Profile | None:
        """A running profile by its name or an alias."""
        return self._running.get(self.aliases.get(name, name))

    def gateway(self, name: str) -> Gateway | None:
        """A gateway by its name, or `profile::name`; none that is being deleted."""
        for profile in self:
            for gateway in profile.gateways:
                if name in (gateway.name, f"{profile.name}::{gateway.name}"):
                    return None if gateway.deleted else gateway
        return None

    # What commands do.

    def start_all(self) -> None:
        """Boots: every profile of the configuration."""
        for name in self._configuration().profiles():
            self.start(name, 0.0)

    def start(self, name: str, after: float = SETTLING) -> bool:
        """Starts a profile, or rescans one that runs. False: there is none of this name.

        It runs, and has its gateways, so many seconds later.
        """
        element = self._configuration().profiles().get(name)
        if element is None:
            return False
        if (profile := self._running.get(name)) is not None:
            self._rescan(profile, element)
            return True
        profile = Profile(name, _params(element), self._clock.epoch)
        self._tell(profile, "sofia::profile_start", "config_sofia", 6352)
        if _unusable(profile):
            return True
        if after:
            self._clock.later(after, lambda: self._run(profile, element))
        else:
            self._run(profile, element)
        return True

    def _run(self, profile: Profile, element: Element) -> None:
        """What the profile's own thread does."""
        if profile.name in self._running:
            return
        self._tell_port(profile, "PUBLISH", 3442)
        self._running[profile.name] = profile
        self._take_aliases(profile, element)
        self._add_gateways(profile, element, None)
        self._clock.later(1.0, lambda: self._look(profile))

    def _rescan(self, profile: Profile, element: Element) -> None:
        """Adds what is new. What is gone stays; a gateway that changed stays as it was."""
        for name, value in _params(element).items():
            if name not in _KEPT and not name.startswith("tls"):
                profile.params[name] = value
        self._take_aliases(profile, element)
        self._add_gateways(profile, element, None)

    def start_gateway(self, profile: Profile, name: str) -> None:
        """`startgw`; says nothing where there is no such gateway."""
        element = self._configuration().profiles().get(profile.name)
        if element is not None:
            self._add_gateways(profile, element, None if name == "_all_" else name)

    def stop(self, profile: Profile, again: bool) -> None:
        """Ends a profile and its calls; with `again` it comes back."""
        profile.started = float("inf")
        self._clock.later(STOPPING, lambda: self._stopped(profile, again))

    def _stopped(self, profile: Profile, again: bool) -> None:
        self.on_stop(profile.name)
        for gateway in profile.gateways:
            gateway.delete()
        for _ in range(2):  # the first look takes those that registered down, the second both
            self._check(profile)
        self._tell_port(profile, "UNPUBLISH", 3552)
        self._running.pop(profile.name, None)
        self.aliases = {k: v for k, v in self.aliases.items() if v != profile.name}
        if again:
            self.start(profile.name)

    # Gateways.

    def _add_gateways(self, profile: Profile, element: Element, only: str | None) -> None:
        for child in getattr(element.first("gateways"), "children", ()):
            name = child.get("name")
            held = {g.name: g for p in self for g in p.gateways if not g.deleted}
            if name in held or (only is not None and name != only):
                continue
            params = {p.get("name"): p.get("value") for p in child.all("param")}
            written = Written(name, profile.name, params)
            context = params.get("context") or profile.params.get("context") or "default"
            encrypted = params.get("register-transport", "").lower() == "tls"
            contact = profile.tls_address if encrypted else profile.address
            made = Gateway.make(written, contact, context, self._clock.epoch)
            if made is not None:
                told = child.first("variables") or child
                made.variables = {
                    way: {
                        v.get("name"): v.get("value")
                        for v in told.all("variable")
                        if v.get("direction").lower() in ("", way)
                    }
                    for way in ("inbound", "outbound")
                }
                profile.gateways.insert(0, made)
                self._events.fire(made.added_event())

    def _look(self, profile: Profile) -> None:
        """The look of every second, as long as the profile runs."""
        if self._running.get(profile.name) is not profile:
            return
        self._check(profile)
        self._clock.later(1.0, lambda: self._look(profile))

    def _check(self, profile: Profile) -> None:
        for gateway in list(profile.gateways):
            if gateway.deleted and gateway.state in ("NOREG", "DOWN"):
                profile.gateways.remove(gateway)
                self._events.fire(gateway.deleted_event())
        for gateway in profile.gateways:
            if (event := gateway.check(self._clock.epoch, self._carrier)) is not None:
                self._events.fire(event)
            if gateway.heard is not None:
                wait = gateway.heard[0] - self._clock.epoch
                self._clock.later(wait, partial(self._hear, gateway))

    def _hear(self, gateway: Gateway) -> None:
        if (event := gateway.hear(self._clock.epoch)) is not None:
            self._events.fire(event)

    # Names and news.

    def _take_aliases(self, profile: Profile, element: Element) -> None:
        names = [a.get("name") for a in getattr(element.first("aliases"), "children", ())]
        configuration = self._configuration()
        for domain in getattr(element.first("domains"), "children", ()):
            if truth(domain.get("alias")):
                name = domain.get("name")
                everywhere = name.lower() == "all"
                names += configuration.domains() if everywhere else [name]
        for name in names:
            if name and name not in self._running:
                self.aliases.setdefault(name, profile.name)

    def _tell(self, profile: Profile, subclass: str, function: str, line: int) -> None:
        headers = {
            "module_name": "mod_sofia",
            "profile_name": profile.name,
            "profile_uri": profile.url,
        }
        source = Source("sofia.c", function, line)
        self._events.fire(Event("CUSTOM", headers, subclass, source=source))

    def _tell_port(self, profile: Profile, name: str, line: int) -> None:
        headers = {
            "service": "_sip._udp,_sip._tcp,_sip._sctp" + (",_sips._tcp" if profile.tls else ""),
            "port": str(profile.port),
            "module_name": "mod_sofia",
            "profile_name": profile.name,
            "profile_uri": profile.url,
        }
        if profile.tls:
            headers |= {"tls_port": str(profile.tls_port), "profile_tls_uri": profile.tls_url}
        source = Source("sofia.c", "sofia_profile_thread_run", line)
        self._events.fire(Event(name, headers, source=source))


def _params(element: Element) -> dict[str, str]:
    """The settings; of those that stand twice the last holds."""
    found = getattr(element.first("settings"), "children", ())
    return {param.get("name"): param.get("value") for param in found}


def _host(ip: str) -> str:
    return f"[{ip}]" if ":" in ip else ip


def _unusable(profile: Profile) -> bool:
    """Whether the certificate for wss is there and is none: then the profile is gone without a word."""
    folder = profile.params.get("tls-cert-dir", "")
    pem = Path(folder) / "wss.pem"
    if not (folder and profile.params.get("wss-binding") and pem.is_file()):
        return False
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(pem)
    except (ssl.SSLError, OSError):
        return True
    return False
