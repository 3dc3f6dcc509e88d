"""A site in a folder, applied as it lies there: nothing is fetched and nothing checked out."""

import os
from collections.abc import Mapping
from pathlib import Path

from dialform.reconcile.source import history, ownership, signatures
from dialform.reconcile.source.address import Address
from dialform.reconcile.source.clone import Clone
from dialform.reconcile.source.errors import SourceError
from dialform.reconcile.source.git import Done, Git, Limits
from dialform.reconcile.source.history import Relation
from dialform.reconcile.source.signatures import Merges, Unsigned
from dialform.schema.rule import printable

NO_COMMIT = "worktree"
"""Stands for the commit where the folder is in no repository, or in one without commits."""


class _Theirs(Clone):
    """A repository that is not the agent's own: asked, and never written, marked or mended."""

    def damage(self, own: str) -> SourceError:
        """Its owner has to look after it."""
        return SourceError(f"{self.address.shown} is damaged ({own})", "broken")


class Worktree:
    """As `Source`, of a folder. What is not committed is applied, too; `dirty` says that there is such.

    All methods block, and raise SourceError.
    """

    branch = ""

    def __init__(
        self,
        folder: Path,
        *,
        limits: Limits = Limits(),  # noqa: B008 - immutable
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self.folder = folder.absolute()
        self.dirty = False
        self._limits = limits
        self._environ = environ
        self._clone: Clone | None = None
        if not self.folder.is_dir():
            raise SourceError(f"there is no folder {printable(str(folder))}", "not_found")

    @property
    def url(self) -> str:
        """The folder."""
        return str(self.folder)

    def fetch(self) -> str:
        """The commit that the folder stands on, `worktree` where there is none."""
        found = self._git_dir()
        if found is None:
            self.dirty = True
            return NO_COMMIT
        where = Address(self.url, self.url, ("file",), path=self.folder)
        self._clone = _Theirs(found, where, self._limits, self._environ)
        commit = self._clone.ref("HEAD")
        self.dirty = not commit or self._is_dirty()
        return commit or NO_COMMIT

    def has(self, commit: str) -> bool:
        """Whether a commit is in the folder's repository."""
        return self._clone is not None and history.has(self._clone, commit)

    def relation(self, before: str | None, after: str) -> Relation:
        """Whether `after` is `before`, goes on from it, or stands on a history that was rewritten."""
        if before == after:
            return "same"
        if not before or before == NO_COMMIT or self._clone is None:
            return "forward"
        return history.relation(self._clone, before, after)

    def commits(self, before: str | None, after: str) -> list[str]:
        """The commits that came with `after`, parents first."""
        if self._clone is None or after == NO_COMMIT:
            return []
        return history.commits(self._clone, before, after)

    def verify(
        self, before: str | None, after: str, signers: Mapping[str, str], merges: Merges = "signed"
    ) -> list[Unsigned]:
        """What none of `signers` vouches for: commits, and what is not committed at all."""
        if not signers:
            return []
        bad = []
        if self._clone is not None and after != NO_COMMIT:
            bad = signatures.verify(self._clone, before, after, signers, merges)
        if self.dirty:
            bad.append(Unsigned(NO_COMMIT, "what is not committed", "cannot have a signature"))
        return bad

    def check_out(self, commit: str) -> Path:
        """The folder itself."""
        return self.folder

    def read(self, commit: str, path: str) -> bytes | None:
        """The bytes of one file of the folder, None where there is none."""
        try:
            return (self.folder / path).read_bytes()
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            return None
        except OSError as error:
            raise SourceError(
                f"{printable(path)} cannot be read ({error.strerror})", "denied"
            ) from None

    def keep(self, commit: str) -> None:
        """Nothing: the repository is its owner's."""

    def _git_dir(self) -> Path | None:
        done = self._here("rev-parse", "--absolute-git-dir")
        if done.code == 0:
            return Path(os.fsdecode(done.out.rstrip(b"\n")))
        if "not a git repository" in done.told:
            return None
        if "dubious ownership" in done.told or "unsafe repository" in done.told:
            raise SourceError(f"{self.url} belongs to another user", "ownership")
        raise SourceError(f"git cannot read {self.url}", "git")

    def _is_dirty(self) -> bool:
        done = self._here("status", "--porcelain", "-z", "--", ".")
        return done.code != 0 or bool(done.out)

    def _here(self, *arguments: str) -> Done:
        config = (("safe.directory", "*"),) if ownership.is_trusted(self._top()) else ()
        return Git(self.folder, self._environ, found=True).ask(
            *arguments, within=self._limits.ask, config=config
        )

    def _top(self) -> Path:
        """The nearest folder upwards with a `.git` in it."""
        above = (self.folder, *self.folder.parents)
        return next((one for one in above if (one / ".git").exists()), self.folder)
