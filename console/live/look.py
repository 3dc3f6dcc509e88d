"""One look at what is known: the switch's answers, the site that runs, the tenants as the switch has them.

All who watch are drawn from the same look; where the files lie is asked once for it, not for each name in it.
"""

from collections.abc import Callable, Mapping

from dialform.compiler.scope import Scope as TenantScope
from dialform.console.errors import NotThere
from dialform.console.live.gist import Asked
from dialform.console.live.moment import Moment
from dialform.console.live.reach import ELSEWHERE, Reach
from dialform.console.live.words import plain
from dialform.console.site import Site
from dialform.reconcile.desk.customers import Customer
from dialform.reconcile.desk.scope import WHOLE, Scope

Asks = Callable[[int], tuple[Asked, ...]]
"""The calls that an account asked for."""


class Look:
    """Nothing of it changes but what it remembers."""

    def __init__(
        self, moment: Moment, site: Site, customers: dict[str, Customer | None],
        find: Callable[[str], Customer | None], asked: Asks,
    ) -> None:  # fmt: skip
        """`customers` are those that are known by now, `find` finds one more."""
        self.moment, self.site, self.asked = moment, site, asked
        self._customers, self._find = customers, find
        self._names: dict[tuple[str, str], str] = {}

    def customer(self, slug: str) -> Customer | None:
        """A tenant as the switch has it."""
        if slug not in self._customers:
            self._customers[slug] = self._find(slug)
        return self._customers[slug]

    def tenant(self, slug: str) -> TenantScope | None:
        """A tenant as the site has it."""
        return self.site.tenant(slug)

    def scope(self, reach: Reach) -> Scope:
        """A reach for the desk. Raises NotThere where this host has no such tenant."""
        if not reach.tenant:
            return WHOLE
        customer = self.customer(reach.tenant)
        if customer is None:
            raise NotThere(ELSEWHERE)
        return Scope(customer, reach.extensions)

    def name(self, slug: str, number: str) -> str:
        """An extension's name, as the switch has it."""
        if (slug, number) not in self._names:
            customer = self.customer(slug) if slug else None
            known: Mapping[str, str] = customer.extensions if customer else {}
            self._names[slug, number] = plain(known.get(number, ""))
        return self._names[slug, number]

    def zone(self, tenant: str) -> str:
        """Where times are shown: the tenant's zone, else the platform's."""
        found = self.tenant(tenant) if tenant else None
        if found is not None and found.tenant.timezone:
            return str(found.tenant.timezone)
        return str(self.site.view.platform.timezone) if self.site.view else "UTC"
