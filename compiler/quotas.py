"""Quotas: counted from the configuration, never kept as a counter."""

from collections import Counter
from collections.abc import Iterator

from dialform.compiler.scope import Scope, near
from dialform.schema.rule import Flaw
from dialform.schema.rules import access as rules
from dialform.schema.rules import platform as platform_rules

RESOURCES = (
    "extensions", "devices", "ring_groups", "call_queues", "ivr_menus", "voicemails",
    "conferences", "music_on_hold",
)  # fmt: skip


def counted(count: int, resource: str) -> str:
    """So many of a resource, in words: 3 ring_groups, 1 ring_group."""
    return f"{count} {resource.removesuffix('s') if count == 1 else resource}"


def usage(scope: Scope) -> Counter[str]:
    """How many objects of each resource the tenant has. An extension's own mailbox is one too."""
    tenant = scope.tenant
    counts: Counter[str] = Counter({name: len(getattr(tenant, name)) for name in RESOURCES})
    counts["voicemails"] += sum(
        1
        for key, one in tenant.extensions.items()
        if one.voicemail and key not in tenant.voicemails
    )
    return counts


def limits_of(scope: Scope) -> dict[str, int]:
    """What the tenant's package gives, of objects and of usage. An override replaces its number; what
    neither names is zero.
    """
    subscription, package = scope.tenant.subscription, scope.package
    limits: dict[str, int] = {}
    if package is not None:
        limits |= {str(name): number for name, number in package.slots.items()}
        limits |= {str(name): number for name, number in package.included.items()}
    if subscription is not None:
        limits |= {str(name): number for name, number in subscription.overrides.items()}
    return limits


def user_usage(scope: Scope) -> dict[str, Counter[str]]:
    """How many objects each user has, as far as they take a slot of that user.

    An end user's extensions and browser phones take none.
    """
    tenant = scope.tenant
    counts: dict[str, Counter[str]] = {slug: Counter() for slug in tenant.users}
    for number, extension in tenant.extensions.items():
        slug = extension.user
        if slug in tenant.users and slug and tenant.users[slug].role != "end_user":
            counts[slug]["extensions"] += 1
            if extension.voicemail or number in tenant.voicemails:
                counts[slug]["voicemails"] += 1
    for device in tenant.devices.values():
        slug = device.user
        if slug in tenant.users and slug:
            if tenant.users[slug].role == "end_user" and device.vendor == "webphone":
                continue
            counts[slug]["devices"] += 1
    return counts


def check_quotas(scope: Scope) -> Iterator[Flaw]:
    """All findings about slots."""
    tenant, subscription = scope.tenant, scope.tenant.subscription
    counts = usage(scope)
    if subscription is None:
        what = ", ".join(counted(counts[name], name) for name in RESOURCES if counts[name])
        if what:
            yield scope.flaw(rules.NoSubscription, "company", on="key", what=what)
        return
    yield from _plan(scope)
    package = scope.package
    if package is None:
        if "billing.yaml" not in scope.view.incomplete:
            known = scope.view.billing.packages
            yield scope.flaw(
                platform_rules.UnknownPackage,
                *("subscription", "package"),
                name=subscription.package,
                near=near(subscription.package, known),
            )
        return
    limits = limits_of(scope)
    for name in RESOURCES:
        limit = limits.get(name, 0)
        if counts[name] > limit:
            path = (name,) if getattr(tenant, name) else ("extensions",)
            yield scope.flaw(
                rules.TenantQuota,
                *path,
                on="key",
                what=counted(counts[name], name),
                package=subscription.package,
                limit=limit,
                over=counts[name] - limit,
            )
        yield from _slots(scope, name, limit)
    yield from _users(scope)


def _plan(scope: Scope) -> Iterator[Flaw]:
    subscription, plans = scope.tenant.subscription, scope.view.billing.plans
    assert subscription is not None
    if subscription.plan and subscription.plan not in plans:
        if "billing.yaml" in scope.view.incomplete:
            return
        hint = near(subscription.plan, plans)
        path = ("subscription", "plan")
        yield scope.flaw(platform_rules.UnknownPlan, *path, name=subscription.plan, near=hint)


def _slots(scope: Scope, resource: str, limit: int) -> Iterator[Flaw]:
    owners = {
        slug: user.slots[resource]
        for slug, user in scope.tenant.users.items()
        if resource in user.slots
    }
    total = sum(owners.values())
    if total > limit and scope.tenant.subscription:
        yield scope.flaw(
            rules.SlotsBeyondPackage,
            *("users", max(owners, key=lambda slug: owners[slug]), "slots", resource),
            resource=resource,
            count=total,
            package=scope.tenant.subscription.package,
            limit=limit,
        )


def _users(scope: Scope) -> Iterator[Flaw]:
    usage_of = user_usage(scope)
    for slug, user in scope.tenant.users.items():
        if user.role in ("admin", "tenant_admin"):
            continue  # bound by the tenant's quota alone
        counts = usage_of[slug]
        none = [
            counted(counts[name], name)
            for name in RESOURCES
            if counts[name] > 0 and name not in user.slots
        ]
        if none:  # told once: one line of `slots:` mends them all
            what = " and ".join(none)
            yield scope.flaw(
                rules.UserQuota, "users", slug, on="key", user=slug, what=what, limit="none"
            )
        for resource, limit in user.slots.items():
            if counts[resource] > limit:
                place = ("users", slug, "slots", resource)
                what = counted(counts[resource], resource)
                yield scope.flaw(rules.UserQuota, *place, user=slug, what=what, limit=limit)
