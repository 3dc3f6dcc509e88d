"""Where a site's files come from: the working tree, a commit, a folder, what a host was given.

Only the standard library and `schema.tree` are imported here: whether two states differ at all is
answered without the models.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from dialform.compiler.stamp import SITE
from dialform.compiler.states.agent import CURRENT, default_state
from dialform.compiler.states.commit import CommitFiles
from dialform.compiler.states.repository import GitError, Repository
from dialform.schema.tree import FOLDERS, ROOT_FILES, Tree, scan, sort_out
from dialform.values import dataclass, field

WORKTREE = "worktree"
MANIFEST = "manifest.json"


class StateError(Exception):
    """A state cannot be had: one sentence, with the way out."""


@dataclass
class State:
    """The files of a site at one moment.

    `commit` is the commit that they are of (of a dirty working tree: that it started from), `live` the
    digest of everything that a compiled folder holds. `contents` gives each file's content a name
    that is the same wherever it lies: git's own for a blob.
    """

    label: str
    tree: Tree
    commit: str | None = None
    dirty: bool = False
    live: str = ""
    host: str = ""
    compiler: str = ""
    parsed: dict[str, Any] = field(default_factory=dict, repr=False)
    """What was read of it already, by the name of the document."""
    _name_all: Callable[[Tree], Mapping[str, str]] = field(default=lambda _: {}, repr=False)

    @cached_property
    def contents(self) -> Mapping[str, str]:
        """The name of each file's content, by path."""
        return self._name_all(self.tree)

    @cached_property
    def digest(self) -> str:
        """One name for all files of the site: the same wherever the same files lie."""
        made = hashlib.sha256()
        for path, name in sorted(self.contents.items()):
            made.update(f"{path}\0{name}\0".encode("utf-8", "surrogateescape"))
        return made.hexdigest()

    def read(self, path: str) -> bytes:
        """The bytes of a file. Raises OSError."""
        return self.tree.read(path)

    def fetch(self, paths: Iterable[str]) -> None:
        """Say which files will be read: from a commit they come in one go. Raises StateError."""
        files = self.tree.files
        if isinstance(files, CommitFiles):
            try:
                files.fetch(paths)
            except GitError as error:
                raise StateError(f"{self.label} cannot be read: {error.reason}.") from None


def open_state(spec: str, root: Path) -> State:
    """The state that a word names, for the site at `root`.

    `worktree` (or `.`), a git revision (`main`, `HEAD~2`, `main...topic` for where both parted), a
    site's folder, a compiled host folder such as `out/pbx1`, `host:pbx1` for what the agent of this
    machine gave its host. Raises StateError.
    """
    if spec in (WORKTREE, "."):
        return _worktree(root)
    if spec.startswith("host:"):
        return _running(spec.removeprefix("host:"), root)
    folder = Path(spec)
    if folder.is_dir() and (folder / MANIFEST).is_file():
        return _compiled(folder, spec, root)
    if folder.is_dir() and (folder / "platform.yaml").is_file():
        return _folder(folder.absolute(), spec, root)
    return _revision(spec, root, looks_like_folder=folder.is_dir())


def open_revision(spec: str, root: Path) -> State:
    """The state of a git revision, even where a folder has its name. Raises StateError."""
    return _revision(spec, root, looks_like_folder=False)


def named_state(label: str, tree: Tree, commit: str, contents: Mapping[str, str]) -> State:
    """A state of files that somebody has listed already, with the names of their contents."""
    return State(label, tree, commit, _name_all=lambda _: contents)


def nothing(root: Path) -> State:
    """A state without any file: what a host runs that was given nothing yet."""
    return State("nothing", Tree(root, CommitFiles(_repository(root), ())), _name_all=lambda _: {})


def default_base(root: Path) -> str:
    """What a plan starts from where nobody says: HEAD, else the one compiled folder.

    Raises StateError.
    """
    if _in_git(root):
        return "HEAD"
    compiled = compiled_folders(root / "out")
    if len(compiled) == 1:
        return str(compiled[0])
    found = " or ".join(f"--base out/{path.name}" for path in compiled)
    raise StateError(
        "The site is in no git repository, so there is no commit to compare with: "
        + (f"say {found}." if found else "run `git init` and commit it, or compile it first.")
    )


def compiled_folders(out: Path) -> list[Path]:
    """The hosts' folders that a compile left; what begins with a dot is none that anybody looks at."""
    found = (path.parent for path in out.glob(f"[!.]*/{MANIFEST}"))
    return sorted(found)


def _in_git(root: Path) -> bool:
    return any((folder / ".git").exists() for folder in (root, *root.parents))


def _hashed(files: Iterable[str], read: Callable[[str], bytes], wide: bool) -> dict[str, str]:
    """Git's names for contents: SHA-1, or SHA-256 (`wide`) where the repository has those."""
    names = {}
    for path in files:
        try:
            raw = read(path)
        except OSError:
            names[path] = ""
            continue
        # SHA-1 as git has it: a name for content, no proof of who wrote it.
        made = hashlib.sha256() if wide else hashlib.sha1(usedforsecurity=False)
        made.update(b"blob %d\0" % len(raw))
        made.update(raw)
        names[path] = made.hexdigest()
    return names


def _worktree(root: Path) -> State:
    tree = scan(root)
    if not _in_git(root):
        return State(
            "the working tree", tree, _name_all=lambda t: _hashed(t.entries, t.read, False)
        )
    try:
        repository = _repository(root)
        head = repository.commit("HEAD")
        known = repository.index([*ROOT_FILES, *FOLDERS])
        committed = repository.files(head) if head else {}
    except GitError as error:
        raise _refused(error) from None
    names = {path: known[path] for path in tree.entries if path in known}
    names |= _hashed(tree.entries.keys() - known.keys(), tree.read, wide=len(head) == 64)
    before = {path: name for path, name in committed.items() if _belongs(path)}
    return State("the working tree", tree, head or None, names != before, _name_all=lambda _: names)


