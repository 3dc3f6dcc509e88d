"""The review of all that is no tenant's file: sounds, call tests, the platform's documents, the rest."""

from collections.abc import Iterator
from typing import Any

from dialform.compiler.planning.objects import ObjectId
from dialform.compiler.reviewing.grounds import Grounds
from dialform.compiler.reviewing.leaves import leaves
from dialform.compiler.reviewing.rights import owners
from dialform.compiler.reviewing.touched import Touched
from dialform.compiler.reviewing.verdicts import Action, Ruling, Side, Verdict
from dialform.schema.diagnostic import Place
from dialform.schema.document import Document, load
from dialform.schema.rule import Path
from dialform.schema.tree import Tree

_GUARDS = {
    "platform.yaml": "it says who is an admin, and what holds for all tenants",
    "routes.yaml": "outbound routes are the platform's",
    "billing.yaml": "packages and prices are the platform's",
    "providers.d": "carriers are the platform's",
    "rates": "prices are the platform's",
    "keys": "it says whose signatures count",
}
_TABLES: dict[str, dict[str, str]] = {
    "platform.yaml": {"hosts": "hosts"},
    "routes.yaml": {"routes": "routes"},
    "billing.yaml": {"packages": "packages", "rates": "rates", "plans": "plans"},
}
"""Which keys of the platform's documents hold objects of their own, and what these are called."""


def action_of(one: Touched) -> Action:
    """What becomes of a file."""
    return "create" if one.added else "delete" if one.removed else "update"


def file_verdict(one: Touched, ruling: Ruling, what: str = "", tenant: str = "") -> Verdict:
    """A verdict on a whole file."""
    side: Side = "base" if one.removed else "head"
    name = what or f"file {one.shown}"
    return Verdict(name, tenant, action_of(one), ruling, Place(one.shown), side)


def review_other(grounds: Grounds, one: Touched) -> list[Verdict]:
    """The verdicts on one touched file. Raises OSError."""
    if one.odd:
        return [file_verdict(one, grounds.admins_only(f"{one.odd} hides what was reviewed"))]
    path = one.path
    if path is None or any(part.startswith(".") for part in path.split("/")):
        return [file_verdict(one, grounds.admins_only("it is no part of the phone system"))]
    top, _, rest = path.partition("/")
    if top == "media" and rest:
        return [_media(grounds, one, path)]
    if top == "calls.d" and rest:
        return [_calls(grounds, one, path)]
    if path in _TABLES or (top == "providers.d" and path.endswith(".yaml")):
        return list(_document(grounds, one, path, _GUARDS[top])) or [
            file_verdict(one, grounds.admins_only(_GUARDS[top]), f"comments and layout of {path}")
        ]
    why = _GUARDS.get(top, "it is no part of the phone system")
    return [file_verdict(one, grounds.admins_only(why))]


def _document(grounds: Grounds, one: Touched, path: str, why: str) -> Iterator[Verdict]:
    """One of the platform's documents, object by object, as far as it can be read."""
    old, new = _read(grounds.fork, path), _read(grounds.head, path)
    ruling = grounds.admins_only(why)
    if not (old.readable and new.readable):
        yield file_verdict(one, ruling)
        return
    fields: dict[tuple[ObjectId, Path], list[Path]] = {}
    for leaf in leaves(old.data, new.data):
        about = _object(path, leaf)
        fields.setdefault(about, []).append(leaf[len(about[1]) :])
    for (about_id, start), found in fields.items():
        before, after = _has(old.data, start), _has(new.data, start)
        action: Action = "update" if before and after else "create" if after else "delete"
        side: Side = "head" if after else "base"
        document = new if after else old
        place = document.place((*start, *found[0]), "key")
        spot = Place(grounds.prefix + place.file, place.line, place.column, place.end)
        yield Verdict(str(about_id), "", action, ruling, spot, side, tuple(found))


