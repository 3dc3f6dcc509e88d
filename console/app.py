"""The application: all pages in their frame, static files, headers."""

import contextlib
from collections.abc import Awaitable, Callable, Sequence

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from dialform.console.door import Door
from dialform.console.errors import ConsoleError
from dialform.console.frame import endpoint
from dialform.console.ground import Ground
from dialform.console.headers import Headers
from dialform.console.need import PUBLIC
from dialform.console.page import Context, Page
from dialform.console.phone.places import origins
from dialform.console.staticfiles import StaticFiles
from dialform.console.table import pages


def build_app(ground: Ground, door: Door) -> ASGIApp:
    """The application over a ground. `door` says whose a request is."""
    routes = [
        Route(one.path, endpoint(one, ground, door), methods=list(one.methods), name=one.name)
        for one in pages()
    ]
    nowhere = endpoint(Page("/{rest:path}", _nowhere, PUBLIC, csrf=False), ground, door)
    root = ground.settings.root_path
    inside = [Mount("/static", StaticFiles()), *routes,
              Route("/{rest:path}", nowhere, methods=["GET", "POST", "PUT", "PATCH", "DELETE"])]  # fmt: skip
    # Starlette's own way to a path with a slash at its end goes by what the browser said of its host.
    below = [Route(root, _into(root)), Mount(root, routes=inside)] if root else []
    app = Starlette(
        routes=below or inside,
        exception_handlers={405: _method, 500: _fault(ground)},
    )
    # Around all of it: what is said of a fault has the headers of all answers, too.
    return Headers(app, settings=ground.settings, phones=lambda: _phones(ground))


def without_words(app: ASGIApp) -> ASGIApp:
    """The same for a server: a fault that was told (`_fault`) is not told again with all that is in it."""

    async def quiet(scope: Scope, receive: Receive, send: Send) -> None:
        with contextlib.suppress(Exception):
            await app(scope, receive, send)

    return quiet


def _into(root: str) -> Callable[[Request], Awaitable[Response]]:
    async def led(request: Request) -> Response:
        return RedirectResponse(f"{root}/", 307)

    return led


async def _nowhere(context: Context) -> Response:
    return context.render("error.html", 404, sentence="There is no such page.")


async def _method(request: Request, error: Exception) -> Response:
    return PlainTextResponse("This page does not take that method.", 405)


def _phones(ground: Ground) -> Sequence[str]:
    """Where the softphone finds the switch of the site that runs."""
    try:
        return origins(ground.released().view)
    except ConsoleError:
        return ()


def _fault(ground: Ground):  # type: ignore[no-untyped-def]
    async def told(request: Request, error: Exception) -> Response:
        # Where it happened, not what was in it, which may be a secret.
        last = error.__traceback__
        while last is not None and last.tb_next is not None:
            last = last.tb_next
        place = f"{last.tb_frame.f_code.co_filename}:{last.tb_lineno}" if last else ""
        ground.say("fault", "error", kind=type(error).__name__, place=place)
        return PlainTextResponse("Something went wrong here. It was written to the log.", 500)

    return told