def _belongs(path: str) -> bool:
    """Whether a path is one of a site's, as `scan` finds them."""
    return "/." not in path and path.split("/", 1)[0] in (*ROOT_FILES, *FOLDERS)


@cache
def _repository(root: Path) -> Repository:
    """One for each site: it remembers what never changes, the trees of commits."""
    return Repository(root)


def _revision(spec: str, root: Path, *, looks_like_folder: bool) -> State:
    if not _in_git(root):
        raise StateError(
            f"'{spec}' is no site and no compiled folder, and the site is in no git repository; "
            "name a folder such as out/pbx1."
        )
    repository = _repository(root)
    try:
        commit = _named(repository, spec)
        if not commit:
            raise _unknown(repository, spec, looks_like_folder)
        files = CommitFiles(repository, repository.tree(commit))
    except GitError as error:
        raise _refused(error) from None
    tree = sort_out(root, files)
    label = spec if spec == commit else f"{spec} ({commit[:10]})"
    return State(
        label, tree, commit, _name_all=lambda t: {path: files.blobs[path] for path in t.entries}
    )


def _named(repository: Repository, spec: str) -> str:
    one, dots, other = spec.partition("...")
    if not dots:
        return repository.commit(spec)
    ends = [repository.commit(end or "HEAD") for end in (one, other)]
    return repository.merge_base(*ends) if all(ends) else ""


def _unknown(repository: Repository, spec: str, looks_like_folder: bool) -> StateError:
    if not repository.commit("HEAD"):
        return StateError("The repository has no commit yet: commit the site first.")
    if repository.shallow:
        return StateError(
            f"'{spec}' is not in this clone, which is shallow: fetch the whole history with "
            "`git fetch --unshallow` (in CI: `fetch-depth: 0` or `GIT_DEPTH: 0`)."
        )
    if looks_like_folder:
        return StateError(
            f"'{spec}' is a folder, but neither a site (it has no platform.yaml) nor a compiled host "
            f"folder (it has no {MANIFEST})."
        )
    if "..." in spec:
        return StateError(f"'{spec}' names no commit where two lines parted: check both names.")
    return StateError(
        f"'{spec}' is no commit of this repository; fetch it (`git fetch origin`) or name another one."
    )


def _refused(error: GitError) -> StateError:
    return StateError(f"git cannot read the site's repository: {error.reason}.")


def _folder(root: Path, spec: str, beside: Path) -> State:
    if root == beside.absolute():
        return _worktree(beside)
    tree = scan(root)
    wide = _is_wide(beside)
    return State(spec, tree, _name_all=lambda t: _hashed(t.entries, t.read, wide))


def _running(name: str, beside: Path) -> State:
    """What the agent of this machine gave its host: what its link `current` points to."""
    folder = default_state(os.environ) / CURRENT
    if not (folder / MANIFEST).is_file():
        raise StateError(
            f"No agent of this machine has applied anything (there is no {folder}): ask on the host, say "
            "where its agent keeps its state with DIALFORM_STATE, or name a compiled folder such as "
            f"out/{name or 'pbx1'}."
        )
    # The folder itself: the link may point elsewhere in the next moment.
    found = _compiled(folder.resolve(), f"host:{name}", beside)
    if found.host != name:
        raise StateError(f"The agent of this machine runs host '{found.host}', not '{name}'.")
    return found


def _compiled(folder: Path, spec: str, beside: Path) -> State:
    """What a compiled host folder was compiled from, as it lies beside what came of it."""
    if not (folder / SITE / "platform.yaml").is_file():
        raise StateError(
            f"'{spec}' does not hold what it was compiled from: an older Dialform wrote it; compile "
            "again."
        )
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_bytes())
        live = live_digest(manifest)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise StateError(f"'{spec}/{MANIFEST}' cannot be read: compile again.") from None
    tree = scan((folder / SITE).absolute())
    wide = _is_wide(beside)
    return State(
        spec, tree, manifest.get("commit"), bool(manifest.get("dirty")), live,
        str(manifest.get("host", "")), str(manifest.get("compiler", "")),
        _name_all=lambda t: _hashed(t.entries, t.read, wide),
    )  # fmt: skip


def open_given(folder: Path, label: str, commit: str | None) -> State:
    """What a compiled host folder was compiled from, its contents named by its manifest: nothing is read.

    Good for comparing it with another one of this kind alone. Raises StateError.
    """
    try:
        files: dict[str, Any] = json.loads((folder / MANIFEST).read_bytes())["files"]
        start = len(SITE) + 1
        names = {p[start:]: f["sha256"] for p, f in files.items() if p.startswith(f"{SITE}/")}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise StateError(f"'{folder}/{MANIFEST}' cannot be read: compile again.") from None
    tree = scan((folder / SITE).absolute())
    return State(label, tree, commit, _name_all=lambda t: {p: names.get(p, "") for p in t.entries})


def live_digest(manifest: Mapping[str, Any]) -> str:
    """One name for all that a host was given, from its manifest."""
    made = hashlib.sha256()
    for path, file in sorted(manifest["files"].items()):
        made.update(f"{path}\0{file['sha256']}\0".encode())
    return made.hexdigest()


def _is_wide(root: Path) -> bool:
    if not _in_git(root):
        return False
    try:
        return len(_repository(root).commit("HEAD")) == 64
    except GitError:
        return False
