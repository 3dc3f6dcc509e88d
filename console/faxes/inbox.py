"""Faxes that came in: a list, one with its pages, its PDF."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from starlette.responses import Response

from dialform.billing.statements.spreadsheet import lines
from dialform.billing.statements.values import Span, printable
from dialform.console.downloads import ranged, saved
from dialform.console.errors import Away, NotThere
from dialform.console.faxes import office, pictures
from dialform.console.listing import listing
from dialform.console.need import holding
from dialform.console.page import Context, Menu, Page
from dialform.fax import views
from dialform.fax.documents import pages_in
from dialform.fax.documents.tiff import Page as Sheet
from dialform.fax.queue import Inbox
from dialform.fax.queue.values import Received
from dialform.values import dataclass

READERS = holding("receive_fax")
_NEWEST = 2000
"""Faxes that are looked through; what is older is found by `dialform fax inbox`."""


@dataclass(frozen=True, slots=True)
class Line:
    """A fax in the list. What the other machine calls itself is a stranger's word, made printable."""

    uuid: str
    account: str
    at: int
    caller: str
    name: str
    station_id: str
    pages: int
    ok: bool
    result: str
    lasted: str
    mail: str
    host: str
    there: bool


def line(fax: Received, names: Mapping[str, str]) -> Line:
    """A fax as the list shows it; `names` are those of the address book, by number."""
    return Line(
        fax.uuid, fax.account, fax.at, printable(fax.caller), names.get(fax.caller, ""),
        printable(fax.station_id), fax.pages, fax.ok, printable(fax.result), Span(fax.seconds).shown(),
        printable(views.mail(fax)), fax.host, bool(fax.file),
    )  # fmt: skip


def _names(context: Context) -> dict[str, str]:
    company = office.company_of(context)
    return {one.fax: one.name for one in company.contacts.values()} if company else {}


def _found(context: Context) -> list[Received]:
    inbox = Inbox(context.ground.database)
    return inbox.list(context.tenant, office.asked(context), most=_NEWEST)


async def _list(context: Context) -> Response:
    """Scope: the faxes of accounts that the visitor handles."""

    def read() -> list[Line]:
        names = _names(context)
        return [line(fax, names) for fax in _found(context)]

    found = await context.ground.off(read)
    return context.render(
        "faxes/inbox.html",
        list=listing(
            context, found, sort="-time",
            text=lambda one: f"{one.caller} {one.name} {one.station_id} {one.account}",
            sorts={"time": lambda one: one.at, "from": lambda one: one.name or one.caller,
                   "pages": lambda one: one.pages},
        ),
    )  # fmt: skip


async def _csv(context: Context) -> Response:
    """Scope: as the list."""

    def read() -> list[str]:
        company = office.company_of(context)
        zone = company.timezone if company else "UTC"
        table = views.received(_found(context), lambda _: zone, whose=False)
        seen = [index for index, one in enumerate(table.columns) if one.key != "file"]
        rows = [tuple(row[index] for index in seen) for row in table.rows]
        return list(lines([table.columns[index] for index in seen], rows))

    content = await context.ground.off(read)
    return saved(content, f"inbox-{context.tenant}.csv", "text/csv; charset=utf-8")


async def _one(context: Context) -> Response:
    """Scope: as the list; others are not there."""

    def read() -> dict[str, Any]:
        fax = office.received(context, str(context.params["fax"]))
        return {"fax": line(fax, _names(context)), "did": printable(fax.did)}

    found = await context.ground.off(read)
    most = found["fax"].pages if "all" in context.query else pictures.SHOWN
    context.audit("fax.read", fax=found["fax"].uuid)
    return context.render("faxes/received.html", most=most, **found)


def _path(fax: Received) -> Path:
    """Where its PDF lies. Raises NotThere, Away."""
    if not fax.file:
        raise NotThere(
            "It is not turned into a PDF yet: try again in a moment."
            if fax.pages
            else "This fax has no page."
        )
    path = Path(fax.file)
    if not path.is_file():
        raise Away(f"The pages lie on host {fax.host}, where the fax came in, not on this one.")
    return path


def _pages(fax: Received) -> list[Sheet]:
    try:
        return pages_in(_path(fax).read_bytes())
    except OSError as error:
        raise Away(f"The pages cannot be read: {error.strerror}.") from None


async def _picture(context: Context) -> Response:
    """A page of one. Scope: as the fax."""
    fax = await context.ground.off(office.received, context, str(context.params["fax"]))
    return await pictures.shown(context, f"{fax.uuid}-{fax.size}", lambda: _pages(fax))


async def _pdf(context: Context) -> Response:
    """Its PDF. Scope: as the fax."""

    def opened() -> tuple[Received, Any]:
        fax = office.received(context, str(context.params["fax"]))
        try:
            return fax, _path(fax).open("rb")
        except OSError as error:
            raise Away(f"The PDF cannot be read: {error.strerror}.") from None

    fax, file = await context.ground.off(opened)
    digits = "".join(one for one in fax.caller if one in "0123456789") or "unknown"
    inline = "save" not in context.query
    return ranged(
        context.request,
        file,
        f"fax-from-{digits}-{fax.uuid[:8]}.pdf",
        "application/pdf",
        inline=inline,
    )


PAGES = (
    Page("/t/{tenant}/faxes/inbox", _list, READERS, menu=Menu("Received faxes", "Fax", 10)),
    Page("/t/{tenant}/faxes/inbox.csv", _csv, READERS),
    Page("/t/{tenant}/faxes/inbox/{fax}", _one, READERS),
    Page("/t/{tenant}/faxes/inbox/{fax}/fax.pdf", _pdf, READERS, methods=("GET", "HEAD")),
    Page("/t/{tenant}/faxes/inbox/{fax}/{page:int}.png", _picture, READERS),
)
