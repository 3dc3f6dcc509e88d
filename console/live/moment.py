"""What is known of the switch at one moment, sorted so that each reach finds its own fast."""

from collections.abc import Mapping, Sequence
from functools import cached_property

from dialform.console.live.sources import Center
from dialform.reconcile.desk.legs import Leg
from dialform.switch.questions import Gateway, Parked, Registration


class Moment:
    """The answers of all sources. Nothing of it changes."""

    def __init__(
        self, legs: Sequence[Leg] = (), gateways: Sequence[Gateway] = (),
        registrations: Sequence[Registration] = (), center: Center | None = None,
        parked: Sequence[Parked] = (), error: str = "",
    ) -> None:  # fmt: skip
        self.legs, self.gateways, self.registrations = legs, gateways, registrations
        self.center = center or Center({}, {}, (), ())
        self.parked, self.error = parked, error

    @cached_property
    def by_uuid(self) -> Mapping[str, Leg]:
        """Each leg by its UUID."""
        return {leg.uuid: leg for leg in self.legs}

    @cached_property
    def _legs_of(self) -> Mapping[str, Sequence[Leg]]:
        found: dict[str, list[Leg]] = {}
        for leg in self.legs:
            found.setdefault(leg.tenant, []).append(leg)
        return found

    @cached_property
    def _phones_of(self) -> Mapping[str, Sequence[Registration]]:
        found: dict[str, list[Registration]] = {}
        for one in self.registrations:
            found.setdefault(one.user.partition(".")[2], []).append(one)
        return found

    def legs_of(self, tenant: str) -> Sequence[Leg]:
        """A tenant's legs; all with ""."""
        return self._legs_of.get(tenant, ()) if tenant else self.legs

    def phones_of(self, tenant: str) -> Sequence[Registration]:
        """A tenant's phones; all with ""."""
        return self._phones_of.get(tenant, ()) if tenant else self.registrations
