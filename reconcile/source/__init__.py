"""Where a site comes from: its git repository, commit by commit."""

from dialform.reconcile.source.errors import SourceError
from dialform.reconcile.source.history import Relation
from dialform.reconcile.source.signatures import Merges, Unsigned
from dialform.reconcile.source.source import Source
from dialform.reconcile.source.worktree import NO_COMMIT, Worktree

__all__ = ["NO_COMMIT", "Merges", "Relation", "Source", "SourceError", "Unsigned", "Worktree"]
