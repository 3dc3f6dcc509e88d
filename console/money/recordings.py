"""Recorded calls: a list, and listening from any place on."""

from starlette.responses import Response

from dialform.console.downloads import ranged
from dialform.console.listing import listing
from dialform.console.money import recorded
from dialform.console.need import Need
from dialform.console.once import once
from dialform.console.page import Context, Menu, Page

LISTENERS = Need("user")
"""Users hear their own where the site has them recorded; see `recorded`."""


async def _list(context: Context) -> Response:
    """Scope: see `recorded`."""
    found = await context.ground.off(lambda: list(recorded.of(context)))
    return context.render(
        "money/recordings.html",
        list=listing(
            context, found, sort="-time", text=lambda one: one.name,
            sorts={"time": lambda one: one.changed, "extension": lambda one: (one.room, one.extension),
                   "size": lambda one: one.size},
        ),
        may=recorded.may(context),
    )  # fmt: skip


async def _play(context: Context) -> Response:
    """The sound of one; parts of it by ranges. Scope: see `recorded`; others' are not there."""
    path = f"{context.tenant}/{context.params['path']}"
    one, file = await context.ground.off(recorded.open_one, context, path)
    inline = "save" not in context.query
    # A player asks for parts; whoever begins behind the first byte listens all the same.
    begins = context.request.headers.get("range", "bytes=0-").startswith("bytes=0-")
    if once(context.ground).first("recording", context.entry.session, one.path) or begins:
        context.audit("recording.played", recording=one.path)
    return ranged(context.request, file, one.name, "audio/wav", inline=inline)


PAGES = (
    Page("/t/{tenant}/recordings", _list, LISTENERS, menu=Menu("Recordings", "Calls", 50)),
    Page("/t/{tenant}/recordings/{path:path}", _play, LISTENERS, methods=("GET", "HEAD")),
)
