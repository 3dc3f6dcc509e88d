"""Sending a fax: the form, what is checked at once, the conversion behind it."""

import asyncio
import re
import secrets
import shutil
from collections.abc import Callable, Coroutine
from typing import Any

from starlette.datastructures import FormData
from starlette.responses import Response

from dialform.billing.ledger.errors import LedgerError
from dialform.console.errors import ConsoleError, Refused
from dialform.console.faxes import office, uploads
from dialform.console.faxes.outbox import SENDERS
from dialform.console.faxes.tray import Sending, Stage, tray
from dialform.console.ground import Ground
from dialform.console.page import Context, Menu, Page
from dialform.fax.documents import DocumentError
from dialform.fax.ordering import Checked, Draft, Order, OrderError, Words, recipients, submit
from dialform.fax.queue.values import Sheets
from dialform.fax.released import Account, Company
from dialform.values import dataclass, replace

WORDS = Words("When", "To", "Groups", "Say to whom: a number, a contact, a group or a list.")
_APART = re.compile(r"[\n;,]+")
_TEXT = 20_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody typed into the form."""

    account: str = ""
    to: str = ""
    groups: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    cover: bool = False
    subject: str = ""
    text: str = ""
    at: str = ""


def _typed(form: FormData) -> Wanted:
    def text(name: str, most: int = 200) -> str:
        value = form.get(name, "")
        return value.strip()[:most] if isinstance(value, str) else ""

    def several(name: str) -> tuple[str, ...]:
        return tuple(one for one in form.getlist(name) if isinstance(one, str) and one)

    return Wanted(
        text("account", 20), text("to", 100_000), several("groups"), several("documents"),
        text("cover") != "", text("subject"), text("text", _TEXT + 1), text("at", 40),
    )  # fmt: skip


def _order(wanted: Wanted, form: FormData) -> Order:
    raw, name = uploads.listed(form, "list")
    to = [one.strip() for one in _APART.split(wanted.to) if one.strip()]
    cover = wanted.text if wanted.cover or wanted.text else None
    return Order(
        to, wanted.groups, raw, name, wanted.documents, (), cover, wanted.subject, wanted.at
    )  # fmt: skip


async def _form(
    context: Context, wanted: Wanted | None = None, flaws: tuple[str, ...] = ()
) -> Response:
    """Scope: the accounts that the visitor handles."""

    def read() -> tuple[Company | None, list[Account]]:
        company = office.company_of(context)
        mine = office.accounts(context, company) if company else {}
        return company, [one for one in mine.values() if one.sends and one.e164]

    company, accounts = await context.ground.off(read)
    begun = Wanted(
        to=context.query.get("to", "")[:100], groups=(context.query.get("group", "")[:100],)
    )
    groups = (
        sorted({group for one in company.contacts.values() for group in one.groups})
        if company
        else []
    )
    return context.render(
        "faxes/send.html", 422 if flaws else 200, wanted=wanted or begun, flaws=flaws,
        accounts=accounts, company=company, groups=groups, accept=uploads.ACCEPT, files=uploads.FILES,
        contacts=sorted(company.contacts.values(), key=lambda one: one.name) if company else [],
    )  # fmt: skip


async def _show(context: Context) -> Response:
    """Scope: the accounts that the visitor handles."""
    return await _form(context)


async def _send(context: Context) -> Response:
    """Check what can be checked at once, keep the files, and convert behind it. Scope: own accounts."""
    form = await context.form()
    wanted, kept = _typed(form), tray(context.ground)
    token, folder = kept.room()
    try:
        draft, named = await context.ground.off(_checked, context, wanted, form, folder)
    except (OrderError, Refused) as error:
        await context.ground.off(shutil.rmtree, folder, True)
        return await _form(context, wanted, (str(error),))
    except ConsoleError:
        await context.ground.off(shutil.rmtree, folder, True)
        raise
    finally:
        await uploads.close(form)
    made = Sending(
        token, context.visitor.subject, context.tenant, draft.account.number, folder, draft.order,
        draft.checked, named, draft.now, secrets.token_hex(8),
    )  # fmt: skip
    kept.put(made)
    behind(context.ground, made, lambda: _converted(context, made, draft), "failed")
    return context.redirect(f"/t/{context.tenant}/faxes/drafts/{token}")


def _checked(context: Context, wanted: Wanted, form: FormData, folder: Any) -> tuple[Draft, int]:
    """The order with its files and recipients. Raises OrderError, Refused, NotThere, Away."""
    company = office.needed(context)
    if not wanted.account:
        raise Refused("Choose the fax account that sends.")
    account = office.account(context, company, wanted.account)
    order = _order(wanted, form)
    files = uploads.keep(uploads.files_in(form, "files"), folder)
    if not (files or order.documents or order.cover is not None):
        raise Refused("Say what to send: choose a file or a document, or write a cover page.")
    order = replace(order, files=files)
    now = context.ground.clocks.wall()
    found, count = recipients(order, company, account, office.ways(context), now, WORDS)
    if not found.news:
        sentences = list(dict.fromkeys(one.sentence for one in found.bad))
        more = f" And {len(sentences) - 5} more." if len(sentences) > 5 else ""
        raise Refused("Nobody of these can be faxed. " + " ".join(sentences[:5]) + more)
    return _draft(context, order, company, account, found, now), count


def _draft(
    context: Context, order: Order, company: Company, account: Account, found: Checked, now: float
) -> Draft:
    return Draft(
        order, office.root(context), company, account, found, office.sender(context, account), now
    )  # fmt: skip


def behind(
    ground: Ground, made: Sending, work: Callable[[], Coroutine[Any, Any, None]], otherwise: Stage
) -> None:  # fmt: skip
    """Do work behind a request, when it has its turn. What goes wrong is told on the fax's page; the fax is
    then `otherwise`: failed, or ready for another try.
    """

    async def done() -> None:
        async with tray(ground).turn:
            if made.dropped:
                return
            try:
                await work()
            except (OrderError, DocumentError, ConsoleError, LedgerError) as error:
                made.stage, made.trouble = otherwise, str(error)
            except Exception as error:
                made.stage, made.trouble = (
                    otherwise,
                    "This did not work; it was written to the log.",
                )
                if not made.dropped:
                    ground.say("fax", "error", kind=type(error).__name__, batch=made.batch)

    made.task = asyncio.create_task(done())


async def _converted(context: Context, made: Sending, draft: Draft) -> None:
    """The documents as pages, with the cover of the first recipient."""

    def told(words: str) -> None:
        made.said = words.capitalize()

    def work() -> None:
        body = draft.body(told)
        if body is not None:
            made.keep("body", body)
        placed = draft.placed(body, draft.notes(context.ground.ledger), told, first=True)
        made.keep("first", placed.sheets)
        made.notes, made.title = tuple(placed.notes), placed.title
        made.pages, made.digest, made.has_body = (
            placed.sheets.pages,
            placed.sheets.digest,
            body is not None,
        )
        made.stage = "ready"

    await context.ground.off(work)


async def queued(context: Context, made: Sending) -> None:
    """Queue what a draft holds: all or nothing, and once, however often it is asked for.

    All is looked at anew: the account, who may, the routes, the limits.
    """

    def told(words: str) -> None:
        made.said = words.capitalize()

    def work() -> None:
        company = office.needed(context)
        account = office.account(context, company, made.account)
        now = context.ground.clocks.wall()
        found, _ = recipients(made.order, company, account, office.ways(context), made.made, WORDS)
        if not found.news:
            raise Refused("Nobody of these can be faxed any more.")
        draft = _draft(context, made.order, company, account, found, now)
        body: Sheets | None = made.kept("body") if made.has_body else None
        placed = draft.placed(body, draft.notes(context.ground.ledger), told)
        done = submit(
            context.ground.ledger, placed, by=office.author(context), now=int(now * 1_000_000),
            batch=made.batch,
        )  # fmt: skip
        made.stage = "queued"
        context.audit("fax.queued", account=made.account, faxes=len(done.ids), batch=made.batch)
        shutil.rmtree(made.folder, ignore_errors=True)

    await context.ground.off(work)


PAGES = (
    Page("/t/{tenant}/faxes/send", _show, SENDERS, menu=Menu("Send a fax", "Fax", 20)),
    Page("/t/{tenant}/faxes/send", _send, SENDERS, methods=("POST",), largest=uploads.WHOLE),
)
