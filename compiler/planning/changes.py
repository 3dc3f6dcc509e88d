"""What differs between two states, object by object. Only files that differ are read."""

from collections.abc import Iterable, Iterator

from dialform.compiler.planning.objects import Change, FieldChange, ObjectId
from dialform.compiler.states.state import State

_OWN = ("platform.yaml", "routes.yaml", "billing.yaml", "providers.d/", "calls.d/")
_FILES = {"rates/": "rate_files", "keys/": "keys"}
"""Folders whose files are objects themselves, and the table that they make."""


def changes(before: State, after: State) -> list[Change]:
    """All changes in their fixed order: the platform's, then those of the tenants by slug.

    Raises StateError where a commit cannot be read.
    """
    paths = differing(before, after)
    if not paths:
        return []
    for state in (before, after):
        state.fetch(path for path in paths if not path.startswith("media/"))
    slugs = touched(before, after, paths)
    own = list(_platform(before, after, [path for path in paths if path.startswith(_OWN)]))
    found = [
        *own,
        *_files(before, after, paths),
        *_tenants(before, after, slugs, own),
        *_media(before, after, [path for path in paths if path.startswith("media/")]),
    ]
    return sorted(found, key=lambda change: change.id.order)


def differing(before: State, after: State) -> list[str]:
    """The files that are not the same in both states."""
    old, new = before.contents, after.contents
    return sorted(path for path in old.keys() | new.keys() if old.get(path) != new.get(path))


def touched(before: State, after: State, paths: Iterable[str]) -> list[str]:
    """The tenants that have one of these files, in either state."""
    wanted = {path for path in paths if path.startswith("tenants.d/")}
    return sorted(
        {
            slug
            for state in (before, after)
            for slug, files in state.tree.tenants.items()
            if not wanted.isdisjoint(files)
        }
    )


def _platform(before: State, after: State, paths: list[str]) -> Iterator[Change]:
    if not paths:
        return
    from dialform.compiler.planning.compare import compare
    from dialform.compiler.planning.extract import platform_objects

    yield from compare(platform_objects(before, paths), platform_objects(after, paths))


def _tenants(
    before: State, after: State, slugs: list[str], own: Iterable[Change]
) -> Iterator[Change]:
    if not slugs:
        return
    # Late: a plan without changes needs no models.
    from dialform.compiler.planning.compare import compare, renamed_tenants
    from dialform.compiler.planning.extract import tenant_objects

    old = {slug: tenant_objects(before, slug) for slug in slugs}
    new = {slug: tenant_objects(after, slug) for slug in slugs}
    moved = renamed_tenants(old, new)
    above = {
        ObjectId("", change.id.table, change.renamed_from): change.id.key
        for change in own
        if change.action == "rename"
    }
    for slug in slugs:
        if slug in moved.values():
            continue
        yield from compare(old[moved.get(slug, slug)], new[slug], moved.get(slug, ""), above)


def _files(before: State, after: State, paths: list[str]) -> Iterator[Change]:
    """Files that mean something by themselves: prices, and the keys of those who sign."""
    for path in paths:
        table = next((t for folder, t in _FILES.items() if path.startswith(folder)), "")
        if table:
            old, new = before.contents.get(path), after.contents.get(path)
            id_ = ObjectId("", table, path)
            rows = tuple(_rows(before, after, path)) if table == "rate_files" else ()
            if old is None or new is None:
                yield Change(id_, "delete" if new is None else "create", rows)
            else:
                yield Change(id_, "update", rows or (_content(old, new),))


def _rows(before: State, after: State, path: str) -> Iterator[FieldChange]:
    if not path.endswith(".csv"):
        return
    # Late: a plan without changed prices needs nothing of them.
    from dialform.compiler.planning.raterows import row_changes

    old, new = (_read(state, path) if state.tree.has(path) else None for state in (before, after))
    yield from row_changes(old, new)


def _content(old: str, new: str) -> FieldChange:
    return FieldChange(("content",), old[:12], new[:12])


def _media(before: State, after: State, paths: list[str]) -> Iterator[Change]:
    """Media files with another content, by the tenants that use them."""
    shared = [p for p in paths if before.tree.has(p) and after.tree.has(p)]
    if not shared:
        return
    from dialform.compiler.faxcovers import shown_by
    from dialform.compiler.planning.extract import covers, tenant_objects, uses

    files = [file for files in after.tree.tenants.values() for file in files]
    after.fetch(files)
    for slug, own in after.tree.tenants.items():
        raw = b"\n".join(_read(after, file) for file in own)
        named = [path for path in shared if path.encode() in raw]
        objects = tenant_objects(after, slug) if named or b"cover" in raw else {}
        pages = [page for page in covers(objects) if after.tree.has(page)]
        after.fetch(pages)
        shown = {file for page in pages for file in shown_by(page, _read(after, page))}
        for path in shared:
            if path in shown or (path in named and uses(objects, path)):
                content = _content(before.contents[path], after.contents[path])
                yield Change(ObjectId(slug, "media", path), "update", (content,))


def _read(state: State, path: str) -> bytes:
    try:
        return state.read(path)
    except OSError:
        return b""
