"""Where a tenant's calls can go: the phrase that `transfer` takes, and the nodes that it needs.

Two contexts belong to a tenant. Phones reach the one named after it, with its numbers. The inner
one, `<slug>.flow`, holds what nobody can dial: boxes to leave messages in, schedules, outside calls.
"""

import re

from dialform.compiler.resolved import Target, Tenant
from dialform.renderers.freeswitch.media import media_path
from dialform.renderers.freeswitch.schedules import Times, times
from dialform.values import dataclass

ENDINGS = "ended"
"""The host's context that ends calls, as an operator wants it."""

_NUMBERS = frozenset(("extension", "ring_group", "ivr", "queue", "conference"))


@dataclass(frozen=True, slots=True)
class Outside:
    """An outside call. `number` is E.164 digits, or what to dial where it is no such number."""

    name: str
    number: str
    e164: bool
    target: Target


@dataclass(frozen=True, slots=True)
class Branch:
    """A schedule with where the call goes while it is open and while it is closed."""

    name: str
    times: Times
    open: str
    closed: str


@dataclass(frozen=True, slots=True)
class Play:
    """A sound file, after which the call ends."""

    name: str
    path: str


class Flow:
    """The inner nodes of one tenant, found while its objects are rendered; each stands once."""

    def __init__(self, tenant: Tenant) -> None:
        self.context = f"{tenant.slug}.flow"
        self.outside: list[Outside] = []
        self.branches: list[Branch] = []
        self.plays: list[Play] = []
        self.faxes: list[str] = []
        """Fax accounts that calls are sent to."""
        self._slug = tenant.slug
        self._schedules = {schedule.slug: schedule for schedule in tenant.schedules}
        self._known: dict[Target, str] = {}
        self._names: set[str] = set()

    def to(self, target: Target) -> str:
        """What `transfer` takes to send a call to `target`."""
        if target.kind in _NUMBERS:
            return f"{target.to} XML {self._slug}"
        if target.kind == "hangup":
            return f"{target.to} XML {ENDINGS}"
        return f"{self.node(target)} XML {self.context}"

    def node(self, target: Target) -> str:
        """The number of the target's node in the inner context."""
        if target.kind == "voicemail":
            return f"voicemail-{target.to}"
        if target.kind == "fax":
            if target.to not in self.faxes:
                self.faxes.append(target.to)
            return f"fax-{target.to}"
        if target not in self._known:
            self._known[target] = self._add(target)
        return self._known[target]

    def _add(self, target: Target) -> str:
        if target.kind == "external":
            digits = target.to.removeprefix("+")
            name = self._name(f"external-{digits}-{target.owner}")
            self.outside.append(Outside(name, digits, digits != target.to, target))
        elif target.kind == "schedule":
            if target.open is None or target.closed is None:
                raise ValueError(f"schedule {target.to} does not say where to")
            name = self._name(f"schedule-{target.to}")
            hours = times(self._schedules[target.to])
            branch = Branch(name, hours, self.to(target.open), self.to(target.closed))
            self.branches.append(branch)
        elif target.kind == "play":
            name = self._name(f"play-{len(self.plays) + 1}")
            self.plays.append(Play(name, media_path(self._slug, target.to)))
        else:
            raise ValueError(f"no destination of kind {target.kind}")
        return name

    def _name(self, text: str) -> str:
        """A number of the inner context, unlike all others and plain in a regular expression."""
        wanted = name = re.sub("[^a-z0-9_]+", "-", text)
        count = 1
        while name in self._names:
            count += 1
            name = f"{wanted}-{count}"
        self._names.add(name)
        return name
