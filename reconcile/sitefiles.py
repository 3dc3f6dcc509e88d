"""The site beside what was compiled of it: who may do what, what a package holds, what a route says."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from dialform.compiler.platform import load_platform
from dialform.compiler.prune import shape_check_all
from dialform.compiler.scope import PlatformView, Scope
from dialform.schema.document import load
from dialform.schema.tenant import Tenant
from dialform.schema.tree import Tree, scan


class SiteFiles:
    """A site's folder, as far as it can be read. Errors are not told here: `dialform validate` does."""

    def __init__(self, root: Path, tree: Tree | None = None) -> None:
        """`tree` are its files where they do not lie in the folder: those of a commit."""
        self.root, self._given = root, tree
        self._tenants: dict[str, Scope | None] = {}

    @cached_property
    def tree(self) -> Tree:
        """Its files."""
        return self._given or scan(self.root)

    @cached_property
    def view(self) -> PlatformView | None:
        """The platform's documents; None where platform.yaml cannot be read."""
        return load_platform(self.tree, self.tree.read).view

    @property
    def slugs(self) -> tuple[str, ...]:
        """Its tenants."""
        return tuple(sorted(self.tree.tenants))

    def take(self, before: "SiteFiles", names: Mapping[str, str], then: Mapping[str, str]) -> None:
        """Take over what was read before of a site whose files have the same contents: `names` are those of
        this one's contents by path, `then` those of the other's. Of a thousand tenants one is read anew then.
        """
        if not names or "view" not in before.__dict__ or _platform(names) != _platform(then):
            return
        self.__dict__["view"] = before.view
        for slug, scope in list(before._tenants.items()):
            files = before.tree.tenants[slug]
            same = all(path in then and names.get(path) == then[path] for path in files)
            if same and self.tree.tenants.get(slug) == files:
                self._tenants[slug] = scope

    def tenant(self, slug: str) -> Scope | None:
        """One tenant under the platform; None where nothing of it can be read. Raises OSError."""
        if slug not in self._tenants:
            self._tenants[slug] = self._read(slug)
        return self._tenants[slug]

    def _read(self, slug: str) -> Scope | None:
        if slug not in self.tree.tenants or self.view is None:
            return None
        files = [(path, self.tree.read(path)) for path in self.tree.tenants[slug]]
        document, _ = load(f"tenants.d/{slug}", files)
        model = shape_check_all(Tenant, document.name, document.data, {"company": slug})[0]
        return None if model is None else Scope(slug, document.name, model, self.view)


def _platform(names: Mapping[str, str]) -> dict[str, str]:
    """What is no tenant's."""
    return {path: name for path, name in names.items() if not path.startswith("tenants.d/")}
