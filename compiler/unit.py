"""One tenant, from its bytes to findings and files: the unit of compiling, caching and parallel work."""

from collections.abc import Callable, Sequence

from dialform.compiler import resolved
from dialform.compiler.agreed import check_plan, terms_of
from dialform.compiler.blocking import check_blocks
from dialform.compiler.calltests import check_calls
from dialform.compiler.doubt import certain
from dialform.compiler.faxcheck import check_faxes
from dialform.compiler.faxcontacts import check_fax_contacts
from dialform.compiler.faxcovers import cover_files
from dialform.compiler.faxfiles import check_fax_files, fax_files
from dialform.compiler.flow import check_flow
from dialform.compiler.following import check_follow_me
from dialform.compiler.later import check_later, check_references
from dialform.compiler.media import Head, check_media
from dialform.compiler.music import check_music
from dialform.compiler.numbering import check_numbers, did_numbers
from dialform.compiler.outside import check_outside
from dialform.compiler.parking import check_parking
from dialform.compiler.permissions import check_permissions
from dialform.compiler.phones.check import check_phones
from dialform.compiler.pickup import check_pickup
from dialform.compiler.prune import shape_check_all
from dialform.compiler.queues import check_queues
from dialform.compiler.quotas import check_quotas
from dialform.compiler.recording import check_recording
from dialform.compiler.release import Released
from dialform.compiler.resolve import domain_of, resolve_tenant, summary_of
from dialform.compiler.rooms import check_rooms
from dialform.compiler.scope import PlatformView, Scope
from dialform.compiler.secrets import SecretStore
from dialform.compiler.stamp import SITE
from dialform.compiler.terms import Terms
from dialform.compiler.webphones import check_webphones
from dialform.compiler.written import check_written
from dialform.schema.devices import bare_mac
from dialform.schema.diagnostic import Diagnostic, Severity
from dialform.schema.document import Document, load
from dialform.schema.ignores import Ignore, find_ignores
from dialform.schema.rule import Path
from dialform.schema.rules import platform as platform_rules
from dialform.schema.rules import shape
from dialform.schema.tenant import Tenant
from dialform.values import dataclass, field, replace

RenderTenant = Callable[[resolved.Tenant], list[resolved.Artifact]]

RULES = (
    check_permissions,
    check_quotas,
    check_plan,
    check_numbers,
    check_blocks,
    check_flow,
    check_follow_me,
    check_outside,
    check_queues,
    check_faxes,
    check_fax_contacts,
    check_references,
    check_pickup,
    check_parking,
    check_rooms,
    check_written,
    check_calls,
    check_music,
    check_recording,
    check_later,
    check_webphones,
    check_phones,
)
"""What is checked of one tenant; a new theme is a line here."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What only one tenant of a site may have. Places are looked up when two claim the same.

    `dids` are E.164 with the key that was written for each, `people` are git handle (or an empty text),
    user and role of those who have a handle or are called admins.
    """

    domain: str
    own_domain: bool
    dids: Sequence[Sequence[str]] = ()
    devices: Sequence[str] = ()
    people: Sequence[Sequence[str]] = ()

    @property
    def domain_path(self) -> Path:
        """Where the domain is said: by itself, or by the tenant's being there."""
        return ("domain",) if self.own_domain else ("company",)


@dataclass(slots=True)
class TenantResult:
    """All that came of one tenant. Artifacts are empty where it has errors or nothing was rendered."""

    slug: str
    diagnostics: list[Diagnostic] = field(default_factory=list)
    ignores: list[Ignore] = field(default_factory=list)
    claims: Claims | None = None
    summary: resolved.TenantSummary | None = None
    terms: Terms | None = None
    meets: bool = False
    """Whether it has conferences, which cost something by themselves."""
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
    """What every tenant is compiled against."""

    view: PlatformView | None
    store: SecretStore
    head: Head
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
    result.claims = _claims(scope)
    found = [flaw for check in RULES for flaw in check(scope)]
    found += check_media(scope, context.head)
    found += check_fax_files(scope, context.head)
    ready, unresolved = resolve_tenant(scope, context.store)
    told = every = list(certain((*found, *unresolved), cuts))
    if not context.infos and not result.ignores:
        told = [flaw for flaw in every if flaw.rule.severity is not Severity.INFO]
        result.infos = len(every) - len(told)
    result.diagnostics += [document.diagnostic(flaw) for flaw in told]
    result.summary = summary_of(ready)
    result.terms, result.meets = terms_of(scope), bool(tenant.conferences)
    faxes = {*(file for file, _ in fax_files(tenant)), *cover_files(scope, context.head)}
    if faxes:
        ready = replace(ready, fax_files=tuple(sorted(faxes)))
    music = (file for one in ready.music for file in one.files)
    result.media = tuple(sorted({*ready.media, *ready.fax_files, *music}))
    errors = any(d.severity is Severity.ERROR for d in result.diagnostics)
    if context.render is not None and not errors:
        result.artifacts = [*context.render(ready), *_written_so(slug, contents)]
    return result


def _written_so(slug: str, contents: list[tuple[str, bytes]]) -> list[resolved.Artifact]:
    """The files that the tenant was compiled from: a host's folder says so itself. They may hold secrets
    in plain text.
    """
    return [
        resolved.Artifact(f"{SITE}/{path}", f"tenant {slug}", raw, secret=True)
        for path, raw in contents
    ]


def _two_spellings(document: Document) -> list[Diagnostic]:
    """One MAC address written twice in two spellings: the model would keep only the second."""
    devices = document.data.get("devices")
    seen: dict[str, str] = {}
    found = []
    for written in devices if isinstance(devices, dict) else ():
        bare = bare_mac(written)
        if bare and seen.setdefault(bare, written) != written:
            place = document.place(("devices", written), "key")
            found.append(
                platform_rules.DeviceTwice.at(
                    place, mac=bare, other=f"this tenant (as {seen[bare]})"
                )
            )
    return found


def _claims(scope: Scope) -> Claims:
    tenant = scope.tenant
    return Claims(
        domain_of(scope),
        tenant.domain is not None,
        sorted(did_numbers(scope).items()),
        [mac for mac, device in tenant.devices.items() if device.vendor != "webphone"],
        [
            (user.git or "", slug, user.role)
            for slug, user in tenant.users.items()
            if user.git or user.role == "admin"
        ],
    )
