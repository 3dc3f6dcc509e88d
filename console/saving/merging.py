"""Two changes of one thing made one, field by field: what does not overlap holds, what does is shown."""

from collections.abc import Iterator, Sequence
from typing import Any

from dialform.compiler.states.repository import GitError, git
from dialform.console.saving.copy import Copy
from dialform.console.saving.edit import Edit, digest_of, inside, value_at
from dialform.console.saving.errors import Clash, Overlap
from dialform.console.saving.objects import Blobs
from dialform.console.saving.repository import Repository
from dialform.console.site import Site
from dialform.reconcile.source import SourceError
from dialform.schema.document import load
from dialform.schema.editing import GONE, at, same
from dialform.schema.rule import Path
from dialform.values import replace

FARTHEST = 60
"""How many changes of a document are looked through for what somebody began from."""


def three_way(base: Any, mine: Any, theirs: Any, path: Path = ()) -> tuple[Any, list[Path]]:
    """What comes of both changes, and the paths at which they differ (there it is mine)."""
    if same(mine, theirs) or same(base, theirs):
        return mine, []
    if same(base, mine):
        return theirs, []
    if not (isinstance(mine, dict) and isinstance(theirs, dict)):
        return mine, [path]
    old = base if isinstance(base, dict) else {}
    merged, overlaps = {}, []
    for key in dict.fromkeys((*theirs, *mine)):
        first, second, third = (one.get(key, GONE) for one in (old, mine, theirs))
        value, found = three_way(first, second, third, (*path, key))
        overlaps += found
        if value is not GONE:
            merged[key] = value
    return merged, overlaps


def merged_edits(repository: Repository, now: Site, edits: Sequence[Edit]) -> list[Edit]:
    """The edits as they go onto what stands there now. Raises Clash."""
    made, clashes = [], []
    for edit in edits:
        result = _merged(repository, now, edit)
        if isinstance(result, Overlap):
            clashes.append(result)
        else:
            made.append(result)
    if clashes:
        raise Clash(clashes)
    return made


def _merged(repository: Repository, now: Site, edit: Edit) -> Edit | Overlap:
    from dialform.console.saving.edit import ANYWAY

    theirs = value_at(now, edit.tenant, edit.path)
    if edit.was == ANYWAY or digest_of(theirs) == (edit.was or ""):
        return edit
    if digest_of(theirs) == digest_of(edit.value):
        return edit
    base = began_from(repository, now, edit)
    value, overlaps = three_way(base, edit.value, theirs)
    if overlaps:
        return Overlap(edit, base, theirs, edit.value, tuple(overlaps))
    return replace(edit, value=value)


def began_from(repository: Repository, now: Site, edit: Edit) -> Any:
    """What stood there when somebody began, by its digest; GONE where there was nothing, or where the
    history does not tell.
    """
    if not edit.was:
        return GONE
    for data in _before(repository, now, edit):
        value = at(data, inside(edit.tenant, edit.path))
        if digest_of(value) == edit.was:
            return value
    return GONE


def _before(repository: Repository, now: Site, edit: Edit) -> Iterator[Any]:
    """A document's data in earlier commits, the newest first."""
    name = edit.document
    paths = [name, f"{name}.yaml"] if edit.tenant is not None else [name]
    try:
        where = [repository.place.outside(path) for path in paths]
        for commit in _commits(repository.copy, now.commit, where):
            yield document_at(repository.blobs, commit, name, paths)
    except (GitError, SourceError):
        return


def _commits(copy: Copy, tip: str, paths: Sequence[str]) -> list[str]:
    """Commits between which the files are not the same."""
    told = copy.question(
        "log", "--format=%H %P", f"--max-count={FARTHEST}", tip, "--", *paths
    ).decode().splitlines()  # fmt: skip
    return [commit for line in told for commit in line.split()][1:]


def document_at(blobs: Blobs, commit: str, name: str, paths: Sequence[str]) -> Any:
    """A document's data in a commit. Raises GitError."""
    told = git(
        blobs.folder, "ls-tree", "-r", "-z", "--full-tree", blobs.place.tree(commit), "--", *paths
    ).decode("utf-8", "replace")
    rows = [row.partition("\t") for row in told.split("\0") if row.endswith(".yaml")]
    named = {path: head.split()[2] for head, _, path in rows}
    contents = blobs.get(named.values())
    return load(name, [(path, contents[blob]) for path, blob in sorted(named.items())])[0].data
