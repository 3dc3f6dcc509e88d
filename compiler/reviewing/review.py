"""`dialform review`: for each object of a change, whether somebody's role allows it.

The base says who somebody is and what is whose. What is judged is the way from where the change
began (the merge base) to its head, so that nobody is blamed for what others did to the base since.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from dialform.compiler.reviewing.grounds import Grounds
from dialform.compiler.reviewing.review_files import file_verdict, review_other
from dialform.compiler.reviewing.review_tenant import review_tenant
from dialform.compiler.reviewing.touched import Touched, touched
from dialform.compiler.reviewing.verdicts import Review, Verdict
from dialform.compiler.states.repository import GitError, Repository, git
from dialform.compiler.states.state import WORKTREE, State, StateError, open_revision, open_state
from dialform.schema.tree import SLUG

WORKING = (WORKTREE, ".")
"""What names the working tree as the head of a review."""


def review(root: Path, base: str, head: str, names: Sequence[str]) -> Review:
    """The review of what leads from `base` to `head` (a revision, or `worktree`) by a person.

    Raises StateError where one of the states cannot be had, WhoError where a name is none.
    """
    repository = Repository(root)
    try:
        if not repository.commit("HEAD"):
            raise StateError("The repository has no commit yet: commit the site first.")
    except GitError as error:
        raise StateError(
            f"There is nothing to review without a git repository: {error.reason}."
        ) from None
    # By revision alone: a folder of the head may have the base's name.
    today = open_revision(base, root)
    end = open_state(WORKTREE, root) if head in WORKING else open_revision(head, root)
    try:
        start = _fork(repository, today, end)
        fork = today if start == today.commit else open_revision(start, root)
        files = touched(repository, fork.commit or "", None if head in WORKING else end.commit)
        prefix = os.fsdecode(git(root, "rev-parse", "--show-prefix").rstrip(b"\n"))
    except GitError as error:
        raise StateError(f"git cannot compare the two: {error.reason}.") from None
    today.fetch(path for paths in today.tree.tenants.values() for path in paths)
    grounds = Grounds(tuple(names), today.tree, fork.tree, end.tree, prefix)
    verdicts = sorted(judge(grounds, files), key=lambda one: one.order)
    return Review(
        grounds.person, today.label, end.label, tuple(verdicts), tuple(_notes(grounds, today.label))
    )


def _notes(grounds: Grounds, base: str) -> Iterator[str]:
    if not grounds.admins:
        yield f"{base} names no admins in platform.yaml, or it cannot be read: nobody is one"
    if not grounds.person.known:
        yield (
            f"{base} knows no {grounds.person}: neither as an admin nor as a tenant's user, so they may "
            "change nothing"
        )


def dirty(root: Path) -> bool:
    """Whether the repository's folder holds what is in no commit. Raises StateError."""
    try:
        return bool(git(root, "status", "--porcelain", "-z").strip(b"\0"))
    except GitError as error:
        raise StateError(f"git cannot tell what was changed: {error.reason}.") from None


def _fork(repository: Repository, base: State, head: State) -> str:
    """The commit where the head's line left the base's."""
    told = ""
    try:
        told = git(
            repository.root, "merge-base", "--all", base.commit or "", head.commit or ""
        ).decode()
    except GitError:
        if repository.shallow:
            raise StateError(
                "This clone is shallow, and where the two lines of commits parted is not in it: fetch "
                "the whole history with `git fetch --unshallow` (in CI: `fetch-depth: 0` or "
                "`GIT_DEPTH: 0`)."
            ) from None
    found = told.split()
    if not found:
        raise StateError(
            f"{base.label} and {head.label} have no commit in common: their histories are unrelated."
        )
    if len(found) > 1:
        # Compared with one of them, a change could look like what the other one had.
        raise StateError(
            f"{base.label} and {head.label} parted at {len(found)} commits, each merged into the "
            f"other: merge {base.label} into the head once more, then review that."
        )
    return found[0]


def judge(grounds: Grounds, files: Sequence[Touched]) -> list[Verdict]:
    """The verdicts on these touched files, in no order."""
    tenants: dict[str, list[str]] = {}
    verdicts: list[Verdict] = []
    for one in files:
        slug = _tenant_of(one)
        if slug:
            tenants.setdefault(slug, []).append(one.path or "")
            continue
        try:
            verdicts += review_other(grounds, one)
        except OSError as error:
            verdicts.append(_unreadable(grounds, one, error))
    for slug, paths in sorted(tenants.items()):
        try:
            verdicts += review_tenant(grounds, slug, paths)
        except OSError as error:
            broken = [one for one in files if one.path in paths]
            verdicts += [_unreadable(grounds, one, error) for one in broken]
    return verdicts


def _unreadable(grounds: Grounds, one: Touched, error: OSError) -> Verdict:
    why = f"it cannot be read, so nobody can tell what it does: {error.strerror or error}"
    return file_verdict(one, grounds.admins_only(why))


def _tenant_of(one: Touched) -> str:
    """Whose file this is; empty where it is none of a tenant that is read as one."""
    parts = (one.path or "").split("/")
    if one.odd or parts[0] != "tenants.d" or len(parts) not in (2, 3):
        return ""
    slug = parts[1].removesuffix(".yaml") if len(parts) == 2 else parts[1]
    readable = parts[-1].endswith(".yaml") and not parts[-1].startswith(".")
    return slug if readable and SLUG.match(slug) else ""
