"""The site's repository as the portal has it: its newest commit, any other one, and what is pushed to it."""

import contextlib
import fcntl
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

from dialform.compiler.states.repository import GitError
from dialform.console.errors import Away, NotThere
from dialform.console.ground import Ground
from dialform.console.saving import fetching
from dialform.console.saving.copy import LIMITS, Copy, Pushed
from dialform.console.saving.objects import Blobs, Files, tree_at
from dialform.console.saving.place import place_of
from dialform.console.site import Site
from dialform.reconcile import durable
from dialform.reconcile.source import SourceError, address

PART = "repository"
FRESH = 10.0
"""Seconds for which what was fetched is new enough to look at."""
AGAIN = 3.0
"""Seconds after which a remote that did not answer is asked anew: each try may take a minute."""
_SITES = 12
"""Sites of commits that are kept."""
_STEP = 0.05
"""Seconds between two looks whether another portal of this state let go."""

NO_REMOTE = (
    "This portal has no repository, so nothing can be changed in it: an administrator names one with "
    "`--site` when it is started."
)
SLOW = (
    "The repository has not answered yet. Nothing was changed; try again in a minute, or tell an "
    "administrator."
)
FULL = "The portal's disk is full. Nothing was changed; tell an administrator."
UNSURE = (
    "The repository did not answer in time, so it is not known whether it was taken: look at Changes before "
    "you do it again."
)
UNREAD = "The site cannot be read just now: try again in a minute, or tell an administrator."
FIRST = "The repository is fetched for the first time just now: load this page again in a minute."


