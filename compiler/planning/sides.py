"""Both states of a plan, and what is asked of them again and again."""

from dialform.compiler.planning.extract import tenant_of
from dialform.compiler.scope import PlatformView
from dialform.compiler.states.state import State
from dialform.schema.tenant import Tenant
from dialform.values import dataclass

SIX = "6"
"""Follows the name of a profile for IPv6."""


@dataclass(frozen=True, slots=True)
class Sides:
    """Both states with their platforms. `old` is None where the base's cannot be read."""

    before: State
    after: State
    old: PlatformView | None
    new: PlatformView

    def tenant(self, slug: str, *, before: bool) -> Tenant | None:
        """A tenant in one of the states; None where it is not there."""
        state = self.before if before else self.after
        return tenant_of(state, slug)[0] if slug in state.tree.tenants else None

    def domain(self, slug: str, *, before: bool) -> str:
        """The SIP domain of a tenant in one of the states."""
        view = self.old if before else self.new
        tenant = self.tenant(slug, before=before)
        own = tenant.domain if tenant else None
        return own or f"{slug}.{view.platform.domain if view else ''}"

    def profiles(self, which: str) -> list[str]:
        """`internal` or `external`, and the same for IPv6 where a host has it."""
        six = any(host.address6 for host in self.new.platform.hosts.values())
        return [which, which + SIX] if six else [which]
