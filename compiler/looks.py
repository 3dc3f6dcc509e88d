"""How released files looked: size, time and inode tell a change of a file without reading it.

A thousand tenants with their phones are sixty thousand files. What is known of them is kept packed, a group
a tenant, and taken over as it is where the tenant did not change. To look at all of them takes as long as
to import the models: it is done in processes of their own meanwhile.
"""

import json
import os
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dialform.values import dataclass, field

if TYPE_CHECKING:
    from dialform.compiler.release import Released

_NAME = "looks"
_MANY = 4_000
"""With fewer files than this, a process more costs what it saves."""

_ALL = (1 << 64) - 1
_NOTHING = (_ALL, _ALL, _ALL)

Changed = dict[str, dict[str, list[str]]]
"""Of each host and group what looks otherwise than it did."""


class Group:
    """Some files of a host's folder, packed: their paths, and three numbers of each."""

    __slots__ = ("_names", "_numbers")

    def __init__(self, names: bytes, numbers: bytes) -> None:
        self._names, self._numbers = names, numbers

    @classmethod
    def of(cls, files: Iterable["Released"]) -> "Group":
        """The group of files that were just released."""
        names, numbers = [], array("Q")
        for one in files:
            names.append(one.path)
            numbers.extend(each & _ALL for each in one.signature or _NOTHING)
        return cls("\0".join(names).encode("utf-8", "surrogatepass"), numbers.tobytes())

    def __len__(self) -> int:
        return len(self._numbers) // 24

    def paths(self) -> list[str]:
        """The paths, relative to the host's folder."""
        return self._names.decode("utf-8", "surrogatepass").split("\0") if self._names else []

    def changed(self, folder: str) -> list[str]:
        """The paths of what looks otherwise in this folder, or is not there. `folder` ends in `/`."""
        numbers = iter(memoryview(self._numbers).cast("Q"))
        found, look = [], os.lstat
        for path, size, time, inode in zip(self.paths(), numbers, numbers, numbers, strict=True):
            try:
                now = look(folder + path)
            except OSError:
                found.append(path)
                continue
            if now.st_ino != inode or now.st_mtime_ns != time or now.st_size != size:
                found.append(path)
        return found

    def packed(self) -> tuple[bytes, bytes]:
        """What `Group(…)` is made of."""
        return self._names, self._numbers


@dataclass(slots=True)
class Looks:
    """All groups of all hosts. A tenant's files are the same on each: its group is kept once.

    `own` are a host's files that are no tenant's; `hosts` says whose are there besides. `mark` is that of
    the stamp which they belong to.
    """

    mark: str = ""
    tenants: dict[str, Group] = field(default_factory=dict)
    own: dict[str, Group] = field(default_factory=dict)
    hosts: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> "Looks":
        """As they were kept in a folder; none where nothing, or nothing whole, is there."""
        try:
            data = memoryview((folder / _NAME).read_bytes())
            size = int.from_bytes(data[:8], "big")
            mark, hosts, rows = json.loads(bytes(data[8 : 8 + size]))
            parts = _parts(data[8 + size :], rows)
        except (OSError, ValueError, TypeError, KeyError):
            return cls()
        return cls(mark, parts["tenant"], parts["own"], hosts)

    def content(self) -> bytes:
        """The file that `read` reads."""
        rows: list[tuple[str | int, ...]] = []
        parts: list[bytes] = []
        for kind, groups in (("tenant", self.tenants), ("own", self.own)):
            for name, group in groups.items():
                packed = group.packed()
                rows.append((kind, name, *map(len, packed)))
                parts += packed
        head = json.dumps([self.mark, self.hosts, rows], separators=(",", ":")).encode()
        return b"".join((len(head).to_bytes(8, "big"), head, *parts))

    def groups(self, host: str) -> Iterator[tuple[str, Group]]:
        """The groups of a host, by name; its own one is called ``."""
        if host in self.own:
            yield "", self.own[host]
        for name in self.hosts.get(host, ()):
            yield name, self.tenants[name]

    def __len__(self) -> int:
        return sum(len(group) for host in self.hosts for _, group in self.groups(host))


def path_of(folder: Path) -> Path:
    """Where they are kept in a folder."""
    return folder / _NAME


def _parts(data: memoryview, rows: Sequence[Sequence[Any]]) -> dict[str, dict[str, Group]]:
    found: dict[str, dict[str, Group]] = {"tenant": {}, "own": {}}
    at = 0
    for kind, name, names, numbers in rows:
        middle = at + names
        found[kind][name] = Group(bytes(data[at:middle]), bytes(data[middle : middle + numbers]))
        at = middle + numbers
    if at != len(data):
        raise ValueError("a part is missing")
    return found


class Looking:
    """A look at everything, going on beside whatever else is done until somebody asks what it found.

    `folders` are those of the hosts, each ending in `/`.
    """

    def __init__(self, looks: Looks, folders: Mapping[str, str], workers: int = 0) -> None:
        self.mark = looks.mark
        self._work = [
            (host, folder, name, group)
            for host, folder in folders.items()
            for name, group in looks.groups(host)
        ]
        self._found: Changed | None = None
        self._readers: list[tuple[int, int]] = []
        if workers or len(looks) >= _MANY:
            count = workers or len(os.sched_getaffinity(0))
            self._shares = [self._work[at::count] for at in range(count)]
            self._readers = [_begin(share) for share in self._shares]

    def changed(self) -> Changed:
        """What looks otherwise, of each host and group that has something."""
        if self._found is None:
            found: Changed = {}
            rows = _look(self._work) if not self._readers else self._answers()
            for host, name, paths in rows:
                found.setdefault(host, {})[name] = paths
            self._found = found
        return self._found

    def _answers(self) -> Iterator[tuple[str, str, list[str]]]:
        for (reader, process), share in zip(self._readers, self._shares, strict=True):
            with open(reader, "rb") as pipe:  # noqa: PTH123 -- a pipe has no path
                raw = pipe.read()
            os.waitpid(process, 0)
            try:
                rows = json.loads(raw)
            except ValueError:  # it was killed
                rows = _look(share)
            yield from rows
        self._readers = []

    def close(self) -> None:
        """Wait for nothing any more."""
        for reader, process in self._readers:
            os.close(reader)
            os.kill(process, 9)
            os.waitpid(process, 0)
        self._readers = []


_Share = Sequence[tuple[str, str, str, Group]]


def _look(share: _Share) -> list[tuple[str, str, list[str]]]:
    rows = ((host, name, group.changed(folder)) for host, folder, name, group in share)
    return [row for row in rows if row[2]]


def _begin(share: _Share) -> tuple[int, int]:
    """A process that looks at a share: where it answers, and its number."""
    reader, writer = os.pipe()
    process = os.fork()
    if process:
        os.close(writer)
        return reader, process
    try:  # no way out of here but _exit: whatever is above belongs to the process that we come from
        os.close(reader)
        with open(writer, "wb") as pipe:  # noqa: PTH123
            pipe.write(json.dumps(_look(share)).encode())
    finally:
        os._exit(0)
