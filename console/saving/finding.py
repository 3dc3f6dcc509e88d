"""A finding as a form shows it: with the path of the value that it is about."""

from collections.abc import Iterator, Sequence

from dialform.console.saving.edit import PLATFORM, Edit
from dialform.schema.devices import bare_mac
from dialform.schema.diagnostic import Diagnostic, Severity
from dialform.schema.document import Document
from dialform.schema.reader import Source
from dialform.schema.rule import Path
from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule says of the site as it would be.

    `tenant` and `place` are a path as an Edit has it (None, () where it is nowhere in a document). `edit` is
    the number of the edit that it is about, -1 for none, and `path` its place from there on: into the object
    that was edited.
    """

    code: str
    severity: Severity
    message: str
    hint: str = ""
    tenant: str | None = None
    place: Path = ()
    edit: int = -1
    path: Path = ()
    file: str = ""
    line: int = 0

    @property
    def is_error(self) -> bool:
        """Whether nothing can be saved with it."""
        return self.severity is Severity.ERROR


class Pointer:
    """Finds the paths of findings: the reader knows where each path stands, this is the way back."""

    def __init__(self, documents: Sequence[Document], edits: Sequence[Edit]) -> None:
        self._sources = {s.file: (d, s) for d in documents for s in d.sources}
        self._edits = edits
        self._known: dict[str, dict[tuple[int, int], Path]] = {}

    def finding(self, one: Diagnostic) -> Finding:
        """The diagnostic with its path."""
        tenant, place = self._place(one)
        edit, path = self._edit(tenant, place)
        return Finding(
            one.code,
            one.severity,
            one.message,
            one.hint,
            tenant,
            place,
            edit,
            path,
            one.file,
            one.line,
        )

    def _place(self, one: Diagnostic) -> tuple[str | None, Path]:
        tenant, head = head_of(one.file)
        if one.file not in self._sources:
            return tenant, head
        document, source = self._sources[one.file]
        if one.file not in self._known:
            self._known[one.file] = dict(places_of(source))
        found = self._known[one.file].get((one.line, one.column), ())
        if len(found) > 1 and isinstance(found[1], int):
            found = (found[0], found[1] + _before(document, source, found[0]), *found[2:])
        return tenant, (*head, *found)

    def _edit(self, tenant: str | None, place: Path) -> tuple[int, Path]:
        best, length = -1, -1
        for number, one in enumerate(self._edits):
            # What stands above an edit is about it as a whole: a field that is missing has no place.
            both = min(len(place), len(one.path))
            above = bool(place) and all(map(_same_step, place[:both], one.path[:both]))
            if one.tenant == tenant and above and both > length:
                best, length = number, both
        return (best, place[len(self._edits[best].path) :]) if best >= 0 else (-1, ())


def _same_step(one: str | int, other: str | int) -> bool:
    """Whether two steps are the same: a MAC in any of its spellings."""
    if one == other:
        return True
    macs = [bare_mac(step) for step in (one, other) if isinstance(step, str)]
    return len(macs) == 2 and bool(macs[0]) and macs[0] == macs[1]


def head_of(file: str) -> tuple[str | None, Path]:
    """Whose a file is, and how a path as an Edit has it begins there."""
    parts = file.split("/")
    if parts[0] == "tenants.d" and len(parts) > 1:
        return parts[1].removesuffix(".yaml"), ()
    if parts[0] == "providers.d" and len(parts) == 2:
        return None, ("providers", parts[1].removesuffix(".yaml"))
    for name, path in PLATFORM.items():
        if path == file:
            return None, (name,)
    return None, ()


def _before(document: Document, source: Source, key: str | int) -> int:
    """How many items of a list stand in files before this one."""
    count = 0
    for other in document.sources:
        if other is source:
            break
        part = other.data.get(key) if isinstance(other.data, dict) else None
        count += len(part) if isinstance(part, list) else 0
    return count


def places_of(source: Source) -> Iterator[tuple[tuple[int, int], Path]]:
    """The line and column (from 1) of every key and value, the deepest path last."""
    waiting: list[tuple[Path, object]] = [((), source.data)]
    while waiting:
        path, node = waiting.pop()
        for step, (key, value) in source.marks.get(id(node), {}).items():
            here = (*path, step)
            for event in (value, key):
                if event is not None:
                    yield (event.start_mark.line + 1, event.start_mark.column + 1), here
            inner = node[step]  # type: ignore[index]
            if isinstance(inner, dict | list):
                waiting.append((here, inner))
