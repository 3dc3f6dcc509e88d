"""CODEOWNERS from the roles: who must approve a change of which file, as forges read it.

The last line that matches a file counts, at GitHub and at GitLab, so the admins' line for everything
comes first and each line behind it names files that others may approve too.
"""

import re
from collections.abc import Iterator

from dialform.compiler.review_files import tenant_of_calls
from dialform.compiler.rights import PBX_TABLES
from dialform.compiler.roles import admins, role_of, same, tenant_model
from dialform.compiler.stops import values
from dialform.schema.document import load
from dialform.schema.tenant import ACCOUNT_KEYS
from dialform.schema.tree import Tree

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
    leaders = _administrators(tree)
    used = _sounds(tree)
    for slug in sorted(leaders):
        mixed, own = _files(tree, slug)
        if mixed:
            notes.append(
                f"{', '.join(mixed)} holds account matters beside the PBX, so admins alone approve "
                f"it: move the account matters to tenants.d/{slug}/account.yaml"
            )
        own.append(f"media/{slug}/")
        own += sorted(path for path, slugs in used.items() if slugs == {slug})
        own += [path for path in tree.calls if tenant_of_calls(tree, path) == slug]
        for path in own:
            if _PLAIN.match(path):
                lines.append(_line(f"/{prefix}{path}", (*chiefs, *leaders[slug])))
            else:
                notes.append(
                    f"'{path}' has a character with a meaning in CODEOWNERS: left to admins"
                )
    return HEADER + "".join(f"{line}\n" for line in lines), notes


def _line(pattern: str, handles: tuple[str, ...]) -> str:
    once = [h for i, h in enumerate(handles) if not any(same(h, other) for other in handles[:i])]
    return " ".join([pattern.replace(" ", "\\ "), *once])


def _administrators(tree: Tree) -> dict[str, tuple[str, ...]]:
    """The handles of each tenant's administrators; tenants without are left out."""
    found = {}
    for slug in tree.tenants:
        model = tenant_model(tree, slug)
        users = model.users.values() if model else ()
        handles = tuple(u.git for u in users if u.git and role_of(u) == "tenant_admin")
        if handles:
            found[slug] = handles
    return found


def _files(tree: Tree, slug: str) -> tuple[list[str], list[str]]:
    """A tenant's files with account matters and a PBX in one, and those with a PBX alone."""
    mixed, own = [], []
    for path in sorted(tree.tenants[slug]):
        document, findings = load(path, [(path, tree.read(path))])
        keys = document.data.keys()
        if not document.readable or findings or not keys & PBX_TABLES:
            continue
        if keys <= PBX_TABLES:
            own.append(path)
        elif keys & ACCOUNT_KEYS:
            mixed.append(path)
    return mixed, own


def _sounds(tree: Tree) -> dict[str, set[str]]:
    """Which tenants use each sound file that lies in no tenant's folder."""
    found: dict[str, set[str]] = {}
    for slug in tree.tenants:
        model = tenant_model(tree, slug)
        for path in _shared(tree, model):
            found.setdefault(path, set()).add(slug)
    return found


def _shared(tree: Tree, model: object) -> Iterator[str]:
    for _, text in values(model, str):
        parts = text.split("/")
        if (
            parts[0] == "media"
            and tree.has(text)
            and not (len(parts) > 2 and parts[1] in tree.tenants)
        ):
            yield text
