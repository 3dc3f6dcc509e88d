"""What is known of the switch at one moment, sorted so that each reach finds its own fast."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import chain

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
    def _phones_of(self) -> Mapping[str, Mapping[str, Sequence[Registration]]]:
        found: dict[str, dict[str, list[Registration]]] = {}
        for one in self.registrations:
            number, _, slug = one.user.partition(".")
            found.setdefault(slug, {}).setdefault(number, []).append(one)
        return found

    def told_by(self, sources: Iterable[str]) -> tuple[object, ...]:
        """What these sources answered, and why there is nothing newer: of the same answer the same object."""
        return (self.error, *(getattr(self, name) for name in sources))

    def legs_of(self, tenant: str) -> Sequence[Leg]:
        """A tenant's legs; all with ""."""
        return self._legs_of.get(tenant, ()) if tenant else self.legs

    def phones_of(
        self, tenant: str, extensions: Collection[str] | None = None
    ) -> Iterable[Registration]:
        """A tenant's phones, or those of some extensions of it; all with ""."""
        if not tenant:
            return self.registrations
        known = self._phones_of.get(tenant, {})
        numbers = known if extensions is None else known.keys() & extensions
        return chain.from_iterable(known[number] for number in numbers)
