"""Queues as somebody sees them: a manager with who waits and all agents, an agent with the own line."""

from collections.abc import Iterable, Mapping
from typing import Any

from dialform.compiler.scope import Scope as TenantScope
from dialform.console.live import gist
from dialform.console.live.look import Look
from dialform.console.live.reach import Reach
from dialform.console.live.words import STRATEGIES, plain
from dialform.reconcile.desk.agents import BREAK, OUT

WAITS = ("Waiting", "Trying")


def queues(look: Look, reach: Reach) -> tuple[gist.Queue, ...]:
    """The queues within reach: all of a tenant's, or those in which one's own extensions are agents."""
    scope, center = look.scope(reach), look.moment.center
    found = []
    for name, said in sorted(center.queues.items()):
        slug, _, number = name.partition(".")
        tenant = look.tenant(slug)
        if not scope.tenant(slug) or tenant is None:
            continue
        numbers = _agents(tenant, number)
        own = {one for one in numbers if scope.extension(slug, one)}
        if reach.extensions is None or own:
            found.append(_queue(look, center, reach, tenant, name, said, numbers, own))
    return tuple(found)


def _agents(tenant: TenantScope, number: str) -> list[str]:
    entry = tenant.tenant.call_queues.get(number)
    return [str(one.number) for one in entry.agents] if entry else []


def _queue(
    look: Look, center: Any, reach: Reach, tenant: TenantScope, name: str,
    said: Mapping[str, str], numbers: list[str], own: set[str],
) -> gist.Queue:  # fmt: skip
    slug, _, number = name.partition(".")
    states = [center.agents.get(f"{slug}.{one}") for one in numbers]
    at_work = [one for one in states if one is not None and one["status"] != OUT]
    entry = tenant.tenant.call_queues.get(number)
    return gist.Queue(
        tenant=slug, number=number, name=plain(entry.name) if entry else "",
        strategy=STRATEGIES.get(said["strategy"], plain(said["strategy"])),
        waiting=tuple(_waiting(center.members, name, reach)),
        agents=tuple(
            _agent(look, slug, one, state, mine=one in own)
            for one, state in zip(numbers, states, strict=True)
            if reach.manages or one in own
        ),
        free=sum(
            one["status"].startswith("Available") and one["state"] == "Waiting" for one in at_work
        ),
        logged_in=len(at_work),
        answered=_whole(said["calls_answered"]), abandoned=_whole(said["calls_abandoned"]),
    )  # fmt: skip


def _waiting(
    members: Iterable[Mapping[str, str]], name: str, reach: Reach
) -> Iterable[gist.Waiting]:
    here = [one for one in members if one["queue"] == name and one["state"] in WAITS]
    for one in sorted(here, key=lambda each: _whole(each["joined_epoch"])):
        shown = reach.manages
        yield gist.Waiting(
            plain(one["cid_number"]) if shown else "", plain(one["cid_name"]) if shown else "",
            _whole(one["joined_epoch"]), one["state"] == "Trying",
        )  # fmt: skip


def _agent(
    look: Look, slug: str, number: str, state: Mapping[str, str] | None, *, mine: bool
) -> gist.Agent:
    status = state["status"] if state else OUT
    return gist.Agent(
        number, look.name(slug, number), _badge(status, state["state"] if state else ""),
        out=status == OUT, paused=status == BREAK,
        calls=_whole(state["calls_answered"]) if state else 0, mine=mine,
    )  # fmt: skip


def _badge(status: str, state: str) -> gist.Badge:
    if status == OUT:
        return gist.Badge("logged out")
    if status == BREAK:
        return gist.Badge("on a break", "note")
    return _AT_WORK.get(state, gist.Badge("free", "good"))


_AT_WORK = {
    "Receiving": gist.Badge("ringing", "accent"), "In a queue call": gist.Badge("in a call", "accent"),
    "Reserved": gist.Badge("ringing", "accent"), "Idle": gist.Badge("resting", "note"),
}  # fmt: skip


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0
