"""What the agent asks of wherever commits come from: a repository, or a folder as it lies there."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from dialform.reconcile.source.history import Relation
from dialform.reconcile.source.signatures import Merges, Unsigned


class Commits(Protocol):
    """`Source` and `Worktree` (reconcile/source). All methods block, and raise SourceError."""

    branch: str
    dirty: bool

    @property
    def url(self) -> str:
        """Where they come from, fit to be shown."""

    def fetch(self) -> str:
        """The newest commit."""

    def has(self, commit: str) -> bool:
        """Whether a commit is here."""

    def relation(self, before: str, after: str) -> Relation:
        """How two commits lie to each other."""

    def verify(
        self, before: str, after: str, signers: Mapping[str, str], merges: Merges = "signed"
    ) -> list[Unsigned]:
        """The commits between them that nobody trusted vouches for."""

    def check_out(self, commit: str) -> Path:
        """The folder with what the commit holds."""

    def read(self, commit: str, path: str) -> bytes | None:
        """One file of a commit."""

    def keep(self, commit: str) -> None:
        """This is the commit applied last: its history stays."""
