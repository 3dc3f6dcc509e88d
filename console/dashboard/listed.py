"""The pages of findings: what the checks say of the site that runs, each with its object and the way out.

An admin sees all files; who manages a tenant sees what is found in that tenant's, and no other's name in it.
"""

from collections.abc import Iterator, Sequence

from starlette.responses import Response

from dialform.console.dashboard.findings import findings_of
from dialform.console.forms.labels import told
from dialform.console.listing import Listing, listing
from dialform.console.need import ADMIN, MANAGER
from dialform.console.objects.kinds import BY_TABLE, Kind
from dialform.console.page import Context, Menu, Page
from dialform.console.saving.edit import document_name, document_of
from dialform.console.saving.eyes import without_others
from dialform.console.saving.finding import Finding, Pointer, head_of
from dialform.console.site import Site
from dialform.schema.diagnostic import Diagnostic, Severity
from dialform.schema.document import Document
from dialform.schema.rule import Path, rule
from dialform.values import dataclass, replace

LEVELS = {"error": Severity.ERROR, "warning": Severity.WARNING}


@dataclass(frozen=True, slots=True)
class Row:
    """A finding with the object that it is about: in words, and its page where the visitor may go there."""

    finding: Finding
    what: str
    path: str
    about: str


async def of_tenant(context: Context) -> Response:
    """What is found in a tenant's files. Scope: who manages it."""
    return await _page(context, context.tenant)


async def of_all(context: Context) -> Response:
    """What is found in all files. Scope: an admin's."""
    return await _page(context, "")


async def _page(context: Context, tenant: str) -> Response:
    found = await findings_of(context.ground).listed(tenant)
    site = context.ground.released()
    if found is None:
        return context.render("dashboard/findings.html", 200, listing=None, pages=(), whose=tenant)
    found = await context.ground.off(_read, found, tenant, context.visitor.admin)
    counts = {name: sum(one.severity is level for one in found) for name, level in LEVELS.items()}
    level = context.query.get("level", "")
    shown = [one for one in found if level not in LEVELS or one.severity is LEVELS[level]]
    rows = listing(context, shown, text=lambda one: f"{one.code} {one.file} {one.message}")
    pages = await context.ground.off(lambda: list(_rows(context, site, rows)))
    return context.render(
        "dashboard/findings.html", listing=rows, pages=pages, whose=tenant, counts=counts,
        level=level if level in LEVELS else "",
    )  # fmt: skip


def _read(found: Sequence[Diagnostic], tenant: str, admin: bool) -> list[Diagnostic]:
    """Findings in the words that stand on the page, which a search looks for."""
    shown = []
    for one in found:
        message = one.message if admin else without_others(one.message, tenant)
        message, hint = told(message, one.hint, files=admin)
        shown.append(replace(one, message=message, hint=hint))
    return shown


def _rows(context: Context, site: Site, found: Listing[Diagnostic]) -> Iterator[Row]:
    pointer = Pointer(_documents(site, found.rows), ())
    for one in found.rows:
        finding = pointer.finding(one)
        kind, key = object_of(finding.tenant, finding.place)
        what = kind.named(key)[:1].upper() + kind.named(key)[1:] if kind else ""
        may = kind is not None and kind.need.met(context.visitor)
        path = kind.at(finding.tenant or "", *([key] if key else [])) if kind and may else ""
        known = rule(one.code)
        yield Row(finding, what, path, known.explain() if known else "")


def _documents(site: Site, found: Sequence[Diagnostic]) -> list[Document]:
    """The documents that some findings are in: those of one page, not of a thousand tenants."""
    heads = {_head(one.file) for one in found} - {None}
    names = [document_name(tenant, path) for tenant, path in sorted(heads, key=repr)]  # type: ignore[misc]
    return [document_of(site, name) for name in names]


def _head(file: str) -> tuple[str | None, Path] | None:
    tenant, path = head_of(file)
    return (tenant, path) if tenant is not None or path else None


def object_of(tenant: str | None, place: Path) -> tuple[Kind | None, str]:
    """The kind of object that a place is in, and its key; None for what has no page."""
    document, steps = (
        ("", place) if tenant is not None else (str(place[0]) if place else "", place[1:])
    )
    if tenant is None and not document:
        return None, ""
    for length in range(len(steps), -1, -1):
        kind = BY_TABLE.get((document, tuple(steps[:length])))
        if kind is None or (kind.only and (not steps or steps[0] not in kind.only)):
            continue
        if kind.single:
            return kind, ""
        key = str(steps[length]) if len(steps) > length else ""
        return kind, key
    return None, ""


PAGES = (
    Page("/t/{tenant}/findings", of_tenant, MANAGER, menu=Menu("Findings", "Changes", 65)),
    Page("/admin/findings", of_all, ADMIN, menu=Menu("Findings", "Operation", 78)),
)
