"""The pages of the permission tree: of a user, and of a tenant."""

from collections.abc import Sequence
from typing import Any

from starlette.responses import Response

from dialform.compiler.permissions import tenant_tokens
from dialform.compiler.scope import Scope
from dialform.console.administration.asking import Answer, asked
from dialform.console.administration.tree import (
    ORDER,
    Holder,
    chosen,
    of_tenant,
    of_user,
    tree,
    written,
)
from dialform.console.errors import NotThere
from dialform.console.need import ADMIN, MANAGER
from dialform.console.objects.where import tip
from dialform.console.page import Context, Page
from dialform.console.saving import GONE, Edit, digest_of, value_at
from dialform.console.site import Site
from dialform.schema.rule import Path

_FIELDS = ("permissions", "revoke")


async def of_one(context: Context) -> Response:
    """What a user of a tenant may: for who manages that tenant, and no more than it holds."""
    site, scope = await _scope(context, context.tenant)
    slug = str(context.params["user"])
    user = scope.tenant.users.get(slug)
    if user is None:
        raise NotThere(f"There is no user {slug}.")
    holder = of_user(user, tenant_tokens(scope))
    return await _page(
        context, site, scope, holder, ("users", slug), f"Permissions of {user.name}",
        f"/t/{scope.slug}/users/{slug}", user.role,
    )  # fmt: skip


async def of_all(context: Context) -> Response:
    """What a tenant holds, and its users can be given: an admin's."""
    site, scope = await _scope(context, str(context.params["slug"]))
    holder = of_tenant(scope.tenant.permissions, scope.tenant.revoke)
    return await _page(
        context, site, scope, holder, (), f"Permissions of {scope.tenant.company}",
        f"/admin/tenants/{scope.slug}", "",
    )  # fmt: skip


async def _scope(context: Context, slug: str) -> tuple[Site, Scope]:
    site = await tip(context)
    scope = await context.ground.off(site.tenant, slug)
    if scope is None:
        raise NotThere("There is no such tenant.")
    return site, scope


async def _page(
    context: Context, site: Site, scope: Scope, holder: Holder, path: Path, title: str, back: str,
    role: str,
) -> Response:  # fmt: skip
    ticked: frozenset[str] | None = None
    answer = Answer()
    if context.request.method == "POST":
        form = await context.form()
        sent = frozenset(str(one) for one in form.getlist("token")) & frozenset(ORDER)
        ticked = chosen(holder, sent)
        was = [str(form.get(f"was_{one}", "")) for one in _FIELDS]
        edits = _edits(site, scope.slug, path, holder, ticked, was)
        whose = f"{'/'.join(map(str, path[1:]))} of {scope.slug}" if path else scope.slug
        found = await asked(context, edits, f"Change the permissions of {whose}", title, back)
        if isinstance(found, Response):
            return found
        answer = found
    values: dict[str, Any] = {
        "title": title, "back": back, "nodes": tree(holder, ticked), "role": role, "answer": answer,
        "of_tenant": not path, "company": scope.tenant.company, "whole": holder.whole,
        "was": [digest_of(value_at(site, scope.slug, (*path, one))) for one in _FIELDS],
        "slug": scope.slug,
    }  # fmt: skip
    return context.render("administration/permissions.html", answer.status, **values)


def _edits(
    site: Site, slug: str, path: Path, holder: Holder, wanted: frozenset[str], was: Sequence[str]
) -> list[Edit]:
    """Only what differs is written: a list that stands as it means is left as it is."""
    edits = []
    before = (list(holder.granted), list(holder.revoked))
    for field, now, old, digest in zip(_FIELDS, written(holder, wanted), before, was, strict=True):
        there = value_at(site, slug, (*path, field))
        if now != old or digest != digest_of(there):
            edits.append(Edit(slug, (*path, field), now or GONE, digest))
    return edits


PAGES = (
    Page("/t/{tenant}/users/{user}/permissions", of_one, MANAGER, ("GET", "POST")),
    Page("/admin/tenants/{slug}/permissions", of_all, ADMIN, ("GET", "POST")),
)
