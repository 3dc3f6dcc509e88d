"""A new tenant: its files, with a package, what it may, and somebody who runs it."""

import re
from typing import Any

from starlette.datastructures import FormData
from starlette.responses import Response

from dialform.compiler.scope import PlatformView
from dialform.console.administration.asking import Answer, asked
from dialform.console.administration.tree import ORDER, chosen, of_tenant, tree, written
from dialform.console.errors import Away
from dialform.console.need import ADMIN
from dialform.console.objects.where import tip
from dialform.console.page import Context, Page
from dialform.console.saving import Edit
from dialform.schema.tree import SLUG, TAKEN

_TEXTS = ("contact", "timezone", "country", "currency", "language", "caller_id")
"""Fields at the top of the tenant's file that are plain texts."""


async def new(context: Context) -> Response:
    """Make a tenant: an admin's."""
    site = await tip(context)
    view = site.view
    if view is None:
        raise Away("platform.yaml cannot be read: mend it first.")
    form: FormData | dict[str, Any] = {}
    answer = Answer()
    flaws: dict[str, str] = {}
    ticked = frozenset(ORDER)
    if context.request.method == "POST":
        form = await context.form()
        ticked = chosen(of_tenant([], []), {str(one) for one in form.getlist("token")})
        slug, data, flaws = read(form, ticked, view, site.slugs)
        if flaws:
            answer = Answer(None, "Nothing was saved: look at what is marked below.", (), 422)
        else:
            found = await asked(
                context, [Edit(slug, (), data, "")], f"Add tenant {slug}", f"Tenant {slug}",
                f"/admin/tenants/{slug}",
            )  # fmt: skip
            if isinstance(found, Response):
                return found
            answer = found
    return context.render(
        "administration/new_tenant.html", answer.status, answer=answer, flaws=flaws, view=view,
        said=lambda name, default="": form.get(name, default), nodes=tree(of_tenant([], []), ticked),
        packages=sorted(view.billing.packages), plans=sorted(view.billing.plans),
    )  # fmt: skip


def read(
    form: FormData, ticked: frozenset[str], view: PlatformView, slugs: Any
) -> tuple[str, dict[str, Any], dict[str, str]]:
    """The slug, the tenant as its files say it, and what is wrong by the name of a field."""

    def said(name: str) -> str:
        value = form.get(name, "")
        return value.strip() if isinstance(value, str) else ""

    slug, flaws = said("slug"), {}
    if not SLUG.match(slug) or TAKEN.match(slug):
        flaws["slug"] = (
            "Small letters, digits and '-', beginning with a letter, as in acme or north-2."
        )
    elif slug in slugs:
        flaws["slug"] = f"There is a tenant {slug} already."
    if not said("company"):
        flaws["company"] = "This is needed."
    if said("package") not in view.billing.packages:
        flaws["package"] = "Choose one: without a package a tenant may have nothing."
    data: dict[str, Any] = {"company": said("company")}
    data |= {name: said(name) for name in _TEXTS if said(name)}
    data["permissions"] = written(of_tenant([], []), ticked)[0]
    subscription = {key: said(key) for key in ("package", "plan", "since") if said(key)}
    data["subscription"] = subscription
    if said("user_name") or said("user_email"):
        name = said("user") or re.sub(r"[^a-z0-9-]+", "-", said("user_name").lower()).strip("-")
        if not SLUG.match(name):
            flaws["user"] = "Small letters, digits and '-', beginning with a letter."
        person = {"name": said("user_name"), "email": said("user_email"), "role": "tenant_admin"}
        data["users"] = {name: {key: value for key, value in person.items() if value}}
        if not said("user_name"):
            flaws["user_name"] = "This is needed."
    return slug, data, flaws


PAGES = (Page("/admin/tenants/new", new, ADMIN, ("GET", "POST")),)
