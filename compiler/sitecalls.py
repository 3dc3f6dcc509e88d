"""The call tests of `calls.d/`: whose each is, and that it names what that tenant has."""

from collections.abc import Callable, Iterator, Mapping

from dialform.compiler.calltests import check_test, owner
from dialform.compiler.doubt import certain
from dialform.compiler.platform import LoadedPlatform
from dialform.compiler.prune import NOTHING, shape_check_all
from dialform.compiler.scope import PlatformView, Scope, near
from dialform.compiler.unit import TenantResult
from dialform.schema.diagnostic import Diagnostic, Severity
from dialform.schema.document import load
from dialform.schema.rule import Flaw
from dialform.schema.rules import calls as rules
from dialform.schema.rules import flow
from dialform.schema.tenant import Tenant
from dialform.schema.tree import Tree

_UNREAD = ("DF01", "DF02", "DF03", "DF13")
"""Findings about YAML, files, shape and numbers: after an error of these a number may be missing."""


def check_site_calls(
    tree: Tree,
    read: Callable[[str], bytes],
    platform: LoadedPlatform,
    results: Mapping[str, TenantResult],
) -> Iterator[Diagnostic]:
    """Findings about the tests of `calls.d/`. The tenants that they are about are read again."""
    if platform.view is None or not platform.calls:
        return
    claims = {slug: r.claims for slug, r in results.items() if r.claims is not None}
    dids = {did: slug for slug, one in claims.items() for did, _ in one.dids}
    # Else the number may be one of a tenant that could not be read whole.
    certain_numbers = len(claims) == len(tree.tenants) and not any(
        diagnostic.severity is Severity.ERROR and diagnostic.code.startswith(_UNREAD)
        for result in results.values()
        for diagnostic in result.diagnostics
    )
    tenants = _Tenants(tree, read, platform.view)
    for path, tests in platform.calls.items():
        cuts = platform.cuts.get(path, NOTHING)
        for index, test in enumerate(tests.calls):
            slug, why = owner(test, dids, platform.view.platform.country)
            place = ("calls", index)
            flaws: list[Flaw] = []
            if why and certain_numbers:
                flaws = [rules.WhoseTest.flaw(path, place, what=why)]
            elif slug and slug not in tree.tenants:
                hint = near(slug, tree.tenants)
                values = {"kind": "tenant", "name": slug, "near": hint}
                flaws = [flow.UnknownReference.flaw(path, (*place, "tenant"), **values)]
            elif slug and (scope := tenants.scope(slug, path)) is not None:
                flaws = list(check_test(scope, test, place))
            for flaw in certain(flaws, cuts):
                yield platform.documents[path].diagnostic(flaw)


class _Tenants:
    """The models of the tenants that tests are about, each read once."""

    def __init__(self, tree: Tree, read: Callable[[str], bytes], view: PlatformView) -> None:
        self._tree = tree
        self._read = read
        self._view = view
        self._known: dict[str, Scope | None] = {}

    def scope(self, slug: str, document: str) -> Scope | None:
        """The tenant's scope, with flaws in `document`; None where the tenant cannot be read."""
        if slug not in self._known:
            self._known[slug] = self._load(slug)
        known = self._known[slug]
        return known and Scope(slug, document, known.tenant, self._view, known.cuts)

    def _load(self, slug: str) -> Scope | None:
        contents = [(path, self._read(path)) for path in self._tree.tenants[slug]]
        document, _ = load(f"tenants.d/{slug}", contents)
        fill = {"company": slug}
        tenant, _, cuts = shape_check_all(Tenant, document.name, document.data, fill)
        if tenant is None or not document.readable:
            return None
        return Scope(slug, document.name, tenant, self._view, cuts)
