"""The files of commits, whose contents are read from git once and kept for all commits that have them."""

import threading
from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path

from dialform.compiler.states.commit import CommitFiles
from dialform.compiler.states.repository import Repository
from dialform.compiler.states.state import State, named_state
from dialform.console.saving.place import Place
from dialform.schema.tree import Tree, sort_out

LARGEST = 1024 * 1024
"""Bytes of a content that is kept; what is larger (sounds) is read each time."""
MOST = 96 * 1024 * 1024
"""Bytes of all that are kept."""


class Blobs:
    """Contents by their names in git. Safe to use from threads."""

    def __init__(self, folder: Path, place: Place = Place()) -> None:  # noqa: B008 - immutable
        """`folder` is the repository, `place` where the site lies in it."""
        self.folder, self.place = folder, place
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._size = 0

    def get(self, names: Iterable[str]) -> dict[str, bytes]:
        """The contents of these. Raises GitError."""
        wanted = list(dict.fromkeys(names))
        with self._lock:
            found = {name: self._kept[name] for name in wanted if name in self._kept}
            for name in found:
                self._kept.move_to_end(name)
        missing = [name for name in wanted if name not in found]
        fresh = dict(zip(missing, Repository(self.folder).blobs(missing), strict=True))
        with self._lock:
            for name, content in fresh.items():
                if len(content) <= LARGEST and name not in self._kept:
                    self._kept[name] = content
                    self._size += len(content)
            while self._size > MOST:
                self._size -= len(self._kept.popitem(last=False)[1])
        return found | fresh


class Files(CommitFiles):
    """The files of a commit's site (`schema.listing.Files`), or (`whole`) of all its repository."""

    def __init__(self, blobs: Blobs, commit: str, *, whole: bool = False) -> None:
        self._store = blobs
        repository = Repository(blobs.folder)
        super().__init__(repository, repository.tree(commit if whole else blobs.place.tree(commit)))

    def fetch(self, paths: Iterable[str]) -> None:
        """Read many files in one go. Those that are not there are passed over."""
        wanted = [p for p in dict.fromkeys(paths) if p in self.blobs and p not in self._contents]
        contents = self._store.get(self.blobs[path] for path in wanted)
        for path in wanted:
            self._contents[path] = contents[self.blobs[path]]


def tree_at(blobs: Blobs, commit: str) -> Tree:
    """The site in a commit, its YAML read in one go. Raises GitError."""
    files = Files(blobs, commit)
    tree = sort_out(blobs.folder, files)
    files.fetch(path for path in tree.entries if path.endswith(".yaml"))
    return tree


def state_at(label: str, tree: Tree, commit: str) -> State:
    """The same for a plan."""
    files = tree.files
    assert isinstance(files, Files)
    return named_state(label, tree, commit, {path: files.blobs[path] for path in tree.entries})
