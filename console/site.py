"""A site as the portal reads it: of the generation that runs, or of a commit. It never changes."""

import hashlib
import threading
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

from dialform.compiler.reviewing.roles import admins
from dialform.compiler.scope import PlatformView, Scope
from dialform.compiler.states.commit import CommitFiles
from dialform.reconcile.sitefiles import SiteFiles
from dialform.schema.tree import Tree


class Site:
    """Tenants and platform at one moment. Safe to use from threads.

    Each tenant is read once, when it is asked for; what cannot be read is None, as in SiteFiles.
    """

    def __init__(
        self, root: Path, commit: str = "", tree: Tree | None = None, before: "Site | None" = None
    ) -> None:  # fmt: skip
        """What another site has as this one is taken over from `before`, as far as it was read there."""
        self.commit = commit
        """The commit that it is of; "" where nobody knows."""
        self._files = SiteFiles(root, tree)
        self._lock = threading.RLock()
        self._names = _names(self.tree)
        if before is not None:
            with before._lock:
                self._files.take(before._files, self._names, before._names)

    @property
    def tree(self) -> Tree:
        """Its files."""
        with self._lock:
            return self._files.tree

    @property
    def view(self) -> PlatformView | None:
        """The platform; None where platform.yaml cannot be read."""
        with self._lock:
            return self._files.view

    @property
    def slugs(self) -> Sequence[str]:
        """Its tenants, sorted."""
        with self._lock:
            return self._files.slugs

    def tenant(self, slug: str) -> Scope | None:
        """One tenant; None where there is none, or it cannot be read."""
        with self._lock:
            try:
                return self._files.tenant(slug) if slug in self._files.tree.tenants else None
            except OSError:
                return None

    @cached_property
    def admins(self) -> tuple[str, ...]:
        """The handles that may change everything."""
        with self._lock:
            return admins(self._files.tree)


def _names(tree: Tree) -> Mapping[str, str]:
    """A name for the contents of each file, by path: git's in a commit; in a folder, of what is read here."""
    if isinstance(tree.files, CommitFiles):
        return tree.files.blobs
    return {path: _name(tree, path) for path in tree.entries}


def _name(tree: Tree, path: str) -> str:
    if path.startswith("media/"):
        return "media"  # that it is there is all that is asked of it
    try:
        return hashlib.blake2b(tree.read(path), digest_size=20).hexdigest()
    except OSError:
        return ""
