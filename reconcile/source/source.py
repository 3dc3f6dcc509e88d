"""A site's git repository as the agent sees it: fetched, compared, verified, checked out."""

import os
import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TypeVar

from dialform.reconcile.layout import Layout
from dialform.reconcile.source import address, checkout, history, listing, signatures
from dialform.reconcile.source.clone import Clone
from dialform.reconcile.source.errors import SourceError
from dialform.reconcile.source.git import Limits
from dialform.reconcile.source.history import Relation
from dialform.reconcile.source.signatures import Merges, Unsigned
from dialform.schema.rule import printable

_BRANCH = re.compile(
    r"(?![-/])(?!.*(?:\.\.|//|@\{|\.lock(?:/|\Z)))[^\x00-\x20\x7f~^:?*\[\\]+(?<![/.])\Z"
)
"""Names of branches (`git help check-ref-format`)."""

T = TypeVar("T")


class Source:
    """A repository by URL or path. Only the holder of the agent's lock may use one.

    All methods block, and raise SourceError. Where the agent's own copy turns out to be damaged it
    is made anew from the remote, and what was asked is asked again.
    """

    dirty = False
    """Whether there is more than commits (`Worktree` alone can have that)."""

    def __init__(
        self,
        url: str,
        branch: str,
        layout: Layout,
        *,
        subfolder: str = "",
        limits: Limits = Limits(),  # noqa: B008 - immutable
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        """`branch` is empty for the repository's default; `subfolder` is where the site lies in it."""
        self.branch = checked_branch(branch)
        self.subfolder = checked_subfolder(subfolder)
        self._address = address.read(url)
        self._site = layout.site
        self._clone = Clone(layout.repository, self._address, limits, environ)

    @property
    def url(self) -> str:
        """The repository's address, without passwords: fit for a status or a log."""
        return self._address.shown

    def fetch(self) -> str:
        """The branch's newest commit, here with all that belongs to it."""
        return self._clone.fetch(self.branch)

    def has(self, commit: str) -> bool:
        """Whether a commit is here."""
        return history.has(self._clone, commit)

    def relation(self, before: str | None, after: str) -> Relation:
        """Whether `after` is `before`, goes on from it, or stands on a history that was rewritten."""
        return self._mended(partial(history.relation, self._clone, before, after))

    def commits(self, before: str | None, after: str) -> list[str]:
        """The commits that came with `after`, parents first."""
        return self._mended(partial(history.commits, self._clone, before, after))

    def verify(
        self, before: str | None, after: str, signers: Mapping[str, str], merges: Merges = "signed"
    ) -> list[Unsigned]:
        """The commits in `before..after` that none of `signers` (the guard's) vouches for."""
        return self._mended(partial(signatures.verify, self._clone, before, after, signers, merges))

    def check_out(self, commit: str) -> Path:
        """The site's folder, with what the commit holds and nothing else."""
        self._clone.settle()
        self._mended(partial(checkout.check_out, self._clone, commit, self._site, self.subfolder))
        return self._site

    def read(self, commit: str, path: str) -> bytes | None:
        """The bytes of one file of the site in a commit, None where there is none."""
        return self._mended(partial(listing.bytes_of, self._clone, commit, path, self.subfolder))

    def keep(self, commit: str) -> None:
        """Say that this commit is now the one applied last: its history stays, come what may."""
        self._mended(partial(self._clone.keep, commit))

    def _mended(self, what: Callable[[], T]) -> T:
        try:
            return what()
        except SourceError as error:
            if error.kind != "damaged":
                raise
        self.fetch()
        return what()


def checked_branch(branch: str) -> str:
    """A branch's name, without `refs/heads/`. Raises SourceError."""
    name = branch.removeprefix("refs/heads/")
    if name and not _BRANCH.match(name):
        raise SourceError(f"'{printable(branch)}' is no name of a branch", "no_branch")
    return name


def checked_subfolder(subfolder: str) -> str:
    """A folder below a repository's root, with `/`; empty for the root. Raises SourceError."""
    parts = [part for part in subfolder.split("/") if part not in ("", ".")]
    if (
        subfolder.startswith("/")
        or ".." in parts
        or not subfolder.isprintable()
        or ":" in subfolder
    ):
        raise SourceError(f"'{printable(subfolder)}' is no folder of a repository", "bad_url")
    return "/".join(parts)
