"""Why a quota is zero, or used up."""

from collections.abc import Iterator

from dialform.compiler.quotas import RESOURCES, usage
from dialform.compiler.scope import Scope
from dialform.reconcile.doctor.finding import Finding, Level, ok, problem, unknown, warning
from dialform.reconcile.doctor.ground import Ground


async def check(ground: Ground) -> list[Finding]:
    """The slots of each tenant."""
    scopes = ground.scopes()
    if not scopes:
        return [unknown("quotas", "the site's YAML", f"Nothing to count in: {ground.no_site}.")]
    found = [finding for scope in scopes for finding in _of(scope)]
    if ground.tenant or ground.subjects:
        return found
    # Of all tenants at once only what is wrong: a package without rooms is meant so.
    wrong = [one for one in found if one.level is Level.PROBLEM]
    return wrong or [
        ok(
            "quotas",
            "`subscription` of each tenant",
            f"{len(scopes)} tenants, each with a package.",
        )
    ]


def _of(scope: Scope) -> Iterator[Finding]:
    about = f"quota of {scope.slug}"
    looked = f"`subscription` of {scope.document}, billing.yaml"
    subscription, package = scope.tenant.subscription, scope.package
    if subscription is None:
        yield problem(
            about, looked, "Every quota is zero: the tenant has no subscription.",
            "Without `subscription: {package: …}` it may have nothing of anything.",
            f"An admin adds it: one of {', '.join(sorted(scope.view.billing.packages)) or 'no package'}.",
        )  # fmt: skip
        return
    if package is None:
        yield problem(
            about, looked, f"Every quota is zero: there is no package '{subscription.package}'.",
            "The subscription names a package that billing.yaml does not have.",
            f"Name one of {', '.join(sorted(scope.view.billing.packages))}.",
        )  # fmt: skip
        return
    counts, slots = usage(scope), dict(package.slots) | dict(subscription.overrides)
    none = [name for name in RESOURCES if not slots.get(name)]  # type: ignore[call-overload]
    full = [
        name for name in RESOURCES
        if (most := slots.get(name)) and counts[name] >= most  # type: ignore[call-overload]
    ]  # fmt: skip
    if none:
        yield warning(
            about, looked, f"Zero of: {', '.join(none)}.",
            f"Package {subscription.package} has no such slots.",
            "Add them to the package, or to this tenant alone under `overrides`.",
        )  # fmt: skip
    if full:
        yield warning(
            about, looked, f"Used up: {', '.join(full)}.", "Each slot has an object.",
            "Raise the package's slots, or this tenant's `overrides`.",
        )  # fmt: skip
    if not none and not full:
        yield ok(about, looked, f"Package {subscription.package}: something is left of everything.")
