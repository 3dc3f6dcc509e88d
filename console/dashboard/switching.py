"""From one tenant to another: an admin finds it by a few letters, and stays on the page that is open."""

from collections.abc import Sequence

from starlette.responses import Response

from dialform.console.administration.tenants import names_of
from dialform.console.listing import Listing, listing
from dialform.console.menu import leads
from dialform.console.need import ADMIN
from dialform.console.page import Context, Page
from dialform.console.site import Site
from dialform.values import dataclass

SUGGESTED = 8
"""Tenants below the field; the page has all of them."""

_Pair = tuple[str, str]
"""A tenant and its company."""


@dataclass(frozen=True, slots=True)
class _Known:
    """The tenants of a release with their companies: read once, for each letter asks for them."""

    of: Site
    names: Sequence[_Pair]


async def switch(context: Context) -> Response:
    """Straight to the tenant that is meant; a list where several are. Scope: an admin's."""
    found, exact = await _found(context)
    on = _on(context)
    if found.q and (exact or found.total == 1):
        return context.redirect(f"/t/{(exact or found.rows[0])[0]}{on}")
    return context.render("dashboard/switch.html", listing=found, on=on)


async def suggested(context: Context) -> Response:
    """The first that are meant, below the field. Scope: an admin's."""
    found, exact = await _found(context)
    first = [exact] if exact else []
    rows = (first + [one for one in found.rows if one != exact])[:SUGGESTED] if found.q else ()
    return context.render(
        "dashboard/suggested.html", rows=rows, more=found.total - len(rows), q=found.q, on=_on(context)
    )  # fmt: skip


async def _found(context: Context) -> tuple[Listing[_Pair], _Pair | None]:
    """A page of those that are meant, and the one that is called just that, on whichever page it is."""
    site = context.ground.released()
    known: _Known | None = context.ground.parts.get("tenants")
    if known is None or known.of is not site:
        known = _Known(site, await context.ground.off(names_of, site))
        context.ground.parts["tenants"] = known
    found = listing(
        context, known.names, text=" ".join, sort="slug",
        sorts={"slug": lambda one: one[0], "company": lambda one: one[1].casefold()},
    )  # fmt: skip
    q = found.q.casefold()
    return found, next((one for one in known.names if one[0].casefold() == q), None)


def _on(context: Context) -> str:
    """The page that is stayed on; the dashboard for what not each tenant has."""
    on = context.query.get("on", "")
    return on if leads(on) else "/dashboard"


PAGES = (
    Page("/admin/switch", switch, ADMIN),
    Page("/admin/switch/found", suggested, ADMIN),
)
