"""The agent's own copy of a site's repository: bare, and mended by itself whatever happened to it.

It is made by `git init` and a fetch, not by `git clone`: a first fetch that was cut short goes on with the
next one. Two refs of ours name what must stay: `refs/dialform/fetched`, the newest commit of the branch,
and `refs/dialform/applied`, the one applied last, which a rewritten history would otherwise let go.
"""

import contextlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from dialform.reconcile import durable
from dialform.reconcile.source import ownership, words
from dialform.reconcile.source.address import Address
from dialform.reconcile.source.errors import SourceError
from dialform.reconcile.source.git import Done, Git, Limits
from dialform.schema.rule import printable

FETCHED = "refs/dialform/fetched"
APPLIED = "refs/dialform/applied"

DOUBT = "dialform-damaged"
"""A file in the repository: git found it damaged, so the next fetch makes it anew."""

_LEFT = (
    "objects/pack/tmp_*",
    "objects/pack/.tmp-*",
    "objects/tmp_objdir-*",
    "objects/*/tmp_obj_*",
    "gc.pid",
)
"""What a git that was killed leaves behind, besides its locks."""

_HELPER = (
    '!f() { test "$1" = get && '
    'printf \'username=%s\\npassword=%s\\n\' "$DIALFORM_USER" "$DIALFORM_PASSWORD"; }; f'
)
"""Hands over the URL's own credentials: neither an argument (all users see those) nor a file has them."""

FETCH = ("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance",
         "--no-recurse-submodules", "--force")  # fmt: skip

_OURS = "the agent's copy of the repository"

_GC = (("gc.auto", "2000"), ("gc.autoDetach", "false"), ("gc.writeCommitGraph", "false"))


