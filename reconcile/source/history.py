"""How two commits lie to each other, and which lie between them."""

from typing import Literal

from dialform.reconcile.source.clone import Clone
from dialform.reconcile.source.errors import SourceError
from dialform.schema.rule import printable

Relation = Literal["same", "forward", "rewritten"]


def has(clone: Clone, commit: str) -> bool:
    """Whether a commit is here."""
    return is_name(commit) and bool(clone.ref(commit))


def is_name(commit: str) -> bool:
    """Whether a text is a full name of a commit (40 or 64 hexadecimal digits)."""
    return len(commit) in (40, 64) and not set(commit) - set("0123456789abcdef")


def must_have(clone: Clone, commit: str) -> None:
    """Raises SourceError where a commit is not here."""
    if not has(clone, commit):
        shown = commit[:12] if is_name(commit) else printable(commit)[:80]
        raise SourceError(f"there is no commit {shown} here", "no_commit")


def relation(clone: Clone, before: str | None, after: str) -> Relation:
    """Whether `after` goes on from `before`. What is no commit here was rewritten away.

    Before the first apply `before` is empty or None, and everything goes forward. Raises SourceError.
    """
    if before == after:
        return "same"
    if not before:
        return "forward"
    must_have(clone, after)
    if not has(clone, before):
        return "rewritten"
    done = clone.git.ask("merge-base", "--is-ancestor", before, after, within=clone.limits.ask)
    if done.code in (0, 1):
        return "rewritten" if done.code else "forward"
    raise clone.trouble(done, "merge-base")


def commits(clone: Clone, before: str | None, after: str) -> list[str]:
    """The commits that `after` has and `before` has not, parents first. Raises SourceError.

    With an empty `before` it is the whole history; so it is with one that is not here any more.
    """
    must_have(clone, after)
    without = [f"^{before}"] if before and has(clone, before) else []
    out = clone.question("rev-list", "--topo-order", "--reverse", after, *without, "--")
    return out.decode().split()
