"""The page of one change: a branch that waits, with plan, review and checks, or a merged commit."""

import re
from collections.abc import Sequence
from typing import Any

from starlette.responses import Response

from dialform.compiler.planning.plan import Plan, make_plan
from dialform.compiler.reviewing.roles import WhoError
from dialform.compiler.reviewing.verdicts import Review
from dialform.compiler.secrets import open_store
from dialform.compiler.states.repository import GitError
from dialform.compiler.states.state import StateError
from dialform.console.changes.differences import difference
from dialform.console.changes.history import hosts_for, line_of, runs_on, sees
from dialform.console.changes.hosts import hosts_of
from dialform.console.errors import Conflict, NotThere, Refused
from dialform.console.need import ADMIN, ANYBODY
from dialform.console.page import Context, Page
from dialform.console.saving import (
    Change,
    Commit,
    Examined,
    Repository,
    change,
    commit,
    examine,
    merge,
    repository,
    take_back,
)
from dialform.console.saving.checks import review_of
from dialform.console.saving.objects import state_at
from dialform.console.saving.repository import FRESH
from dialform.console.visitor import Visitor
from dialform.values import dataclass

_HASH = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?\Z")


@dataclass(frozen=True, slots=True)
class _Made:
    """A commit with what it did. `applied`: it is part of the branch that is applied."""

    commit: Commit
    plan: Plan | None
    diff: str
    applied: bool


async def start(context: Context) -> Response:
    """The list of changes that is one's own."""
    return context.redirect(back_of(context))


async def one(context: Context) -> Response:
    """A change: an admin's, a tenant's for who manages it, one's own for everybody else."""
    name = str(context.params["id"])
    return await (_commit if _HASH.match(name) else _waiting)(context, name)


async def _waiting(context: Context, name: str) -> Response:
    """A branch. What the checks say takes a while: it comes behind the rest of the page."""
    ground = context.ground
    found = await ground.off(lambda: change(repository(ground), name, fresh=FRESH))
    _may_see(context, found)
    values: dict[str, Any] = {
        "change": found, "examined": None, "diff": "", "author": None,
        "slug": _alone(found.tenants, found.platform),
        "mine": found.head.subject == context.visitor.subject and found.ours, "back": back_of(context),
    }  # fmt: skip
    if context.query.get("checks"):
        examined = await examine(context, name)
        values["examined"] = examined
        values["diff"], values["author"] = await ground.off(
            _beside, repository(ground), examined, context.visitor
        )
    return context.render("changes/waiting.html", **values)


def _differs(store: Repository, before: str, after: str, visitor: Visitor) -> str:
    """What differs in the files, for who manages them: a line of a file, and what stands around one, may be
    somebody else's.
    """
    return difference(store, before, after) if visitor.manages else ""


def _beside(store: Repository, examined: Examined, visitor: Visitor) -> tuple[str, Review | None]:
    """What differs in the files, and for an admin what its author could have merged."""
    head = examined.change.head
    before, after = examined.change.base, head.hash
    if examined.commit:
        before, after = store.tip().commit, examined.commit
    author = None
    if visitor.admin and head.subject and examined.commit:
        try:
            author = review_of(store, store.site(before), store.site(after), [head.subject])
        except (GitError, WhoError):
            author = None
    return _differs(store, before, after, visitor), author


async def _commit(context: Context, name: str) -> Response:
    ground = context.ground
    found = await ground.off(_made, repository(ground), name, context)
    states = await hosts_of(ground).states()
    slug = _alone(found.commit.tenants, found.commit.platform)
    states = hosts_for(context, slug, states)
    line = await ground.off(line_of, repository(ground))
    return context.render(
        "changes/commit.html", commit=found.commit, plan=found.plan, diff=found.diff, states=states,
        on=runs_on(found.commit.hash, states, line), applied=found.applied, slug=slug,
        branch=repository(ground).branch, back=back_of(context),
    )  # fmt: skip


def _made(store: Repository, name: str, context: Context) -> _Made:
    store.heads(fresh=FRESH)
    found = commit(store, name)
    line = line_of(store)
    if not sees(context.visitor, found) or (found.hash not in line and not context.visitor.admin):
        raise NotThere("There is no such change.")
    if not found.parents:
        return _Made(found, None, "", found.hash in line)
    plan: Plan | None
    try:
        before, after = store.site(found.parents[0]), store.site(found.hash)
        plan = make_plan(
            state_at("before", before.tree, before.commit),
            state_at("after", after.tree, after.commit), open_store(None, {}),
        )  # fmt: skip
    except (StateError, NotThere):
        plan = None  # the site began with it, or cannot be read
    diff = _differs(store, found.parents[0], found.hash, context.visitor)
    return _Made(found, plan, diff, found.hash in line)


async def merged(context: Context) -> Response:
    """Merge a change that waits: an admin's. Others wait for one. What was looked at is what is merged."""
    name = str(context.params["id"])
    try:
        done = await merge(context, name, head=context.query.get("head", ""))
    except (Refused, Conflict) as error:
        context.flash(str(error), "bad")
        return context.redirect(f"/changes/{name}")
    context.flash(done.way)
    return context.redirect(done.url)


async def taken_back(context: Context) -> Response:
    """Take back a change that waits: by who made it, or an admin."""
    name = str(context.params["id"])
    try:
        await take_back(context, name)
    except (Refused, Conflict) as error:
        context.flash(str(error), "bad")
        return context.redirect(f"/changes/{name}")
    context.flash("It is taken back: its branch is gone, and nothing was changed.")
    return context.redirect(back_of(context))


def _may_see(context: Context, found: Change) -> None:
    if not found.visible(context.visitor):
        raise NotThere("There is no such change.")


def _alone(tenants: Sequence[str], platform: bool) -> str:
    """The one tenant that it is about; "" where it is about more."""
    return tenants[0] if len(tenants) == 1 and not platform else ""


def back_of(context: Context) -> str:
    """The list of those that somebody sees."""
    visitor = context.visitor
    return "/admin/changes" if visitor.admin else f"/t/{visitor.tenant}/changes"


PAGES = (
    Page("/changes", start, ANYBODY),
    Page("/changes/{id}", one, ANYBODY),
    Page("/changes/{id}/merge", merged, ADMIN, ("POST",)),
    Page("/changes/{id}/take-back", taken_back, ANYBODY, ("POST",)),
)
