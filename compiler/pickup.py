"""Pick-up groups: that somebody else is in each, and that there is a code for it."""

from collections.abc import Iterator

from dialform.compiler.numbering import feature_codes
from dialform.compiler.scope import Scope, near
from dialform.schema.rule import Flaw, Path
from dialform.schema.rules import flow as rules


def check_pickup(scope: Scope) -> Iterator[Flaw]:
    """Findings about the pick-up groups of a tenant."""
    members: dict[str, list[tuple[str, Path]]] = {}
    for number, extension in scope.tenant.extensions.items():
        for group in dict.fromkeys(extension.pickup_group):
            place: Path = ("extensions", number, "pickup_group")
            members.setdefault(group, []).append((number, place))
    off = bool(members) and "pickup" not in feature_codes(scope).values()
    for group, found in members.items():
        if off:
            yield scope.flaw(rules.PickupWithoutCode, *found[0][1], on="key", group=group)
        elif len(found) == 1:
            others = [name for name in members if name != group]
            hint = near(group, others, "the others are")
            yield scope.flaw(rules.PickupAlone, *found[0][1], on="key", group=group, near=hint)
