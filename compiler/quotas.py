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


def user_usage(scope: Scope, slug: str) -> Counter[str]:
    """How many objects a user has."""
    tenant = scope.tenant
    counts: Counter[str] = Counter()
    for number, extension in tenant.extensions.items():
        if extension.user == slug:
            counts["extensions"] += 1
            if extension.voicemail or number in tenant.voicemails:
                counts["voicemails"] += 1
    counts["devices"] = sum(1 for device in tenant.devices.values() if device.user == slug)
    return counts


def check_quotas(scope: Scope) -> Iterator[Flaw]:
    """All findings about slots."""
    tenant, subscription = scope.tenant, scope.tenant.subscription
    counts = usage(scope)
    if subscription is None:
        what = ", ".join(f"{counts[name]} {name}" for name in RESOURCES if counts[name])
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
    # An override replaces the package's number; what neither names is zero.
    limits: dict[str, int] = dict(package.slots) | dict(subscription.overrides)  # type: ignore[arg-type]
    for name in RESOURCES:
        limit = limits.get(name, 0)
        if counts[name] > limit:
            path = (name,) if getattr(tenant, name) else ("extensions",)
            yield scope.flaw(
                rules.TenantQuota,
                *path,
                on="key",
                count=counts[name],
                resource=name,
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
        slug: user.slots[resource]  # type: ignore[index]
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
    for slug, user in scope.tenant.users.items():
        if user.role in ("admin", "tenant_admin"):
            continue  # bound by the tenant's quota alone
        counts = user_usage(scope, slug)
        if user.role == "end_user":
            # Extensions given to an end user, and their browser phones, take no slot of theirs.
            del counts["extensions"], counts["voicemails"]
            counts["devices"] -= sum(
                1
                for device in scope.tenant.devices.values()
                if device.user == slug and device.vendor == "webphone"
            )
        for resource, count in counts.items():
            limit = user.slots.get(resource, 0)  # type: ignore[call-overload]
            if count > limit:
                yield scope.flaw(
                    rules.UserQuota,
                    *("users", slug),
                    on="key",
                    user=slug,
                    count=count,
                    resource=resource,
                    limit=limit,
                )
