"""What somebody may have and has: the eleven resources, objects as well as minutes and pages of a month."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dialform.billing.ledger import reports
from dialform.billing.rating.rate import PER
from dialform.billing.views.whose import Whose, included
from dialform.compiler.counted import count
from dialform.compiler.scope import Scope
from dialform.compiler.terms import RESOURCE_OF
from dialform.schema.billing import RESOURCES
from dialform.values import dataclass

if TYPE_CHECKING:
    from dialform.billing.ledger.ledger import Ledger

Limits = dict[str, tuple[int | None, int | None]]
"""Resource → limit and how much is used; None where nobody knows, or there is none."""

_SERVICES = {resource: service for service, resource in RESOURCE_OF.items()}


@dataclass(frozen=True, slots=True)
class Have:
    """A resource: so much of so much. `service` is empty of objects; of others the units are seconds, of
    faxes pages."""

    resource: str
    number: int
    service: str
    limit: int | None
    used: int | None

    @property
    def left(self) -> int | None:
        """What is left, never below 0."""
        if self.limit is None or self.used is None:
            return None
        return max(0, self.limit - self.used)


def haves(
    scope: Scope | None, books: "Ledger | None", one: Whose, period: str
) -> Iterator[Have]:  # fmt: skip
    """The resources by their numbers (7 to 17). Objects are counted from `scope`, minutes and pages are those
    of the month, from the ledger. Of a user only the kinds that the user has, or has slots for.
    """
    objects = _objects(scope, one.user) if scope else {}
    usage = _usage(scope, books, one, period)
    for resource, number in sorted(RESOURCES.items(), key=lambda item: item[1]):
        service = _SERVICES.get(resource, "")
        limit, used = usage[resource] if service else objects.get(resource, (None, None))
        if one.user and not service and limit is None and not used:
            continue  # no slot of that user, and nothing in it
        yield Have(resource, number, service, limit, used)


def _objects(scope: Scope, user: str) -> Limits:
    """Of the tenant, or of a user."""
    found = count(scope)
    slots = found.users[user].slots if user else found.slots
    return {name: (one.limit, one.used) for name, one in slots.items()}


def _usage(scope: Scope | None, books: "Ledger | None", one: Whose, period: str) -> Limits:
    """What the month includes and what was taken of it, in seconds and pages."""
    limits: dict[str, int | None] = dict.fromkeys(RESOURCE_OF.values())
    used: dict[str, int | None] = dict.fromkeys(RESOURCE_OF.values())
    if books is not None:
        with books.reading() as connection:
            found = reports.used(connection, one.slug, period, one.extensions)
        used = {name: found.get(name, (0, 0))[1] for name in used}
    if one.user:
        return {name: (None, used[name]) for name in limits}  # no user has minutes of their own
    if scope is not None:
        months, begun = count(scope).included, period >= one.terms.since[:7]
        limits = {
            name: months[name] * PER[service] if begun else 0
            for service, name in RESOURCE_OF.items()
        }
    elif books is not None:
        limits = dict.fromkeys(limits, 0)
        limits |= {each.resource: each.limit for each in included(books, one.terms, period)}
    return {name: (limits[name], used[name]) for name in limits}
