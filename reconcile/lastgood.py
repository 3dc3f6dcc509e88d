"""A site in which the tenants that have errors are as they were when they were good.

Who is to blame: the tenant in whose files an error stands, if they changed. An error over two tenants (a
DID twice) may stand in the one that did not change; then it is the other one that it names. Where both
changed, and it stands with the last good files of the one as well, the other one took what was not its own,
and the one goes on. What neither explains is the platform's, and stops everything.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from dialform.compiler.stamp import SITE
from dialform.reconcile import durable
from dialform.reconcile.layout import Layout
from dialform.schema.diagnostic import Diagnostic
from dialform.schema.tree import Tree, scan

_TENANTS = "tenants.d/"


class Mixture:
    """The site of a commit, and who keeps last good files in it.

    `base` is the folder of the generation applied last, `media` each tenant's sound files in it. A
    tenant that is not in the base is left out.
    """

    def __init__(
        self, layout: Layout, tree: Tree, base: Path | None, media: Mapping[str, Sequence[str]]
    ) -> None:
        self.layout, self.tree, self.media = layout, tree, media
        self.reasons: dict[str, list[str]] = {}
        self._cleared: set[str] = set()
        self._base = base

    @cached_property
    def good(self) -> Tree | None:
        """What the base was compiled from."""
        folder = self._base / SITE if self._base else None
        return scan(folder.absolute()) if folder and folder.is_dir() else None

    def blame(self, errors: Sequence[Diagnostic]) -> bool:
        """Find the tenants that these errors are the fault of. False where there are none.

        What is nobody's may come of theirs (a call test of the site), or else stands again next time.
        """
        found: dict[str, list[str]] = {}
        for one in errors:
            if slug := self._blamed(one):
                self._clear(_slug(one.file), one.message)
                found.setdefault(slug, []).append(f"{one.file}:{one.line}: {one.message}")
        self.reasons |= found
        return bool(found)

    def _clear(self, slug: str, message: str) -> None:
        """Let a tenant's new files be, if its last good ones have the same error: it is another's. Once."""
        reasons = self.reasons.get(slug, ())
        if reasons and slug not in self._cleared and all(one.endswith(message) for one in reasons):
            self._cleared.add(slug)
            del self.reasons[slug]

    def _blamed(self, error: Diagnostic) -> str:
        slug = _slug(error.file)
        if not slug:
            return ""
        named = [slug, *re.findall(r"'([^']+)'", error.message)]
        return next((one for one in named if one not in self.reasons and self._changed(one)), "")

    def _changed(self, slug: str) -> bool:
        """Whether a tenant of this commit is another one than in the base, its sound files included."""
        paths = self.tree.tenants.get(slug)
        if paths is None:
            # A file that is no tenant's (a bad name, a link): it is in no tenant's way.
            return any(_slug(one.file) == slug for one in self.tree.diagnostics)
        good = self.good
        if good is None or list(good.tenants.get(slug, ())) != list(paths):
            return True
        media = [path for path in self.media.get(slug, ()) if good.has(path)]
        return any(not _same(self.tree, good, path) for path in (*paths, *media))

    def files(self) -> Iterator[tuple[Path, str]]:
        """Each file of the mixed site: the root that it lies in, and its path there."""
        good, bad = self.good, set(self.reasons)
        kept = {path for slug in bad if good for path in good.tenants.get(slug, ())}
        kept |= {
            path for slug in bad for path in self.media.get(slug, ()) if good and good.has(path)
        }
        if good is not None:
            yield from ((good.root, path) for path in sorted(kept))
        for path in self.tree.entries:
            if path not in kept and _slug(path) not in bad:
                yield self.tree.root, path


def mix(mixture: Mixture) -> Tree:
    """Write the mixed site, of links to both. Raises OSError."""
    target = mixture.layout.mixed
    durable.remove_tree(target)
    roots: dict[Path, list[str]] = {}
    for root, path in mixture.files():
        roots.setdefault(root, []).append(path)
    durable.make_folder(target, 0o700)
    for root, paths in roots.items():
        durable.link_into(root, target, paths)
    return scan(target)


def _slug(path: str) -> str:
    """Whose file a path is; empty where it is the platform's."""
    if not path.startswith(_TENANTS):
        return ""
    return path.removeprefix(_TENANTS).split("/", 1)[0].removesuffix(".yaml")


def _same(one: Tree, other: Tree, path: str) -> bool:
    try:
        return one.read(path) == other.read(path)
    except OSError:
        return False
