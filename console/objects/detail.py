"""The page of one object: what it is, what refers to it, where it leads."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.responses import Response

from dialform.console.forms import MISSING, Form, Look
from dialform.console.forms.form import suggestions
from dialform.console.forms.picking import pick
from dialform.console.objects.facts import facts, lists, tables
from dialform.console.objects.kinds import Kind
from dialform.console.objects.related import leads_to, used_by
from dialform.console.objects.where import Where, where
from dialform.console.page import Context

Part = Callable[[Where, str], Awaitable[dict[str, Any]]]
"""More values for the template of one kind: `objects/parts/<kind>.html` shows them."""

PARTS: dict[str, tuple[str, Part]] = {}
"""By kind, a template and what it is given. Modules of this area add theirs (`parts.py`)."""


async def detail_page(context: Context, kind: Kind) -> Response:
    """One object: of the tenant who manages it, their own for users, any for admins."""
    place = await where(context, kind)
    key = "" if kind.single else str(context.params["key"])
    data = place.found(key)
    form = Form.of(kind.node, data, look=Look(may=place.may(key)), words=kind.words)
    pick(form.root, await context.ground.off(suggestions, form, place.site, place.scope))
    used, leads = await context.ground.off(lambda: (used_by(place, key), leads_to(place, key)))
    template, part = PARTS.get(kind.name, ("", None))
    more = await part(place, key) if part else {}
    return context.render(
        "objects/detail.html", kind=kind, place=place, key=key, facts=facts(form, whole=False), used=used,
        lists=lists(form), tables=tables(form),
        leads=leads, renames=bool(kind.renames), there=data is not MISSING, part=template,
        title=title_of(place, key),
        may_change=any(one.enabled for one in form.root.all()), may_remove=place.may(key)(()),
        may_add=place.may("")(()), more=more,
    )  # fmt: skip


def title_of(place: Where, key: str) -> str:
    """What stands above the page of an object: `Extension 1001 · Alice Doe`."""
    if place.kind.single:
        return place.kind.title
    model = place.models().get(place.model_key(key))
    name = next(
        (str(found) for one in ("name", "label") if (found := getattr(model, one, None))), ""
    )
    words = place.kind.named(key)
    return f"{words[:1].upper()}{words[1:]}" + (f" · {name}" if name else "")
