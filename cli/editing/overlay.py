"""A site with other bytes in some files, and some files elsewhere, of which nothing is written."""

from collections import Counter
from collections.abc import Callable, Mapping

from dialform.schema.diagnostic import Diagnostic, Severity
from dialform.schema.listing import Files, Item
from dialform.schema.tree import Tree
from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class Overlay:
    """Files with `changed` ones; `was` says where a file lies that has another path here."""

    under: Files
    changed: Mapping[str, bytes]
    was: Mapping[str, str]

    def names(self) -> list[str]:
        """The names at the root."""
        return self.under.names()

    def item(self, name: str) -> Item | None:
        """What stands at the root under this name."""
        return self.under.item(name)

    def list(self, folder: str) -> list[Item]:
        """What a folder holds."""
        return self.under.list(folder)

    def read(self, path: str) -> bytes:
        """The bytes as they would be."""
        found = self.changed.get(path)
        return self.under.read(self.was.get(path, path)) if found is None else found

    def head(self, path: str, size: int) -> bytes:
        """The first of them."""
        return self.read(path)[:size] if path in self.changed else self.under.head(path, size)


def overlaid(tree: Tree, changed: Mapping[str, bytes], moves: Mapping[str, str]) -> Tree:
    """The tree with these files' new bytes (by their old paths), and with files moved."""

    def new(path: str) -> str:
        return moves.get(path, path)

    def slug(name: str, path: str) -> str:
        return name if new(path) == path else new(path).split("/")[1].removesuffix(".yaml")

    bytes_of = {new(path): content for path, content in changed.items()}
    return Tree(
        tree.root,
        Overlay(tree.files, bytes_of, {target: source for source, target in moves.items()}),
        {new(path): entry for path, entry in tree.entries.items()},
        tree.diagnostics,
        {slug(name, path): new(path) for name, path in tree.providers.items()},
        {slug(name, paths[0]): [*map(new, paths)] for name, paths in tree.tenants.items()},
        tree.calls,
    )


def worse(
    before: Tree, after: Tree, tenant: str, told: Callable[[Diagnostic], tuple[str, str]]
) -> tuple[list[Diagnostic], list[Diagnostic]]:
    """Errors and warnings that come with a change of one tenant, or of the whole site where `tenant` is
    empty. `told` is what makes two findings the same one.
    """
    had = Counter(map(told, _findings(before, tenant)))
    fresh = []
    for one in _findings(after, tenant):
        if had[told(one)]:
            had[told(one)] -= 1
        else:
            fresh.append(one)
    return (
        [one for one in fresh if one.severity is Severity.ERROR],
        [one for one in fresh if one.severity is Severity.WARNING],
    )


def _findings(tree: Tree, tenant: str) -> list[Diagnostic]:
    from dialform.compiler.check import Run, validate
    from dialform.compiler.platform import load_platform
    from dialform.compiler.secrets import open_store
    from dialform.compiler.unit import Context, compile_tenant

    run = Run(tree, open_store(None, {}), jobs=1)
    if not tenant:
        return validate(run)
    context = Context(load_platform(tree, run.read).view, run.store, run.head)
    contents = [(path, run.read(path)) for path in tree.tenants[tenant]]
    return compile_tenant(tenant, contents, context).diagnostics
