"""The pages that move by themselves, and the stream that moves them."""

from typing import Any

from starlette.responses import Response

from dialform.console.errors import Forbidden, NotThere
from dialform.console.live.feed import Feed, said
from dialform.console.live.hub import hub_of
from dialform.console.live.reach import Reach, reach, reach_of
from dialform.console.live.stream import Stream
from dialform.console.live.views import CHIEF, REALTIME, VIEWS, View
from dialform.console.need import ADMIN, ANYBODY, Need
from dialform.console.page import Context, Handler, Menu, Page
from dialform.console.visitor import visitor_of
from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class Board:
    """A page of views. `all` is its name where it shows the whole switch."""

    name: str
    title: str
    all: str
    note: str
    views: tuple[str, ...]
    need: Need
    order: int


BOARDS = (
    Board("calls", "Calls now", "All calls now",
          "Who speaks with whom. Hold, transfer or end a call here.", ("calls",), REALTIME, 10),
    Board("queues", "Queues", "All queues",
          "Who waits and who takes calls.", ("queues",), REALTIME, 20),
    Board("phones", "Phones online", "All phones online",
          "Phones that are registered with the phone system.", ("registrations",), REALTIME, 30),
    Board("rooms", "Parked and conferences", "All parked calls and conferences",
          "Calls that wait in a parking slot, and who is in which conference.", ("parked", "rooms"),
          REALTIME, 40),
    Board("trunks", "Trunks", "State of the trunks",
          "The lines to the outside, and whether they are up.", ("gateways",), CHIEF, 50),
)  # fmt: skip


async def pieces(context: Context, names: tuple[str, ...], within: Reach) -> dict[str, Any]:
    """What a page with live parts is drawn with: `live` (the stream's address) and `parts` (by view).

    `{% from "live/part.html" import live, part %}` in its template puts them in.
    """
    hub = hub_of(context.ground)
    try:
        within.scope(context.ground)
    except NotThere as error:
        return {
            "live": "",
            "parts": dict.fromkeys(names, "") | {"switch": str(error)},
            "clock": "0",
        }
    views = [VIEWS[name] for name in ("switch", *names)]
    await hub.fresh({source for view in views for source in view.sources})
    drawn = {view.name: hub.draw(view, within) for view in views}
    since = ",".join(f"{name}:{one.digest}" for name, one in drawn.items())
    path = (
        f"{within.base()}/stream" if context.request.path_params.get("tenant") else "/live/stream"
    )
    return {
        "live": f"{context.url(path)}?views={','.join(drawn)}&since={since}",
        "parts": {name: one.html for name, one in drawn.items()},
        "clock": f"{context.ground.clocks.wall():.0f}",
    }


def _board(board: Board) -> Handler:
    async def show(context: Context) -> Response:
        """A page of live views: all of the switch for an admin, a tenant, or what is one's own."""
        found = reach(context)
        return context.render(
            "live/board.html", board=board, whole=not found.tenant, base=found.base(),
            reach=found, **await pieces(context, board.views, found),
        )  # fmt: skip

    return show


def _views(context: Context) -> list[View]:
    names = dict.fromkeys(context.query.get("views", "").split(","))
    if not set(names) <= VIEWS.keys():
        raise NotThere("There is nothing of this name to watch.")
    found = [VIEWS[name] for name in names]
    if not all(view.need.met(context.visitor) for view in found):
        raise Forbidden("Your role or your permissions do not reach here.")
    return found


async def stream(context: Context) -> Response:
    """Views as they change: of the tenant that the path names, else as far as the visitor reaches."""
    views = _views(context)
    ground, visitor, entry = context.ground, context.visitor, context.entry
    found = reach(context) if context.request.path_params.get("tenant") else reach_of(visitor)
    found.scope(ground)
    has = context.request.headers.get("last-event-id") or context.query.get("since", "")

    async def still() -> bool:
        """The session goes on, and its visitor may still see the same."""
        if not await entry.still():
            return False
        now = visitor_of(ground.released(), visitor.account, visitor.login, visitor.subject)
        return now == visitor

    return Stream(hub_of(ground), Feed(found, views, said(has)), still)


def _pages() -> tuple[Page, ...]:
    found = [Page("/live/stream", stream, ANYBODY, passive=True),
             Page("/t/{tenant}/live/stream", stream, ANYBODY, passive=True),
             Page("/admin/live/stream", stream, ADMIN, passive=True)]  # fmt: skip
    for board in BOARDS:
        show = _board(board)
        found.append(Page(f"/t/{{tenant}}/live/{board.name}", show, board.need,
                          menu=Menu(board.title, "Calls", board.order)))  # fmt: skip
        found.append(Page(f"/admin/live/{board.name}", show, ADMIN,
                          menu=Menu(board.all, "Operation", board.order)))  # fmt: skip
    return tuple(found)


PAGES = _pages()
