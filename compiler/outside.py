"""Outside destinations must be reachable: a route takes the number, at a toll that forwards have."""

from collections.abc import Iterator
from functools import lru_cache

from dialform.compiler.blocking import covers, number_set
from dialform.compiler.domestic import emergency_numbers
from dialform.compiler.numbering import is_internal
from dialform.compiler.numbers import NumberError, parse_e164
from dialform.compiler.resolved_numbers import NumberSet
from dialform.compiler.routes import affordable, best_route, toll_of
from dialform.compiler.scope import Scope
from dialform.schema.rule import Flaw, Path
from dialform.schema.rules import flow, numbers, platform

_emergency_numbers = lru_cache(maxsize=256)(emergency_numbers)


def check_outside(scope: Scope) -> Iterator[Flaw]:
    """Findings about outside destinations, and about a tenant that cannot call for help."""
    view = scope.view
    barred = number_set(scope.tenant.do_not_call, scope.country)
    if view.incomplete & {"routes.yaml", "platform.yaml"}:
        return
    known = _emergency_numbers(scope.country)
    routed = view.emergency_numbers
    if scope.tenant.extensions and routed and known and not set(known) & set(routed):
        what = f"no route takes an emergency number of {scope.country} ({', '.join(known)})"
        key = "country" if scope.tenant.country else "company"
        yield scope.flaw(platform.NoEmergencyRoute, key, on="key", what=what)
    for edge in scope.edges:
        if edge.destination.kind != "external":
            continue
        kind, key = edge.source
        toll = view.platform.defaults.toll
        if kind == "extension":
            toll = scope.tenant.extensions[key].toll or toll
        yield from _reach(scope, edge.destination.target, toll, edge.place, barred)
    for group, entry in scope.tenant.ring_groups.items():
        for index, member in enumerate(entry.members):
            if member.number.startswith("+"):
                path = ("ring_groups", group, "members", index)
                toll = view.platform.defaults.toll
                yield from _reach(scope, member.number, toll, path, barred)
    for number, follow in scope.tenant.follow_me.items():
        extension = scope.tenant.extensions.get(number)
        toll = (extension.toll if extension else None) or view.platform.defaults.toll
        for index, step in enumerate(follow.destinations):
            if not is_internal(step.number):
                path = ("follow_me", number, "destinations", index)
                yield from _reach(scope, step.number, toll, path, barred)


def _reach(scope: Scope, written: str, toll: str, path: Path, barred: NumberSet) -> Iterator[Flaw]:
    if written in scope.view.emergency_numbers:
        return
    if any(written in (route.exact or ()) for route in scope.view.routes.values()):
        number = written
    else:
        try:
            number = parse_e164(written, scope.country).e164
        except NumberError:
            return  # a finding of its own
    if covers(barred, number):
        yield scope.flaw(numbers.ForwardNotCalled, *path, number=number)
        return
    found = best_route(scope.view, number)
    if found is None:
        what = f"no outbound route takes {number}"
        yield scope.flaw(flow.NoRouteOut, *path, what=what, way="add a route for it to routes.yaml")
    elif not affordable(costs := toll_of(found[1], number, scope.country), toll):
        what = f"{number} is {costs}, but only {toll} calls are allowed here"
        way = "raise the extension's toll, or defaults.toll for groups and menus"
        yield scope.flaw(flow.NoRouteOut, *path, what=what, way=way)
