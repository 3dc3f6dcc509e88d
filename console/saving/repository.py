"""The site's repository as the portal has it: its newest commit, any other one, and what is pushed to it."""

import contextlib
import fcntl
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from pathlib import Path

from dialform.compiler.states.repository import GitError
from dialform.console.errors import Away, NotThere
from dialform.console.ground import Ground
from dialform.console.saving.copy import Copy, Pushed
from dialform.console.saving.objects import Blobs, tree_at
from dialform.console.site import Site
from dialform.reconcile import durable
from dialform.reconcile.source import SourceError, address
from dialform.values import dataclass

PART = "repository"
FRESH = 10.0
"""Seconds for which what was fetched is new enough to look at."""
AGAIN = 3.0
"""Seconds after which a remote that did not answer is asked anew: each try may hold a thread for a minute."""
_SITES = 12
"""Sites of commits that are kept."""

NO_REMOTE = (
    "This portal has no repository, so nothing can be changed in it: an administrator names one with "
    "`--site` when it is started."
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A branch's newest commit, and how long ago (steady seconds) the remote was asked."""

    commit: str
    at: float


class Repository:
    """All methods block: call them off the loop, by `ground.off`. They raise Away."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.folder: Path = ground.state / "repository"
        self.blobs = Blobs(self.folder)
        self.lock = threading.RLock()
        """Held while something is fetched, made or pushed."""
        self._held = 0
        self._copy: Copy | None = None
        self._sites: OrderedDict[str, Site] = OrderedDict()
        self._sites_lock = threading.Lock()
        self._heads: Mapping[str, str] = {}
        self._asked = float("-inf")
        self._trouble = ""
        self._failed = float("-inf")
        self._branch = ground.branch

    @classmethod
    def of(cls, ground: Ground) -> "Repository":
        """The one of a ground."""
        found: Repository = ground.parts.setdefault(PART, cls(ground))
        return found

    @property
    def copy(self) -> Copy:
        """The bare repository. Raises Away."""
        if not self.ground.remote:
            raise Away(NO_REMOTE)
        if self._copy is None:
            try:
                self._copy = Copy(self.folder, address.read(self.ground.remote))
            except SourceError as error:
                raise away(error) from None
        return self._copy

    @property
    def writable(self) -> bool:
        """Whether there is a repository at all that changes go to."""
        return bool(self.ground.remote)

    @property
    def branch(self) -> str:
        """The branch that is applied. Raises Away."""
        if not self._branch:
            heads = self.heads()
            self._branch = next((n for n in ("main", "master", "trunk") if n in heads), "") or min(
                heads
            )
        return self._branch

    def tip(self, *, fresh: float = float("inf")) -> Site:
        """The newest commit of the branch. `fresh`: how old (seconds) what is known of the remote may be."""
        heads = self.heads(fresh=fresh)
        if self.branch not in heads:
            raise Away(f"The repository has no branch '{self.branch}' (any more).")
        return self.site(heads[self.branch])

    def heads(self, *, fresh: float = float("inf")) -> Mapping[str, str]:
        """All branches with their commits."""
        if self._old(fresh):
            with self.using():
                # Whoever waited for the lock finds what others were told meanwhile, be it good or bad.
                if self._old(fresh):
                    if self._trouble and self.ground.clocks.steady() - self._failed < AGAIN:
                        raise Away(self._trouble)
                    self.fetch()
        return self._heads

    def _old(self, fresh: float) -> bool:
        return not self._heads or self.ground.clocks.steady() - self._asked > fresh

    def fetch(self) -> None:
        """Ask the remote now."""
        with self.using() as copy:
            self._trouble = ""
            try:
                self._heads = copy.sync()
            except SourceError as error:
                self._trouble = str(away(error))
            except OSError as error:
                self._trouble = durable.explained(error)
            if self._trouble:
                self._failed = self.ground.clocks.steady()
                raise Away(self._trouble)
            self._asked = self.ground.clocks.steady()

    def site(self, commit: str) -> Site:
        """The site in a commit, by its full name. Raises NotThere, Away."""
        with self._sites_lock:
            if commit in self._sites:
                self._sites.move_to_end(commit)
                return self._sites[commit]
        try:
            found = Site(self.folder, commit, tree_at(self.blobs, commit))
        except (GitError, OSError):
            raise NotThere("There is no such commit.") from None
        with self._sites_lock:
            found = self._sites.setdefault(commit, found)
            while len(self._sites) > _SITES:
                self._sites.popitem(last=False)
        return found

    def push(self, commit: str, branch: str, before: str = "") -> Pushed:
        """Make a branch of the remote point to a commit: from `before`, or ("") a new one."""
        with self.using() as copy:
            try:
                pushed = copy.push(commit, branch, before)
                if pushed.done:
                    copy.note(branch, commit)
                    self._heads = {**self._heads, branch: commit}
            except SourceError as error:
                raise away(error) from None
        return pushed

    def remove(self, branch: str, before: str) -> Pushed:
        """Remove a branch of the remote that still points to `before`."""
        with self.using() as copy:
            try:
                pushed = copy.remove(branch, before)
                if pushed.done:
                    copy.note(branch, "")
                    self._heads = {n: c for n, c in self._heads.items() if n != branch}
            except SourceError as error:
                raise away(error) from None
        return pushed

    @contextlib.contextmanager
    def using(self) -> Iterator[Copy]:
        """The bare repository for one of us alone: no other thread, and no other portal of this state."""
        copy = self.copy
        with self.lock:
            if self._held:
                self._held += 1
                try:
                    yield copy
                finally:
                    self._held -= 1
                return
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            with (self.folder.parent / "repository.lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                self._held = 1
                try:
                    yield copy
                finally:
                    self._held = 0


def away(error: SourceError) -> Away:
    """What a visitor is told when the repository cannot be used."""
    return Away(
        f"The repository cannot be used now: {error.reason}. Nothing was changed; try again in a while, or "
        "tell an administrator."
    )


def repository(ground: Ground) -> Repository:
    """The repository of a ground."""
    return Repository.of(ground)
