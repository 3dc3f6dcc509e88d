"""Commits that are not applied again: those that failed, and those that somebody went back from."""

from collections.abc import Iterable

from dialform.reconcile import durable
from dialform.reconcile.layout import Layout

_KEPT = 100


class Quarantine:
    """The commits that are held back, each with the reason; oldest first.

    `damaged`: the file is there and cannot be read, so which they are is not known.
    """

    def __init__(self, layout: Layout) -> None:
        self._path = layout.quarantine
        data = durable.read_json(self._path)
        known = data if isinstance(data, dict) else {}
        self.reasons = {str(commit): str(why) for commit, why in known.items()}
        self.damaged = not isinstance(data, dict) and self._path.exists()

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
        there = bool(self.reasons) if commit is None else commit in self.reasons
        if not there and not self.damaged:
            return False
        if commit is None:
            self.reasons.clear()
        else:
            self.reasons.pop(commit, None)
        self._save()
        return True

    def _save(self) -> None:
        durable.write_json(self._path, self.reasons)
        self.damaged = False
