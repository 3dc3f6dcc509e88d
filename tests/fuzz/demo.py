"""The demo site, to be broken: its files as bytes, as data, and written anew one value a line."""

import contextlib
import io
import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from dialform.cli.entry import main
from dialform.compiler.check import Run, validate
from dialform.compiler.secrets import open_store
from dialform.schema.diagnostic import Diagnostic, Severity
from dialform.schema.reader import read
from dialform.schema.tree import FOLDERS, ROOT_FILES, scan

ROOT = Path(__file__).resolve().parents[2]
Steps = tuple[str | int, ...]


def _files() -> dict[str, bytes]:
    """The YAML files of the demo site."""
    found = [ROOT / name for name in ROOT_FILES]
    for folder in ("providers.d", "tenants.d", "calls.d"):
        found += sorted((ROOT / folder).rglob("*.yaml"))
    return {str(path.relative_to(ROOT)): path.read_bytes() for path in found}


FILES = _files()
DATA: dict[str, Any] = {name: read(name, raw)[0].data for name, raw in FILES.items()}


def in_lines(data: Any, depth: int = 0) -> list[str]:
    """YAML with every scalar on a line of its own."""
    pad, lines = "  " * depth, []
    entries: Any = data.items() if isinstance(data, dict) else [(None, value) for value in data]
    for key, value in entries:
        head = f"{pad}-" if key is None else f"{pad}{json.dumps(key, ensure_ascii=False)}:"
        if isinstance(value, dict | list) and value:
            lines += [head, *in_lines(value, depth + 1)]
        else:
            lines.append(f"{head} {json.dumps(value, ensure_ascii=False)}")
    return lines


def as_yaml(data: Any) -> bytes:
    """The bytes of a file that holds the data."""
    text = "\n".join(in_lines(data)) if isinstance(data, dict | list) else json.dumps(data)
    return f"{text}\n".encode("utf-8", "surrogatepass")


def paths(data: Any, above: Steps = ()) -> Iterator[Steps]:
    """Every path in some data."""
    entries: Any = data.items() if isinstance(data, dict) else enumerate(data)
    for step, value in entries:
        yield (*above, step)
        if isinstance(value, dict | list):
            yield from paths(value, (*above, step))


def at(data: Any, path: Steps) -> Any:
    for step in path:
        data = data[step]
    return data


PLACES: list[tuple[str, Steps]] = [(name, path) for name in FILES for path in paths(DATA[name])]
"""Every path of every file."""

FREE = ("given", "expect")
"""What a call test says is not checked for shape yet."""


class Site:
    """A copy of the demo site in a folder of its own."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.root = Path(self._folder.name) / "site"

    def __enter__(self) -> "Site":
        for name in (*ROOT_FILES, *FOLDERS):
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, self.root / name)
            elif source.exists():
                self.root.mkdir(exist_ok=True)
                shutil.copyfile(source, self.root / name)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._folder.cleanup()

    def put(self, name: str, content: bytes) -> None:
        (self.root / name).write_bytes(content)

    def put_data(self, name: str, data: Any) -> None:
        self.put(name, as_yaml(data))

    def restore(self) -> None:
        """Every YAML file as it was."""
        for name, content in FILES.items():
            self.put(name, content)

    def check(self) -> list[Diagnostic]:
        """All findings; that they are in order and stand on lines that are there is asserted."""
        found = validate(Run(scan(self.root), open_store(None, {}), 1))
        assert found == sorted(found, key=lambda d: d.order)
        assert len(set(found)) == len(found)
        lines: dict[str, list[str]] = {}
        for one in found:
            self._is_placed(one, lines)
        return found

    def _is_placed(self, one: Diagnostic, lines: dict[str, list[str]]) -> None:
        assert f"{one.file}{one.message}{one.hint}".isprintable(), one
        path = self.root / one.file
        if not path.is_file():
            assert (one.line, one.column) == (1, 1), one
            return
        if one.file not in lines:
            text = path.read_bytes().decode("utf-8", "replace").removeprefix("\ufeff")
            lines[one.file] = text.split("\n")
        assert 1 <= one.line <= len(lines[one.file]), one
        assert 1 <= one.column <= len(lines[one.file][one.line - 1]) + 1, one
        assert one.column <= one.end, one

    def status(self, form: str = "json") -> int:
        """The exit status of `dialform validate`, whose report must be printable."""
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            status = main(["validate", "--site", str(self.root), "--format", form])
        out.getvalue().encode()
        if form in ("json", "sarif"):
            json.loads(out.getvalue())
        return status


def errors(found: list[Diagnostic]) -> list[Diagnostic]:
    return [one for one in found if one.severity is Severity.ERROR]


def known(found: list[Diagnostic]) -> set[tuple[str, str, str]]:
    """Findings without their lines, to compare a site with one that is written otherwise."""
    return {(one.code, one.file, one.message) for one in found}
