"""The portal's own copy of the site's repository: bare, with all branches of the remote, and pushed from."""

from collections.abc import Mapping, Sequence

from dialform.reconcile import durable
from dialform.reconcile.source import words
from dialform.reconcile.source.clone import DOUBT, FETCH, Clone
from dialform.reconcile.source.errors import SourceError
from dialform.reconcile.source.git import Limits
from dialform.values import dataclass

HEADS = "refs/heads/"
LIMITS = Limits(ask=60.0, talk=60.0, clone=1800.0)
"""How long git may take: a question, a talk with the remote, the first fetch (and to clear up)."""

_GC = (("gc.auto", "6700"), ("gc.autoDetach", "false"), ("gc.writeCommitGraph", "false"),
       ("gc.cruftPacks", "false"), ("gc.pruneExpire", "never"))  # fmt: skip
_MOVED = ("fetch first", "non-fast-forward", "stale info", "already exists", "cannot lock ref")
"""What git says of a push where somebody else was quicker."""


@dataclass(frozen=True, slots=True)
class Pushed:
    """What came of a push: `moved` where somebody else was quicker, else why the other side refused it."""

    moved: bool = False
    refused: str = ""

    @property
    def done(self) -> bool:
        """Whether it is there now."""
        return not self.moved and not self.refused


class Copy(Clone):
    """A bare repository, alone in its folder. One at a time may use it."""

    def asked(self) -> Mapping[str, str]:
        """All branches of the remote, by their names: nothing here is touched. Raises SourceError."""
        told = self.talk("ls-remote", "--heads", self.address.url, within=self.limits.talk)
        heads = {
            name.removeprefix(HEADS): commit
            for commit, _, name in (
                line.partition("\t") for line in told.decode("utf-8", "replace").splitlines()
            )
            if name.startswith(HEADS)
        }
        if not heads:
            raise SourceError(f"the repository {self.address.shown} is empty", "empty")
        return heads

    def take(self, there: Mapping[str, str]) -> Mapping[str, str]:
        """The remote's branches here, where they are not as they are `there`. Raises SourceError."""
        some = next(iter(there.values()))
        if (self.folder / DOUBT).exists():
            self._anew_from(some)
        if not self.ready():
            self.init(some)
        if self._known() != there:
            try:
                self._fetch_all()
            except SourceError as error:
                if error.kind != "damaged":
                    raise
                self._anew_from(some)
        return self.heads()

    def _known(self) -> Mapping[str, str]:
        """The branches that are here; none where what is here cannot be read."""
        try:
            return self.heads()
        except SourceError as error:
            if error.kind != "damaged":
                raise
            return {}

    def heads(self) -> Mapping[str, str]:
        """The branches as they were last fetched. Raises SourceError."""
        if not self.ready():
            return {}
        told = self.question("for-each-ref", "--format=%(objectname) %(refname)", HEADS)
        rows = (line.partition(" ") for line in told.decode("utf-8", "replace").splitlines())
        return {name.removeprefix(HEADS): commit for commit, _, name in rows}

    def push(self, commit: str, branch: str, before: str = "") -> Pushed:
        """Make a branch of the remote point to a commit: from `before`, or ("") a new one.

        Raises SourceError where the remote cannot be reached.
        """
        return self._push(f"{commit}:{HEADS}{branch}", branch, before)

    def remove(self, branch: str, before: str) -> Pushed:
        """Remove a branch that still points to `before`. Raises SourceError."""
        return self._push(f":{HEADS}{branch}", branch, before)

    def _push(self, what: str, branch: str, before: str) -> Pushed:
        config, more = self._way_in()
        durable.checkpoint("saving.push")
        done = self.git.talk(
            "push", "--porcelain", "--no-verify", "--no-signed", "--no-follow-tags",
            f"--force-with-lease={HEADS}{branch}:{before}", self.address.url, what,
            within=self.limits.talk, protocols=self.address.protocols, config=config, more=more,
        )  # fmt: skip
        durable.checkpoint("saving.pushed")
        if done.code == 0:
            return Pushed()
        rows = [
            line for line in done.out.decode("utf-8", "replace").splitlines() if line[:1] == "!"
        ]
        if not rows:
            own = self.clean(words.first_line(done.told))
            kind, told = words.meaning(done.told, self.address.shown)
            raise SourceError(f"{told} ({own})" if own else told, kind)
        reason = self.clean(rows[0].rsplit("\t", 1)[-1])
        if any(one in reason for one in _MOVED):
            return Pushed(moved=True)
        told = "; ".join(
            self.clean(line.removeprefix("remote:").strip())
            for line in done.told.splitlines()
            if line.startswith("remote:") and line.removeprefix("remote:").strip()
        )
        return Pushed(refused=(told or reason)[:300])

    def note(self, branch: str, commit: str) -> None:
        """Remember what a branch is since the last push. Raises SourceError."""
        if commit:
            self.question("update-ref", f"{HEADS}{branch}", commit)
        else:
            self.question("update-ref", "-d", f"{HEADS}{branch}")

    def _fetch_all(self) -> None:
        durable.checkpoint("saving.fetch")
        self.talk(
            *FETCH, "--prune", "--update-shallow", "--update-head-ok", self.address.url,
            f"+{HEADS}*:{HEADS}*", within=self.limits.talk if self.heads() else self.limits.clone,
        )  # fmt: skip

    def _anew_from(self, some: str) -> None:
        """Fetch all of it beside, and put that in the place of what is damaged: who reads finds one of them.
        All that is here is at the remote as well.
        """
        new, old = self._beside("new"), self._beside("old")
        durable.remove_tree(new)
        durable.make_folder(new, 0o700)
        fresh = Copy(new, self.address, self.limits, self._environ)
        fresh.init(some)
        try:
            fresh._fetch_all()
        except SourceError as error:
            durable.remove_tree(new)
            if error.kind != "damaged":
                raise
            # An empty copy has nothing to be damaged: it is the other side that is.
            (self.folder / DOUBT).unlink(missing_ok=True)
            raise SourceError(f"{self.address.shown} is damaged", "broken") from None
        durable.remove_tree(old)
        durable.rename(self.folder, old)
        durable.rename(new, self.folder)
        durable.remove_tree(old)

    def prune(self, age: int, kept: Sequence[str]) -> None:
        """Remove what nothing names, nor rests under one of the commits `kept`, and is so many seconds old;
        then pack what many fetches left. Raises SourceError.
        """
        asked = ("prune", f"--expire={age}.seconds.ago", "--", *kept)
        done = self.git.ask(*asked, within=self.limits.clone)
        if done.code:
            raise self.trouble(done, "prune")
        # After it, for what nothing names is packed by no gc: it would try again and again.
        done = self.git.ask("gc", "--auto", "--quiet", within=self.limits.clone, config=_GC)
        if done.code:
            raise self.trouble(done, "gc")
