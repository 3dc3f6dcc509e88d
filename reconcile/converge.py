"""From what the switch is to what it should be: the least set of steps, whatever state it is in.

One way for everything: a new commit, a rollback, a drift, a crash in mid-apply, a switch that was
started again. Each rule looks at one kind of resource; `least` puts the steps in their order.
"""

from collections.abc import Callable, Iterable, Iterator

from dialform.compiler.planning.actions import Step, least, step
from dialform.reconcile.known import Known, obsolete
from dialform.reconcile.observe import Observed
from dialform.reconcile.wanted import Resources
from dialform.values import dataclass

_LATE = ("mod_say_",)
_LATER = frozenset((
    "mod_amr", "mod_amrwb", "mod_g729", "mod_h26x", "mod_opus", "mod_spandsp",
))  # fmt: skip
"""Modules that are loaded while the switch runs: languages and codecs. Others wait for a restart."""


@dataclass(frozen=True, slots=True)
class Sides:
    """What is wanted, what is known, what is seen; and what was wanted before, where it is there."""

    want: Resources
    known: Known
    seen: Observed
    had: Resources | None = None

    def differs(self, kind: str, name: str, wanted: str) -> bool:
        """Whether a resource is of another version, or of an unknown one."""
        return self.known.has(kind, name) != wanted

    @property
    def phones(self) -> list[str]:
        """The profiles that phones register at, of both sides."""
        return sorted(one for one in self.want.profiles if one.startswith("internal"))


def steps(
    want: Resources, known: Known, observed: Observed, had: Resources | None = None
) -> list[Step]:
    """The least set of steps, in their order; empty where all is as wanted.

    `had` are the resources of the configuration that `known` was proven with: they tell which of a
    domain's users changed. Steps by hand (a restart of the switch) are among them, and never sent.
    """
    sides = Sides(want, known, observed, had)
    return least(one for rule in RULES for one in rule(sides))


def _xml(s: Sides) -> Iterator[Step]:
    """One reload, however many tenants changed."""
    if s.seen.revision != s.want.revision:
        yield step("reloadxml")


def _acl(s: Sides) -> Iterator[Step]:
    if s.differs("acl", "", s.want.acl):
        yield step("reloadacl")


def _voicemail(s: Sides) -> Iterator[Step]:
    if s.differs("voicemail", "", s.want.voicemail):
        yield step("voicemail")


def _modules(s: Sides) -> Iterator[Step]:
    """What is wanted for the first time. One that was not there at start is a drift, and no change."""
    for module in s.want.modules:
        new = module not in s.seen.modules and s.known.has("modules", module) is None
        if new and (module in _LATER or module.startswith(_LATE)):
            yield step("load", module=module)
        elif new:
            yield step("restart")


def _boot(s: Sides) -> Iterator[Step]:
    began = s.known.digests.get("boot")
    if began is not None and dict(began) != dict(s.want.boot):
        yield step("restart")


def _profiles(s: Sides) -> Iterator[Step]:
    new = s.want.domains.keys() - s.known.digests.get("domains", {}).keys()
    for name, profile in s.want.profiles.items():
        if name not in s.seen.profiles:
            yield step("profile_start", profile=name)
        elif s.differs("bound", name, profile.bound):
            yield step("profile_restart", profile=name)
        elif s.differs("settings", name, profile.settings) or (new and profile.aliases):
            yield step("rescan", profile=name)
    for name in s.seen.profiles - s.want.profiles.keys():
        yield step("profile_stop", profile=name)


def _gateways(s: Sides) -> Iterator[Step]:
    """Which version it is the live gateway says itself, by its stamp."""
    for name, wanted in s.want.gateways.items():
        live = s.seen.gateways.get(name)
        if live is None:
            yield step("rescan", profile=wanted.profile)
        elif live.stamp != wanted.stamp or live.profile != wanted.profile:
            if not live.dying:
                yield step("killgw", profile=live.profile, gateway=name)
            yield step("gateway_gone", profile=live.profile, gateway=name)
            yield step("rescan", profile=wanted.profile)
    for name, live in s.seen.gateways.items():
        if name not in s.want.gateways and not live.dying:
            yield step("killgw", profile=live.profile, gateway=name)


def _queues(s: Sides) -> Iterator[Step]:
    for name, queue in s.want.queues.items():
        if name not in s.seen.queues:
            yield step("queue_load", queue=name)
        elif s.differs("queues", name, queue.digest):
            yield step("queue_reload", queue=name)
    for name in s.seen.queues.keys() - s.want.queues.keys():
        yield step("queue_empty", queue=name)
        yield step("queue_unload", queue=name)


def _agents(s: Sides) -> Iterator[Step]:
    """Agents come in when they log in. Only whom the site does not have is taken out."""
    for queue, agent in s.seen.tiers - s.want.tiers:
        yield step("tier_del", queue=queue, agent=agent)
    for agent in s.seen.agents - s.want.agents:
        yield step("agent_del", agent=agent)


def _streams(s: Sides) -> Iterator[Step]:
    for name, wanted in s.want.streams.items():
        if name not in s.seen.streams:
            yield step("stream_start", stream=name)
        elif s.differs("streams", name, wanted):
            yield step("stream_reload", stream=name)
    for name in s.seen.streams - s.want.streams.keys():
        yield step("stream_stop", stream=name)


def _users(s: Sides) -> Iterator[Step]:
    """Who logged in with what is no more. A tenant that is gone waits for its last call."""
    for one in s.known.pending:
        waits = one.after and one.after in s.seen.busy
        if not waits and not obsolete(one.step, s.want.domains):
            yield one.step
    for domain, digest in s.known.digests.get("users", {}).items():
        wanted = s.want.domains.get(domain)
        if wanted is None:
            yield from _flush(s, f"@{domain}")
        elif wanted.digest != digest:
            for user in _changed(s, domain):
                yield from _flush(s, f"{user}@{domain}")


def _changed(s: Sides, domain: str) -> Iterable[str]:
    """The users of a domain whose login is another one, or none any more."""
    wanted = s.want.domains[domain].users
    had = s.had.domains.get(domain) if s.had else None
    if had is None or had.digest != s.known.has("users", domain):
        return sorted(wanted)  # nobody knows which: who is registered logs in again
    return sorted(user for user, one in had.users.items() if wanted.get(user) != one)


def _flush(s: Sides, who: str) -> Iterator[Step]:
    yield from (step("flush", profile=profile, who=who) for profile in s.phones)


def _phones(s: Sides) -> Iterator[Step]:
    """Who is about to be logged out, and fetches a new password, hears of it before: not after."""
    out = {dict(one.parts)["who"] for one in _users(s) if one.kind == "flush"}
    for domain in {who.rpartition("@")[2] for who in out}:
        wanted = s.want.domains.get(domain)
        slug = wanted.tenant if wanted else s.known.has("domains", domain) or ""
        index = s.want.indexes.get(slug)
        if index is not None and (s.had is None or s.had.indexes.get(slug) != index):
            yield step("notify", tenant=slug)


RULES: tuple[Callable[[Sides], Iterator[Step]], ...] = (
    _xml, _acl, _voicemail, _modules, _boot, _profiles, _gateways, _queues, _agents, _streams, _users,
    _phones,
)  # fmt: skip
"""One rule a kind of resource."""
