"""The network of a switch that is up: the phones that registered, the gateways as they are now."""

from dialform.simulator.dialling.network import Trunk
from dialform.simulator.scene import Gateway, Phone
from dialform.simulator.state.profiles import Profiles
from dialform.simulator.state.registrations import Registrations
from dialform.values import dataclass, field


@dataclass(slots=True)
class Surroundings:
    """Who is where, and what becomes of calls to them. All of it may be changed at any time."""

    registrations: Registrations
    profiles: Profiles
    phones: dict[str, Phone] = field(default_factory=dict)
    """How phones take calls, by address: `1001@acme.example.com`."""
    otherwise: Phone = field(default_factory=lambda: Phone(answer_after=2.0))
    """All other phones: they are picked up after two seconds."""
    numbers: dict[str, Phone] = field(default_factory=dict)
    """Numbers beyond the trunks, by E.164 with a plus."""
    turns: dict[str, list[Phone]] = field(default_factory=dict)
    """How a number takes its next calls, one after the other, before it is as `numbers` says."""
    beyond: Phone = field(default_factory=lambda: Phone(answer_after=3.0))
    """All other numbers beyond the trunks."""
    refusals: dict[str, str] = field(default_factory=dict)
    """Carriers that refuse each call: gateway → hangup cause."""

    def contacts(self, user: str, domain: str) -> list[str]:
        """Where a user's phones are."""
        return [found.url for found in self.registrations.of(user, domain)]

    def phone(self, address: str) -> Phone:
        """How the phone takes a call."""
        return self.phones.get(address, self.otherwise)

    def outside(self, number: str) -> Phone:
        """How a number beyond the trunks takes a call."""
        known = f"+{number.removeprefix('+')}"
        if waiting := self.turns.get(known):
            return waiting.pop(0)
        return self.numbers.get(known, self.beyond)

    def trunk(self, name: str) -> Trunk | None:
        """A gateway as it is now: up or down by its registration."""
        found = self.profiles.gateway(name)
        if found is None:
            return None
        state = Gateway(found.up, self.refusals.get(name))
        return Trunk(found.name, found.profile, found.params, state)
