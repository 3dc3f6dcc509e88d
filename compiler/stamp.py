"""The quick answer: does what lies in `out/` still belong to what lies in the site?

Only the standard library and `schema.tree` are imported here, so that "nothing changed" is answered
before any model is. Like git's index, files are told apart by size, time and inode; one that changed
in the same moment as the stamp was written is not trusted.
"""

import json
import os
from collections.abc import Iterable, Mapping
from functools import cache, cached_property
from importlib import import_module
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any

import dialform
from dialform.compiler.looks import Changed, Looking, Looks, path_of
from dialform.schema.tree import Tree

Signature = list[Any]
FOLDER = ".cache"
SITE = "site"
"""The folder of a host's output that holds what it was compiled from."""
_DATA = ("tzdata", "phonenumbers")
"""Packages whose data stand in what is compiled: when clocks change, how numbers are read. Their first file
names their version."""
_STAMP = "stamp.json"
_RACY = 50_000_000  # nanoseconds; file systems keep times in steps of up to some milliseconds


def signature(path: str | Path) -> Signature | None:
    """Size, time (nanoseconds) and inode of a file; None where there is none."""
    try:
        status = os.lstat(path)
    except OSError:
        return None
    return [status.st_size, status.st_mtime_ns, status.st_ino]


@cache
def _code() -> list[tuple[str, str]]:
    """Dialform's own code and templates that a compile runs: each file's name in the package, its path. Of
    others' packages a file of those whose data it takes.
    """
    specs = ((name, PathFinder.find_spec(name)) for name in _DATA)
    found = [(f"../{name}", spec.origin) for name, spec in specs if spec and spec.origin]
    for room in ("", "schema", "compiler", "renderers"):
        root = import_module(f"dialform.{room}".rstrip(".")).__path__[0]
        for folder, inner, files in os.walk(root):
            # Once it is installed, the other rooms lie in the package's own folder.
            inner[:] = [each for each in inner if room and each != "__pycache__"]
            below = f"{room}{folder.removeprefix(root)}".replace(os.sep, "/")
            found += [(f"{below}/{file}", f"{folder}/{file}") for file in files]
    return sorted(found)


@cache
def code_files() -> dict[str, Signature]:
    """The files of Dialform's own code, with what tells a change of one without reading it."""
    seen = ((name, os.stat(path)) for name, path in _code())  # noqa: PTH116 -- there are hundreds
    return {
        name: [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino]
        for name, status in seen
    }


@cache
def compiler_digest() -> str:
    """A digest of Dialform's own code and templates: other code may compile to other bytes."""
    import hashlib

    code_files()  # first, so that what changes from here on is told
    digest = hashlib.sha256(dialform.__version__.encode())
    for name, path in _code():
        digest.update(name.encode() + b"\0")
        digest.update(Path(path).read_bytes())
    return digest.hexdigest()[:32]


def compiler_name() -> str:
    """The version of Dialform, with a digest of its code: what a manifest and a plan file name."""
    return f"{dialform.__version__}+{compiler_digest()[:12]}"


def git_head(root: Path) -> str:
    """The commit that the site's repository is at, read without git; empty outside of one."""
    for folder in (root, *root.parents):
        dot = folder / ".git"
        try:
            if dot.is_file():  # a worktree: "gitdir: ..."
                dot = folder / dot.read_text().split(":", 1)[1].strip()
            head = (dot / "HEAD").read_text().strip()
        except OSError:
            continue
        if not head.startswith("ref: "):
            return head
        return _ref(dot, head[5:])
    return ""


def _ref(dot: Path, name: str) -> str:
    common = dot
    if (dot / "commondir").is_file():
        common = dot / (dot / "commondir").read_text().strip()
    for place in (dot / name, common / name):
        if place.is_file():
            return place.read_text().strip()
    packed = common / "packed-refs"
    for line in packed.read_text().splitlines() if packed.is_file() else ():
        if line.endswith(" " + name):
            return line.split(" ", 1)[0]
    return ""


