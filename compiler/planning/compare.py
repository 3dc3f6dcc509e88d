"""Two sets of objects, compared: what came, went, changed, or has another number only."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from dialform.compiler.planning.extract import Object, Objects
from dialform.compiler.planning.objects import Action, Change, FieldChange, ObjectId
from dialform.compiler.planning.plain import Whole, has_secret, revealed
from dialform.compiler.planning.renames import Renames, find_renames
from dialform.schema.rule import Path

_ENOUGH = 0.8
"""The share of a tenant's objects that are the same under another slug when it was only renamed."""


def compare(
    old: Objects, new: Objects, old_slug: str = "", above: Mapping[ObjectId, str] | None = None
) -> Iterator[Change]:
    """All changes between the objects of one tenant, or of the platform.

    `old_slug` is what the tenant was called before, where it was renamed; `above` are the platform's
    own renamed objects, which tenants name.
    """
    if old_slug:
        slug = next(iter(new)).tenant
        old = {ObjectId(slug, i.table, i.key): one for i, one in old.items()}
    renames = find_renames(old, new).beside(above or {})
    for id_, one in new.items():
        was = renames.old_id(id_)
        before = old.get(was or id_)
        if before is None:
            yield Change(id_, "create", tuple(_created(one)), after=one.spot, title=one.title)
            continue
        fields = tuple(_fields((), before.data, one.data, renames))
        action: Action = "update"
        if was:
            action, renamed_from, fields = "rename", was.key, _besides(fields)
        elif old_slug and id_.table == "account":
            action, renamed_from = "rename", old_slug
        elif not fields:
            continue
        else:
            renamed_from = ""
        yield Change(id_, action, fields, renamed_from, before.spot, one.spot, one.title)
    for id_, one in old.items():
        if id_ not in new and not renames.new_key(id_):
            yield Change(id_, "delete", tuple(_deleted(one)), before=one.spot, title=one.title)


def _created(one: Object) -> Iterator[FieldChange]:
    for key, value in sorted(one.data.items()):
        if key in one.said:
            yield FieldChange((key,), None, revealed(value), has_secret(value))


def _deleted(one: Object) -> Iterator[FieldChange]:
    for key, value in sorted(one.data.items()):
        if key in one.said:
            yield FieldChange((key,), revealed(value), None, has_secret(value))


def _besides(fields: tuple[FieldChange, ...]) -> tuple[FieldChange, ...]:
    """What a renamed object changes besides what follows from the renaming."""
    return tuple(one for one in fields if not one.follows)


def _fields(path: Path, old: Any, new: Any, renames: Renames) -> Iterator[FieldChange]:
    if old == new:
        return
    if type(old) is dict and type(new) is dict and not isinstance(old, Whole):
        for key in sorted({*old, *new}, key=str):
            yield from _fields((*path, key), old.get(key), new.get(key), renames)
        return
    follows = bool(renames) and renames.follow(old) == new
    secret = has_secret(old) or has_secret(new)
    yield FieldChange(path, revealed(old), revealed(new), secret, follows)


def renamed_tenants(old: Mapping[str, Objects], new: Mapping[str, Objects]) -> dict[str, str]:
    """New slug → old slug of tenants that are the same but for their slug."""
    gone = [slug for slug in old if old[slug] and not new[slug]]
    come = [slug for slug in new if new[slug] and not old[slug]]
    scores: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for slug in come:
        for other in gone:
            share = _alike(old[other], new[slug])
            if share >= _ENOUGH:
                scores[slug].append((share, other))
    found: dict[str, str] = {}
    for slug, candidates in sorted(scores.items()):
        best = max(candidates)
        if best[1] not in found.values():
            found[slug] = best[1]
    return found


def _alike(old: Objects, new: Objects) -> float:
    """The share of objects that are the same in both."""
    before = {(i.table, i.key): one.data for i, one in old.items()}
    after = {(i.table, i.key): one.data for i, one in new.items()}
    same = sum(before.get(key) == data for key, data in after.items())
    return same / max(len(before), len(after), 1)
