"""The tenant's account: credit, payments, limits, what happened."""

from typing import Any

from starlette.responses import Response

from dialform.billing.consequences.flags import CREDIT, LIMIT, flag
from dialform.billing.consequences.standing import Standing, standings
from dialform.billing.ledger.queries import notices_of
from dialform.billing.ledger.reports import balances_of
from dialform.billing.statements.values import Money
from dialform.billing.views import payments
from dialform.billing.views.whose import Whose, agreed
from dialform.console.money.alerts import alert
from dialform.console.money.shown import shown
from dialform.console.need import MANAGER
from dialform.console.page import Context, Menu, Page
from dialform.values import dataclass

_STOPS = {
    LIMIT: "The limit of the day or month is reached: until it ends only emergency calls go outside.",
    CREDIT: "No credit is left: until there is a payment only emergency calls go outside.",
}
_NEWEST = 20


@dataclass(frozen=True, slots=True)
class Credit:
    """A tenant's money at a glance. `kind` is that of a card; `micro` what is left, in micro-units."""

    micro: int
    currency: str
    left: str
    kind: str
    note: str
    stopped: str
    day: int
    month: int
    daily: int
    monthly: int


def credit(context: Context) -> Credit:
    """How the tenant's credit stands. It asks the ledger: off the loop. For who manages the tenant."""
    scope = context.scope()
    ledger, terms = context.ground.ledger, agreed(context.ground.ledger, scope, scope.slug)
    with ledger.reading() as reading:
        stands = standings(reading, [terms], context.ground.clocks.micros()).get(
            terms.slug, Standing()
        )
    left, alert_at = stands.balance, terms.low_credit_alert
    low = alert_at is not None and left < alert_at
    note = f"alert below {Money(alert_at, terms.currency).shown()}" if alert_at is not None else ""
    return Credit(
        left, terms.currency, Money(left, terms.currency).shown(),
        "bad" if left <= 0 else "note" if low else "good", note,
        _STOPS.get(flag(terms, stands), ""), stands.day, stands.month, terms.daily, terms.monthly,
    )  # fmt: skip


def _read(context: Context) -> dict[str, Any]:
    scope, ledger = context.scope(), context.ground.ledger
    one = Whose(agreed(ledger, scope, scope.slug))
    paid, balances = payments.tables([payments.rows(ledger, scope, one)])
    with ledger.reading() as reading:
        held = balances_of(reading, one.slug)
        left = [alert(notice) for notice in notices_of(reading, one.slug, most=_NEWEST)]
    others = [
        f"{Money(got - spent, currency).shown()} {currency}"
        for currency, (got, spent) in held.items()
        if currency != one.terms.currency and got != spent
    ]
    return {
        "credit": credit(context),
        "payments": shown(paid, without=("tenant",)),
        "balances": shown(balances, without=("tenant",)),
        "alerts": [each for each in left if each is not None],
        "others": others,
        "terms": one.terms,
    }


async def _account(context: Context) -> Response:
    """Scope: the tenant's managers."""
    return context.render("money/account.html", **await context.ground.off(_read, context))


PAGES = (Page("/t/{tenant}/account", _account, MANAGER, menu=Menu("Credit", "Money", 30)),)
