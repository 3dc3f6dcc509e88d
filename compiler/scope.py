"""What a tenant's rules may look at: the tenant itself, and what it takes from the platform."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from dialform.compiler.destinations import Edge, edges
from dialform.compiler.prune import NOTHING, Cuts
from dialform.schema.billing import Billing, Package
from dialform.schema.platform import Platform
from dialform.schema.provider import Provider
from dialform.schema.route import Route
from dialform.schema.rule import Flaw, Rule, Spot
from dialform.schema.tenant import Tenant


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
        *path: str | int,
        on: Spot = "value",
        hint: str | None = None,
        **values: object,
    ) -> Flaw:
        """A flaw in this tenant's document."""
        return rule.flaw(self.document, path, on=on, hint=hint, **values)

    def has(self, table: str, key: str) -> bool:
        """Whether the tenant has this object, broken ones included."""
        return (
            key in getattr(self.tenant, table)
            or (table, key) in self.cuts.objects
            or (table,) in self.cuts.objects
        )

    @property
    def country(self) -> str:
        """How national numbers are read."""
        return self.tenant.country or self.view.platform.country

    @property
    def package(self) -> Package | None:
        """The package of the subscription, or None."""
        subscription = self.tenant.subscription
        return self.view.billing.packages.get(subscription.package) if subscription else None


def near(name: str, known: Iterable[str], what: str = "known") -> str:
    """A hint that names the nearest of what exists, or all if they are few."""
    names = list(known)
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    if close:
        return f"did you mean '{close[0]}'?"
    if not names:
        return f"none is {what}"
    return f"{what}: " + ", ".join(sorted(names)[:12]) + (", ..." if len(names) > 12 else "")
