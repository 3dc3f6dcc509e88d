"""A look at git, disk and switch by a command of its own: it takes no lock and writes nothing."""

from collections.abc import Sequence

from dialform.reconcile.contact import known_of, same_folder
from dialform.reconcile.drift import Drift, drift
from dialform.reconcile.endpoint import endpoint
from dialform.reconcile.generations import Generation, Generations
from dialform.reconcile.layout import Layout
from dialform.reconcile.observe import observe
from dialform.reconcile.record import Record
from dialform.reconcile.wanted import wanted
from dialform.switch import Client
from dialform.values import dataclass


class CompareError(Exception):
    """There is nothing to compare: one sentence, with the way out."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What was compared, and all that differs."""

    generation: str
    commit: str | None
    drift: Sequence[Drift]


async def compare(layout: Layout) -> Compared:
    """Compare now. Raises CompareError, EndpointError, SwitchError, OSError."""
    generations, record = Generations(layout), Record.load(layout)
    target = generations.find(record.applied.generation) if record.applied else None
    if target is None:
        raise CompareError(
            f"Nothing was applied from '{layout.root}' yet: there is nothing to compare."
        )
    found = list(_files(layout, generations, target))
    place = endpoint([target.folder, *(one.folder for one in generations.all())])
    async with Client(place.address, tuple(place.passwords)) as client:
        want = wanted(target.folder)
        seen = await observe(client.api, want.modules, record.known.waiting)
        if not same_folder(seen.folder, layout.current / "freeswitch"):
            found.append(Drift("switch", "", "disk-switch", f"runs with {seen.folder}"))
        known = record.known
        if known.core_uuid != seen.core_uuid:
            known = known_of(
                generations, lambda one: wanted(one.folder), known, seen.core_uuid, seen.revision
            )
        found += drift(want, known, seen)
    return Compared(target.name, target.commit, found)


def _files(layout: Layout, generations: Generations, target: Generation) -> Sequence[Drift]:
    """What differs between what was compiled and what lies there."""
    current = generations.current()
    found = []
    if current is None or current.name != target.name:
        where = "points nowhere" if current is None else f"is {current.name}"
        found.append(Drift("link", "current", "git-disk", f"{where}, not {target.name}"))
    damaged = generations.damaged(target, whole=True)
    return found + [Drift("file", path, "git-disk", "is damaged or missing") for path in damaged]
