"""Whose usage is looked at, in which month, by which terms."""

import re
from typing import TYPE_CHECKING

from dialform.billing.ledger.reports import host_of
from dialform.billing.rating.periods import period_of
from dialform.billing.rating.rate import PER, included_units
from dialform.billing.statements.statement import Included, Party
from dialform.compiler.agreed import terms_of
from dialform.compiler.scope import Scope
from dialform.compiler.terms import RESOURCE_OF, Terms
from dialform.values import dataclass

if TYPE_CHECKING:
    from dialform.billing.ledger.ledger import Ledger

_MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose usage is looked at. `extensions` are a user's, None for all of the tenant."""

    terms: Terms
    user: str = ""
    extensions: tuple[str, ...] | None = None

    @property
    def slug(self) -> str:
        """The tenant."""
        return self.terms.slug


def agreed(ledger: "Ledger | None", scope: Scope | None, slug: str) -> Terms:
    """What a tenant agreed to: as the ledger keeps it, else as the site says it."""
    found = ledger.terms(slug) if ledger is not None else None
    if found is not None:
        return found
    return terms_of(scope) if scope else Terms(slug, slug, "", "UTC", "USD")


def extensions_of(scope: Scope, user: str) -> tuple[str, ...]:
    """The extensions of a user, sorted."""
    return tuple(sorted(n for n, one in scope.tenant.extensions.items() if one.user == user))


def is_month(text: str) -> bool:
    """Whether a text is a month, as in 2026-11."""
    return bool(_MONTH.fullmatch(text))


def this_month(timezone: str, now: float) -> str:
    """The month of a moment (seconds since 1970) in a time zone."""
    return period_of(int(now * 1_000_000), timezone)


def party(terms: Terms, platform: str) -> Party:
    """Whose statement it is, as its head says it."""
    return Party(terms.slug, terms.company, terms.currency, terms.timezone, terms.contact,
                 terms.package, platform)  # fmt: skip


def included(ledger: "Ledger", terms: Terms, period: str) -> list[Included]:
    """What a month includes, in seconds and pages, by the prices of the tenant's host."""
    with ledger.reading() as connection:
        host = host_of(connection, terms.slug)
    prices = ledger.prices(host) if host else None
    if prices is None:
        return []
    last_day = f"{period}-31"
    limits = {
        resource: included_units(resource, PER[service], prices, terms, last_day)
        for service, resource in RESOURCE_OF.items()
    }
    return [Included(resource, limit, 0) for resource, limit in limits.items() if limit]
