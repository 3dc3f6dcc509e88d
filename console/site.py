"""A site as the portal reads it: of the generation that runs, or of a commit. It never changes."""

import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from dialform.compiler.reviewing.roles import admins
from dialform.compiler.scope import PlatformView, Scope
from dialform.reconcile.sitefiles import SiteFiles
from dialform.schema.tree import Tree


class Site:
    """Tenants and platform at one moment. Safe to use from threads.

    Each tenant is read once, when it is asked for; what cannot be read is None, as in SiteFiles.
    """

    def __init__(self, root: Path, commit: str = "", tree: Tree | None = None) -> None:
        self.commit = commit
        """The commit that it is of; "" where nobody knows."""
        self._files = SiteFiles(root, tree)
        self._lock = threading.RLock()

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
