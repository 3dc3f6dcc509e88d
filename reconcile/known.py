"""What is known of a switch: of which version each resource is. Kept in the state, written ahead.

The switch shows what there is, but seldom in which version: of a queue no parameter but some, of an
access list nothing. So what was proven is kept here, by kind and name, and what is about to change is
taken out BEFORE anything is sent: after a crash its version is unknown, and it is done again.
"""

from collections.abc import Container, Mapping
from typing import Any, Self

from dialform.compiler.planning.actions import Step
from dialform.reconcile.wanted import Resources
from dialform.values import dataclass, field, replace

VERSION = 1


@dataclass(frozen=True, slots=True)
class Pending:
    """A step that is still to be done. With `after` not before that tenant's last call is over."""

    step: Step
    after: str = ""


def obsolete(flush: Step, domains: Container[str]) -> bool:
    """Whether it logs out a whole domain that is wanted again."""
    user, _, domain = dict(flush.parts).get("who", "").rpartition("@")
    return not user and domain in domains


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the switch with this Core-UUID. `digests` by kind and name (Resources.digests).

    `users` there holds one digest for each domain: who has to log in again is worked out once, before
    the first command of a change, and stands in `pending` from then on.
    """

    core_uuid: str = ""
    digests: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    pending: tuple[Pending, ...] = ()

    @classmethod
    def after_restart(
        cls, resources: Resources, core_uuid: str, pending: tuple[Pending, ...] = ()
    ) -> Self:
        """Of a switch that has read this configuration when it started.

        `pending` are the steps that were to be done before: registrations outlive a restart. What a
        restart has done by itself is dropped by `steps`.
        """
        return cls(core_uuid, resources.digests(), pending)

    @property
    def waiting(self) -> frozenset[str]:
        """The tenants that are gone and may still have calls up."""
        return frozenset(one.after for one in self.pending if one.after)

    def has(self, kind: str, name: str = "") -> str | None:
        """The digest of a resource as it was proven last; None: unknown."""
        return self.digests.get(kind, {}).get(name)

    def having(self, kind: str, changed: Mapping[str, str | None]) -> "Known":
        """With these resources of other versions; None takes one out: it is gone, or unknown."""
        own = {name: one for name, one in self.digests.get(kind, {}).items() if name not in changed}
        own |= {name: one for name, one in changed.items() if one is not None}
        return replace(self, digests={**self.digests, kind: own})

    def owing(self, more: tuple[Pending, ...]) -> "Known":
        """With more steps that are still to be done."""
        return replace(self, pending=tuple(dict.fromkeys((*self.pending, *more))))

    def without(self, domains: Container[str]) -> "Known":
        """Without flushes of whole domains that are there again: their phones stay."""
        kept = (one for one in self.pending if not obsolete(one.step, domains))
        return replace(self, pending=tuple(kept))

    def done(self, step: Step) -> "Known":
        """Without a step that was to be done."""
        return replace(self, pending=tuple(one for one in self.pending if one.step != step))

    def to_json(self) -> dict[str, Any]:
        """As plain data. No secret is in it."""
        return {
            "version": VERSION,
            "core_uuid": self.core_uuid,
            "digests": {kind: dict(sorted(own.items())) for kind, own in self.digests.items()},
            "pending": [
                {"kind": one.step.kind, "parts": dict(one.step.parts), "after": one.after}
                for one in self.pending
            ],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """From what `to_json` gave. Raises ValueError where it is of another version, or damaged."""
        try:
            if data["version"] != VERSION:
                raise ValueError(f"version {data['version']}, not {VERSION}")
            pending = (
                Pending(Step(one["kind"], tuple(sorted(one["parts"].items()))), one["after"])
                for one in data["pending"]
            )
            digests = {kind: dict(own) for kind, own in data["digests"].items()}
            return cls(data["core_uuid"], digests, tuple(pending))
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"what is known of the switch is damaged: {error!r}") from None
