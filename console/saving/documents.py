"""Edits as bytes of files: which file of a document holds what is changed, and where something new goes."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dialform.console.errors import NotThere, Refused
from dialform.console.saving.edit import Edit, document_of, files_of, plain
from dialform.console.site import Site
from dialform.schema.document import Document
from dialform.schema.editing import GONE, EditError, Gone, at, edited_many, written
from dialform.schema.rule import Path
from dialform.schema.tenant import ACCOUNT_KEYS, Tenant
from dialform.schema.tree import SLUG, TAKEN

ORDER = tuple(about.alias or name for name, about in Tenant.model_fields.items())
"""The keys at the top of a tenant's files, in the order in which a new one is put among them."""

Changed = dict[str, bytes | Gone]
"""Files with their new bytes; GONE for one that goes."""

_Changes = dict[str, list[tuple[Path, Any]]]


def changed_files(site: Site, edits: Sequence[Edit]) -> Changed:
    """The files that are not as they were after these edits. Raises Refused, NotThere."""
    changed: Changed = {}
    for name in dict.fromkeys(edit.document for edit in edits):
        document = document_of(site, name)
        here = [edit for edit in edits if edit.document == name]
        new = not files_of(site, name)
        if new:
            changed |= _new(name, here)
            continue
        raw = {path: site.tree.read(path) for path in files_of(site, name)}
        if not document.readable:
            raise Refused(
                f"{name} cannot be read as it is: it has to be mended in the repository first."
            )
        for file, changes in _spread(document, here).items():
            if any(not path and value is GONE for path, value in changes):
                changed[file] = GONE
            else:
                changed[file] = _edited(file, raw.get(file, b""), changes, name)
    return {
        path: content
        for path, content in changed.items()
        if content is GONE or not site.tree.has(path) or site.tree.read(path) != content
    }


def _edited(file: str, raw: bytes, changes: Sequence[tuple[Path, Any]], name: str) -> bytes:
    order = ORDER if name.startswith("tenants.d/") else ()
    try:
        return edited_many(file, raw, changes, order)
    except EditError as error:
        raise Refused(f"{error}: it has to be changed in the repository by hand.") from None
    except ValueError:
        raise Refused("A text holds characters that no file can hold.") from None


def _new(name: str, edits: Sequence[Edit]) -> Changed:
    """The files of a document that is not there yet."""
    data: Any = {}
    for edit in edits:
        data = edit.value if not edit.inside else _with(data, edit.inside, edit.value)
    if data is GONE or not isinstance(data, dict):
        raise NotThere("There is none of this name.")
    data = plain(data)
    slug = name.partition("/")[2].removesuffix(".yaml")
    if "/" in name and (
        not SLUG.match(slug) or (name.startswith("tenants.d/") and TAKEN.match(slug))
    ):
        raise Refused(
            f"'{slug}' cannot be a name here: use small letters, digits and '-', beginning with a letter."
        )
    parts = {name: data}
    if name.startswith("tenants.d/"):
        account = {key: value for key, value in data.items() if key in ACCOUNT_KEYS}
        pbx = {key: value for key, value in data.items() if key not in ACCOUNT_KEYS}
        parts = {f"{name}/account.yaml": account, f"{name}/pbx.yaml": pbx}
    try:
        return {file: written(part).encode() for file, part in parts.items() if part}
    except (ValueError, UnicodeEncodeError):
        raise Refused("A text holds characters that no file can hold.") from None


def _with(data: Any, path: Path, value: Any) -> Any:
    from dialform.schema.editing import put

    return put(data, path, value)


def _spread(document: Document, edits: Iterable[Edit]) -> _Changes:
    """The changes by the file that each belongs to."""
    found: _Changes = {}
    for edit in edits:
        value = plain(edit.value) if edit.value is not GONE else GONE
        if edit.inside:
            for file, path, part in _change(document, edit.inside, value):
                found.setdefault(file, []).append((path, part))
        elif value is GONE:
            for source in document.sources:
                found.setdefault(source.file, []).append(((), GONE))
        else:
            for key in [*document.data, *(key for key in value if key not in document.data)]:
                for file, path, part in _change(document, (key,), value.get(key, GONE)):
                    found.setdefault(file, []).append((path, part))
    return found


def _change(document: Document, path: Path, value: Any) -> list[tuple[str, Path, Any]]:
    """One change as changes of single files: a table may be spread over several."""
    holding = [one for one in document.sources if _holds(one.data, path[:1])]
    if len(path) == 1 and len(holding) > 1:
        return list(_table(document, holding, path[0], value))
    if isinstance(at(document.data, path[:1]), list) and len(path) > 1 and len(holding) > 1:
        # A list of several files is written whole into the first of them.
        from dialform.schema.editing import put

        whole = put(document.data, path, value)[path[0]]
        return list(_table(document, holding, path[0], whole))
    return [(_home(document, path), path, value)]


def _holds(data: Any, path: Path) -> bool:
    return at(data if data is not None else {}, path) is not GONE


def _table(
    document: Document, holding: Sequence[Any], table: str | int, value: Any
) -> Iterable[tuple[str, Path, Any]]:
    """A table whose entries stand in several files: each entry is changed where it stands."""
    if not isinstance(value, Mapping):
        yield holding[0].file, (table,), value
        for source in holding[1:]:
            yield source.file, (table,), GONE
        return
    known: set[str] = set()
    for source in holding:
        part = source.data[table]
        for key in part if isinstance(part, dict) else ():
            known.add(key)
            yield source.file, (table, key), value.get(key, GONE)
    for key, one in value.items():
        if key not in known:
            yield holding[-1].file, (table, key), one


def _home(document: Document, path: Path) -> str:
    """The file of a document that a path belongs to: where it stands, else where its table does, else where
    what is like it does.
    """
    for depth in (2, 1):
        holding = [one.file for one in document.sources if _holds(one.data, path[:depth])]
        if holding and len(path) >= depth:
            return holding[0] if depth == 2 else holding[-1]
    files = [one.file for one in document.sources]
    if len(files) < 2:
        account = files and files[0].endswith("/account.yaml")
        if account and path[0] not in ACCOUNT_KEYS:
            return files[0].removesuffix("account.yaml") + "pbx.yaml"
        return files[0] if files else document.name
    account = path[0] in ACCOUNT_KEYS
    counts = {
        one.file: sum((key in ACCOUNT_KEYS) == account for key in one.data or {})
        for one in document.sources
    }
    return max(files, key=lambda file: counts[file])
