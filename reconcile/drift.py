"""What differs although nobody changed it in git: on the disk, or on the switch. Each with its cure.

Run-time state is none of it: who is logged in to a queue, forwards, do-not-disturb, recorded greetings
and voicemail belong to the people on the phone. Whether a carrier lets a trunk register neither.
"""

from collections.abc import Iterable, Iterator
from typing import Literal

from dialform.compiler.planning.actions import Step, step
from dialform.reconcile.converge import steps as converge
from dialform.reconcile.known import Known
from dialform.reconcile.observe import Observed
from dialform.reconcile.prove import doubts
from dialform.reconcile.wanted import Resources
from dialform.values import dataclass

Between = Literal["git-disk", "disk-switch"]


@dataclass(frozen=True, slots=True)
class Drift:
    """One difference. `steps` heal it; none where files are put back, or somebody has to do it."""

    kind: str
    name: str
    between: Between
    what: str
    steps: tuple[Step, ...] = ()

    def __str__(self) -> str:
        return f"{self.kind} {self.name} {self.what}".replace("  ", " ")


_PART = {
    "profile": "profile", "queue": "queue", "stream": "stream", "module": "module",
    "gateway": "gateway", "agent": "agent",
}  # fmt: skip
"""By which part of a step a kind of resource is named."""


def drift(
    want: Resources, known: Known, observed: Observed, disk: Iterable[str] = ()
) -> list[Drift]:
    """All differences. `disk` are the files of the generation that are not as they were written."""
    found = [Drift("file", path, "git-disk", "is damaged or missing") for path in sorted(disk)]
    cure = converge(want, known, observed)
    # A trunk that does not register is no drift: compared with itself, none is in doubt for that.
    for one in doubts(want, observed, observed):
        healing = tuple(_heals(one.kind, one.name, cure, want))
        found.append(Drift(one.kind, one.name, "disk-switch", one.what, healing))
    found += _modules(want, observed)
    return list(dict.fromkeys(found))


def _heals(kind: str, name: str, cure: list[Step], want: Resources) -> Iterator[Step]:
    if kind == "revision":
        yield from (one for one in cure if one.kind == "reloadxml")
    elif kind == "tier":
        queue, _, agent = name.partition(" ")
        yield from (one for one in cure if one == step("tier_del", queue=queue, agent=agent))
    elif kind == "queue" and not any(dict(one.parts).get("queue") == name for one in cure):
        yield step("queue_reload", queue=name)
    else:
        yield from (one for one in cure if dict(one.parts).get(_PART[kind]) == name)
        gateway = want.gateways.get(name) if kind == "gateway" else None
        if gateway is not None:
            yield step("rescan", profile=gateway.profile)


def _modules(want: Resources, seen: Observed) -> Iterator[Drift]:
    for module in sorted(set(want.modules) - seen.modules):
        yield Drift(
            "module", module, "disk-switch", "is not loaded", (step("load", module=module),)
        )
