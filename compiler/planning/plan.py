"""The plan: what differs, what each change does to the switch and to calls, and whether it may be."""

from collections import Counter
from collections.abc import Container, Sequence

from dialform.compiler.across import tenants_of
from dialform.compiler.check import Run
from dialform.compiler.planning.actions import Step, least
from dialform.compiler.planning.changes import changes, differing, touched
from dialform.compiler.planning.extract import platform_objects, tenant_objects
from dialform.compiler.planning.impact import XML, Impact
from dialform.compiler.planning.objects import Change
from dialform.compiler.planning.partly import check_changed, platform_of
from dialform.compiler.planning.rebooked import rebooked
from dialform.compiler.planning.safety import Sizes, Verdict, judge
from dialform.compiler.planning.sides import Sides
from dialform.compiler.planning.steps import outcome
from dialform.compiler.scope import PlatformView
from dialform.compiler.secrets import SecretStore
from dialform.compiler.states.state import State
from dialform.schema.diagnostic import Diagnostic
from dialform.values import dataclass, field


@dataclass(frozen=True, slots=True)
class Item:
    """One change with what it does. `reaches` counts the tenants that a platform's change reaches."""

    change: Change
    impact: Impact
    remark: str = ""
    steps: tuple[Step, ...] = ()
    hosts: tuple[str, ...] = ()
    reaches: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a plan says. `errors` are why the head cannot be used; then there is nothing else."""

    before: State
    after: State
    items: tuple[Item, ...] = ()
    actions: dict[str, list[Step]] = field(default_factory=dict)
    verdict: Verdict = field(default_factory=Verdict)
    errors: tuple[Diagnostic, ...] = ()
    rebooked: tuple[Diagnostic, ...] = ()
    """Payments of the base that the head has otherwise, or no more: an error for who writes it. What runs
    somewhere already is not held back by it.
    """
    window: str = ""
    timezone: str = "UTC"
    hosts: tuple[str, ...] = ()

    @property
    def impact(self) -> Impact:
        """The worst of all changes."""
        return max((item.impact for item in self.items), default=Impact.NONE)

    @property
    def counts(self) -> dict[str, int]:
        """How many objects come, change, go and are renamed; what only follows a renaming is none."""
        found = Counter(i.change.action for i in self.items if not i.change.follows)
        return {action: found[action] for action in ("create", "update", "delete", "rename")}

    @property
    def tenants(self) -> list[str]:
        """The tenants that change."""
        return sorted({i.change.id.tenant for i in self.items} - {""})


def make_plan(before: State, after: State, store: SecretStore, host: str = "") -> Plan:
    """Compare two states. With `host` only what that host gets.

    Raises StateError where one of them cannot be read.
    """
    paths = dict.fromkeys(differing(before, after))
    if not paths:
        return Plan(before, after)
    for state in (before, after):
        state.fetch(p for p in (*state.tree.entries, *paths) if _wanted(p, paths))
    run = Run(after.tree, store, jobs=1)
    platform = platform_of(run)
    slugs = [s for s in touched(before, after, paths) if s in after.tree.tenants]
    errors = check_changed(run, platform, slugs, paths)
    if errors or platform.view is None:
        return Plan(before, after, errors=tuple(errors))
    same = all(path.startswith("tenants.d/") for path in paths)
    old = platform.view if same else platform_of(Run(before.tree, store, jobs=1)).view
    sides = Sides(before, after, old, platform.view)
    host = host or before.host or after.host
    found = [one for one in changes(before, after) if not host or host in _hosts(one, sides)]
    items = tuple(_item(one, sides) for one in found)
    safety = (old or platform.view).platform
    return Plan(
        before, after, items, _actions(items, sides, host),
        judge(found, before, after, old, platform.view, _sizes(before)),
        rebooked=tuple(rebooked(before, after, slugs)),
        window=safety.safety.window or "", timezone=safety.timezone,
        hosts=tuple(platform.view.platform.hosts),
    )  # fmt: skip


def _wanted(path: str, paths: Container[str]) -> bool:
    """What is surely read: the platform's files, and those of tenants that differ."""
    if path.startswith("media/"):
        return False
    return not path.startswith("tenants.d/") or path in paths


def _item(change: Change, sides: Sides) -> Item:
    found, steps = outcome(change, sides)
    wide = change.id.table == "platform" and found.impact is not Impact.NONE
    return Item(
        change, found.impact, found.remark, tuple(steps), _hosts(change, sides),
        len(sides.after.tree.tenants) if wide else 0,
    )  # fmt: skip


def _hosts(change: Change, sides: Sides) -> tuple[str, ...]:
    """The hosts that a change reaches."""
    views = [view for view in (sides.old, sides.new) if view is not None]
    if change.id.table == "hosts" and not change.id.tenant:
        return tuple(name for name in (change.renamed_from, change.id.key) if name)
    if not change.id.tenant:
        return tuple(sides.new.platform.hosts)
    slugs = [slug for slug in (change.id.tenant, change.renamed_from) if slug]
    return tuple(
        dict.fromkeys(
            name for view in views for name in view.platform.hosts if _lives(view, name, slugs)
        )
    )


def _lives(view: PlatformView, host: str, slugs: Sequence[str]) -> bool:
    return bool(tenants_of(view, host, slugs))


def _actions(items: Sequence[Item], sides: Sides, only: str) -> dict[str, list[Step]]:
    """The least set for each host, in order. A host that comes or goes is started or stopped."""
    found: dict[str, list[Step]] = {}
    names = {name for item in items for name in item.hosts}
    for host in sorted(names):
        if only and host != only:
            continue
        steps = [step for item in items if host in item.hosts for step in _here(item, sides, host)]
        alone = [step for step in steps if step.parts == (("host", host),)]
        made = least(alone or steps)
        if made:
            found[host] = made
    return found


def _here(item: Item, sides: Sides, host: str) -> Sequence[Step]:
    """An item's steps on a host. What a tenant brings or leaves where it moves is the host's change."""
    slug = item.change.id.tenant
    stays = slug in sides.before.tree.tenants and slug in sides.after.tree.tenants
    views = [view for view in (sides.old, sides.new) if view and host in view.platform.hosts]
    moves = len({_lives(view, host, (slug,)) for view in views}) > 1
    return [one for one in item.steps if one.kind in XML] if stays and moves else item.steps


def _sizes(before: State) -> Sizes:
    """The base's objects, counted tenant by tenant: those that differ are read already."""
    known = [s for s in before.tree.tenants if f"tenants.d/{s}" in before.parsed]
    others = dict.fromkeys(s for s in before.tree.tenants if s not in set(known))

    def count(slug: str) -> int:
        if slug:
            if slug in others:  # rare, and then all of them are wanted soon
                before.fetch(p for files in before.tree.tenants.values() for p in files)
            return len(tenant_objects(before, slug))
        return len(platform_objects(before, [p for p in before.tree.entries if "/media/" not in p]))

    return Sizes([*known, *others], count)
