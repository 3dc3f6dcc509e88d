"""Taking a call that rings at a colleague.

A leg to a phone leaves its name under `<slug>.<extension>` in mod_hash when it begins to ring. Whoever
picks up asks under the tenant's own slug alone.
"""

from dialform.compiler.resolved import Tenant
from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class Reach:
    """Extensions that are in the same pick-up groups, and in whose stead they answer.

    `numbers` is an alternation. `colleagues` are asked in this order.
    """

    numbers: str
    colleagues: tuple[str, ...]


def picks(tenant: Tenant) -> bool:
    """Whether anybody of the tenant can pick up."""
    return any(name == "pickup" for name, _ in tenant.feature_codes)


def reaches(tenant: Tenant) -> list[Reach]:
    """Who picks up whose calls; nobody without a pick-up group."""
    members: dict[str, list[str]] = {}
    for extension in tenant.extensions:
        for group in extension.pickup_groups:
            members.setdefault(group, []).append(extension.number)
    alike: dict[tuple[str, ...], list[str]] = {}
    for extension in tenant.extensions:
        if extension.pickup_groups:
            alike.setdefault(tuple(sorted(extension.pickup_groups)), []).append(extension.number)
    return [
        Reach("|".join(numbers), tuple(sorted({n for group in groups for n in members[group]})))
        for groups, numbers in alike.items()
    ]
