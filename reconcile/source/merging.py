"""Merges that a forge made, without a signature: whether git comes to the same tree by itself."""

from collections.abc import Sequence

from dialform.reconcile.source.clone import Clone


def why_not(clone: Clone, parents: Sequence[str], tree: str) -> str:
    """Why a merge is more than git's own of its two sides; empty where it is just that.

    Raises SourceError (timeout).
    """
    one, other = parents
    done = clone.git.ask(
        "merge-tree", "--write-tree", "--no-messages", one, other, within=clone.limits.ask
    )
    if done.code == 1:
        return "its sides are in conflict, so somebody decided something in it"
    made = done.out.decode("utf-8", "replace").strip()
    if done.code:
        return "git cannot merge its sides here (git 2.38 or later is needed)"
    return "" if made == tree else "it changes what neither side changed"
