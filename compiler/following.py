"""The rules of follow-me."""

from collections.abc import Iterator

from dialform.compiler.numbering import is_internal
from dialform.compiler.scope import Scope, near
from dialform.schema.follow_me import FollowMe
from dialform.schema.rule import Flaw, Path
from dialform.schema.rules import flow as rules


def check_follow_me(scope: Scope) -> Iterator[Flaw]:
    """All findings about follow-mes but where their outside numbers lead."""
    for number, entry in scope.tenant.follow_me.items():
        if not scope.has("extensions", number):
            yield _unknown(scope, number, ("follow_me", number), "key")
        yield from _reasons(scope, number, entry)
        yield from _steps(scope, number, entry)


def _reasons(scope: Scope, number: str, entry: FollowMe) -> Iterator[Flaw]:
    if "always" in entry.when and len(entry.when) > 1:
        what = f"follow-me of {number} is for always: the other reasons never come about"
        path = ("follow_me", number, "when")
        yield scope.flaw(rules.FollowsInVain, *path, what=what, way="write when: [always] alone")


def _steps(scope: Scope, number: str, entry: FollowMe) -> Iterator[Flaw]:
    seen: set[str] = set()
    for index, step in enumerate(entry.destinations):
        path = ("follow_me", number, "destinations", index)
        if step.number in seen:
            what = f"follow-me of {number} rings {step.number} twice"
            yield scope.flaw(rules.FollowsInVain, *path, what=what, way="remove one")
        elif step.number == number and "always" not in entry.when:
            what = f"follow-me of {number} rings {number} again, which has just not answered"
            yield scope.flaw(rules.FollowsInVain, *path, what=what, way="remove it")
        elif is_internal(step.number) and not _known(scope, step.number):
            yield _unknown(scope, step.number, (*path, "number"), "value")
        seen.add(step.number)


def _known(scope: Scope, number: str) -> bool:
    return scope.has("extensions", number) or number in scope.view.emergency_numbers


def _unknown(scope: Scope, number: str, path: Path, on: str) -> Flaw:
    hint = near(number, scope.tenant.extensions)
    return scope.flaw(
        rules.UnknownReference, *path, on=on, kind="extension", name=number, near=hint
    )
