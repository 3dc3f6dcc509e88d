"""The menu: the pages that somebody may come to, by their groups."""

from collections.abc import Sequence

from dialform.console.page import GROUPS, Context, Page
from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """A line of it; `here` is where one is."""

    label: str
    path: str
    here: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Lines below a title."""

    title: str
    lines: tuple[Line, ...]


def menu_of(context: Context) -> Sequence[Group]:
    """The menu of a request's visitor. Pages of a tenant are in it where a tenant is chosen."""
    from dialform.console.table import pages

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
            (page.menu.order, Line(page.menu.label, path, _here(context, page)))
        )
    return [
        Group(
            title,
            tuple(
                line for _, line in sorted(found[title], key=lambda pair: (pair[0], pair[1].label))
            ),
        )
        for title in GROUPS
        if title in found
    ]


def _here(context: Context, page: Page) -> bool:
    """Whether one is on the page, or below it."""
    path = context.request.url.path.removeprefix(context.ground.settings.root_path)
    start = page.path.replace("{tenant}", context.tenant)
    return path == start or (start != "/" and path.startswith(f"{start}/"))
