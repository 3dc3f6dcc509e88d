"""The page `/me`: what is one's own, at a glance."""

from starlette.responses import Response

from dialform.console.me import desk
from dialform.console.me.forwarding import lines_of
from dialform.console.me.messages import counted
from dialform.console.need import ANYBODY
from dialform.console.page import Context, Menu, Page


async def me(context: Context) -> Response:
    """Extensions, mailboxes, phones. Scope: the visitor's own."""
    visitor = context.visitor
    if not visitor.user:
        return desk.nobody(context, "My account")
    who = desk.own(context)
    lines = await lines_of(context, who)
    boxes = await counted(context, desk.boxes(context))
    phones = [(key, who.scope.tenant.devices[key]) for key in visitor.devices]
    return context.render("me/home.html", lines=lines, boxes=boxes, phones=phones)


PAGES = (Page("/me", me, ANYBODY, menu=Menu("My account", "My account", 0)),)
