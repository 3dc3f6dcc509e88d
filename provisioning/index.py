"""Who is known, and what each may fetch: the indexes of a released folder (`phones/tenants/*.json`).

A path of a request is looked up here and nowhere else: it never becomes a path of the file system.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from sys import intern
from typing import Any

from dialform.provisioning.errors import ReleaseError
from dialform.values import dataclass, field

FOLDER = "phones/tenants"
MAC = 12
"""Hex digits of one."""


@dataclass(frozen=True, slots=True)
class Device:
    """A phone. `token` is the SHA-256 of its token, `ha1` the hashes of HTTP digest by algorithm: they are as
    good as passwords. `answers` says of each name, in lower case, which file it is and its Content-Type.
    """

    tenant: str
    mac: str
    label: str
    vendor: str
    model: str
    revision: str
    token: str = field(repr=False)
    ha1: Mapping[str, str] = field(repr=False)
    lines: tuple[tuple[str, str], ...]
    """Extension and domain of each."""
    answers: Mapping[str, tuple[str, str]]
    open: frozenset[str] = frozenset()
    """Files that hold no secret: a phone that starts asks for them more than once."""

    @property
    def first(self) -> str:
        """What it gets that names no file."""
        return next(iter(self.answers), "")

    @property
    def who(self) -> str:
        """For people: `aabbcc112233 (Bob's desk)`."""
        return f"{self.mac} ({self.label})"


Stamp = tuple[int, int, int, int]
"""Of a file: device, inode, size, time of change. The same means the same content."""

Read = Mapping[str, tuple[Stamp, tuple[Device, ...]]]
"""By name of a tenant's file what was in it."""


@dataclass(frozen=True, slots=True)
class Index:
    """All phones of a folder."""

    by_token: Mapping[str, Device]
    by_mac: Mapping[str, Device]
    read: Read = field(default_factory=dict, repr=False, compare=False)

    @property
    def devices(self) -> tuple[Device, ...]:
        """All of them, by tenant and MAC."""
        return tuple(sorted(self.by_mac.values(), key=lambda one: (one.tenant, one.mac)))

    @property
    def vendors(self) -> frozenset[str]:
        """Whose phones there are."""
        return frozenset(one.vendor for one in self.by_mac.values())


EMPTY = Index({}, {})


def read_index(root: Path, before: Index = EMPTY) -> Index:
    """The phones of a host's folder; empty where it has none.

    Args:
        root: the folder.
        before: what of it is the same file still (the agent links what did not change) is not read again.

    Raises:
        ReleaseError: a file is broken, or two phones have the same MAC or token.
    """
    read: dict[str, tuple[Stamp, tuple[Device, ...]]] = {}
    tokens: dict[str, Device] = {}
    macs: dict[str, Device] = {}
    for path in _files(root):
        stamp = _stamp(path)
        known = before.read.get(path.name)
        devices = known[1] if known and known[0] == stamp else tuple(devices_in(path))
        read[path.name] = (stamp, devices)
        for one in devices:
            if one.mac in macs or one.token in tokens:
                raise ReleaseError(
                    f"{path}: {one.mac} is there twice, or has another phone's token: compile anew"
                )
            macs[one.mac] = tokens[one.token] = one
    return Index(tokens, macs, read)


def _files(root: Path) -> list[Path]:
    try:
        if not root.is_dir():
            raise ReleaseError(f"{root} is no folder: give the folder of a host, as in out/pbx1")
        return sorted((root / FOLDER).glob("*.json"))
    except OSError as error:
        raise ReleaseError(f"{root} cannot be read: {error.strerror}") from None


def _stamp(path: Path) -> Stamp:
    try:
        found = path.stat()
    except OSError as error:
        raise ReleaseError(f"{path} cannot be read: {error.strerror}") from None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def devices_in(path: Path) -> Iterator[Device]:
    """The phones in a tenant's file. Raises ReleaseError where it is none, or broken."""
    try:
        data = json.loads(path.read_bytes())
        for row in data["devices"]:
            yield _device(str(data["tenant"]), row)
    except OSError as error:
        raise ReleaseError(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        # What was wrong is not quoted: hashes stand in it.
        raise ReleaseError(f"{path} is broken: compile anew") from None


def _device(tenant: str, row: Mapping[str, Any]) -> Device:
    mac, token = str(row["mac"]), str(row["token"])
    if len(mac) != MAC or not set(mac) <= set("0123456789abcdef") or len(token) != 64:
        raise ValueError
    answers = {
        str(name).lower(): _answer(str(file), str(kind))
        for name, (file, kind) in row["answers"].items()
    }
    return Device(
        tenant=intern(tenant),  # what many have in common is kept once
        mac=mac,
        label=str(row["label"]),
        vendor=intern(str(row["vendor"])),
        model=intern(str(row["model"])),
        revision=str(row["revision"]),
        token=token,
        ha1={str(name): str(value) for name, value in row["ha1"].items()},
        lines=tuple((str(extension), intern(str(domain))) for extension, domain in row["lines"]),
        answers=answers,
        open=frozenset(map(str, row.get("open", ()))),
    )


def _answer(file: str, kind: str) -> tuple[str, str]:
    """A name in the phone's own folder, and nothing else: what would lead out of it is refused."""
    if file in ("", ".", "..") or "/" in file or "\0" in file or not kind.isprintable():
        raise ValueError
    return intern(file), intern(kind)
