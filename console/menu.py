"""The menu: the pages that somebody may come to, by their groups; and for an admin, whose pages they are."""

from collections.abc import Sequence

from dialform.console.errors import ConsoleError
from dialform.console.page import GROUPS, OF_ALL, Context, Page
from dialform.values import dataclass, replace

SHORT = 24
"""Lines of a menu that needs no folding: all of it is seen at once."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of it; `here` is where one is."""

    label: str
    path: str
    here: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Lines below a title, folded unless `open`. `whole`: of no tenant."""

    title: str
    lines: tuple[Line, ...]
    open: bool = True
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Whose:
    """The tenant whose pages are in an admin's menu, "" for none; `on` is the page that another one's
    would be shown on, below `/t/<tenant>`.
    """

    tenant: str
    name: str
    here: bool
    on: str


def menu_of(context: Context) -> Sequence[Group]:
    """The menu of a request's visitor. Pages of a tenant are in it where a tenant is chosen."""
    from dialform.console.table import pages

    at = _at(context)
    found: dict[str, list[tuple[int, Line]]] = {}
    for page in pages():
        if page.menu is None or not page.need.met(context.visitor):
            continue
        if "{tenant}" in page.path and not context.tenant:
            continue
        if page.menu.own and not context.visitor.user:
            continue
        path = page.path.replace("{tenant}", context.tenant)
        found.setdefault(page.menu.group, []).append(
            (page.menu.order, Line(page.menu.label, path, _holds(path, at)))
        )
    # `/me/voicemail` is below `/me`, and has a line of its own: the longest path is where one is.
    held = [line.path for lines in found.values() for _, line in lines if line.here]
    here = max(held, key=len, default="")
    short = sum(len(lines) for lines in found.values()) <= SHORT
    return [_group(title, found[title], here, short) for title in GROUPS if title in found]


def _group(title: str, found: list[tuple[int, Line]], here: str, short: bool) -> Group:
    ordered = sorted(found, key=lambda pair: (pair[0], pair[1].label))
    lines = tuple(replace(line, here=line.path == here) for _, line in ordered)
    opened = short or any(line.here for line in lines)
    return Group(title, lines, opened, title in OF_ALL)


def whose_of(context: Context) -> Whose | None:
    """The tenant that an admin works in. None for all others: they have one for good."""
    if not context.visitor.admin:
        return None
    tenant = context.tenant
    try:
        scope = context.ground.released().tenant(tenant) if tenant else None
    except ConsoleError:
        scope = None
    name = (scope.tenant.company if scope else "") or tenant
    return Whose(tenant, name, _at(context) == f"/t/{tenant}/dashboard", _below(context.page.path))


def leads(on: str) -> bool:
    """Whether each tenant has such a page: one without an object's name in its path."""
    from dialform.console.table import pages

    path = f"/t/{{tenant}}{on}"
    return any(page.path == path and _plain(page) for page in pages())


def _below(path: str) -> str:
    """The list that a page of an object stands below: `/extensions` of `/t/{tenant}/extensions/{key}`."""
    if not path.startswith("/t/{tenant}/"):
        return ""
    return path.removeprefix("/t/{tenant}").partition("/{")[0]


def _plain(page: Page) -> bool:
    return "GET" in page.methods and page.path.count("{") == 1


def _at(context: Context) -> str:
    return context.request.url.path.removeprefix(context.ground.settings.root_path)


def _holds(path: str, at: str) -> bool:
    """Whether one is on the page of a path, or below it."""
    return at == path or (path != "/" and at.startswith(f"{path}/"))
