"""What stands around the switch: which phones are registered where, which trunks are up, who answers.

A switch asks its network. `Stage` is that of a scene; a switch that serves has one with registrations.
"""

from collections.abc import Mapping
from typing import Protocol

from dialform.simulator.reading.configuration import Configuration
from dialform.simulator.scene import Gateway, Phone, Scene
from dialform.values import dataclass

PHONE_ADDRESS = "192.0.2.10"
"""Where the phones of a scene are: one address of TEST-NET-1 for all of them."""


@dataclass(frozen=True, slots=True)
class Trunk:
    """A gateway: what the switch knows of it and what the carrier does."""

    name: str
    profile: str
    params: Mapping[str, str]
    state: Gateway


class Network(Protocol):
    """The world outside, as a switch asks for it."""

    def contacts(self, user: str, domain: str) -> list[str]:
        """Where a user's phones are, as dial strings `sofia/internal/sip:…`."""

    def phone(self, address: str) -> Phone:
        """How the phone `1001@acme.example.com` takes a call."""

    def outside(self, number: str) -> Phone:
        """How a number beyond the trunks takes a call."""

    def trunk(self, name: str) -> Trunk | None:
        """A gateway; None where there is none of this name."""


class Stage:
    """The network of a scene."""

    def __init__(self, configuration: Configuration, scene: Scene) -> None:
        self._configuration, self._scene = configuration, scene
        self._trunks: dict[str, Trunk] | None = None

    def contacts(self, user: str, domain: str) -> list[str]:
        """One phone for each user who may have one and is registered; its Contact is its own."""
        found = self._configuration.domain(domain)
        if found is None:
            return []
        for each in found.users.values():
            if user in (each.variables.get("sip-force-extension"), each.id):
                forbidden = each.params.get("sip-forbid-register") == "true"
                phone = self.phone(f"{each.id}@{found.name}")
                if forbidden or not phone.registered:
                    return []
                return [f"sofia/internal/sip:{each.id}@{PHONE_ADDRESS}:5060"]
        return []

    def phone(self, address: str) -> Phone:
        """The phone of the scene, or how all others are."""
        return self._scene.phones.get(address, self._scene.phone)

    def outside(self, number: str) -> Phone:
        """The number of the scene, with a plus or without, or how all others are."""
        known = self._scene.outside
        digits = number.removeprefix("+")
        return known.get(f"+{digits}") or known.get(number) or self._scene.beyond

    def trunk(self, name: str) -> Trunk | None:
        """The configured gateway, up unless the scene says otherwise."""
        if self._trunks is None:
            self._trunks = {
                gateway.name: Trunk(gateway.name, gateway.profile, gateway.params, Gateway())
                for gateway in self._configuration.gateways().values()
            }
        found = self._trunks.get(name)
        if found and name in self._scene.gateways:
            return Trunk(found.name, found.profile, found.params, self._scene.gateways[name])
        return found
