"""Conferences and paging groups: their rules, and what is resolved of them."""

from collections.abc import Callable, Iterator

from dialform.compiler import resolved_rooms
from dialform.compiler.destinations import TABLES, WORDS
from dialform.compiler.scope import Scope, near
from dialform.schema.rule import Flaw, Path
from dialform.schema.rules import flow, rooms, secrets
from dialform.schema.secret import SecretRef

Secret = Callable[[SecretRef | None, Path, str, str, int], str]
"""What gives the text behind a reference: of a path, an object, a kind, and how often it was changed."""


def check_rooms(scope: Scope) -> Iterator[Flaw]:
    """All findings about conferences and paging groups, less those that need the secrets."""
    tenant = scope.tenant
    for number, room in tenant.conferences.items():
        path: Path = ("conferences", number)
        if room.wait_for_moderator and room.moderator_pin is None:
            yield scope.flaw(rooms.NobodyModerates, *path, "wait_for_moderator", number=number)
        if room.music not in (None, "default") and not scope.has("music_on_hold", room.music):
            hint = near(room.music, tenant.music_on_hold)
            yield scope.flaw(
                flow.UnknownReference,
                *(*path, "music"),
                kind="music on hold",
                name=room.music,
                near=hint,
            )
    for number, group in tenant.paging.items():
        seen: set[str] = set()
        for index, member in enumerate(group.members):
            path = ("paging", number, "members", index)
            if member in seen:
                yield scope.flaw(flow.MemberTwice, *path, number=member)
            elif what := _no_phone(scope, member):
                known = near(member, tenant.extensions)
                way = known if what.startswith("no ") else "members are extensions with phones"
                yield scope.flaw(flow.UnknownMember, *path, number=member, what=what, way=way)
            seen.add(member)


def _no_phone(scope: Scope, number: str) -> str:
    """Why nobody can be paged at this number; empty where it is an extension with phones."""
    extension = scope.tenant.extensions.get(number)
    if extension is not None:
        return "a fax machine, not a phone" if extension.type == "fax" else ""
    if scope.has("extensions", number):
        return ""
    for kind, table in (*TABLES.items(), ("paging", "paging")):
        if scope.has(table, number):
            word = WORDS[kind]
            return f"{'an' if word[0] in 'aeiouAEIOU' else 'a'} {word}, not an extension"
    return "no extension of this tenant"


def conferences(
    scope: Scope, secret: Secret, flaws: list[Flaw]
) -> Iterator[resolved_rooms.Conference]:
    """The resolved conferences. What is wrong with their PINs is added to `flaws`."""
    for number, room in sorted(scope.tenant.conferences.items()):
        path: Path = ("conferences", number)
        pins = {}
        for key, ref in (("pin", room.pin), ("moderator_pin", room.moderator_pin)):
            pins[key] = secret(ref, (*path, key), number, "pin", 1) if ref else ""
            if pins[key] and not _is_pin(pins[key]):
                what = f"conference {number}"
                flaws.append(scope.flaw(secrets.BadPin, *path, key, object=what))
        if pins["pin"] and pins["pin"] == pins["moderator_pin"]:
            flaws.append(scope.flaw(rooms.SamePins, *path, "moderator_pin", number=number))
        music = room.music or "default"
        yield resolved_rooms.Conference(
            number=number,
            name=room.name,
            pin=pins["pin"],
            moderator_pin=pins["moderator_pin"],
            max_members=room.max_members or 0,
            greeting=room.greeting or "",
            music=music if music in scope.tenant.music_on_hold else "",
            record=room.record,
            waits=room.wait_for_moderator,
            announce=room.announce,
        )


def _is_pin(text: str) -> bool:
    return text.isascii() and text.isdigit() and 4 <= len(text) <= 10


def paging(scope: Scope) -> Iterator[resolved_rooms.Paging]:
    """The resolved paging groups."""
    for number, group in sorted(scope.tenant.paging.items()):
        members = tuple(dict.fromkeys(group.members))
        yield resolved_rooms.Paging(number, group.name or "", members)