class Stamp:
    """What was seen at the last release: inputs, secrets, code, and the files released."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.path = out / FOLDER / _STAMP
        self._released: Looking | None = None
        self._hidden: Looking | None = None
        try:
            self.data: dict[str, Any] = json.loads(self.path.read_bytes())
        except (OSError, ValueError):
            self.data = {}

    @cached_property
    def looks(self) -> Looks:
        """What the released files looked like; nothing where nobody knows."""
        found = Looks.read(self.path.parent)
        return found if self.data and found.mark == self.data.get("looks") else Looks()

    def look(self) -> None:
        """Begin to look at the released files: it is done beside whatever comes next."""
        if self._released is None:
            self._released = self._begin("{}/")

    def look_behind(self) -> None:
        """The same for the hidden twins of the hosts' folders, which are written to next."""
        if self._hidden is None:
            self._hidden = self._begin(".{}.next/")

    def _begin(self, name: str) -> Looking:
        return Looking(
            self.looks, {host: f"{self.out}/{name.format(host)}" for host in self.looks.hosts}
        )

    def close(self) -> None:
        """Look no further."""
        for one in (self._released, self._hidden):
            if one is not None:
                one.close()

    def changed(self) -> Changed:
        """What was changed in the released folders, by host and tenant."""
        self.look()
        assert self._released is not None
        return self._released.changed()

    def changed_behind(self) -> Changed:
        """The same of their hidden twins."""
        self.look_behind()
        assert self._hidden is not None
        return self._hidden.changed()

    def why_not(self, tree: Tree, options: list[str], secrets: Path | None) -> str:
        """Why something has to be done; empty where nothing changed."""
        data = self.data
        if not data:
            return "nothing was compiled here before"
        if self._other_code():
            return "Dialform itself changed"
        if data["options"] != options:
            return "other options"
        if data["head"] != git_head(tree.root):
            return "another commit"
        if data["secrets"] != secret_signatures(secrets):
            return "the secrets folder changed"
        if data["env"] != env_digests(data["salt"], data["env"], os.environ):
            return "a secret in the environment changed"
        return self._files(tree)

    def why_other_calls(self, tree: Tree) -> str:
        """Why calls through what lies there may go elsewhere than the site says; empty where they go there.

        Unlike `why_not` this does not mind with whose secrets, how strictly and at which commit it was
        compiled: the call flow is the same.
        """
        if not self.data:
            return "nothing was compiled here before"
        if self._other_code():
            return "Dialform itself changed"
        return self._files(tree)

    def _other_code(self) -> bool:
        """Whether it is not the code of then. It is read only where its files do not look as they did."""
        seen, now = self.data.get("code"), code_files()
        newest = max(each[2] for each in now.values())
        if seen == now and newest < self.data["written"] - _RACY:
            return False
        return bool(self.data["compiler"] != compiler_digest())

    def _files(self, tree: Tree) -> str:
        data = self.data
        now = {e.path: [e.size, e.mtime_ns, e.inode] for e in tree.entries.values()}
        if now != data["inputs"]:
            return "a file of the site changed"
        newest = max((entry.mtime_ns for entry in tree.entries.values()), default=0)
        if newest > data["written"] - _RACY:
            return "a file of the site changed in the moment of the last compile"
        if not self.looks.mark:
            return "what was released is not known"
        for host, groups in self.changed().items():
            for paths in groups.values():
                return f"{host}/{paths[0]} in the output was changed"
        return ""

    def forget(self) -> None:
        """From here on the folders change: whatever happens, do not trust what was seen before."""
        self.path.unlink(missing_ok=True)

    def write(self, looks: Looks, **data: Any) -> None:
        """Keep what was seen now."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        looks.mark = os.urandom(8).hex()
        replace(path_of(self.path.parent), looks.content())
        replace(self.path, json.dumps({**data, "looks": looks.mark}).encode())


def secret_signatures(folder: Path | None) -> list[Any]:
    """The signatures of the files of a secrets folder."""
    if folder is None:
        return []
    try:
        names = sorted(entry.name for entry in folder.iterdir())
    except OSError:
        return [str(folder)]
    return [str(folder), *([name, _through(folder / name)] for name in names)]


def _through(path: Path) -> Signature | None:
    """Secrets are often links to a mounted volume: look at what they point to."""
    try:
        status = path.stat()
    except OSError:
        return None
    return [status.st_size, status.st_mtime_ns, status.st_ino]


def env_digests(salt: str, names: Iterable[str], environ: Mapping[str, str]) -> dict[str, str]:
    """Keyed digests of variables: they tell a change, and nothing of the value."""
    import hmac

    return {
        name: hmac.new(salt.encode(), environ.get(name, "").encode(), "sha256").hexdigest()
        for name in sorted(names)
    }


def replace(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, readable by its owner only."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    temporary.replace(path)