def _object(path: str, leaf: Path) -> tuple[ObjectId, Path]:
    """Which object a path of a document belongs to, and where that object begins."""
    if path.startswith("providers.d/"):
        name = path.removeprefix("providers.d/").removesuffix(".yaml")
        return ObjectId("", "providers", name), ()
    table = _TABLES[path].get(str(leaf[0])) if leaf else None
    if table and len(leaf) > 1:
        return ObjectId("", table, str(leaf[1])), leaf[:2]
    if path == "billing.yaml" and leaf and not table:
        return ObjectId("", "billing", str(leaf[0])), ()
    word = table or path.removesuffix(".yaml")
    return ObjectId("", word if word in ("platform", "routes") else "platform"), ()


def _media(grounds: Grounds, one: Touched, path: str) -> Verdict:
    """A sound file: of the tenant in whose folder it lies, else of the only one that ever used it."""
    parts = path.split("/")
    slug = parts[1] if len(parts) > 2 and parts[1] in grounds.tenants else ""
    used = {} if slug and grounds.person.role_in(slug) != "user" else grounds.users_of_media(path)
    if not slug:
        if len(used) != 1 or one.added:
            way = "a tenant's own sounds lie in media/<slug>/"
            whose = "more than one tenant uses it" if len(used) > 1 else way
            return file_verdict(one, grounds.admins_only(whose), f"media {path}")
        slug = next(iter(used))
    what = str(ObjectId(slug, "media", path))
    ruling = grounds.of_tenant(slug, "it is not only the greeting of a mailbox of theirs")
    if not ruling.allowed and grounds.person.role_in(slug):
        used = used or grounds.users_of_media(path)
        if _own_greetings(grounds, slug, used):
            return file_verdict(
                one, Ruling(True, "a greeting of their own", ruling.who), what, slug
            )
    return file_verdict(one, ruling, what, slug)


def _own_greetings(grounds: Grounds, slug: str, used: dict[str, set[Path]]) -> bool:
    """Whether a sound file is used, and by mailboxes alone that belong to the person."""
    mine, model = grounds.person.users_in(slug), grounds.tenant("base", slug)
    return set(used) == {slug} and all(
        where[0] in ("extensions", "voicemails")
        and where[-1] == "greeting"
        and bool(owners(model, str(where[0]), str(where[1])) & mine)
        for where in used[slug]
    )


def _calls(grounds: Grounds, one: Touched, path: str) -> Verdict:
    """A file of call tests: of a tenant where all tests in it are that tenant's, before and after."""
    trees = [tree for tree in (grounds.fork, grounds.head) if tree.has(path)]
    slugs = {tenant_of_calls(tree, path) for tree in trees}
    slug = next(iter(slugs)) if len(slugs) == 1 else ""
    what = f"call tests {path}"
    if slug not in grounds.tenants:
        return file_verdict(one, grounds.admins_only("its tests are not of one tenant"), what)
    return file_verdict(one, grounds.of_tenant(slug), what, slug)


def tenant_of_calls(tree: Tree, path: str) -> str:
    """Whose call tests a file of calls.d holds; empty where they are not all of one tenant."""
    document = _read(tree, path)
    tests = document.data.get("calls") if document.readable else None
    if not isinstance(tests, list) or document.data.keys() != {"calls"}:
        return ""
    named = {test.get("tenant") if isinstance(test, dict) else None for test in tests}
    slug: Any = next(iter(named)) if len(named) == 1 else ""
    return slug if isinstance(slug, str) else ""


def _read(tree: Tree, path: str) -> Document:
    if not tree.has(path):
        return Document(path, {})
    document, findings = load(path, [(path, tree.read(path))])
    if findings:
        document.readable = False
    return document


def _has(data: Any, path: Path) -> bool:
    for step in path:
        if not isinstance(data, dict) or step not in data:
            return False
        data = data[step]
    return bool(data)
