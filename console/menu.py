"""The menu: the pages that somebody may come to, by their groups."""

from collections.abc import Sequence

from dialform.console.page import GROUPS, Context
from dialform.values import dataclass, replace


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

    at = context.request.url.path.removeprefix(context.ground.settings.root_path)
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
    return [
        Group(
            title,
            tuple(
                replace(line, here=line.path == here)
                for _, line in sorted(found[title], key=lambda pair: (pair[0], pair[1].label))
            ),
        )
        for title in GROUPS
        if title in found
    ]


def _holds(path: str, at: str) -> bool:
    """Whether one is on the page of a path, or below it."""
    return at == path or (path != "/" and at.startswith(f"{path}/"))
