"""The cards of the first page: each with who sees it, and what it says. One that cannot be told says so, and
keeps no other one from being told.
"""

from collections.abc import Awaitable, Callable

from dialform.billing.ledger.errors import LedgerError
from dialform.billing.ledger.queries import waiting
from dialform.console.changes.hosts import hosts_of
from dialform.console.dashboard.findings import findings_of
from dialform.console.errors import ConsoleError
from dialform.console.money.account import credit
from dialform.console.money.quota import cards as quota_cards
from dialform.console.need import ADMIN, ANYBODY, MANAGER, Need, holding
from dialform.console.page import Context
from dialform.fax.queue.queue import Queue
from dialform.values import dataclass, replace


@dataclass(frozen=True, slots=True)
class Card:
    """One card. `path` is the page behind it, "" for none. With a `limit` it has a bar."""

    title: str
    value: str
    note: str = ""
    path: str = ""
    kind: str = ""
    used: int = 0
    limit: int = 0


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of card: who sees it, and what makes it. `tenant`: only where one is looked at."""

    title: str
    need: Need
    make: Callable[[Context], Awaitable[list[Card]]]
    tenant: bool = True


async def _credit(context: Context) -> list[Card]:
    found = await context.ground.off(credit, context)
    path = f"/t/{context.tenant}/account"
    left = f"{found.left} {found.currency}"
    return [Card("Credit", left, found.stopped or found.note, path, found.kind)]


async def _quota(context: Context) -> list[Card]:
    """What is filled most: two of the resources that have a limit."""
    _, found = await context.ground.off(quota_cards, context)
    limited = [one for one in found if one.limit]
    fullest = sorted(limited, key=lambda one: -one.used / (one.limit or 1))[:2]
    return [
        Card(
            one.title, one.value, one.note, f"/t/{context.tenant}/quota",
            "bad" if one.used >= (one.limit or 0) else "", one.used, one.limit or 0,
        )
        for one in fullest
    ]  # fmt: skip


async def _faxes(context: Context) -> list[Card]:
    """Faxes of the tenant; of the accounts that list a user, for all but managers."""
    scope, visitor = context.scope(), context.visitor
    accounts = None
    if not visitor.manages:
        listed = scope.tenant.fax.accounts if scope.tenant.fax else {}
        accounts = [number for number, one in listed.items() if visitor.user in one.users]
    counts = await context.ground.off(Queue(context.ground.database).counts, scope.slug, accounts)
    on_their_way = counts["queued"] + counts["sending"]
    failed = counts["failed"]
    note = f"{counts['sent']} sent" + (f", {failed} failed" if failed else "")
    path = f"/t/{scope.slug}/faxes"
    return [Card("Faxes on their way", str(on_their_way), note, path, "note" if failed else "")]


async def _findings(context: Context) -> list[Card]:
    tenant = context.tenant
    path = f"/t/{tenant}/findings" if tenant else "/admin/findings"
    found = await findings_of(context.ground).found(tenant)
    if found is None:
        return [Card("Findings", "…", "The checks run: load the page again in a while.", path)]
    if found.errors:
        note = f"{_counted(found.errors, 'error')}, and {_counted(found.warnings, 'warning')}"
        return [Card("Findings", str(found.errors), note, path, "bad")]
    note = f"{'warning' if found.warnings == 1 else 'warnings'} in what runs"
    note = note if found.warnings else "The checks find nothing."
    return [Card("Findings", str(found.warnings), note, path, "note" if found.warnings else "good")]


async def _commit(context: Context) -> list[Card]:
    """The commit that runs here. Its hosts' names and troubles are an admin's business."""
    commit = context.ground.released().commit
    states = await hosts_of(context.ground).states()
    ill = [one for one in states if not one.well]
    note = "runs on every host" if not ill else f"{len(ill)} of {len(states)} hosts are not ready"
    if context.visitor.admin and ill:
        note = "; ".join(f"{one.name}: {one.trouble}" for one in ill[:3])
    return [Card("Last commit", commit[:10] or "none", note, "/changes", "bad" if ill else "good")]


async def _books(context: Context) -> list[Card]:
    def ask() -> dict[str, int]:
        with context.ground.ledger.reading() as reading:
            return waiting(reading)

    found = await context.ground.off(ask)
    wrong = found["unrated"] + found["quarantined"]
    note = f"{found['unrated']} calls without a price, {found['quarantined']} records put aside"
    return [Card("Books", str(wrong) if wrong else "in order", note if wrong else
                 "Each call has its price.", "", "bad" if wrong else "good")]  # fmt: skip


KINDS = (
    Kind("Credit", MANAGER, _credit),
    Kind("Quota", ANYBODY, _quota),
    Kind("Faxes", holding("send_fax", "receive_fax"), _faxes),
    Kind("Last commit", MANAGER, _commit, tenant=False),
    Kind("Findings", MANAGER, _findings, tenant=False),
    Kind("Books", ADMIN, _books, tenant=False),
)
"""All kinds, in their order on the page."""


async def cards(context: Context) -> list[Card]:
    """The cards of a visitor."""
    found: list[Card] = []
    for kind in KINDS:
        if not kind.need.met(context.visitor) or (kind.tenant and not context.tenant):
            continue
        try:
            found += await kind.make(context)
        except (ConsoleError, LedgerError) as error:
            found.append(Card(kind.title, "not known", _short(error), "", "note"))
    return [replace(one, path=one.path if _leads(context, one.path) else "") for one in found]


def _leads(context: Context, path: str) -> bool:
    """Whether a card leads somewhere that its visitor may go."""
    from dialform.console.table import pages

    return any(
        page.path.replace("{tenant}", context.tenant) == path and page.need.met(context.visitor)
        for page in pages()
    )


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


def _short(error: Exception) -> str:
    text = str(error)
    return text if len(text) <= 120 else f"{text[:119]}…"