class Clone:
    """A bare repository, alone in its folder. Only the holder of the agent's lock may use it."""

    def __init__(
        self,
        folder: Path,
        address: Address,
        limits: Limits = Limits(),  # noqa: B008 - immutable
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self.folder = folder
        self.address = address
        self.limits = limits
        self.git = Git(folder, environ)
        self._environ = environ
        self._settled = False

    def question(
        self, *arguments: str, stdin: bytes | None = None, more: Mapping[str, str] | None = None
    ) -> bytes:
        """What git says about what lies here. Raises SourceError."""
        done = self.git.ask(*arguments, within=self.limits.ask, stdin=stdin, more=more)
        if done.code:
            raise self.trouble(done, arguments[0])
        return done.out

    def trouble(self, done: Done, what: str) -> SourceError:
        """Why git failed on what lies here; damage is remembered."""
        own = self.clean(words.first_line(done.told))
        if words.is_full(done.told):
            return SourceError(f"the disk is full ({own})", "disk_full")
        if words.is_damage(done.told) or done.code < 0:
            return self.damage(own or f"git {what} was ended by a signal")
        return SourceError(f"git {what} failed ({own})", "git")

    def damage(self, own: str) -> SourceError:
        """Remember that the copy is damaged."""
        with contextlib.suppress(OSError):
            (self.folder / DOUBT).touch()
        return SourceError(f"{_OURS} is damaged ({own})", "damaged")

    def clean(self, text: str) -> str:
        """A text of git's fit to be shown: one line, not long, without credentials."""
        text = printable(self.address.clean(text))
        return text if len(text) <= 300 else f"{text[:297]}..."

    def ref(self, name: str) -> str:
        """The commit that a ref names and that is really here; empty where there is none."""
        done = self.git.ask(
            "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}", within=self.limits.ask
        )
        return done.out.decode().strip() if done.code == 0 else ""

    def keep(self, commit: str) -> None:
        """From now on this is the commit applied last; its history stays. Raises SourceError."""
        if self.ref(APPLIED) != commit:
            durable.checkpoint("source.keep")
            self.question("update-ref", APPLIED, commit)

    def fetch(self, branch: str) -> str:
        """The newest commit of a branch (empty: the remote's default), here. Raises SourceError."""
        try:
            return self._fetch(branch)
        except OSError as error:
            raise unwritable(error) from None

    def _fetch(self, branch: str) -> str:
        self.settle()
        tip, ref = self._tip(branch)
        if (self.folder / DOUBT).exists():
            return self._anew(tip, ref)
        if self.ready() and self.ref(FETCHED) == tip:
            return tip
        try:
            self._get(tip, ref)
        except SourceError as error:
            with contextlib.suppress(OSError):
                self._sweep()
            if error.kind != "damaged":
                raise
            return self._anew(tip, ref)
        self._tidy()
        return self.ref(FETCHED) or self._anew(tip, ref)

    def settle(self) -> None:
        """After a crash, once: what was half done is finished or taken back. Raises SourceError."""
        if self._settled:
            return
        try:
            if not self.folder.exists() and self._beside("old").exists():
                durable.rename(self._beside("old"), self.folder)
            for name in ("new", "old"):
                durable.remove_tree(self._beside(name))
            if not self.folder.is_dir():
                durable.remove_tree(self.folder)
            durable.make_folder(self.folder, 0o700)
            self._sweep()
        except OSError as error:
            raise unwritable(error) from None
        self._settled = True

    def _beside(self, name: str) -> Path:
        return self.folder.with_name(f"{self.folder.name}.{name}")

    def _sweep(self) -> None:
        """Locks of a git that is no more: whoever holds the agent's lock is alone here.

        Raises OSError.
        """
        locks = [*self.folder.glob("*.lock"), *self.folder.glob("refs/**/*.lock")]
        locks += self.folder.glob("objects/info/*.lock")
        for left in [*locks, *(one for pattern in _LEFT for one in self.folder.glob(pattern))]:
            durable.remove_tree(left)

    def ready(self) -> bool:
        """Whether there is a repository here, whole or damaged."""
        return all((self.folder / name).exists() for name in ("HEAD", "config", "objects", "refs"))

    def init(self, commit: str) -> None:
        """Make it, for objects that are named as this commit is. Raises SourceError."""
        kind = "sha256" if len(commit) == 64 else "sha1"
        self.question("init", "--quiet", "--bare", "--template=", f"--object-format={kind}")

    def _tip(self, branch: str) -> tuple[str, str]:
        """The newest commit of the branch at the remote, and the ref's name there."""
        ref = f"refs/heads/{branch}" if branch else "HEAD"
        out = self.talk("ls-remote", self.address.url, *_patterns(branch), within=self.limits.talk)
        lines = out.decode("utf-8", "replace").splitlines()
        refs = {name: commit for commit, _, name in (line.partition("\t") for line in lines)}
        if ref in refs:
            return refs[ref], ref
        where = self.address.shown
        if not self.talk("ls-remote", self.address.url, within=self.limits.talk).strip():
            raise SourceError(f"the repository {where} is empty", "empty")
        if branch:
            raise SourceError(f"{where} has no branch '{printable(branch)}'", "no_branch")
        raise SourceError(f"the default branch of {where} has no commit", "no_branch")

    def _get(self, tip: str, ref: str) -> None:
        """Fetch one ref, and make the repository first where there is none."""
        durable.checkpoint("source.init")
        if not self.ready():
            self.init(tip)
        durable.checkpoint("source.fetch")
        first = not self.ref(FETCHED)
        self.talk(
            *FETCH, "--update-shallow", self.address.url, f"+{ref}:{FETCHED}",
            within=self.limits.clone if first else self.limits.talk,
        )  # fmt: skip
        durable.checkpoint("source.fetched")

    def talk(self, *arguments: str, within: float) -> bytes:
        """What git says when it talks to the remote. Raises SourceError."""
        config, more = self._way_in()
        if arguments[0] == "ls-remote":
            # What the other side has is asked without looking at what lies here, it may be damaged.
            more = {**more, "GIT_DIR": os.devnull}
        try:
            done = self.git.talk(
                *arguments,
                within=within,
                protocols=self.address.protocols,
                config=config,
                more=more,
            )
        except SourceError as error:
            if error.kind != "timeout":
                raise
            what = f"{self.address.shown} did not answer within {within:g} seconds"
            raise SourceError(what, "timeout") from None
        if done.code == 0:
            return done.out
        own = self.clean(words.first_line(done.told))
        if words.is_full(done.told):
            raise SourceError(f"the disk is full ({own})", "disk_full")
        if arguments[0] == "fetch" and words.is_damage(done.told):
            raise self.damage(own)
        kind, what = words.meaning(done.told, self.address.shown)
        raise SourceError(f"{what} ({own})" if own else what, kind)

    def _way_in(self) -> tuple[Sequence[tuple[str, str]], Mapping[str, str]]:
        """What git needs to get in: the URL's own credentials, trust in a repository of root's."""
        address = self.address
        if address.path is not None:
            return (), self._trust(address.path)
        if not (address.username or address.password):
            return (), {}
        base = "/".join(address.url.split("/", 3)[:3])
        key = f"credential.{base}.helper"
        secret = {"DIALFORM_USER": address.username, "DIALFORM_PASSWORD": address.password}
        return ((key, ""), (key, _HELPER)), secret

    def _trust(self, path: Path) -> Mapping[str, str]:
        try:
            return ownership.trusted(path, self.folder, self._environ)
        except OSError as error:
            raise unwritable(error) from None

    def _anew(self, tip: str, ref: str) -> str:
        """Clone beside what is damaged, and put that in its place. Raises SourceError, OSError."""
        new, old = self._beside("new"), self._beside("old")
        durable.remove_tree(new)
        durable.make_folder(new, 0o700)
        fresh = Clone(new, self.address, self.limits, self._environ)
        try:
            fresh._get(tip, ref)
        except SourceError as error:
            if error.kind != "damaged":
                raise
            # An empty copy has nothing to be damaged: it is the other side that is.
            (self.folder / DOUBT).unlink(missing_ok=True)
            raise SourceError(error.reason.replace(_OURS, self.address.shown), "broken") from None
        self._save_applied(fresh)
        durable.remove_tree(old)
        durable.rename(self.folder, old)
        durable.rename(new, self.folder)
        durable.remove_tree(old)
        if commit := self.ref(FETCHED):
            return commit
        raise SourceError(f"{self.address.shown} is damaged", "broken")

    def _save_applied(self, fresh: "Clone") -> None:
        """What can be saved of the commit applied last. It may be damaged as well, then it goes."""
        applied = self.ref(APPLIED)
        if not applied:
            return
        if fresh.git.ask("cat-file", "-e", applied, within=self.limits.ask).code == 0:
            fresh.keep(applied)
            return
        with contextlib.suppress(SourceError):
            fresh.git.talk(
                *FETCH, str(self.folder), f"+{APPLIED}:{APPLIED}", within=self.limits.talk,
                protocols=("file",),
            )  # fmt: skip

    def _tidy(self) -> None:
        """Pack what many fetches left, now and then. It is no harm if it fails."""
        with contextlib.suppress(SourceError):
            self.git.ask("gc", "--auto", "--quiet", within=self.limits.clone, config=_GC)


def _patterns(branch: str) -> tuple[str, ...]:
    return (f"refs/heads/{branch}",) if branch else ("HEAD",)


def unwritable(error: OSError) -> SourceError:
    """An error of the file system as one of the source's."""
    reason = printable(error.strerror or "it cannot be written")
    if error.errno in durable.FULL:
        return SourceError(f"the disk is full ({reason})", "disk_full")
    return SourceError(f"the agent's copy of the site cannot be written ({reason})", "not_writable")
