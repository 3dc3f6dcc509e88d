"""A commit made of another one and some files, without a work tree: nothing names it until a branch does."""

import os
import re
import tempfile
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from dialform.console.saving.copy import Copy
from dialform.console.visitor import Visitor
from dialform.schema.editing import GONE, Gone
from dialform.values import dataclass

COMMITTER = ("Dialform portal", "portal@dialform.invalid")
_SLUG_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Author:
    """Who a commit is by. `subject` is their name in the site: `acme/alice`, `@ops`."""

    subject: str
    name: str
    email: str

    @property
    def folder(self) -> str:
        """Their part of a branch's name."""
        return (
            re.sub(r"[^a-z0-9.-]+", "-", self.subject.lower().replace("/", ".")).strip("-.") or "x"
        )


def author_of(visitor: Visitor) -> Author:
    """A visitor as the author of a commit: with an address that is nobody's where the site has none."""
    name = _line(visitor.name) or visitor.subject
    address = _line(visitor.email) or f"{Author(visitor.subject, '', '').folder}@portal.invalid"
    return Author(visitor.subject, name, address)


def _line(text: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f<>]", "", text).strip().strip(".,:;\"'").strip()


def message_of(what: str, author: Author) -> str:
    """What a commit says."""
    plain = re.sub(r"[\x00-\x09\x0b-\x1f\x7f]", lambda one: "\t" if one[0] == "\t" else "", what)
    text = "\n".join(line.rstrip() for line in plain.split("\n"))
    first, _, rest = text.strip().partition("\n")
    head = f"{first.strip() or 'Change'} (by {author.subject} in the portal)"
    return f"{head}\n\n{rest.strip()}\n" if rest.strip() else f"{head}\n"


def slug_of(what: str) -> str:
    """A message as a part of a branch's name."""
    plain = (
        unicodedata.normalize("NFKD", what.split("\n", maxsplit=1)[0])
        .encode("ascii", "ignore")
        .decode()
    )
    slug = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:_SLUG_LENGTH].strip("-")
    return slug or "change"


def commit(
    copy: Copy, parent: str, files: Mapping[str, bytes | Gone], author: Author, message: str,
    now: float, signature: Sequence[str] = (),
) -> str:  # fmt: skip
    """The name of a new commit; its parent's where nothing differs. `signature` is what git is given so
    that it signs. Raises SourceError.
    """
    tree = tree_of(copy, parent, files)
    if tree == copy.question("rev-parse", f"{parent}^{{tree}}").decode().strip():
        return parent
    return commit_tree(copy, tree, (parent,), author, message, now, signature)


def commit_tree(
    copy: Copy, tree: str, parents: tuple[str, ...], author: Author, message: str, now: float,
    signature: Sequence[str] = (),
) -> str:  # fmt: skip
    """A commit of a tree that is there already. Raises SourceError."""
    when = datetime.fromtimestamp(int(now), UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")
    who = {
        "GIT_AUTHOR_NAME": author.name, "GIT_AUTHOR_EMAIL": author.email, "GIT_AUTHOR_DATE": when,
        "GIT_COMMITTER_NAME": COMMITTER[0], "GIT_COMMITTER_EMAIL": COMMITTER[1],
        "GIT_COMMITTER_DATE": when,
    }  # fmt: skip
    named = [word for one in parents for word in ("-p", one)]
    signed = ("-S",) if signature else ()
    made = copy.question(
        *signature, "commit-tree", *signed, tree, *named, stdin=message.encode(), more=who
    )
    return made.decode().strip()


def tree_of(copy: Copy, parent: str, files: Mapping[str, bytes | Gone]) -> str:
    """The tree of a commit with other files. Raises SourceError."""
    rows = []
    for path, content in sorted(files.items()):
        if content is GONE:
            rows.append(f"0 {'0' * len(parent)}\t{path}\0")
        else:
            assert isinstance(content, bytes)
            blob = copy.question("hash-object", "-w", "--stdin", stdin=content).decode().strip()
            rows.append(f"100644 {blob}\t{path}\0")
    with tempfile.TemporaryDirectory(prefix="dialform-index-") as folder:
        own = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
        copy.question("read-tree", parent, more=own)
        copy.question(
            "update-index", "-z", "--index-info", stdin=os.fsencode("".join(rows)), more=own
        )
        return copy.question("write-tree", more=own).decode().strip()
