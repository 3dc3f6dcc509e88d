"""Music on hold: what is right and wrong of it, and what the renderers are given."""

from collections.abc import Callable, Iterator

from dialform.compiler import resolved
from dialform.compiler.scope import Scope, near
from dialform.compiler.wav import Format, format_of
from dialform.schema.rule import Flaw
from dialform.schema.rules import files as file_rules
from dialform.schema.rules import flow as flow_rules

DEFAULT = "default"
"""The entry that every held caller of a tenant hears."""


def check_music(scope: Scope) -> Iterator[Flaw]:
    """Music that nobody ever hears, and rooms with music that is not there."""
    tenant = scope.tenant
    for number, room in tenant.conferences.items():
        name = room.music
        if name not in (None, DEFAULT) and not scope.has("music_on_hold", name):
            yield scope.flaw(
                flow_rules.UnknownReference,
                *("conferences", number, "music"),
                kind="music on hold",
                name=name,
                near=near(name, tenant.music_on_hold),
            )
    played = {DEFAULT, *(queue.music for queue in tenant.call_queues.values())}
    played |= {room.music for room in tenant.conferences.values()}
    for slug in tenant.music_on_hold:
        if slug not in played:
            path = ("music_on_hold", slug)
            yield scope.flaw(
                flow_rules.Unreachable, *path, on="key", object=f"music on hold '{slug}'"
            )


def check_alike(scope: Scope, head: Callable[[str], bytes]) -> Iterator[Flaw]:
    """Files that are to be played in order and cannot follow one another.

    The switch reads a folder in whatever order the disk has, so files in order become one file
    (mod_local_stream.c, read_stream_thread; apr_dir_read).
    """
    for slug, music in scope.tenant.music_on_hold.items():
        if music.shuffle or len(music.files) == 1:
            continue
        first: Format | None = None
        for index, file in enumerate(music.files):
            if file not in scope.view.files:
                continue
            try:
                found = format_of(head(file))
            except OSError:
                continue
            first = first or found
            if found is None or found != first:
                yield scope.flaw(
                    file_rules.NotAlike,
                    *("music_on_hold", slug, "files", index),
                    path=file,
                    found=found or "no plain WAV",
                    first=first or "no plain WAV",
                )
                break


def resolve_music(scope: Scope) -> tuple[resolved.Music, ...]:
    """The tenant's streams."""
    return tuple(
        resolved.Music(slug, tuple(music.files), music.shuffle)
        for slug, music in sorted(scope.tenant.music_on_hold.items())
    )