class Repository:
    """All methods block: call them off the loop, by `ground.off`. They raise Away.

    Who reads is answered from what is here (`heads`, `tip`), however the remote is; who saves asks the
    remote before (`renew`).
    """

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.folder: Path = ground.state / "repository"
        self.place = place_of(ground.subfolder)
        self.blobs = Blobs(self.folder, self.place)
        self.fetching = fetching.Fetching(self._fetch, ground.clocks.steady)
        self._lock = threading.RLock()
        self._owner = 0
        self._held = 0
        self._copy: Copy | None = None
        self._sites: OrderedDict[str, Site] = OrderedDict()
        self._sites_lock = threading.Lock()
        self._heads: Mapping[str, str] = {}
        self._asked = float("-inf")
        self._branch = ground.branch

    @classmethod
    def of(cls, ground: Ground) -> "Repository":
        """The one of a ground."""
        found: Repository = ground.parts.setdefault(PART, cls(ground))
        return found

    @property
    def copy(self) -> Copy:
        """The bare repository, for questions about what is there. Raises Away."""
        if not self.ground.remote:
            raise Away(NO_REMOTE)
        if self._copy is None:
            try:
                self._copy = Copy(self.folder, address.read(self.ground.remote), LIMITS)
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
                heads, default=""
            )
        return self._branch

    @property
    def head(self) -> str:
        """The newest commit of that branch that is here. Raises Away."""
        return self._head(self.heads())

    def _head(self, heads: Mapping[str, str]) -> str:
        if self.branch not in heads:
            raise Away(f"The repository has no branch '{self.branch}' (any more).")
        return heads[self.branch]

    def tip(self, *, fresh: float = float("inf")) -> Site:
        """The newest commit of the branch that is here. `fresh`: as for `heads`."""
        commit = self._head(self.heads(fresh=fresh))
        with contextlib.suppress(NotThere):
            return self.site(commit)
        self._mend(commit)
        try:
            return self.site(commit)
        except NotThere:
            raise Away(UNREAD) from None

    def heads(self, *, fresh: float = float("inf")) -> Mapping[str, str]:
        """All branches that are here, with their commits. What is older than `fresh` (seconds) is fetched,
        and that is waited for as long as most remotes take to answer.
        """
        if not self._heads:
            self._begin()
        if self._old(fresh):
            trouble = self.fetching.trouble
            run = self.fetching.begin(AGAIN)
            if not trouble:
                run.wait_young(fetching.PATIENCE)
        return self._heads

    def renew(self, *, fresh: float = FRESH, within: float | None = None) -> None:
        """Ask the remote, before something is changed: not again within `fresh` seconds, and not longer than
        `within` (SAVING). Raises Away where it does not answer, or not in time.
        """
        if self._old(fresh):
            self._ended(self.fetching.begin(AGAIN), fetching.SAVING if within is None else within)

    def fetch(self, *, within: float | None = None) -> None:
        """Ask the remote now."""
        self.renew(fresh=-1.0, within=within)

    @property
    def reached(self) -> float | None:
        """When the remote answered last, in seconds since 1970; None where it never did."""
        with contextlib.suppress(OSError):
            return self._stamp.stat().st_mtime
        return None

    @property
    def _stamp(self) -> Path:
        return self.folder.parent / "repository.reached"

    def _old(self, fresh: float) -> bool:
        return not self._heads or self.ground.clocks.steady() - self._asked > fresh

    def _begin(self) -> None:
        """What a portal of before left is enough to begin with; where there is nothing, it is fetched."""
        with contextlib.suppress(SourceError):
            self._heads = self.copy.heads()
        if not self._heads:
            self._ended(self.fetching.begin(AGAIN), fetching.SAVING, FIRST)

    def _mend(self, commit: str) -> None:
        """Make the copy anew where it should hold all of a commit, and does not: that git could not be
        started just now is no reason to. Raises Away.
        """
        asked = ("rev-list", "--quiet", "--verify-objects", "--no-walk", commit)
        try:
            self.copy.question(*asked)
        except SourceError as error:
            if error.kind != "damaged":
                raise away(error) from None
            self._ended(self.fetching.begin(), fetching.SAVING)

    def _ended(self, run: fetching.Fetch, within: float, slow: str = SLOW) -> None:
        if self._owner == threading.get_ident():
            # Who has the repository would wait for who waits for it.
            self._fetch()
        elif not run.wait(within):
            raise Away(slow)
        else:
            run.result()

    def _fetch(self) -> None:
        copy = self.copy
        try:
            with self.using(within=None):
                copy.settle()
            there = copy.asked()
            with self.using(within=None):
                self._heads = copy.take(there)
        except SourceError as error:
            raise away(error) from None
        except OSError as error:
            raise unwritable(error) from None
        self._asked = self.ground.clocks.steady()
        with contextlib.suppress(OSError):
            self._stamp.touch()

    def site(self, commit: str) -> Site:
        """The site in a commit, by its full name. Raises NotThere, Away."""
        with self._sites_lock:
            if commit in self._sites:
                self._sites.move_to_end(commit)
                return self._sites[commit]
            newest = next(reversed(self._sites.values()), None)
        try:
            found = Site(self.folder, commit, tree_at(self.blobs, commit), newest)
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
            except SourceError as error:
                raise self._unsure(error) from None
            if pushed.done:
                self._heads = {**self._heads, branch: commit}
                self._note(copy, branch, commit)
        return pushed

    def remove(self, branch: str, before: str) -> Pushed:
        """Remove a branch of the remote that still points to `before`."""
        with self.using() as copy:
            try:
                pushed = copy.remove(branch, before)
            except SourceError as error:
                raise self._unsure(error) from None
            if pushed.done:
                self._heads = {n: c for n, c in self._heads.items() if n != branch}
                self._note(copy, branch, "")
        return pushed

    def _note(self, copy: Copy, branch: str, commit: str) -> None:
        # It is done at the remote, whatever becomes of this: the next fetch has it, too.
        with contextlib.suppress(SourceError):
            copy.note(branch, commit)

    def _unsure(self, error: SourceError) -> Away:
        if error.kind != "timeout":
            return away(error)
        self._asked = float("-inf")  # who looks now asks the remote
        return Away(UNSURE)

    @property
    def kept(self) -> list[str]:
        """The commits whose sites are kept: some of their files may not have been read yet."""
        with self._sites_lock:
            return list(self._sites)

    def whole(self, commit: str) -> Files:
        """All files of a commit, also those beside the site, by their paths from the repository's root."""
        try:
            return Files(self.blobs, commit, whole=True)
        except (GitError, OSError):
            raise NotThere("There is no such commit.") from None

    @contextlib.contextmanager
    def using(self, *, within: float | None = fetching.SAVING) -> Iterator[Copy]:
        """The bare repository for one of us alone, to change something in it: no other thread, and no other
        portal of this state. Who waits longer than `within` seconds is told so (Away).
        """
        copy = self.copy
        until = None if within is None else time.monotonic() + within
        if not self._lock.acquire(timeout=-1 if within is None else within):
            raise Away(SLOW)
        try:
            with self._alone(until):
                yield copy
        finally:
            self._lock.release()

    @contextlib.contextmanager
    def _alone(self, until: float | None) -> Iterator[None]:
        if self._held:
            self._held += 1
            try:
                yield
            finally:
                self._held -= 1
            return
        try:
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            opened = (self.folder.parent / "repository.lock").open("w")
        except OSError as error:
            raise unwritable(error) from None
        with opened as lock:
            _locked(lock, until)
            self._held, self._owner = 1, threading.get_ident()
            try:
                yield
            finally:
                self._held = self._owner = 0


def _locked(lock: IO[str], until: float | None) -> None:
    """Lock a file, by a moment of the steady clock. Raises Away."""
    if until is None:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > until:
                raise Away(SLOW) from None
            time.sleep(_STEP)


def away(error: SourceError) -> Away:
    """What a visitor is told when the repository cannot be used."""
    if error.kind == "disk_full":
        return Away(FULL)
    return Away(
        f"The repository cannot be used now: {error.reason}. Nothing was changed; try again in a while, or "
        "tell an administrator."
    )


def unwritable(error: OSError) -> Away:
    """What a visitor is told where the portal's own disk takes nothing: no path of the host."""
    if error.errno in durable.FULL:
        return Away(FULL)
    why = error.strerror or "unknown"
    return Away(
        f"The portal's disk takes nothing ({why}). Nothing was changed; tell an administrator."
    )


def repository(ground: Ground) -> Repository:
    """The repository of a ground."""
    return Repository.of(ground)
