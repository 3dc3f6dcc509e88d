"""The tenants of the platform: all of them, one of them with its ways on, and one that goes."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from starlette.responses import Response

from dialform.compiler.across import tenants_of
from dialform.compiler.calltests import owner
from dialform.compiler.permissions import tenant_tokens
from dialform.compiler.quotas import RESOURCES as SLOTS
from dialform.compiler.quotas import limits_of, usage
from dialform.compiler.scope import Scope
from dialform.compiler.states.commit import CommitFiles
from dialform.console.administration.asking import Answer, asked
from dialform.console.administration.tree import ORDER
from dialform.console.errors import NotThere, Refused
from dialform.console.listing import Listing, listing
from dialform.console.money.quota import TITLES
from dialform.console.need import ADMIN
from dialform.console.objects.where import tip
from dialform.console.page import Context, Menu, Page
from dialform.console.saving import GONE, Edit, digest_of, value_at
from dialform.console.site import Site
from dialform.schema.calltest import CallTest
from dialform.schema.document import load
from dialform.schema.editing import EditError, Gone, edited_many
from dialform.schema.shape import shape_check
from dialform.values import dataclass, replace

_COMPANY = re.compile(rb"^company:[ ]*([^#\r\n]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Row:
    """A tenant in the list. `runs`: the generation that runs has it."""

    slug: str
    company: str = ""
    status: str = ""
    package: str = ""
    extensions: int = 0
    numbers: int = 0
    runs: bool = True
    broken: bool = False


async def tenants(context: Context) -> Response:
    """All tenants: an admin's."""
    site = await tip(context)
    running = frozenset(context.ground.released().slugs)
    names = await context.ground.off(names_of, site)
    sorts = {"slug": lambda one: one[0], "company": lambda one: one[1].casefold()}
    found: Listing[Any] = listing(context, names, text=" ".join, sorts=sorts, sort="slug")
    # Only the page's own are read whole: there may be a thousand.
    rows = await context.ground.off(
        lambda: [_row(slug, site.tenant(slug), slug in running) for slug, _ in found.rows]
    )
    return context.render("administration/tenants.html", listing=replace(found, rows=rows))


def names_of(site: Site) -> list[tuple[str, str]]:
    """Each tenant with its company, as it stands in the file: nothing is parsed for it."""
    paths = [path for files in site.tree.tenants.values() for path in files]
    if isinstance(site.tree.files, CommitFiles):
        site.tree.files.fetch(paths)
    return [(slug, _company(site, files)) for slug, files in sorted(site.tree.tenants.items())]


def _company(site: Site, files: Sequence[str]) -> str:
    for path in files:
        if found := _COMPANY.search(site.tree.read(path)):
            return found[1].decode("utf-8", "replace").strip("\"' ")
    return ""


def _row(slug: str, scope: Scope | None, runs: bool) -> Row:
    if scope is None:
        return Row(slug, runs=runs, broken=True)
    tenant = scope.tenant
    return Row(
        slug, tenant.company, tenant.status, tenant.subscription.package if tenant.subscription else "",
        len(tenant.extensions), len(tenant.numbers), runs,
    )  # fmt: skip


async def tenant(context: Context) -> Response:
    """One tenant: what it has of what it may have, and where each part of it is changed. An admin's."""
    site, scope = await _one(context)
    entry, slug = scope.tenant, scope.slug
    hosts = [
        name for name in scope.view.platform.hosts if slug in tenants_of(scope.view, name, [slug])
    ]
    running = context.ground.released()
    return context.render(
        "administration/tenant.html", slug=slug, scope=scope, entry=entry, hosts=hosts,
        slots=slots_of(scope), tokens=len(tenant_tokens(scope)), most=len(ORDER),
        runs=slug in running.slugs, at_tip=site.commit == running.commit,
    )  # fmt: skip


def slots_of(scope: Scope) -> Sequence[tuple[str, int, int]]:
    """Of each kind of object: its name, how many there are, how many there may be."""
    counts, limits = usage(scope), limits_of(scope)
    return [(TITLES[name], counts[name], limits.get(name, 0)) for name in SLOTS]


async def remove(context: Context) -> Response:
    """Remove a tenant with all that is its own; what goes is shown first. An admin's."""
    site, scope = await _one(context)
    slug = scope.slug
    answer = Answer()
    files = await context.ground.off(beside, site, scope)
    if context.request.method == "POST":
        if await context.text("act") != "check" and await context.text("slug") != slug:
            answer = Answer(None, f"Write {slug} into the field to say that you mean it.", (), 422)
        else:
            edits = [Edit(slug, (), GONE, await context.text("was"))]
            found = await asked(
                context, edits, f"Remove tenant {slug}", f"Tenant {slug}", "/admin/tenants",
                files=files,
            )  # fmt: skip
            if isinstance(found, Response):
                return found
            answer = found
    else:
        answer = await _looked(context, slug, files)
    return context.render(
        "administration/remove.html", answer.status, slug=slug, company=scope.tenant.company,
        answer=answer, was=digest_of(value_at(site, slug, ())),
        files=sum(path.startswith("media/") for path in files),
        tests=sum(path.startswith("calls.d/") for path in files),
        users=len(scope.tenant.users),
    )  # fmt: skip


async def _looked(context: Context, slug: str, files: Mapping[str, Any]) -> Answer:
    """What would go, before anybody presses anything."""
    from dialform.console.errors import Away
    from dialform.console.saving import ANYWAY, check

    try:
        checked = await check(context, [Edit(slug, (), GONE, ANYWAY)], files=files)
    except (Away, Refused) as error:
        return Answer(None, str(error), (), error.status)
    return Answer(checked, findings=checked.findings)


def beside(site: Site, scope: Scope) -> dict[str, bytes | Gone]:
    """What goes with a tenant besides its own YAML: its files in media/, the site's call tests of it."""
    start = f"media/{scope.slug}/"
    media: dict[str, bytes | Gone] = {p: GONE for p in site.tree.entries if p.startswith(start)}
    return media | dict(_tests(site, scope))


def _tests(site: Site, scope: Scope) -> Iterator[tuple[str, bytes]]:
    """The files of calls.d without the tests that are of a tenant."""
    dids = dict.fromkeys(scope.tenant.numbers, scope.slug)
    for path in site.tree.calls:
        raw = site.tree.read(path)
        written = load(path, [(path, raw)])[0].data.get("calls")
        gone = [
            index
            for index, one in enumerate(written if isinstance(written, list) else ())
            if _is_of(one, scope, dids)
        ]
        if gone:
            changes = [(("calls", index), GONE) for index in reversed(gone)]
            try:
                yield path, edited_many(path, raw, changes)
            except EditError:
                continue  # then a finding says that it names a tenant that is gone


def _is_of(one: Any, scope: Scope, dids: Mapping[str, str]) -> bool:
    test, _ = shape_check(CallTest, "calls", one if isinstance(one, dict) else {})
    return test is not None and owner(test, dids, scope.view.platform.country)[0] == scope.slug


async def _one(context: Context) -> tuple[Site, Scope]:
    site = await tip(context)
    scope = await context.ground.off(site.tenant, str(context.params["slug"]))
    if scope is None:
        raise NotThere("There is no such tenant.")
    return site, scope


PAGES = (
    Page("/admin/tenants", tenants, ADMIN, menu=Menu("Tenants", "Platform", 1)),
    Page("/admin/tenants/{slug}", tenant, ADMIN),
    Page("/admin/tenants/{slug}/remove", remove, ADMIN, ("GET", "POST")),
)
