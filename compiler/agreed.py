"""What a tenant agreed to, from its account: see `terms`."""

from collections.abc import Iterator

from dialform.compiler.micro import micro
from dialform.compiler.scope import Scope
from dialform.compiler.terms import RESOURCE_OF, Paid, Terms
from dialform.schema.account import Payment
from dialform.schema.rule import Flaw
from dialform.schema.rules import billing as rules


def terms_of(scope: Scope) -> Terms:
    """The commercial side of a tenant."""
    tenant, platform = scope.tenant, scope.view.platform
    subscription, limits = tenant.subscription, tenant.limits
    usage = set(RESOURCE_OF.values())
    overrides = subscription.overrides if subscription else {}
    return Terms(
        slug=scope.slug,
        company=tenant.company,
        contact=tenant.contact or "",
        timezone=tenant.timezone or platform.timezone,
        currency=tenant.currency or platform.currency,
        package=subscription.package if subscription else "",
        plan=(subscription.plan if subscription else None) or "",
        since=(subscription.since if subscription else None) or "",
        block_on_zero=subscription is not None and subscription.on_zero_credit == "block",
        included={str(k): n for k, n in sorted(overrides.items()) if k in usage} or None,
        daily=limits.daily,
        monthly=limits.monthly,
        low_credit_alert=_micro(limits.low_credit_alert),
        hourly_spend_alert=_micro(limits.hourly_spend_alert),
        payments=tuple(paid(id_, one) for id_, one in sorted(tenant.payments.items())),
    )


def check_plan(scope: Scope) -> Iterator[Flaw]:
    """That a tenant's calls have a price, where those of others have."""
    subscription, plans = scope.tenant.subscription, scope.view.billing.plans
    if subscription is None or subscription.plan or not plans:
        return
    if scope.cuts.touch("subscription", "plan"):
        return
    bare = sorted(
        name
        for name, route in scope.view.routes.items()
        if route.plan is None and route.toll != "emergency"
    )
    if bare:
        hint = f"add plan: one of {', '.join(sorted(plans)[:12])}"
        yield scope.flaw(rules.NoPlan, "subscription", on="key", route=bare[0], near=hint)


def paid(id_: str, payment: Payment) -> Paid:
    """A payment as it is booked."""
    return Paid(id_, payment.date, micro(payment.amount), payment.note or "")


def _micro(text: str | None) -> int | None:
    return None if text is None else micro(text)
