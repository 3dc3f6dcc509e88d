"""What stands around each page: who may come, that a form is really theirs, and how errors look.

The order is the same for all pages: size, session, need, tenant, origin and CSRF token, page.
"""

import hmac
from collections.abc import Awaitable, Callable
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from dialform.billing.ledger.errors import LedgerError
from dialform.console.asking import Asked, asked
from dialform.console.bodies import limited
from dialform.console.door import Door, Entry
from dialform.console.errors import ConsoleError, Forbidden, NotThere, Refused
from dialform.console.ground import Ground
from dialform.console.page import Context, Page
from dialform.switch import SwitchError

SAFE = ("GET", "HEAD", "OPTIONS")
TOKEN_FIELD, TOKEN_HEADER = "csrf", "x-csrf-token"


def endpoint(page: Page, ground: Ground, door: Door) -> Callable[[Request], Awaitable[Response]]:
    """The page as Starlette calls it."""

    async def answer(request: Request) -> Response:
        request = Request(request.scope, limited(request.receive, page.largest))
        context, entry = Context(request, page, ground, None), None
        try:
            entry = await door.enter(request)
            context = Context(request, page, ground, entry)
            if entry is not None:
                entry.passive = context.passive
            response = await _page(context, entry)
        except Asked as first:
            response = await asked(context, first.question)
        except ConsoleError as error:
            response = _told(context, error)
        except SwitchError as error:
            response = _told(context, ConsoleError(f"The switch did not do it: {error}"), 503)
        except LedgerError as error:
            response = _told(context, ConsoleError(str(error)), 503)
        except HTTPException as error:
            response = _told(context, ConsoleError(str(error.detail)), error.status_code)
        if entry is not None:
            await door.leave(request, entry, response)
        return response

    return answer


async def _page(context: Context, entry: Entry | None) -> Response:
    page, request = context.page, context.request
    _small_enough(request, page)
    if not page.need.met(entry.visitor if entry else None):
        if entry is not None:
            raise Forbidden(
                "Your role or your permissions do not reach here. An administrator can grant it."
            )
        return _to_sign_in(context)
    if "tenant" in request.path_params:
        _theirs(context, entry)
    if request.method not in SAFE and page.csrf:
        await _really_theirs(context, entry)
    return await page.handler(context)


def _small_enough(request: Request, page: Page) -> None:
    said = request.headers.get("content-length", "0")
    if not said.isdigit() or int(said) > page.largest:
        raise HTTPException(413, f"That is more than {page.largest // 1024} KiB.")


def _theirs(context: Context, entry: Entry | None) -> None:
    visitor = entry.visitor if entry else None
    if visitor is None or not visitor.sees(context.tenant):
        raise NotThere("There is no such tenant.")
    if context.ground.released().tenant(context.tenant) is None:
        raise NotThere("There is no such tenant.")


async def _really_theirs(context: Context, entry: Entry | None) -> None:
    """A form is sent by a page of ours: by its origin, and by the token that only the session knows."""
    from_here(context)
    await carries(context, entry.csrf if entry else "")


def from_here(context: Context) -> None:
    """Raise Forbidden where a browser says that another site's page sent it."""
    headers = context.request.headers
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    if origin is not None and origin.lower() != context.ground.settings.origin:
        raise Forbidden("This form was sent from another site.")
    if site not in (None, "same-origin", "none"):
        raise Forbidden("This form was sent from another site.")


async def carries(context: Context, token: str) -> None:
    """Raise Refused where a form does not carry a token."""
    given = context.request.headers.get(TOKEN_HEADER)
    if given is None:
        value = (await context.form()).get(TOKEN_FIELD)
        given = value if isinstance(value, str) else ""
    if not token or not hmac.compare_digest(given.encode(errors="replace"), token.encode()):
        raise Refused(
            "This page was open for too long. Load it again, and send the form once more."
        )


def _to_sign_in(context: Context) -> Response:
    request = context.request
    if request.headers.get("hx-request") == "true":
        return Response(status_code=401, headers={"HX-Redirect": context.url("/sign-in")})
    if request.method != "GET" or "text/html" not in request.headers.get("accept", "text/html"):
        return PlainTextResponse("Sign in first.", 401)
    path = request.url.path.removeprefix(context.ground.settings.root_path)
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(context.url(f"/sign-in?next={quote(path + query, safe='')}"), 303)


def _told(context: Context, error: ConsoleError, status: int = 0) -> Response:
    return context.render("error.html", status or error.status, sentence=str(error))
