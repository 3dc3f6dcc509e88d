"""How far somebody's hand reaches: the whole switch, one tenant, some of its extensions."""

from dialform.reconcile.desk.customers import Customer
from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """`customer` None is the whole switch; `extensions` None all of the tenant's, and so `devices`."""

    customer: Customer | None = None
    extensions: frozenset[str] | None = None
    devices: frozenset[str] | None = None

    def tenant(self, slug: str) -> bool:
        """Whether a tenant is in it. What belongs to nobody is only the whole switch's."""
        return self.customer is None or self.customer.slug == slug

    def extension(self, slug: str, number: str) -> bool:
        """Whether an extension of a tenant is in it."""
        return self.tenant(slug) and (self.extensions is None or number in self.extensions)

    def device(self, slug: str, mac: str) -> bool:
        """Whether a phone of a tenant is in it."""
        return self.tenant(slug) and (self.devices is None or mac in self.devices)

    def domain(self, domain: str) -> bool:
        """Whether a SIP domain is in it."""
        return self.customer is None or self.customer.answers_to(domain)

    def trunk(self, name: str) -> bool:
        """Whether a trunk concerns it: a tenant is concerned by those that its numbers come in by."""
        return self.customer is None or name in self.customer.trunks


WHOLE = Scope()
"""The operator of the switch."""
