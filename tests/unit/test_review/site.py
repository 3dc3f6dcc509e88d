"""The demo site in memory, changed in one place, and what a review says of it."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from dialform.compiler.reviewing.grounds import Grounds
from dialform.compiler.reviewing.review import judge
from dialform.compiler.reviewing.touched import Touched
from dialform.compiler.reviewing.verdicts import Verdict
from dialform.compiler.states.commit import CommitFiles
from dialform.schema.tree import Tree, sort_out

ROOT = Path(__file__).resolve().parents[3]
Files = dict[str, bytes]
ACCOUNT, PBX = "tenants.d/acme/account.yaml", "tenants.d/acme/pbx.yaml"
JANE, NORD = "tenants.d/janes-bakery.yaml", "tenants.d/nordlicht/callflow.yaml"
LINK = b"link:"
"""What begins so is a symbolic link."""


def demo() -> Files:
    """The demo site's files, with what stands around them in a repository."""
    files: Files = {name: (ROOT / name).read_bytes() for name in ("routes.yaml", "billing.yaml")}
    files["platform.yaml"] = (ROOT / "platform.yaml").read_bytes()
    for folder in ("providers.d", "tenants.d", "media", "rates"):
        for path in (ROOT / folder).rglob("*"):
            if path.is_file():
                raw = path.read_bytes() if path.suffix == ".yaml" else path.name.encode()
                files[path.relative_to(ROOT).as_posix()] = raw
    files["CODEOWNERS"] = b"* @ops\n"
    files["README.md"] = b"# Site\n"
    return files


DEMO = demo()


class _Store:
    """Blobs, each by the text of its number."""

    def __init__(self, files: Files) -> None:
        self.contents = list(files.values())

    def blobs(self, names: Iterable[str]) -> Iterator[bytes]:
        for name in names:
            yield self.contents[int(name)]


def tree(files: Files) -> Tree:
    """The tree of a commit with these files."""
    rows = [
        (path, "120000" if raw.startswith(LINK) else "100644", str(number))
        for number, (path, raw) in enumerate(files.items())
    ]
    store: Any = _Store(files)
    return sort_out(ROOT, CommitFiles(store, rows))


def touched(old: Files, new: Files) -> list[Touched]:
    """What git says of two commits."""
    return [
        Touched(
            path, path, path not in old, path not in new,
            "a symbolic link" if new.get(path, b"").startswith(LINK) else "",
        )
        for path in sorted(old.keys() | new.keys())
        if old.get(path) != new.get(path)
    ]  # fmt: skip


def review(
    head: Files, *names: str, fork: Files = DEMO, base: Files | None = None
) -> list[Verdict]:
    """The verdicts on what leads from the fork to the head, by what the base says."""
    start = tree(fork)
    grounds = Grounds(names, start if base is None else tree(base), start, tree(head))
    return judge(grounds, touched(fork, head))


def edit(path: str, old: str, new: str, files: Files = DEMO) -> Files:
    """The site with one text for another, which must be there."""
    text = files[path].decode()
    assert text.count(old) >= 1, old
    return {**files, path: text.replace(old, new, 1).encode()}


def add(path: str, text: str, files: Files = DEMO) -> Files:
    """The site with some text behind a file, or a new file."""
    return {**files, path: files.get(path, b"") + text.encode()}


def without(path: str, files: Files = DEMO) -> Files:
    """The site without a file."""
    return {name: raw for name, raw in files.items() if name != path}


def denied(verdicts: list[Verdict]) -> list[str]:
    """What is denied, as `object field: why`."""
    return [f"{' '.join([v.what, *v.names])}: {v.ruling.why}" for v in verdicts if not v.allowed]


def allowed(verdicts: list[Verdict]) -> list[str]:
    """What is allowed, as `object field`."""
    return [" ".join([v.what, *v.names]) for v in verdicts if v.allowed]
