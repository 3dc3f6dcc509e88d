"""The kinds of objects that administration looks after, with the pages that all kinds have."""

from collections.abc import Mapping
from typing import Any, get_args

from dialform.compiler.permissions import tenant_tokens
from dialform.compiler.quotas import user_usage
from dialform.console.administration.tree import of_user, tree
from dialform.console.money.quota import TITLES
from dialform.console.objects import KINDS, pages_of
from dialform.console.objects.detail import PARTS
from dialform.console.objects.kinds import Kind
from dialform.console.objects.where import Where
from dialform.console.page import Menu, Page
from dialform.schema.billing import RESOURCES, Usage
from dialform.values import replace

_MENUS: Mapping[str, tuple[str, int, str]] = {
    "users": ("Users", 60, "The people of the tenant: what role each has, and how much may be theirs."),
    "numbers": ("Numbers", 62, "The numbers that the tenant owns, and from whom calls to them come."),
    "company": ("Account", 64, "Who the customer is, what it may use, and which package it has."),
    "payments": ("Payments", 66, "Money that came in. One that was booked is not changed any more."),
    "providers": ("Trunks", 6, "The carriers: where each is, and how it takes calls."),
    "routes": ("Routes", 7, "Which carrier takes which numbers, and who may dial them."),
    "packages": ("Packages", 2, "How much of each thing a tenant may have, and what a month includes."),
    "plans": ("Plans", 3, "Rates that apply together: the longest prefix among them prices a call."),
    "rates": ("Rates", 4, "What calls, pages and conferences cost; inline, or as a file of many."),
    "billing": ("Billing settings", 5, "What holds for all bills."),
    "hosts": ("Hosts", 8, "The machines of the platform, and which tenants live on each."),
    "platform": ("Platform settings", 9, "What holds for all tenants."),
}  # fmt: skip
"""The line of each kind in the menu, its place there, and what it is about."""

USAGE = get_args(Usage)
"""The resources that a month includes; the others are counted in objects."""


def _kind(name: str) -> Kind:
    label, order, about = _MENUS[name]
    group = "Platform" if KINDS[name].document else "Administration"
    kind = replace(KINDS[name], menu=Menu(label, group, order), about=about)
    if name == "company":  # permissions have a page of their own, with a tree
        kind = replace(
            kind, only=tuple(one for one in kind.only if one not in ("permissions", "revoke"))
        )
    return kind


async def user_part(place: Where, key: str) -> dict[str, Any]:
    """What a user may, and how much of it is theirs already."""
    assert place.scope is not None
    user = place.scope.tenant.users.get(key)
    if user is None:
        return {}
    counts = user_usage(place.scope)[key]
    slots = [(TITLES[name], counts.get(name, 0), most) for name, most in user.slots.items()]
    return {
        "nodes": tree(of_user(user, tenant_tokens(place.scope))), "slots": slots,
        "bound": user.role in ("user", "end_user"), "path": place.url(key, "permissions"),
        "account": f"/t/{place.tenant}/accounts/{key}",
    }  # fmt: skip


async def package_part(place: Where, key: str) -> dict[str, Any]:
    """The eleven resources of a package."""
    model = place.models().get(key)
    if model is None:
        return {}
    given = {**model.slots, **model.included}
    names = sorted(RESOURCES, key=lambda name: name in USAGE)
    return {
        "resources": [
            (TITLES[name], given.get(name, 0), "a month" if name in USAGE else "at once")
            for name in names
        ]
    }


async def rate_part(place: Where, key: str) -> dict[str, Any]:
    """The way to the prices of a rate that is a file."""
    model = place.models().get(key)
    return {"file": f"/admin/rates/{key}/file" if model is not None and model.file else ""}


PARTS["rates"] = ("administration/parts/rate.html", rate_part)
PARTS["users"] = ("administration/parts/user.html", user_part)
PARTS["packages"] = ("administration/parts/package.html", package_part)

PAGES: tuple[Page, ...] = tuple(page for name in _MENUS for page in pages_of(_kind(name)))
