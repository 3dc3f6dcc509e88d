"""The views: what can be watched, by name. A view is values of a reach, and the template that shows them."""

from collections.abc import Callable, Mapping
from typing import Any

from dialform.console.live import gathering, lines
from dialform.console.live.look import Look
from dialform.console.live.reach import PERMISSION, Reach
from dialform.console.need import ANYBODY, Need, holding
from dialform.values import dataclass

REALTIME = holding(PERMISSION)
CHIEF = holding(PERMISSION, role="tenant_admin")


@dataclass(frozen=True, slots=True)
class View:
    """One of them. `sources` are what the switch is asked for while somebody watches it.

    `gather` gives values that can be compared: where they are the same as before, nothing is drawn.
    """

    name: str
    need: Need
    sources: tuple[str, ...]
    gather: Callable[[Look, Reach], Any]
    own: bool = False
    """Of one account, not of all who reach as far."""

    @property
    def template(self) -> str:
        """Shows `found`."""
        return f"live/{self.name}.html"

    def key(self, reach: Reach) -> tuple[str, Reach]:
        """What is drawn once."""
        return self.name, reach if self.own else reach.shared


VIEWS: Mapping[str, View] = {
    one.name: one
    for one in (
        View("switch", ANYBODY, (), gathering.switch),
        View("now", ANYBODY, ("legs", "gateways", "registrations", "center"), gathering.now),
        View("placing", ANYBODY, (), gathering.placing, own=True),
        View("calls", REALTIME, ("legs",), gathering.calls),
        View("gateways", CHIEF, ("gateways",), gathering.gateways),
        View("registrations", REALTIME, ("registrations",), gathering.registrations),
        View("queues", REALTIME, ("center",), lines.queues),
        View("parked", REALTIME, ("parked", "legs"), gathering.parked),
        View("rooms", REALTIME, ("legs",), gathering.rooms),
    )
}
"""All of them by name."""
