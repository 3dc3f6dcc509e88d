"""A tenant's files in one state: what is written in which of them, and as much of a model as can be had."""

from typing import Any

from dialform.compiler.prune import shape_check_all
from dialform.schema.diagnostic import Diagnostic
from dialform.schema.document import Document, load
from dialform.schema.rule import Flaw, Path
from dialform.schema.tenant import Tenant
from dialform.schema.tree import Tree
from dialform.values import dataclass

_NOTHING: Any = object()


@dataclass(frozen=True, slots=True)
class TenantFiles:
    """A tenant as it is written. `findings` are about the reading, `flaws` about the shape, and `cuts`
    are the parts that the model is without.
    """

    document: Document
    findings: list[Diagnostic]
    flaws: list[Flaw]
    cuts: frozenset[Path]
    model: Tenant

    def where(self, key: str) -> dict[str, Any]:
        """Which files hold a key of the top, and what stands behind it in each."""
        return {
            source.file: source.data[key]
            for source in self.document.sources
            if isinstance(source.data, dict) and key in source.data
        }

    def has(self, path: Path) -> bool:
        """Whether something is written at this path."""
        return written(self.document.data, path) is not _NOTHING


def tenant_files(tree: Tree, slug: str) -> TenantFiles:
    """A tenant's files; an empty tenant where there are none. Raises OSError."""
    contents = [(path, tree.read(path)) for path in tree.tenants.get(slug, ())]
    document, findings = load(f"tenants.d/{slug}", contents)
    model, flaws, cuts = shape_check_all(Tenant, document.name, document.data, {"company": slug})
    if not document.readable or not contents:
        flaws = [flaw for flaw in flaws if flaw.path]
    empty = Tenant(company=slug, calls=[])
    return TenantFiles(document, findings, flaws, cuts.paths, model or empty)


def written(data: Any, path: Path) -> Any:
    """What is written at a path of the data; something that equals nothing else where nothing is."""
    for step in path:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return _NOTHING
    return data
