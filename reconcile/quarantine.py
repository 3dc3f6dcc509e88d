"""Commits that are not applied again: those that failed, and those that somebody went back from."""

from collections.abc import Iterable
from typing import Any

from dialform.reconcile import durable
from dialform.reconcile.layout import Layout

_KEPT = 100


class Quarantine:
    """The commits that are held back, each with the reason; oldest first."""

    def __init__(self, layout: Layout) -> None:
        self._path = layout.quarantine
        data: Any = durable.read_json(self._path) if self._path.exists() else {}
        self.reasons: dict[str, str] = (
            {str(commit): str(why) for commit, why in data.items()}
            if isinstance(data, dict)
            else {}
        )

    def add(self, commits: Iterable[str], why: str) -> None:
        """Hold commits back. Raises OSError."""
        for commit in commits:
            self.reasons.pop(commit, None)
            self.reasons[commit] = why
        while len(self.reasons) > _KEPT:
            del self.reasons[next(iter(self.reasons))]
        self._save()

    def release(self, commit: str | None = None) -> bool:
        """Let one go, or all. False: there was none. Raises OSError."""
        if not self.reasons or (commit is not None and commit not in self.reasons):
            return False
        if commit is None:
            self.reasons.clear()
        else:
            del self.reasons[commit]
        self._save()
        return True

    def _save(self) -> None:
        durable.write_json(self._path, self.reasons)
