"""CODEOWNERS from the roles: who must approve a change of which file, as forges read it.

The last line that matches a file counts, at GitHub and at GitLab, so the admins' line for everything
comes first and each line behind it names files that others may approve too.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from dialform.compiler.reviewing.review_files import tenant_of_calls
from dialform.compiler.reviewing.rights import PBX_TABLES
from dialform.compiler.reviewing.roles import HANDLE, admins, same
from dialform.schema.document import Document, load
from dialform.schema.reader import Source
from dialform.schema.tenant import ACCOUNT_KEYS
from dialform.schema.tree import Tree
from dialform.values import dataclass

HEADER = """\
# Who must approve a change. The last line that matches a file counts.
# Written by `dialform codeowners --write` from the roles in the site.
"""
_PLAIN = re.compile(r"[\w./+@=,~ -]+\Z")
"""Names that no forge takes for a pattern."""


def codeowners(tree: Tree, prefix: str = "") -> tuple[str, list[str]]:
    """The text of CODEOWNERS, and what should be known about it. Raises OSError.

    `prefix` is the site's folder in its repository, with a `/` behind it; empty at the root.
    """
    chiefs, notes = admins(tree), []
    if not chiefs:
        notes.append("platform.yaml names no admins, so nobody needs to approve what is theirs")
    lines = [_line(f"/{prefix}" if prefix else "*", chiefs)]
    tenants = {slug: _facts(tree, slug) for slug in sorted(tree.tenants)}
    users = Counter(path for facts in tenants.values() for path in facts.sounds)
    tests = {path: tenant_of_calls(tree, path) for path in tree.calls}
    for slug, facts in tenants.items():
        if not facts.leaders:
            continue
        if facts.mixed:
            notes.append(
                f"{', '.join(facts.mixed)} holds account matters beside the PBX, so admins alone "
                f"approve it: move the account matters to tenants.d/{slug}/account.yaml"
            )
        own = [*facts.own, f"media/{slug}/"]
        own += sorted(path for path in facts.sounds if users[path] == 1)
        own += [path for path, whose in tests.items() if whose == slug]
        for path in own:
            if _PLAIN.match(path):
                lines.append(_line(f"/{prefix}{path}", (*chiefs, *facts.leaders)))
            else:
                notes.append(
                    f"'{path}' has a character with a meaning in CODEOWNERS: left to admins"
                )
    return HEADER + "".join(f"{line}\n" for line in lines), notes


@dataclass(frozen=True, slots=True)
class _Facts:
    """What CODEOWNERS needs of a tenant: its administrators' handles, its files with account matters and
    a PBX in one, those with a PBX alone, and the sounds it uses that lie in no tenant's folder.
    """

    leaders: tuple[str, ...]
    mixed: list[str]
    own: list[str]
    sounds: set[str]


def _facts(tree: Tree, slug: str) -> _Facts:
    """A tenant as it is written: no models of a thousand tenants are needed here."""
    document, findings = load(slug, [(path, tree.read(path)) for path in tree.tenants[slug]])
    broken = {one.file for one in findings}
    mixed, own = _files([one for one in document.sources if one.file not in broken])
    return _Facts(_administrators(document), mixed, own, _sounds(tree, document))


def _line(pattern: str, handles: tuple[str, ...]) -> str:
    once = [h for i, h in enumerate(handles) if not any(same(h, other) for other in handles[:i])]
    return " ".join([pattern.replace(" ", "\\ "), *once])


def _administrators(document: Document) -> tuple[str, ...]:
    """The handles of a tenant's administrators."""
    users = document.data.get("users")
    found = []
    for user in users.values() if isinstance(users, dict) else ():
        if isinstance(user, dict) and user.get("role") in ("tenant_admin", "admin"):
            handle = user.get("git")
            if isinstance(handle, str) and HANDLE.match(handle):
                found.append(handle)
    return tuple(found)


def _files(sources: Iterable[Source]) -> tuple[list[str], list[str]]:
    mixed, own = [], []
    for source in sources:
        keys = source.data.keys() if isinstance(source.data, dict) else set()
        if keys and keys <= PBX_TABLES:
            own.append(source.file)
        elif keys & PBX_TABLES and keys & ACCOUNT_KEYS:
            mixed.append(source.file)
    return mixed, own


def _sounds(tree: Tree, document: Document) -> set[str]:
    found = {text for text in _texts(document.data) if text.startswith("media/") and tree.has(text)}
    return {
        path for path in found if path.count("/") == 1 or path.split("/")[1] not in tree.tenants
    }


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for value in node.values():
            yield from _texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from _texts(value)
