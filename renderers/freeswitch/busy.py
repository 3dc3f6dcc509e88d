"""Extensions that have so many calls at once and no more.

Each leg of its phones counts for itself, in mod_hash and on this host: a leg that calls as it comes in, a
leg that is called as it begins to ring. Of several phones that ring for one caller the first counts, and in
the end the one that answers.
"""

from dialform.compiler.resolved import Tenant
from dialform.renderers.freeswitch import caps
from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class Most:
    """Extensions (an alternation) with the number of calls that each may have."""

    numbers: str
    calls: int


def most(tenant: Tenant) -> list[Most]:
    """The extensions whose calls are counted, by how many they may be."""
    alike: dict[int, list[str]] = {}
    for extension in tenant.extensions:
        if extension.max_calls:
            alike.setdefault(extension.max_calls, []).append(extension.number)
    return [Most("|".join(numbers), calls) for calls, numbers in sorted(alike.items())]


def key(tenant: Tenant, number: str) -> str:
    """Backend, realm and resource; `number` may be a variable of the switch."""
    return caps.key("hash", "extension", f"{tenant.slug}.{number}")
