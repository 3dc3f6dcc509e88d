"""What a review says: one verdict an object, or several where its fields differ in it."""

from collections.abc import Iterable
from typing import Literal

from dialform.compiler.reviewing.roles import Person
from dialform.schema.diagnostic import Place
from dialform.schema.rule import Path
from dialform.values import dataclass

Action = Literal["create", "update", "delete"]
Side = Literal["head", "base"]

ADMIN = "an admin"


@dataclass(frozen=True, slots=True)
class Ruling:
    """Whether something is allowed, why, and who may do it."""

    allowed: bool
    why: str
    who: str = ADMIN


@dataclass(frozen=True, slots=True)
class Verdict:
    """One object, or some of its fields, and whether the person may change them so.

    `place` is of the head; of the base (`side`) where it is gone from there. It is relative to the
    repository's root. `fields` is empty where the object comes, goes or is one thing.
    """

    what: str
    tenant: str
    action: Action
    ruling: Ruling
    place: Place
    side: Side = "head"
    fields: tuple[Path, ...] = ()

    @property
    def allowed(self) -> bool:
        """Whether this may be."""
        return self.ruling.allowed

    @property
    def names(self) -> tuple[str, ...]:
        """The fields as people write them: `voicemail.greeting`."""
        return tuple(".".join(map(str, field)) for field in self.fields if field)

    @property
    def order(self) -> tuple[bool, str, str, str, int]:
        """What is denied first; then tenant by tenant."""
        return (self.allowed, self.tenant, self.what, self.place.file, self.place.line)


@dataclass(frozen=True, slots=True)
class Review:
    """All verdicts on a change, by whom, between what."""

    person: Person
    base: str
    head: str
    verdicts: tuple[Verdict, ...]
    notes: tuple[str, ...] = ()

    @property
    def denied(self) -> tuple[Verdict, ...]:
        """What may not be."""
        return tuple(one for one in self.verdicts if not one.allowed)

    @property
    def allowed(self) -> bool:
        """Whether the whole change may be."""
        return not self.denied


def grouped(rulings: Iterable[tuple[Path, Ruling]]) -> dict[Ruling, tuple[Path, ...]]:
    """Fields with the same ruling together, in order."""
    groups: dict[Ruling, tuple[Path, ...]] = {}
    for field, ruling in rulings:
        groups[ruling] = (*groups.get(ruling, ()), field)
    return groups
