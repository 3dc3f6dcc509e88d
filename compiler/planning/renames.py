"""Objects that only have another number or name: gone here, come there, the same inside."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from dialform.compiler.planning.extract import Object, Objects
from dialform.compiler.planning.objects import ObjectId
from dialform.compiler.planning.plain import Hidden
from dialform.values import dataclass, field

_RENAMED = {
    "extensions": "extension", "voicemails": "voicemail", "ring_groups": "ring_group",
    "ivr_menus": "ivr", "call_queues": "queue", "conferences": "conference",
    "schedules": "schedule", "users": "user", "music_on_hold": "music", "device_profiles": "profile",
    "devices": "", "fax_accounts": "fax", "fax_documents": "", "paging": "", "contacts": "", "follow_me": "",
    "hosts": "", "providers": "provider", "routes": "", "packages": "package", "rates": "",
    "plans": "plan",
}  # fmt: skip
"""Tables whose entries can be renamed, and the key by which others name them. A number (DID), a
payment or an inbound route with another key is another one."""

_TITLES = ("name", "label", "description", "host")
_ENOUGH = 0.6
"""The share of fields that are the same, of objects that also have the same name."""


@dataclass(frozen=True, slots=True)
class Renames:
    """Old ids to new keys of one tenant (or the platform)."""

    pairs: Mapping[ObjectId, str] = field(default_factory=dict)
    back: Mapping[ObjectId, ObjectId] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.pairs)

    def beside(self, others: Mapping[ObjectId, str]) -> "Renames":
        """These, and others that are named here too."""
        return Renames({**others, **self.pairs}, self.back)

    def new_key(self, old: ObjectId) -> str:
        """What an object is called now; empty where it was not renamed."""
        return self.pairs.get(old, "")

    def old_id(self, new: ObjectId) -> ObjectId | None:
        """Which object this one was; None where it was not renamed."""
        return self.back.get(new)

    def follow(self, value: Any) -> Any:
        """The value with the old names in it replaced by the new ones."""
        return _replace(value, {old.key: new for old, new in self.pairs.items()})


def _replace(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {k: _replace(inner, names) for k, inner in value.items()}
    if isinstance(value, list):
        return [_replace(inner, names) for inner in value]
    return names.get(value, value) if isinstance(value, str) else value


def find_renames(old: Objects, new: Objects) -> Renames:
    """Pairs of a gone and a come object that are one; a doubtful case is none."""
    gone, come = _tables(old, new), _tables(new, old)
    pairs: dict[ObjectId, str] = {}
    for table in gone.keys() & come.keys():
        pairs.update(_pairs(gone[table], come[table]))
    back = {ObjectId(i.tenant, i.table, key): i for i, key in pairs.items()}
    return Renames(dict(sorted(pairs.items())), back)


def _tables(here: Objects, there: Objects) -> dict[str, list[Object]]:
    found: dict[str, list[Object]] = defaultdict(list)
    for id_, one in here.items():
        if id_ not in there and id_.table in _RENAMED:
            found[id_.table].append(one)
    return found


def _pairs(gone: list[Object], come: list[Object]) -> Iterator[tuple[ObjectId, str]]:
    left = {one.id: one for one in gone}
    for pick in (_print, _title):
        before = Counter(pick(one) for one in left.values())
        after: dict[str, list[Object]] = defaultdict(list)
        for one in come:
            after[pick(one)].append(one)
        for old in list(left.values()):
            mark = pick(old)
            if not mark or before[mark] != 1 or len(after[mark]) != 1:
                continue
            new = after[mark][0]
            if pick is _print or _similar(old, new) >= _ENOUGH:
                yield old.id, new.id.key
                del left[old.id]
                come = [one for one in come if one is not new]


def _print(one: Object) -> str:
    """The whole content; its own number in it counts as the same. Empty where it says too little."""
    if len(one.said) < 2 and not _title(one):
        return ""
    data = _replace(one.data, {one.id.key: "\0"})
    return json.dumps(data, sort_keys=True, default=_opaque)


def _opaque(value: Any) -> str:
    # What is neither is a line of a schedule, which is written as it reads.
    return f"\0{hash(value)}" if isinstance(value, Hidden) else str(value)


def _title(one: Object) -> str:
    return next((str(one.data[key]) for key in _TITLES if one.data.get(key)), "")


def _similar(old: Object, new: Object) -> float:
    keys = old.said | new.said
    mine = _replace(old.data, {old.id.key: new.id.key})
    same = [key for key in keys if mine.get(key) == new.data.get(key)]
    return len(same) / max(len(keys), 1)
