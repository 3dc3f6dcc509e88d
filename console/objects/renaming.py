"""Another number or name for an object, wherever the tenant's files name it."""

from collections.abc import Iterator, Mapping
from typing import Any

from starlette.responses import Response

from dialform.compiler.references import TENANT_KINDS, names
from dialform.compiler.references import Kind as Named
from dialform.console.errors import Refused
from dialform.console.forms import MISSING
from dialform.console.objects.detail import title_of
from dialform.console.objects.editing import finish
from dialform.console.objects.kinds import Kind
from dialform.console.objects.where import Where, where
from dialform.console.page import Context
from dialform.console.saving import (
    GONE,
    Checked,
    Clash,
    Denied,
    Edit,
    Invalid,
    check,
    digest_of,
    document_of,
    save,
    value_at,
)
from dialform.schema.rule import Path
from dialform.schema.types import as_written

_BEHIND = "Messages and greetings stay behind under {old}, where nobody hears them any more. "

NOTES: Mapping[str, str] = {
    "extensions": "The phone's password and the mailbox's PIN change with the number, where the system made "
                  "them: phones that are set up from here fetch theirs, all others have to be set up again. "
                  + _BEHIND + "Forwards and do-not-disturb that were set on a phone have to be set again.",
    "voicemails": _BEHIND + "A PIN that the system made changes with the number.",
    "call-queues": "Callers who wait in it at that moment are lost.",
    "music": "The one called “default” is what all held callers hear.",
    "devices": "A phone is known by its MAC address: another address is another phone.",
}  # fmt: skip
"""What comes with another number or name, by kind. `dialform rename` says the same to who has the files."""


async def rename_page(context: Context, kind: Kind) -> Response:
    """Ask for another name, show what would follow, and rename: who may remove and make such objects."""
    place = await where(context, kind)
    key = str(context.params["key"])
    place.found(key)
    place.must(key)
    new, sentence, checked, status = "", "", None, 200
    if context.request.method == "POST":
        new = await context.text("new")
        try:
            edits = edits_of(place, key, new)
            if await context.text("act") == "check":
                checked = await check(context, edits)
            else:
                message = f"Rename {kind.named(key)} of {place.tenant} to {new}"
                done = await save(context, edits, message)
                return finish(context, done, kind.named(new), place.url(new))
        except (Refused, Invalid, Denied, Clash) as error:
            sentence, status = str(error), error.status
    return _shown(place, key, new, sentence, checked, status)


def _shown(
    place: Where, key: str, new: str, sentence: str, checked: Checked | None, status: int
) -> Response:
    note = NOTES.get(place.kind.name, "").format(old=key)
    return place.context.render(
        "objects/rename.html", status, kind=place.kind, place=place, key=key, new=new, checked=checked,
        sentence=sentence, title=title_of(place, key), note=note,
    )  # fmt: skip


def edits_of(place: Where, old: str, new: str) -> list[Edit]:
    """The edits of a new name. Raises Refused where it is taken, or none."""
    if not new or new == old:
        raise Refused("Say another name than the one that it has.")
    if place.raw(new) is not MISSING:
        raise Refused(f"There is {place.kind.named(new)} already: choose another one.")
    named = TENANT_KINDS[place.kind.renames]
    data = document_of(place.site, f"tenants.d/{place.tenant}").data
    after = renamed(data, named, old, new)
    return [
        Edit(place.owner, path, value, digest_of(value_at(place.site, place.owner, path)))
        for path, value in changes(data, after)
    ]


def renamed(node: Any, kind: Named, old: str, new: str, path: Path = ()) -> Any:
    """Data with the new name wherever the table of references says that the old one means the object."""
    if isinstance(node, dict):
        here = bool(kind.keys) and names(kind.keys, path)
        return {
            new if here and str(key) == old else key: renamed(value, kind, old, new, (*path, key))
            for key, value in node.items()
        }
    if isinstance(node, list):
        return [renamed(one, kind, old, new, (*path, index)) for index, one in enumerate(node)]
    return new if as_written(node) == old and names(kind.values, path) else node


def changes(before: Any, after: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """The paths at which two data differ, maps key by key, with what stands there afterwards."""
    if not (isinstance(before, dict) and isinstance(after, dict)):
        if before != after:
            yield path, after
        return
    for key in before:
        if key not in after:
            yield (*path, key), GONE
    for key, value in after.items():
        if key in before:
            yield from changes(before[key], value, (*path, key))
        else:
            yield (*path, key), value
