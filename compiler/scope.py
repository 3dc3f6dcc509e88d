"""What a tenant's rules may look at: the tenant itself, and what it takes from the platform."""

import difflib
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property

from dialform.compiler.destinations import Edge, edges
from dialform.compiler.prune import NOTHING, Cuts
from dialform.schema.billing import Billing, Package
from dialform.schema.platform import Platform
from dialform.schema.provider import Provider
from dialform.schema.route import Route
from dialform.schema.rule import Flaw, Rule, Spot
from dialform.schema.tenant import Tenant
from dialform.values import dataclass

_FEW = 60
"""Among this many names a look at each is quick; among more, a set is asked."""


@dataclass(frozen=True, slots=True)
class PlatformView:
    """The platform's documents as far as they could be read. Parts with errors are left out, and
    `incomplete` names the files, so that nothing is called missing that may only be broken.
    """

    platform: Platform
    routes: Mapping[str, Route]
    billing: Billing
    providers: Mapping[str, Provider]
    incomplete: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()
    """The media files of the site, by their path."""

    @property
    def emergency_numbers(self) -> tuple[str, ...]:
        """All numbers that emergency routes take, as dialled."""
        numbers = {
            number
            for route in self.routes.values()
            if route.toll == "emergency"
            for number in route.exact or ()
        }
        return tuple(sorted(numbers))


@dataclass(frozen=True)
class Scope:
    """One tenant under its rules. `cuts` is what had a wrong shape: it exists, no more is known."""

    slug: str
    document: str
    tenant: Tenant
    view: PlatformView
    cuts: Cuts = NOTHING

    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        """Every destination of the tenant, with its place."""
        return tuple(edges(self.tenant))

    def flaw(
        self,
        rule: type[Rule],
        /,
        *path: str | int,
        on: Spot = "value",
        hint: str | None = None,
        **values: object,
    ) -> Flaw:
        """A flaw in this tenant's document."""
        return rule.flaw(self.document, path, on=on, hint=hint, **values)

    def has(self, table: str, key: str) -> bool:
        """Whether the tenant has this object, broken ones included."""
        if key in getattr(self.tenant, table):
            return True
        broken = self.cuts.objects
        if not broken:
            return False
        if (table, key) in broken or (table,) in broken:
            return True
        # An object whose key has a slip in it: "1001x" is what "1001" would have been.
        return bool(nearest(key, self.cuts.misspelt.get(table, frozenset())))

    @property
    def country(self) -> str:
        """How national numbers are read."""
        return self.tenant.country or self.view.platform.country

    @property
    def package(self) -> Package | None:
        """The package of the subscription, or None."""
        subscription = self.tenant.subscription
        return self.view.billing.packages.get(subscription.package) if subscription else None


def near(name: str, known: Collection[str], what: str = "known") -> str:
    """A hint that names the nearest of what exists, or all if they are few."""
    close = nearest(name, known)
    if close:
        return f"did you mean '{close}'?"
    if not known:
        return "there are none"
    if len(known) > _FEW:
        return f"none of {len(known)} is like it"
    return f"{what}: " + ", ".join(sorted(known)[:12]) + (", ..." if len(known) > 12 else "")


def nearest(name: str, known: Collection[str]) -> str:
    """The name among many that this one is most like, or an empty text."""
    if len(known) <= _FEW:
        close = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
        return close[0] if close else ""
    return next((other for other in _slips(name) if other in known), "")


def _slips(name: str) -> Iterator[str]:
    """What one slip of the finger makes of a name, in a fixed order."""
    letters = "0123456789" if name[-1:].isdigit() else "-0123456789abcdefghijklmnopqrstuvwxyz"
    for i in range(len(name)):
        if name[i + 1 : i + 2]:
            yield name[:i] + name[i + 1] + name[i] + name[i + 2 :]
        yield from (name[:i] + letter + name[i + 1 :] for letter in letters)
        yield name[:i] + name[i + 1 :]
    for i in range(len(name) + 1):
        yield from (name[:i] + letter + name[i:] for letter in letters)
