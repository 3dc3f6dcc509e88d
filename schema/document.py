"""A document: one file, or the files of a tenant's folder merged, with the place of every key."""

from typing import Any

from dialform.schema.diagnostic import Diagnostic, Place
from dialform.schema.reader import Source, read
from dialform.schema.rule import Flaw, Path, Spot
from dialform.schema.rules import files, yaml
from dialform.values import dataclass, field


@dataclass(slots=True)
class Document:
    """Merged data with its sources. `readable` is False where a file could not be read at all."""

    name: str
    data: dict[str, Any]
    sources: list[Source] = field(default_factory=list)
    readable: bool = True

    def place(self, path: Path, on: Spot = "value") -> Place:
        """Where this path is written, or the deepest part of it that is."""
        holding = [source for source in self.sources if path and source.has(path[:1])]
        if len(path) > 1 and isinstance(path[1], int):
            # A list merged from several files: count on in the next file.
            before = 0
            for source in holding:
                part = source.data[path[0]]
                length = len(part) if isinstance(part, list) else 0
                if path[1] < before + length:
                    return source.place((path[0], path[1] - before, *path[2:]), on)
                before += length
        else:
            holding = [source for source in holding if source.has(path[:2])] or holding
        if holding:
            return holding[0].place(path, on)
        return Place(self.sources[0].file if self.sources else self.name)

    def diagnostic(self, flaw: Flaw) -> Diagnostic:
        """The flaw at its place."""
        return flaw.at(self.place(flaw.path, flaw.on))


def load(name: str, contents: list[tuple[str, bytes]]) -> tuple[Document, list[Diagnostic]]:
    """Read the files of one document (path relative to the site, bytes) and merge their keys."""
    document = Document(name, {})
    findings: list[Diagnostic] = []
    for file, raw in contents:
        source, found = read(file, raw)
        findings += found
        document.sources.append(source)
        if raw.startswith(b"version https://git-lfs.github.com/spec/"):
            findings[-len(found) or len(findings) :] = [files.LfsPointer.at(Place(file))]
            source.readable = False
        if not source.readable:
            document.readable = False
        elif source.data is not None and not isinstance(source.data, dict):
            kind = "a list" if isinstance(source.data, list) else "a single value"
            findings.append(yaml.NotAMap.at(Place(file), kind=kind))
            document.readable = False
        else:
            findings += _merge(document, source)
    return document, findings


def _merge(document: Document, source: Source) -> list[Diagnostic]:
    if len(document.sources) == 1:
        document.data = source.data or {}
        return []
    findings = []
    merged = dict(document.data)
    for key, value in (source.data or {}).items():
        old = merged.get(key)
        if key not in merged or old is None:
            merged[key] = value
        elif isinstance(old, dict) and isinstance(value, dict):
            for inner in old.keys() & value.keys():
                findings.append(_twice(document, source, (key, inner), f"{key}.{inner}"))
            merged[key] = {**old, **{k: v for k, v in value.items() if k not in old}}
        elif isinstance(old, list) and isinstance(value, list):
            merged[key] = old + value
        elif value is not None:
            findings.append(_twice(document, source, (key,), key))
    document.data = merged
    return findings


def _twice(document: Document, source: Source, path: Path, key: str) -> Diagnostic:
    first = next(
        s.file
        for s in document.sources
        if s is not source and isinstance(s.data, dict) and path[0] in s.data
    )
    return files.KeyInTwoFiles.at(source.place(path, "key"), key=key, first=first)
