"""FreeSWITCH's preprocessor: lines, `$${…}`, `X-PRE-PROCESS`, `<!--#…`. It knows no XML.

After `preprocess` and `expand_vars` in src/switch_xml.c. Programs are never run here, nor is the
environment read: such a line is refused and kept in `refused`.
"""

import glob
import os
from pathlib import Path

from dialform.simulator.reading.markup import Include, Source
from dialform.values import dataclass

_DEEPEST = 100
_MARKS = (b"<include>", b"</include>", b"<?")


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that would have run a program or asked the world outside."""

    file: str
    line: int
    command: str
    argument: str


class Preprocessor:
    """Reads files below `conf`; what `set` lines say is kept in `variables`, in order."""

    def __init__(self, conf: Path, variables: dict[str, str]) -> None:
        self.conf = conf
        self.variables = variables
        self.refused: list[Refused] = []

    def read(self, path: Path, level: int = 0) -> Source:
        """One file. Raises OSError."""
        name = os.path.relpath(os.path.normpath(path), self.conf)
        data = path.read_bytes()
        if b"<!--#" in data or b"x-pre-process" in data.lower():
            return _Lines(self, path.parent, level).read(Source(name, data))
        return _simple(Source(name, data), self.variables)

    def open(self, include: Include) -> list[Source]:
        """The files of an include, in the order in which the switch reads them."""
        if include.sources is None:
            now, self.variables = self.variables, dict(include.variables)
            try:
                include.sources = self._read_all(include)
            finally:
                self.variables = now
        return include.sources

    def include(self, folder: Path, argument: str, level: int, line: int) -> Include:
        """An include line. One that goes through folders of a pattern waits until it is needed."""
        pattern = folder / argument
        found = Include(pattern, self.variables, level, line)
        if not glob.has_magic(str(pattern.parent)):
            found.sources = self._read_all(found)
        return found

    def files(self, include: Include) -> list[Path]:
        """What the pattern names, in the order of the C locale; nothing is no error."""
        if not glob.has_magic(str(include.pattern)):
            return [include.pattern] if include.pattern.exists() else []
        found = sorted(glob.glob(str(include.pattern)), key=os.fsencode)  # noqa: PTH207
        return [Path(path) for path in found]

    def _read_all(self, include: Include) -> list[Source]:
        if include.level > _DEEPEST:
            return []
        found = []
        for path in self.files(include):
            try:
                found.append(self.read(path, include.level))
            except OSError:  # the switch logs it and goes on
                continue
        return found


def _simple(source: Source, variables: dict[str, str]) -> Source:
    """A file without commands: the same as line by line, and much quicker."""
    data = source.data
    for mark in _MARKS:
        at = data.find(mark)
        while at >= 0:
            begin = data.rfind(b"\n", 0, at) + 1
            end = data.find(b"\n", at)
            end = len(data) if end < 0 else end
            if mark in expand_globals(data[begin:end], variables)[1]:
                source.dropped.add(data.count(b"\n", 0, begin) + 1)
                data = data[:begin] + data[end:]
                end = begin
            at = data.find(mark, end)
    written, done = [], 0
    while (at := data.find(b"$${", done)) >= 0:
        end = data.find(b"\n", at)
        end = len(data) if end < 0 else end
        written += [data[done:at], expand_globals(data[at:end], variables)[0]]
        done = end
    source.data = b"".join([*written, data[done:]]) if written else data
    return source


class _Lines:
    """The slow way, line by line."""

    def __init__(self, owner: Preprocessor, folder: Path, level: int) -> None:
        self._owner, self._folder, self._level = owner, folder, level
        self._in_comment = False

    def read(self, source: Source) -> Source:
        written = []
        for number, line in enumerate(source.data.split(b"\n"), 1):
            kept = self._line(source, number, line)
            if kept is None:
                source.dropped.add(number)
            written.append(kept or b"")
        source.data = b"\n".join(written)
        return source

    def _line(self, source: Source, number: int, line: bytes) -> bytes | None:
        expanded, looked_at = expand_globals(line, self._owner.variables)
        if any(mark in looked_at for mark in _MARKS):
            return None
        if self._in_comment:
            if b"-->" not in looked_at:
                return None
            self._in_comment = False
            expanded = looked_at.partition(b"-->")[2]
        at = expanded.lower().find(b"x-pre-process")
        if at >= 0:
            if expanded[max(at - 1, 0) : at] != b"<":
                return None
            return self._directive(source, number, expanded[at:])
        before, comment, after = expanded.partition(b"<!--#")
        if comment:
            return self._comment(source, number, before, after)
        return expanded

    def _directive(self, source: Source, number: int, text: bytes) -> bytes | None:
        text = text.partition(b"/>")[0]
        command, rest = _quoted(text, b"cmd")
        argument, _ = _quoted(rest or b"", b"data")
        if command is None or argument is None:
            return None
        return self._run(source, number, command, argument)

    def _comment(self, source: Source, number: int, before: bytes, text: bytes) -> bytes:
        text, closed, after = text.partition(b"-->")
        self._in_comment = not closed
        command, space, argument = text.rstrip(b"\r\n").partition(b" ")
        if argument.count(b'"') >= 2:
            argument = argument.split(b'"')[1]
        mark = self._run(source, number, command, argument) if space else None
        return before + after + (mark or b"")

    def _run(self, source: Source, line: int, command: bytes, argument: bytes) -> bytes | None:
        word, data = _text(command).lower(), _text(argument)
        if word == "set":
            name, equals, value = data.partition("=")
            if equals:
                # A new mapping each time: earlier includes keep what they saw.
                self._owner.variables = self._owner.variables | {
                    name.rstrip(" "): value.lstrip(" ")
                }
        elif word == "include":
            include = self._owner.include(self._folder, data, self._level + 1, line)
            source.includes.append(include)
            return b"<?include %d?>" % (len(source.includes) - 1)
        elif word in ("exec", "exec-set", "stun-set", "env-set"):
            self._owner.refused.append(Refused(source.file, line, word, data))
        return None


def expand_globals(line: bytes, variables: dict[str, str]) -> tuple[bytes, bytes]:
    """A line with each `$${name}` put in, and the part of it that the switch looks at for marks.

    The switch ends its own copy of the line at the first `}`, so what follows is not looked at.
    """
    if b"$${" not in line:
        return line, line
    written, at, looked_at = [], 0, line
    while (begin := line.find(b"$${", at)) >= 0:
        end = _closing(line, begin + 2)
        if end < 0:
            break
        if at == 0:
            looked_at = line[:end]
        name = _text(line[begin + 3 : end])
        written += [line[at:begin], variables.get(name, "").encode("utf-8", "surrogateescape")]
        at = end + 1
    return b"".join([*written, line[at:]]), looked_at


def _closing(line: bytes, at: int) -> int:
    depth = 0
    for place in range(at, len(line)):
        if line[place] == 0x7B:
            depth += 1
        elif line[place] == 0x7D:
            depth -= 1
            if not depth:
                return place
    return -1


def _quoted(text: bytes, name: bytes) -> tuple[bytes | None, bytes | None]:
    """What stands in quotes after `name` and `=`, and what follows it."""
    at = text.lower().find(name)
    for mark in (b"=", b'"'):
        at = text.find(mark, at) if at >= 0 else at
    if at < 0:
        return None, None
    value, _, rest = text[at + 1 :].partition(b'"')
    return value, rest


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")
