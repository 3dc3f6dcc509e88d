"""The page `/`."""

from starlette.responses import Response

from dialform.console.need import ANYBODY
from dialform.console.page import Context, Menu, Page


async def home(context: Context) -> Response:
    """The dashboard."""
    return context.render("dashboard/home.html")


PAGES = (Page("/", home, ANYBODY, menu=Menu("Dashboard", "Overview", 0)),)
