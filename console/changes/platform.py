"""The page of hosts: which commit runs where, by what their agents say."""

from starlette.responses import Response

from dialform.console.changes.history import line_of
from dialform.console.changes.hosts import hosts_of
from dialform.console.need import ADMIN
from dialform.console.page import Context, Menu, Page
from dialform.console.saving import repository


async def hosts(context: Context) -> Response:
    """All hosts of the platform: an admin's."""
    ground = context.ground
    states = await hosts_of(ground).states()
    line = await ground.off(line_of, repository(ground)) if repository(ground).writable else {}
    behind = {one.name: line.get(one.commit) for one in states}
    return context.render("changes/hosts.html", states=states, behind=behind)


PAGES = (Page("/admin/state", hosts, ADMIN, menu=Menu("State of the hosts", "Operation", 75)),)
