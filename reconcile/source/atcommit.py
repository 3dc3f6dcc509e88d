"""One commit of a repository on this machine, checked out into the agent's own folder."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from dialform.reconcile.source import checkout, listing
from dialform.reconcile.source.errors import SourceError
from dialform.reconcile.source.git import Limits
from dialform.reconcile.source.worktree import NO_COMMIT, Worktree

if TYPE_CHECKING:
    from dialform.reconcile.layout import Layout


class AtCommit(Worktree):
    """As `Worktree`, but of a commit: what lies in the folder beside it does not count."""

    def __init__(
        self,
        folder: Path,
        commit: str,
        layout: "Layout",
        *,
        subfolder: str = "",
        limits: Limits = Limits(),  # noqa: B008 - immutable
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        """`folder` is the site's, `subfolder` where that lies in its repository."""
        super().__init__(folder, limits=limits, environ=environ)
        self.commit, self._subfolder = commit, subfolder
        self._site = layout.site

    def fetch(self) -> str:
        """The commit that was named."""
        if super().fetch() == NO_COMMIT or not self.has(self.commit):
            raise SourceError(f"{self.commit[:12]} is not in {self.url}", "no_commit")
        self.dirty = False
        return self.commit

    def check_out(self, commit: str) -> Path:
        """The agent's folder, with what the commit holds."""
        assert self._clone is not None
        checkout.check_out(self._clone, commit, self._site, self._subfolder)
        return self._site

    def read(self, commit: str, path: str) -> bytes | None:
        """The bytes of one file of the site in the commit."""
        assert self._clone is not None
        return listing.bytes_of(self._clone, commit, path, self._subfolder)
