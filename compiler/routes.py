"""Outbound routes: their order, which one takes a number, and the rules about them."""

import re
from collections.abc import Iterator, Mapping

from dialform.compiler.scope import PlatformView, near
from dialform.schema.platform import TOLLS
from dialform.schema.route import Route
from dialform.schema.rule import Flaw, Path
from dialform.schema.rules import platform as rules

DOCUMENT = "routes.yaml"
_LONGEST_PATTERN = 200
_TRAPS = (
    (re.compile(r"\\[1-9]|\(\?P="), "it has a back reference"),
    (re.compile(r"\(\?<"), "it has a look-behind"),
    (re.compile(r"[+*}]\)?[+*]|\([^()]*[+*}][^()]*\)[+*{]"), "it repeats a repetition"),
)


def regex(route: Route) -> str:
    """The regular expression over E.164 with `+` that a route takes; empty for exact numbers."""
    if route.prefix is not None:
        return rf"^{re.escape(route.prefix)}\d+$"
    return route.pattern or ""


def ordered(routes: Mapping[str, Route]) -> list[tuple[str, Route]]:
    """Routes in order of precedence: exact numbers, patterns, then the longest prefix first."""

    def rank(item: tuple[str, Route]) -> tuple[int, int, str]:
        name, route = item
        if route.exact:
            return (0, 0, name)
        if route.pattern:
            return (1, -len(route.pattern), name)
        return (2, -len(route.prefix or ""), name)

    return sorted(routes.items(), key=rank)


def takes(route: Route, number: str) -> bool:
    """Whether a route takes this number (E.164 with `+`, or as dialled for exact numbers)."""
    if route.exact:
        return number in route.exact
    if any(number.startswith(refused) for refused in route.except_):
        return False
    try:
        return re.search(regex(route), number) is not None
    except re.error:
        return False


def best_route(view: PlatformView, number: str, service: str = "voice") -> tuple[str, Route] | None:
    """The route that a call to this number takes."""
    for name, route in ordered(view.routes):
        if route.service == service and takes(route, number):
            return name, route
    return None


def affordable(toll: str, most: str) -> bool:
    """Whether a number of toll class `toll` may be called by who may dial `most` at most."""
    return toll == "emergency" or TOLLS.index(toll) <= TOLLS.index(most)


def check_routes(view: PlatformView) -> Iterator[Flaw]:
    """All findings about routes."""
    broken: set[str] = set()
    for name, route in view.routes.items():
        found = list(_one(view, name, route))
        if any(flaw.rule in (rules.RouteWithoutMatch, rules.BadPattern) for flaw in found):
            broken.add(name)
        yield from found
    yield from _shadows({k: v for k, v in view.routes.items() if k not in broken})


def _one(view: PlatformView, name: str, route: Route) -> Iterator[Flaw]:
    path = ("routes", name)
    if [route.prefix, route.exact, route.pattern].count(None) != 2:
        yield rules.RouteWithoutMatch.flaw(DOCUMENT, path, on="key", route=name)
    elif route.toll == "emergency" and not route.exact:
        yield rules.EmergencyByPrefix.flaw(DOCUMENT, path, on="key")
    if route.pattern is not None and (reason := why_refused(route.pattern)):
        yield rules.BadPattern.flaw(DOCUMENT, (*path, "pattern"), reason=reason)
    active = False
    for index, provider in enumerate(route.providers):
        known = view.providers.get(provider)
        if known is None and f"providers.d/{provider}.yaml" not in view.incomplete:
            hint = near(provider, view.providers)
            place: Path = (*path, "providers", index)
            yield rules.UnknownProvider.flaw(DOCUMENT, place, name=provider, near=hint)
        active = active or known is None or known.active
    if not active:
        place = (*path, "providers")
        yield rules.InactiveProvider.flaw(DOCUMENT, place, on="key", route=name)
    plans = view.billing.plans
    if route.plan and route.plan not in plans and "billing.yaml" not in view.incomplete:
        hint = near(route.plan, plans)
        yield rules.UnknownPlan.flaw(DOCUMENT, (*path, "plan"), name=route.plan, near=hint)


def why_refused(pattern: str) -> str:
    """Why a route's pattern is refused; empty where it is good."""
    if len(pattern) > _LONGEST_PATTERN:
        return f"it is longer than {_LONGEST_PATTERN} characters"
    if not (pattern.startswith("^") and pattern.endswith("$")):
        return "it is not anchored: begin with ^ and end with $"
    for trap, reason in _TRAPS:
        if trap.search(pattern):
            return reason
    try:
        compiled = re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        return f"it is no regular expression ({error})"
    return "it matches the empty text" if compiled.search("") else ""


def _shadows(routes: Mapping[str, Route]) -> Iterator[Flaw]:
    """A route whose every number an earlier one takes."""
    order = ordered(routes)
    for position, (name, route) in enumerate(order):
        for other, earlier in order[:position]:
            if earlier.service == route.service and _covers(earlier, route):
                yield rules.ShadowedRoute.flaw(
                    DOCUMENT,
                    ("routes", name),
                    on="key",
                    route=name,
                    other=other,
                    service=route.service,
                )
                break


def _covers(earlier: Route, later: Route) -> bool:
    if later.exact:
        return all(takes(earlier, number) for number in later.exact)
    if later.pattern:
        return earlier.pattern == later.pattern
    if earlier.prefix is None or later.prefix is None:
        return False
    if any(refused.startswith(later.prefix) for refused in earlier.except_):
        return False
    return later.prefix.startswith(earlier.prefix)
