"""What the softphone in the header asks of the server."""

from starlette.responses import JSONResponse, Response

from dialform.console.accounts.reception import reception
from dialform.console.errors import ConsoleError, NotThere
from dialform.console.need import ANYBODY
from dialform.console.once import once
from dialform.console.page import Context, Page
from dialform.console.phone.history import history
from dialform.console.phone.lines import lines, numbers

NONE = (
    "You have no phone in the browser. An administrator adds a device of the vendor `webphone` "
    "to your extension."
)


async def credentials(context: Context) -> Response:
    """With what the visitor's browser logs in at the switch. Scope: their own extensions with a browser
    phone, never another's. It is asked by POST, so that no page elsewhere and no address bar gets it.
    """
    try:
        found = await context.ground.off(lines, context)
    except ConsoleError as error:
        return JSONResponse({"sentence": str(error)}, error.status)
    if not found:
        return JSONResponse({"sentence": NONE}, 404)
    # Whoever took a session along with its cookie asks from another address: that is news.
    who = context.entry.session, reception(context.ground).address(context.request)
    known = once(context.ground)
    fresh = [line.number for line in found if known.first("phone", *who, line.number)]
    if fresh:
        context.audit("phone.credentials", extensions=fresh)
    given = [
        {"number": line.number, "name": line.name, "domain": line.domain, "ha1": line.ha1,
         "servers": line.servers}
        for line in found
    ]  # fmt: skip
    return JSONResponse({"lines": given}, headers={"cache-control": "no-store"})


async def past(context: Context) -> Response:
    """The last calls of the visitor's own browser phones, a part of a page. Scope: as for credentials."""
    own = numbers(context)
    if not own:
        raise NotThere(NONE)
    visitor = context.visitor
    scope = context.ground.released().tenant(visitor.tenant)
    names = {n: one.name for n, one in scope.tenant.extensions.items()} if scope else {}
    found = await context.ground.off(history, context.ground, visitor.tenant, own, names)
    return context.render("phone/history.html", calls=found)


PAGES = (
    Page("/phone/credentials", credentials, ANYBODY, methods=("POST",)),
    Page("/phone/history", past, ANYBODY),
)
