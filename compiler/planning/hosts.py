"""What a change of a host does: which profiles start again, and which tenants come and go."""

from collections.abc import Iterator

from dialform.compiler.across import tenants_of
from dialform.compiler.planning.actions import Step, step
from dialform.compiler.planning.impact import Effect, Impact, asking, effect
from dialform.compiler.planning.objects import Change
from dialform.compiler.planning.sides import SIX, Sides
from dialform.schema.platform import SwitchHost
from dialform.schema.rule import Path
from dialform.schema.tenant import Tenant

_PHONES, _CARRIERS = ("internal", "internal6"), ("external", "external6")
_BINDS: dict[str, tuple[str, ...]] = {
    "address": ("internal", "external"),
    "bind": ("internal", "external"),
    "address6": ("internal6", "external6"),
    "bind6": ("internal6", "external6"),
    "nat.keepalive": _PHONES,
    "ports.internal": _PHONES,
    "ports.tls": _PHONES,
    "ports.external": _CARRIERS,
    "ports.wss": ("internal",),
    "ports.ws": ("internal",),
    "ws_bind": ("internal",),
}
"""Which profiles a field of a host reaches: those of each family have an address of their own."""

_LOST = "callers in the menus and queues of tenants who leave are lost"


def of_carriers(path: Path) -> bool:
    """Whether a field that asks for a rescan reaches the carriers' profiles, too."""
    return path[:2] in (("nat",), ("nat", "local_networks")) or path[:1] == ("defaults",)


def effect_of(change: Change, sides: Sides) -> Effect:
    """The table's, and worse where tenants leave the host."""
    found = effect(change)
    gone, _ = _moves(change, sides)
    return found | Effect(Impact.DROPS_CALLS, (), _LOST) if gone else found


def restart(change: Change, sides: Sides, kind: str) -> Iterator[Step]:
    """Which profiles start again. The second family's come and go with its address."""
    old, new = _both(change, sides)
    had, has = bool(old and old.address6), bool(new and new.address6)
    reached = {one for field in asking(change, kind) for one in _reached(field.dotted)}
    if had != has:
        reached.add("internal")  # beside a second family it gives up its aliases
    for which in ("internal", "external"):
        if which in reached:
            yield step("profile_restart", profile=which)
        if has and not had:
            yield step("profile_start", profile=which + SIX)
        elif had and not has:
            yield step("profile_stop", profile=which + SIX)
        elif has and which + SIX in reached:
            yield step("profile_restart", profile=which + SIX)


def _reached(path: str) -> tuple[str, ...]:
    while path:
        if path in _BINDS:
            return _BINDS[path]
        path = path.rpartition(".")[0]
    return ()


def _both(change: Change, sides: Sides) -> tuple[SwitchHost | None, SwitchHost | None]:
    old = sides.old.platform.hosts if sides.old else {}
    return old.get(change.renamed_from or change.id.key), sides.new.platform.hosts.get(
        change.id.key
    )


# Tenants that come and go.


def moved(change: Change, sides: Sides, kind: str) -> Iterator[Step]:
    """What belongs to the tenants that leave a host, and to those that come to it."""
    gone, come = _moves(change, sides)
    for slug in gone:
        if (tenant := sides.tenant(slug, before=True)) is not None:
            yield from leaves(slug, tenant)
        who = f"@{sides.domain(slug, before=True)}"
        yield from (step("flush", profile=p, who=who) for p in sides.profiles("internal"))
    for slug in come:
        yield from comes(slug, sides.tenant(slug, before=False))
    if come:
        yield from (step("rescan", profile=p) for p in sides.profiles("internal"))


def _moves(change: Change, sides: Sides) -> tuple[list[str], list[str]]:
    """The tenants of both states that leave a host, and those that come to it."""
    if sides.old is None or not any(one.path[:1] == ("tenants",) for one in change.fields):
        return [], []
    stay = sides.before.tree.tenants.keys() & sides.after.tree.tenants.keys()
    was = tenants_of(sides.old, change.renamed_from or change.id.key, stay)
    are = tenants_of(sides.new, change.id.key, stay)
    return [s for s in was if s not in are], [s for s in are if s not in was]


def leaves(slug: str, tenant: Tenant) -> Iterator[Step]:
    """What is left of a tenant on a switch that does not have it any more."""
    for number, queue in tenant.call_queues.items():
        yield step("queue_empty", queue=f"{slug}.{number}")
        yield step("queue_unload", queue=f"{slug}.{number}")
        for agent in queue.agents:
            yield step("tier_del", queue=f"{slug}.{number}", agent=f"{slug}.{agent.number}")
            yield step("agent_del", agent=f"{slug}.{agent.number}")
    for name in tenant.music_on_hold:
        yield step("stream_stop", stream=f"{slug}.{name}")


def comes(slug: str, tenant: Tenant | None) -> Iterator[Step]:
    """What a tenant brings that a reload does not."""
    if tenant is not None:
        yield from (step("queue_load", queue=f"{slug}.{number}") for number in tenant.call_queues)
        yield from (step("stream_start", stream=f"{slug}.{name}") for name in tenant.music_on_hold)
