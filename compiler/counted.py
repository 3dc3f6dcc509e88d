"""How many objects tenants and their users have, and how many they may: for views, findings aside."""

from collections.abc import Iterable, Mapping

from dialform.compiler.platform import load_platform
from dialform.compiler.prune import shape_check_all
from dialform.compiler.quotas import RESOURCES, limits_of, usage, user_usage
from dialform.compiler.scope import PlatformView, Scope
from dialform.compiler.terms import RESOURCE_OF
from dialform.schema.document import load
from dialform.schema.tenant import Tenant
from dialform.schema.tree import Tree
from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class Slots:
    """So many of so many. `limit` is None where only the tenant's own counts."""

    used: int
    limit: int | None


@dataclass(frozen=True, slots=True)
class UserCount:
    """What one user has: all kinds of objects that they have, or have slots for."""

    name: str
    role: str
    slots: Mapping[str, Slots]


@dataclass(frozen=True, slots=True)
class TenantCount:
    """What one tenant has. `package` is empty without a subscription; then every limit is 0.

    `slots` has all eight kinds of objects; `given` how many of each its users' own slots add up to.
    `included` is what a month includes, in minutes and pages, overrides counted.
    """

    slug: str
    company: str
    package: str
    slots: Mapping[str, Slots]
    given: Mapping[str, int]
    included: Mapping[str, int]
    users: Mapping[str, UserCount]


def count(scope: Scope) -> TenantCount:
    """Count the objects of one tenant."""
    tenant = scope.tenant
    limits = limits_of(scope)
    counts = usage(scope)
    given = {
        name: sum(user.slots.get(name, 0) for user in tenant.users.values())  # type: ignore[call-overload]
        for name in RESOURCES
    }
    return TenantCount(
        scope.slug,
        tenant.company,
        tenant.subscription.package if tenant.subscription else "",
        {name: Slots(counts[name], limits.get(name, 0)) for name in RESOURCES},
        given,
        {name: limits.get(name, 0) for name in RESOURCE_OF.values()},
        _users(scope),
    )


def _users(scope: Scope) -> dict[str, UserCount]:
    used = user_usage(scope)
    found = {}
    for slug, user in sorted(scope.tenant.users.items()):
        free = user.role in ("admin", "tenant_admin")  # bound by the tenant's quota alone
        own: dict[str, int] = {str(name): number for name, number in user.slots.items()}
        slots = {
            name: Slots(used[slug][name], own.get(name, None if free else 0))
            for name in RESOURCES
            if used[slug][name] or name in own
        }
        found[slug] = UserCount(user.name, user.role, slots)
    return found


def counted(tree: Tree, slugs: Iterable[str] | None = None) -> dict[str, TenantCount]:
    """Count the objects of a site's tenants, or of these of them, by slug.

    What is badly written is left out, as far as it can be told apart. Empty where platform.yaml cannot
    be read.
    """

    def read(path: str) -> bytes:
        try:
            return tree.read(path)
        except OSError:
            return b""

    view = load_platform(tree, read).view
    if view is None:
        return {}
    wanted = sorted(tree.tenants if slugs is None else set(slugs) & tree.tenants.keys())
    return {
        slug: count(scope)
        for slug in wanted
        if (scope := _scope(slug, [(path, read(path)) for path in tree.tenants[slug]], view))
    }


def _scope(slug: str, contents: list[tuple[str, bytes]], view: PlatformView) -> Scope | None:
    document, _ = load(f"tenants.d/{slug}", contents)
    tenant, _, cuts = shape_check_all(Tenant, document.name, document.data, {"company": slug})
    return Scope(slug, document.name, tenant, view, cuts) if tenant is not None else None
