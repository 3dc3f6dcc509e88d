"""What a compiled configuration wants of a switch: resources with names and digests.

A digest says whether two versions are the same for the switch, and nothing else: no secret can be read
from one, and none is kept here.
"""

from collections.abc import Mapping

from dialform.values import dataclass, field


@dataclass(frozen=True, slots=True)
class Gateway:
    """A gateway. `stamp` is what the live one says of itself when it is this version."""

    profile: str
    stamp: str
    registers: bool


@dataclass(frozen=True, slots=True)
class Profile:
    """A SIP profile: `bound` is a digest of what only a restart changes, `settings` of what a rescan takes.

    With `aliases` it takes the domains of the directory as names of its own, at a rescan.
    """

    bound: str
    settings: str
    aliases: bool = False


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue. `after` is what `uuid_transfer` takes to lead a waiting caller out; empty: the call ends.

    `shown` is how `callcenter_config queue list` shows it, column by column.
    """

    digest: str
    after: str = ""
    shown: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Domain:
    """A tenant's SIP domain. `users` are the names that its phones are filed under, with digests of
    what decides whether they may log in; `digest` is that of all of them.
    """

    tenant: str
    digest: str
    users: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """What one file wants."""

    sha256: str
    gateways: Mapping[str, Gateway] = field(default_factory=dict)
    profiles: Mapping[str, Profile] = field(default_factory=dict)
    queues: Mapping[str, Queue] = field(default_factory=dict)
    tiers: frozenset[tuple[str, str]] = frozenset()
    streams: Mapping[str, str] = field(default_factory=dict)
    domains: Mapping[str, Domain] = field(default_factory=dict)
    modules: tuple[str, ...] = ()
    acl: str = ""
    voicemail: str = ""
    boot: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Resources:
    """All that a configuration wants. `boot` has digests of what is read only at start, by file.

    `tiers` are pairs of queue and agent; who of the agents is logged in is nobody's business here.
    """

    revision: str
    gateways: Mapping[str, Gateway] = field(default_factory=dict)
    profiles: Mapping[str, Profile] = field(default_factory=dict)
    queues: Mapping[str, Queue] = field(default_factory=dict)
    tiers: frozenset[tuple[str, str]] = frozenset()
    streams: Mapping[str, str] = field(default_factory=dict)
    domains: Mapping[str, Domain] = field(default_factory=dict)
    modules: tuple[str, ...] = ()
    acl: str = ""
    voicemail: str = ""
    boot: Mapping[str, str] = field(default_factory=dict)
    indexes: Mapping[str, str] = field(default_factory=dict)
    """Of each tenant that has phones which fetch their configuration a digest of all that they fetch."""
    folder: str = ""
    """The generation's folder: where somebody asks whether a destination still exists."""
    parts: Mapping[str, Part] = field(default_factory=dict, repr=False, compare=False)
    """By path: the next generation shares what did not change."""

    @property
    def agents(self) -> frozenset[str]:
        """All agents of all queues."""
        return frozenset(agent for _, agent in self.tiers)

    @property
    def tenants(self) -> frozenset[str]:
        """The tenants that live here."""
        return frozenset(domain.tenant for domain in self.domains.values())

    def digests(self) -> dict[str, dict[str, str]]:
        """Everything by kind and name, as `Known` keeps it."""
        return {
            "acl": {"": self.acl},
            "boot": dict(self.boot),
            "bound": {name: one.bound for name, one in self.profiles.items()},
            "domains": {name: one.tenant for name, one in self.domains.items()},
            "modules": dict.fromkeys(self.modules, ""),
            "queues": {name: one.digest for name, one in self.queues.items()},
            "settings": {name: one.settings for name, one in self.profiles.items()},
            "streams": dict(self.streams),
            "users": {name: one.digest for name, one in self.domains.items()},
            "voicemail": {"": self.voicemail},
        }
