"""The page `/`: what one wants to know at a glance."""

from starlette.responses import Response

from dialform.billing.ledger.errors import LedgerError
from dialform.console.dashboard.cards import cards
from dialform.console.dashboard.days import Day, labels, last_days
from dialform.console.live.pages import pieces
from dialform.console.live.reach import reach_of
from dialform.console.need import ADMIN, ANYBODY
from dialform.console.page import Context, Menu, Page
from dialform.console.templating import zone_of
from dialform.values import dataclass

KEPT = 60.0
"""Seconds that a count of days is good for."""


@dataclass(frozen=True, slots=True)
class _Kept:
    at: float
    days: list[Day]


async def days(context: Context) -> list[Day] | None:
    """The calls of the last days: of all tenants, of one, or of one's own extensions. None: not known."""
    visitor, ground = context.visitor, context.ground
    extensions = None if visitor.manages else visitor.extensions
    key = (context.tenant, extensions)
    kept: dict[object, _Kept] = ground.parts.setdefault("dashboard", {})
    now = ground.clocks.steady()
    for old in [one for one, value in kept.items() if now - value.at > KEPT]:
        del kept[old]
    if key not in kept:
        tenants = [context.tenant] if context.tenant else list(ground.released().slugs)
        try:
            found = await ground.off(
                last_days,
                ground.ledger,
                tenants,
                extensions,
                zone_of(context),
                ground.clocks.wall(),
            )
        except LedgerError:
            return None
        kept[key] = _Kept(ground.clocks.steady(), found)
    return kept[key].days


async def home(context: Context) -> Response:
    """All of the platform for an admin, the tenant for its administrators, one's own for all others."""
    tenant = str(context.request.path_params.get("tenant", ""))
    found = await days(context)
    return context.render(
        "dashboard/home.html", cards=await cards(context), days=found,
        labels=labels(found) if found else (),
        whose=context.scope().tenant.company or context.tenant if context.tenant else "All of the platform.",
        **await pieces(context, ("now",), reach_of(context.visitor, tenant)),
    )  # fmt: skip


PAGES = (
    Page("/", home, ANYBODY, menu=Menu("Dashboard", "Overview", 0)),
    Page("/t/{tenant}/dashboard", home, ADMIN),
)
