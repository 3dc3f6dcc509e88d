"""The pages of changes: what waits, what was changed by whom and when, and where it runs."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response

from dialform.compiler.across import tenants_of
from dialform.console.changes.hosts import HostState, hosts_of
from dialform.console.need import ADMIN, ANYBODY
from dialform.console.page import Context, Menu, Page
from dialform.console.saving import Change, Commit, Repository, changes, log, repository, say_age
from dialform.console.saving.repository import FRESH, away
from dialform.console.saving.waiting import MOST
from dialform.console.visitor import Visitor
from dialform.reconcile.source import SourceError
from dialform.values import dataclass

SIZE = 30
"""Commits of a page."""
_LINE = 5000
"""Commits of the branch among which a host's is looked for."""

VEILED = "A change of the platform that touches this tenant, too"
"""What a tenant is told of a commit that is not of this tenant alone."""


@dataclass(frozen=True, slots=True)
class Row:
    """A commit in a list. `on` are the hosts that run it, `of` all that it concerns; `veiled`: the visitor
    sees no more than that there was one.
    """

    commit: Commit
    on: tuple[str, ...]
    of: tuple[str, ...]
    veiled: bool = False

    @property
    def everywhere(self) -> bool:
        """Whether all hosts that it concerns run it."""
        return bool(self.of) and set(self.of) <= set(self.on)


@dataclass(frozen=True, slots=True)
class _Read:
    waiting: Sequence[Change]
    commits: Sequence[Commit]
    line: Mapping[str, int]


def sees(visitor: Visitor, one: Commit) -> bool:
    """Whether somebody may look into a commit: plain users into their own alone."""
    return one.visible(visitor) and (visitor.manages or one.subject == visitor.subject)


async def of_tenant(context: Context) -> Response:
    """Changes of a tenant: all for who manages it, a user's own for that user."""
    slug, visitor = context.tenant, context.visitor
    paths = (f"tenants.d/{slug}", f"tenants.d/{slug}.yaml", f"media/{slug}")
    context.scope()
    found, page = await _read(context, paths)
    waiting = [one for one in found.waiting if one.visible(visitor) and slug in one.tenants][:MOST]
    commits = [one for one in found.commits if visitor.manages or sees(visitor, one)]
    return await _page(context, found, waiting, commits, page, f"/t/{slug}/changes", slug)


async def of_platform(context: Context) -> Response:
    """Changes of all: an admin's."""
    found, page = await _read(context, ())
    return await _page(
        context, found, found.waiting[:MOST], found.commits, page, "/admin/changes", ""
    )


async def _read(context: Context, paths: Sequence[str]) -> tuple[_Read, int]:
    asked = context.query.get("page", "")
    page = min(int(asked), 10_000) if asked.isascii() and asked.isdigit() and asked != "0" else 1
    ground = context.ground

    def work() -> _Read:
        store = repository(ground)
        waiting = changes(store, fresh=FRESH)
        some = log(store, limit=SIZE + 1, skip=(page - 1) * SIZE, paths=paths)
        return _Read(waiting, some, line_of(store))

    found = await ground.off(work)
    say_age(context)
    return found, page


def line_of(store: Repository) -> Mapping[str, int]:
    """The commits of the branch, each with how many are newer. Raises Away."""
    tip = store.head
    known: tuple[str, Mapping[str, int]] | None = store.ground.parts.get("changes.line")
    if known is None or known[0] != tip:
        try:
            told = store.copy.question("rev-list", "--first-parent", f"--max-count={_LINE}", tip)
        except SourceError as error:
            raise away(error) from None
        known = (tip, {name: index for index, name in enumerate(told.decode().split())})
        store.ground.parts["changes.line"] = known
    return known[1]


def runs_on(one: str, states: Sequence[HostState], line: Mapping[str, int]) -> tuple[str, ...]:
    """The hosts that run a commit, or a later one of the same line."""
    if one not in line:
        return tuple(state.name for state in states if state.commit == one)
    return tuple(
        state.name for state in states if state.commit in line and line[state.commit] <= line[one]
    )


def hosts_for(context: Context, slug: str, states: Sequence[HostState]) -> list[HostState]:
    """The hosts that a tenant lives on; all for "" or a tenant that is on none."""
    view = context.ground.released().view
    if not slug or view is None:
        return list(states)
    here = {name for name in view.platform.hosts if slug in tenants_of(view, name, [slug])}
    return [state for state in states if state.name in here] or list(states)


async def _page(
    context: Context, found: _Read, waiting: Sequence[Change], commits: Sequence[Commit], page: int,
    path: str, slug: str,
) -> Response:  # fmt: skip
    states = hosts_for(context, slug, await hosts_of(context.ground).states())
    names = tuple(state.name for state in states)
    visitor = context.visitor
    rows = [
        Row(one, runs_on(one.hash, states, found.line), names, not sees(visitor, one))
        for one in commits[:SIZE]
    ]
    values: dict[str, Any] = {
        "waiting": waiting, "rows": rows, "path": path, "page": page, "slug": slug,
        "more": len(found.commits) > SIZE, "states": states, "veiled": VEILED,
        "branch": repository(context.ground).branch,
    }  # fmt: skip
    return context.render("changes/history.html", **values)


PAGES = (
    Page("/t/{tenant}/changes", of_tenant, ANYBODY, menu=Menu("Changes", "Changes", 10)),
    Page("/admin/changes", of_platform, ADMIN, menu=Menu("Changes of all", "Operation", 70)),
)
