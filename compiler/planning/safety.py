"""Whether a change is too dangerous to be applied without a word: limits, and what is never done.

The limits are those of the BASE: a change cannot loosen what guards it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from dialform.compiler.planning.objects import Change
from dialform.compiler.scope import PlatformView
from dialform.compiler.states.state import State
from dialform.schema.platform import Safety
from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a change is not applied. `force` says whether `--force` with the count lets it through."""

    reason: str
    force: bool = True


@dataclass(frozen=True, slots=True)
class Verdict:
    """What speaks against a change. `deletes` is the count that `--force` has to name."""

    refusals: tuple[Refusal, ...] = ()
    deletes: int = 0

    @property
    def never(self) -> bool:
        """Whether nothing lets it through."""
        return any(not one.force for one in self.refusals)

    def stands(self, force: int | None) -> bool:
        """Whether the change is refused, by what somebody said with `--force`."""
        return self.never or (bool(self.refusals) and force != self.deletes)

    def message(self, force: int | None) -> str:
        """Why, with the numbers, and the way out."""
        reasons = "; ".join(one.reason for one in self.refusals if self.never <= (not one.force))
        if self.never:
            return f"Refused: {reasons}. Nothing lets this through; change it in smaller steps."
        what = "deletion" if self.deletes == 1 else "deletions"
        if force is not None:
            return (
                f"Refused: {reasons}. --force {force} does not name the {self.deletes} {what} of "
                f"this plan: look at them, then say --force {self.deletes}."
            )
        return (
            f"Refused: {reasons}. If that is meant, say --force {self.deletes} "
            f"(the {self.deletes} {what} of this plan)."
        )


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many objects the base has: counted only as far as the limits need it.

    `known` are the tenants whose files differ; `count` counts one tenant, "" being the platform.
    """

    slugs: Sequence[str]
    count: Callable[[str], int]

    def at_least(self, wanted: float) -> int:
        """All objects of the base, or as many as are enough."""
        total = 0
        for slug in ("", *self.slugs):
            total += self.count(slug)
            if total >= wanted:
                break
        return total


def judge(
    changes: Sequence[Change],
    before: State,
    after: State,
    old: PlatformView | None,
    new: PlatformView,
    sizes: Sizes,
) -> Verdict:
    """What speaks against these changes, by the base's limits."""
    deletes = sum(one.action == "delete" for one in changes)
    if old is None:
        return Verdict((), deletes)
    refusals = (
        *_never(before, after, old, new),
        *_by_force(changes, old, new),
        *_limits(changes, old.platform.safety, sizes),
    )
    return Verdict(refusals, deletes)


def _never(before: State, after: State, old: PlatformView, new: PlatformView) -> Iterator[Refusal]:
    if before.tree.tenants and not after.tree.tenants:
        yield Refusal("no tenant would be left", force=False)
    then, now = _reachable(old), _reachable(new)
    if then and not now:
        yield Refusal("no trunk would be left for emergency calls", force=False)
        return
    for number in sorted(then - now):
        if number in new.emergency_numbers:
            yield Refusal(f"the emergency number {number} would have no trunk left", force=False)


def _reachable(view: PlatformView) -> set[str]:
    """The emergency numbers that some active trunk takes."""
    active = {name for name, provider in view.providers.items() if provider.active}
    return {
        number
        for route in view.routes.values()
        if route.toll == "emergency" and not active.isdisjoint(route.providers)
        for number in route.exact or ()
    }


_NEVER_UNSAID = {
    ("account", "delete"): "tenant '{tenant}' would be deleted",
    ("account", "rename"): "tenant '{old}' would become '{tenant}'",
    ("hosts", "delete"): "host '{key}' would be deleted",
    ("hosts", "rename"): "host '{old}' would become '{key}'",
}
"""What needs `--force` however small it is, by table and action."""

_NEVER_UNSAID_FIELDS = {
    ("platform", "domain"): "the platform's domain would change: every phone logs in elsewhere",
    (
        "account",
        "domain",
    ): "the domain of tenant '{tenant}' would change: its phones log in elsewhere",
}
"""The same of fields."""


def _by_force(changes: Iterable[Change], old: PlatformView, new: PlatformView) -> Iterator[Refusal]:
    for one in changes:
        values = {"tenant": one.id.tenant, "key": one.id.key, "old": one.renamed_from}
        if text := _NEVER_UNSAID.get((one.id.table, one.action)):
            yield Refusal(text.format(**values))
        elif one.action == "update":
            for field in one.fields:
                if text := _NEVER_UNSAID_FIELDS.get((one.id.table, str(field.path[0]))):
                    yield Refusal(text.format(**values))
    for number in sorted(_reachable(old) - _reachable(new)):
        if number not in new.emergency_numbers:
            yield Refusal(f"{number} would be no emergency number any more")


def _limits(changes: Sequence[Change], safety: Safety, sizes: Sizes) -> Iterator[Refusal]:
    """The absolute limit; and shares of all objects, and of the objects of each tenant."""
    deletes = [one for one in changes if one.action == "delete"]
    touched = [one for one in changes if one.action != "create" and not one.follows]
    if len(deletes) > safety.max_deletes:
        yield Refusal(
            f"{len(deletes)} objects would be deleted, and max_deletes is {safety.max_deletes}"
        )
    shares = (
        (deletes, safety.max_delete_percent, "max_delete_percent", "deleted"),
        (touched, safety.max_changes_percent, "max_changes_percent", "changed"),
    )
    for found, limit, name, what in shares:
        total = sizes.at_least(_enough(len(found), limit))
        if _exceeds(len(found), total, limit):
            yield Refusal(_told(len(found), total, "", what, name, limit))
        for slug, count in sorted(Counter(one.id.tenant for one in found).items()):
            if slug and _exceeds(count, own := sizes.count(slug), limit):
                yield Refusal(_told(count, own, slug, what, name, limit))


def _enough(count: int, limit: int) -> float:
    return count * 100 / limit if limit else float("inf") if count else 0


def _exceeds(count: int, total: int, limit: int) -> bool:
    return total > 0 and count * 100 > limit * total


def _told(count: int, total: int, slug: str, what: str, name: str, limit: int) -> str:
    whose = f" of tenant '{slug}'" if slug else ""
    percent = count * 100 / total
    return f"{count} of {total} objects{whose} ({percent:.0f} %) would be {what}, and {name} is {limit}"
