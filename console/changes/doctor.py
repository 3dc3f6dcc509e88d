"""The pages "what is wrong?": by what people report."""

from collections.abc import Sequence
from typing import Any

from starlette.responses import Response

from dialform.console.changes.diagnosing import Asked, diagnoses_of, for_tenant
from dialform.console.changes.symptoms import BY_KEY, SYMPTOMS, Symptom
from dialform.console.errors import NotThere, Refused
from dialform.console.need import ADMIN, MANAGER
from dialform.console.page import Context, Menu, Page
from dialform.reconcile.doctor.finding import Finding, Level

_LEVELS = {
    Level.PROBLEM: ("wrong", "bad"), Level.WARNING: ("perhaps", "note"),
    Level.UNKNOWN: ("not looked at", ""), Level.OK: ("in order", "good"),
}  # fmt: skip
_LABELS = {"extension": "Extension", "number": "Number", "user": "Person", "gateway": "Trunk"}


async def of_tenant(context: Context) -> Response:
    """A tenant's own phones, numbers, people and faxes; of the platform no more than whether it is well."""
    return await _page(context, context.tenant, f"/t/{context.tenant}/doctor")


async def of_host(context: Context) -> Response:
    """All of the host: an admin's."""
    return await _page(context, "", "/admin/doctor")


async def _page(context: Context, tenant: str, path: str) -> Response:
    admin = context.visitor.admin
    symptoms = [one for one in SYMPTOMS if (one.wide or not one.asks) if admin or not one.wide]
    symptoms = [one for one in SYMPTOMS if not one.wide] if tenant else symptoms
    values: dict[str, Any] = {
        "path": path, "symptoms": symptoms, "names": _names(context, tenant), "labels": _LABELS,
        "levels": _LEVELS, "symptom": None, "found": None, "about": "", "flaw": "",
    }  # fmt: skip
    chosen = BY_KEY.get(context.query.get("symptom", ""))
    if chosen is None or chosen not in symptoms:
        return context.render("changes/doctor.html", **values)
    try:
        about = _named(chosen, context.query.get("about", "").strip(), values["names"])
        asked = Asked(chosen.subjects(about, tenant), tenant)
        found: Sequence[Finding] = await diagnoses_of(context.ground).findings(asked)
    except Refused as error:
        values |= {"symptom": chosen, "flaw": str(error)}
        return context.render("changes/doctor.html", 422, **values)
    if tenant and not admin:
        found = for_tenant(found, tenant)
    wrong = [one for one in found if one.level is not Level.OK]
    good = [one for one in found if one.level is Level.OK]
    return context.render(
        "changes/doctor.html",
        **values | {"symptom": chosen, "about": about, "found": wrong, "good": good},
    )


def _named(symptom: Symptom, about: str, names: dict[str, list[tuple[str, str]]]) -> str:
    """What is asked about: one of what there is. Raises Refused."""
    if not symptom.asks:
        return ""
    known = [name for name, _ in names[symptom.asks]]
    if not about:
        raise Refused(f"Say which {_LABELS[symptom.asks].lower()} it is about.")
    if about not in known:
        raise Refused(f"There is no {_LABELS[symptom.asks].lower()} “{about[:60]}” here.")
    return about


def _names(context: Context, tenant: str) -> dict[str, list[tuple[str, str]]]:
    """What can be asked about, by kind."""
    view = context.ground.released().view
    found = {"gateway": [(name, name) for name in (view.providers if view else ())]}
    if not tenant:
        return found
    scope = context.ground.released().tenant(tenant)
    if scope is None:
        raise NotThere("There is no such tenant.")
    entry = scope.tenant
    return found | {
        "extension": [(key, f"{key} {one.name}") for key, one in sorted(entry.extensions.items())],
        "number": [
            (key, f"{key} {one.description or ''}".strip()) for key, one in entry.numbers.items()
        ],
        "user": [(key, one.name) for key, one in sorted(entry.users.items())],
    }


PAGES = (
    Page("/t/{tenant}/doctor", of_tenant, MANAGER, menu=Menu("What is wrong?", "Changes", 70)),
    Page("/admin/doctor", of_host, ADMIN, menu=Menu("What is wrong here?", "Operation", 80)),
)
