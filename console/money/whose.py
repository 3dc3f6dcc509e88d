"""Whose usage a visitor sees: a tenant's, or what the visitor's own extensions used."""

from dialform.billing.views.whose import Whose, agreed, is_month, this_month
from dialform.compiler.scope import Scope
from dialform.console.errors import Refused
from dialform.console.page import Context


def whose(context: Context) -> Whose:
    """All of the tenant for who manages it, else the visitor's own. It asks the ledger: off the loop."""
    scope = context.scope()
    terms = agreed(context.ground.ledger, scope, scope.slug)
    visitor = context.visitor
    if visitor.manages:
        return Whose(terms)
    return Whose(terms, visitor.user, visitor.extensions)


def month(context: Context, one: Whose) -> str:
    """The month that is asked for, else this one in the tenant's time zone. Raises Refused."""
    asked = str(context.params.get("month") or context.query.get("month", "")).strip()
    if not asked:
        return this_month(one.terms.timezone, context.ground.clocks.wall())
    if not is_month(asked):
        raise Refused("That is no month: write it as in 2026-11.")
    return asked


def platform_of(context: Context, scope: Scope) -> str:
    """The name of the platform, as it stands on statements."""
    return str(scope.view.platform.platform)
