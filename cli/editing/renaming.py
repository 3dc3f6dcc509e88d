"""Renaming an object in the site's files: only the names themselves are written otherwise."""

from collections.abc import Callable, Iterator
from typing import Any

from dialform.compiler.references import TENANT_KINDS, Kind, names
from dialform.schema.devices import device_key
from dialform.schema.reader import Source, read
from dialform.schema.rule import Path
from dialform.schema.tree import Tree
from dialform.schema.types import as_written
from dialform.values import dataclass, field

_BOM = b"\xef\xbb\xbf"
_TYPED = ("true", "false", "null")


class RenameError(Exception):
    """Why an object cannot be renamed, in one sentence."""


@dataclass(slots=True)
class Renaming:
    """What a new name changes: files' new bytes, files that move, and where the old name stays."""

    changed: dict[str, tuple[bytes, bytes]] = field(default_factory=dict)
    moves: dict[str, str] = field(default_factory=dict)
    places: int = 0
    left: list[tuple[str, int, str]] = field(default_factory=list)
    """File, line and text of values that hold the old name in a way that is not known to mean it."""


Same = Callable[[str], bool]


def rename(tree: Tree, kind: Kind, tenant: str, old: str, new: str, same: Same) -> Renaming:
    """Rename an object of a tenant, or of the site where `tenant` is empty. `same` knows the old name in
    other spellings. Raises RenameError, OSError.
    """
    made = Renaming()
    dids = frozenset(known_names(tree, TENANT_KINDS["number"], tenant) if tenant else ())
    for file in _files(tree, kind, tenant):
        raw = tree.read(file)
        source, findings = read(file, raw)
        if findings:
            raise RenameError(
                f"{file} has mistakes: mend them first (`dialform validate` tells more)"
            )
        edits = list(_edits(tree, source, kind, tenant, new, same, dids))
        made.places += len(edits)
        if edits:
            made.changed[file] = (raw, _written(source, raw, edits))
        made.left += _left(source, {start for start, _, _ in edits}, old)
    if kind.file:
        made.moves = _moves(tree, kind, old, new)
    return made


def _files(tree: Tree, kind: Kind, tenant: str) -> list[str]:
    """The files that may name the object."""
    if tenant:
        return [*tree.tenants[tenant], *tree.calls]
    return [path for path in sorted(tree.entries) if path.endswith(".yaml")]


def _edits(
    tree: Tree, source: Source, kind: Kind, tenant: str, new: str, same: Same, dids: frozenset[str]
) -> Iterator[tuple[int, int, str]]:
    """Start, end and new text of each place in a file that names the object."""
    mine = _tests(source, tenant, dids) if source.file in tree.calls and tenant else None
    for path, on, written, event in scalars(source):
        if not same(written) or (mine is not None and path[1:2] and path[1] not in mine):
            continue
        parent = path[:-1]
        if on == "key" and not (kind.keys and names(kind.keys, parent)):
            continue
        if on == "value" and not names(kind.values, path):
            continue
        if event.style in ("|", ">"):
            raise RenameError(
                f"{source.file}:{event.start_mark.line + 1} is written in an unusual way"
            )
        yield event.start_mark.index, event.end_mark.index, _spelled(new, event.style)


def _tests(source: Source, tenant: str, dids: frozenset[str]) -> set[int]:
    """Which tests of a file of calls.d/ are the tenant's: those that say so, and those of calls to one of
    its outside numbers.
    """
    tests = source.data.get("calls") if isinstance(source.data, dict) else None
    found = set()
    for index, test in enumerate(tests if isinstance(tests, list) else ()):
        if isinstance(test, dict):
            whose = as_written(test.get("tenant"))
            to = as_written(test.get("to"))
            if whose == tenant or (whose is None and to in dids):
                found.add(index)
    return found


def _spelled(new: str, style: str | None) -> str:
    """The new name in the quotes of the old one."""
    if style:
        return f"{style}{new}{style}"
    return f'"{new}"' if new in _TYPED else new


def scalars(source: Source) -> Iterator[tuple[Path, str, str, Any]]:
    """Every key and every text of a file: its path, `key` or `value`, the text, and its event."""
    waiting: list[tuple[Path, Any]] = [((), source.data)]
    while waiting:
        path, node = waiting.pop()
        entries = source.marks.get(id(node), {})
        for step, (key, value) in entries.items():
            here = (*path, step)
            if key is not None:
                yield here, "key", str(step), key
            inner = node[step]
            if isinstance(inner, dict | list):
                waiting.append((here, inner))
            elif isinstance(written := as_written(inner), str):
                yield here, "value", written, value


def _written(source: Source, raw: bytes, edits: list[tuple[int, int, str]]) -> bytes:
    text, at = "", 0
    for start, end, new in sorted(edits):
        text += source.text[at:start] + new
        at = end
    text += source.text[at:]
    return (_BOM if raw.startswith(_BOM) else b"") + text.encode()


def _left(source: Source, changed: set[int], old: str) -> Iterator[tuple[str, int, str]]:
    """Texts that end in the old number behind a code (`*901001`), and keys that are pressed one by one."""
    for path, on, written, event in scalars(source):
        if on == "key" or event.start_mark.index in changed or not old.isdigit():
            continue
        pressed = path[-1] == "press" and old in written.split(",")
        if pressed or (written.startswith(("*", "#")) and written.endswith(old)):
            yield source.file, event.start_mark.line + 1, written


def _moves(tree: Tree, kind: Kind, old: str, new: str) -> dict[str, str]:
    moved = {}
    for path in tree.entries:
        folder, _, rest = path.partition("/")
        name, slash, inside = rest.partition("/")
        if folder == kind.file and (name == f"{old}.yaml" or (slash and name == old)):
            moved[path] = f"{folder}/{new}/{inside}" if slash else f"{folder}/{new}.yaml"
    return moved


def known_names(tree: Tree, kind: Kind, tenant: str) -> list[str]:
    """The names of all objects of a kind, as they are written."""
    if kind.file:
        return sorted(tree.providers if kind.file == "providers.d" else tree.tenants)
    found = []
    for file in _files(tree, kind, tenant):
        source, _ = read(file, tree.read(file))
        found += [
            written
            for path, on, written, _ in scalars(source)
            if on == "key" and names((kind.table,), path[:-1])
        ]
    return found


def spelling(kind: Kind, old: str, country: str) -> Same:
    """What is the same name: of a device any spelling of its MAC, of a number any form of it."""
    if kind.table == "devices":
        return lambda text: _mac(text) == _mac(old)
    if kind.table == "numbers":
        from dialform.compiler.numbers import NumberError, parse_e164

        def e164(text: str) -> str:
            try:
                return parse_e164(text, country).e164
            except NumberError:
                return text

        wanted = e164(old)
        return lambda text: e164(text) == wanted
    return lambda text: text == old


def _mac(text: str) -> str:
    try:
        return device_key(text)
    except ValueError:
        return text
