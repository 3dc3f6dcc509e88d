"""One tenant, from its bytes to findings and files: the unit of compiling, caching and parallel work."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from dialform.compiler import resolved
from dialform.compiler.doubt import certain
from dialform.compiler.flow import check_flow
from dialform.compiler.later import check_later, check_references
from dialform.compiler.media import check_media
from dialform.compiler.numbering import check_numbers, did_numbers
from dialform.compiler.outside import check_outside
from dialform.compiler.permissions import check_permissions
from dialform.compiler.prune import shape_check_all
from dialform.compiler.quotas import check_quotas
from dialform.compiler.release import Released
from dialform.compiler.resolve import domain_of, resolve_tenant, summary_of
from dialform.compiler.scope import PlatformView, Scope
from dialform.compiler.secrets import SecretStore
from dialform.compiler.written import check_written
from dialform.schema.diagnostic import Diagnostic, Severity
from dialform.schema.document import Document, load
from dialform.schema.ignores import Ignore, find_ignores
from dialform.schema.rule import Path, Spot
from dialform.schema.rules import platform as platform_rules
from dialform.schema.rules import shape
from dialform.schema.tenant import Tenant

RenderTenant = Callable[[resolved.Tenant], list[resolved.Artifact]]

RULES = (
    check_permissions,
    check_quotas,
    check_numbers,
    check_flow,
    check_outside,
    check_references,
    check_written,
    check_later,
)
"""What is checked of one tenant; a new theme is a line here."""


Claim = tuple[str, str, int, int, int]
"""What is claimed, and where: file, line, column, end. Kept flat, since a site has tens of thousands."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What only one tenant of a site may have, with the place where this one says so."""

    domain: Claim
    dids: Sequence[Claim] = ()
    devices: Sequence[Claim] = ()


@dataclass(slots=True)
class TenantResult:
    """All that came of one tenant. Artifacts are empty where it has errors or nothing was rendered."""

    slug: str
    diagnostics: list[Diagnostic] = field(default_factory=list)
    ignores: list[Ignore] = field(default_factory=list)
    claims: Claims | None = None
    summary: resolved.TenantSummary | None = None
    artifacts: list[resolved.Artifact] = field(default_factory=list)
    media: tuple[str, ...] = ()
    infos: int = 0
    """How many info findings are not among `diagnostics`, since nobody asked for them."""
    env: tuple[str, ...] = ()
    digests: dict[str, str] = field(default_factory=dict)
    files: list[Released] = field(default_factory=list)
    """Where the artifacts were written, once they are."""


@dataclass(frozen=True, slots=True)
class Context:
    """What every tenant is compiled against. `head` gives the first bytes of a media file."""

    view: PlatformView | None
    store: SecretStore
    head: Callable[[str], bytes]
    render: RenderTenant | None = None
    infos: bool = True


def compile_tenant(slug: str, contents: list[tuple[str, bytes]], context: Context) -> TenantResult:
    """Compile one tenant. Never raises for what an operator wrote."""
    result = TenantResult(slug)
    document, result.diagnostics = load(f"tenants.d/{slug}", contents)
    for source in document.sources:
        ignores, findings = find_ignores(source.file, source.text)
        result.ignores += ignores
        result.diagnostics += findings
    fill = {"company": slug}
    result.diagnostics += _two_spellings(document)
    tenant, flaws, cuts = shape_check_all(Tenant, document.name, document.data, fill)
    if not document.readable:
        flaws = [flaw for flaw in flaws if flaw.rule is not shape.MissingKey or flaw.path]
    result.diagnostics += [document.diagnostic(flaw) for flaw in flaws]
    if tenant is None or context.view is None or not document.readable:
        return result
    scope = Scope(slug, document.name, tenant, context.view, cuts)
    result.claims = _claims(scope, document)
    found = [flaw for check in RULES for flaw in check(scope)]
    found += check_media(scope, context.head)
    ready, unresolved = resolve_tenant(scope, context.store)
    told = certain((*found, *unresolved), cuts)
    result.diagnostics += [document.diagnostic(flaw) for flaw in told]
    result.summary = summary_of(ready)
    result.media = ready.media
    errors = any(d.severity is Severity.ERROR for d in result.diagnostics)
    if context.render is not None and not errors:
        result.artifacts = context.render(ready)
    return result


def _two_spellings(document: Document) -> list[Diagnostic]:
    """One MAC address written twice in two spellings: the model would keep only the second."""
    devices = document.data.get("devices")
    seen: dict[str, str] = {}
    found = []
    for written in devices if isinstance(devices, dict) else ():
        bare = re.sub(r"[:.\-]", "", written).lower()
        if re.fullmatch(r"[0-9a-f]{12}", bare) and seen.setdefault(bare, written) != written:
            place = document.place(("devices", written), "key")
            found.append(platform_rules.DeviceTwice.at(place, mac=bare, other=f"'{seen[bare]}'"))
    return found


def _claims(scope: Scope, document: Document) -> Claims:
    tenant = scope.tenant

    def claim(name: str, path: Path, spot: Spot) -> Claim:
        place = document.place(path, spot)
        return (name, place.file, place.line, place.column, place.end)

    domain = domain_of(scope)
    return Claims(
        claim(domain, ("domain",), "value")
        if tenant.domain
        else claim(domain, ("company",), "key"),
        [
            claim(e164, ("numbers", written), "key")
            for e164, written in sorted(did_numbers(scope).items())
        ],
        [
            claim(mac, ("devices", mac), "key")
            for mac, device in tenant.devices.items()
            if device.vendor != "webphone"
        ],
    )
