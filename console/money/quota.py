"""What may be had and is: a card for each resource, and for the minutes and pages of the month."""

from starlette.responses import Response

from dialform.billing.statements.values import shown, units
from dialform.billing.views.quota import Have, haves
from dialform.console.money.whose import month, whose
from dialform.console.need import ANYBODY
from dialform.console.page import Context, Menu, Page
from dialform.values import dataclass

TITLES = {
    "ring_groups": "Ring groups", "call_queues": "Queues", "voicemails": "Mailboxes",
    "conferences": "Conferences", "music_on_hold": "Music on hold", "voice_minutes": "Minutes of calls",
    "fax_pages": "Fax pages", "conference_minutes": "Minutes in conferences", "extensions": "Extensions",
    "devices": "Devices", "ivr_menus": "Menus",
}  # fmt: skip
"""A resource of a package → its words."""


@dataclass(frozen=True, slots=True)
class Card:
    """A resource as a card. `used` and `limit` are whole units, for the bar; the texts are for people."""

    title: str
    monthly: bool
    used: int
    limit: int | None
    value: str
    note: str


def cards(context: Context) -> tuple[str, list[Card]]:
    """The month, and the cards that a visitor sees: the tenant's, or those of the own slots."""
    one = whose(context)
    period = month(context, one)
    found = haves(context.scope(), context.ground.ledger, one, period)
    return period, [_card(have, own=bool(one.user)) for have in found]


def _card(have: Have, *, own: bool) -> Card:
    value = _said(have.used, have.service)
    if have.limit is None:
        note = "used by you" if own else "no limit of your own"
    elif have.limit == 0:
        note = "none included" if have.service else "none in the package"
    else:
        note = f"{_said(have.left, have.service)} of {_said(have.limit, have.service)} left"
    return Card(TITLES[have.resource], bool(have.service), have.used or 0, have.limit, value, note)


def _said(count: int | None, service: str) -> str:
    if count is None:
        return "not known"
    return shown(units(count, service) if service else count)


async def _quota(context: Context) -> Response:
    """Scope: a manager sees the tenant's package; others their own slots, and what their extensions used."""
    period, found = await context.ground.off(cards, context)
    return context.render("money/quota.html", period=period, cards=found)


PAGES = (Page("/t/{tenant}/quota", _quota, ANYBODY, menu=Menu("Quota", "Money", 10)),)
