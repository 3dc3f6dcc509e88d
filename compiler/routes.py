"""Outbound routes: their order, which one takes a number, and the rules about them."""

import re
from bisect import bisect_right, insort
from collections.abc import Iterable, Iterator, Mapping

from dialform.compiler.domestic import home_numbers, premium_numbers
from dialform.compiler.scope import PlatformView, near
from dialform.schema.platform import TOLLS
from dialform.schema.route import Route
from dialform.schema.rule import Flaw, Path
from dialform.schema.rules import platform as rules

DOCUMENT = "routes.yaml"
_LONGEST_PATTERN = 200
_LONGEST_PREFIX = 16
_MOST_CHOICES = 4
_PART = re.compile(
    r"(?P<one>[0-9]|\\[+*#d]|\.|\[[0-9*#-]+\])"
    r"|(?P<count>\{[0-9]{1,2}\})|(?P<repeat>[*+]|\{[0-9]{1,2},[0-9]{0,2}\})|(?P<optional>\?)"
    r"|(?P<open>\((?:\?:)?)|(?P<close>\))|(?P<choice>\|)"
)
"""What a route's pattern is made of. There is no way to write a back reference or a look-around."""


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


def short_routes(routes: Iterable[Route]) -> str:
    """An expression for the short numbers that routes take, as dialled; empty where none does.

    Emergency numbers are not among them: they have a way of their own.
    """
    exact = {
        number
        for route in routes
        if route.toll != "emergency"
        for number in route.exact or ()
        if not number.startswith("+")
    }
    return "|".join(re.escape(number) for number in sorted(exact))


def toll_of(route: Route, number: str, country: str) -> str:
    """The toll class of a call to a number (E.164, or as dialled) for a tenant of a country."""
    if route.toll != "auto":
        return route.toll
    digits = number.removeprefix("+")
    if digits == number:
        return "national"
    if re.fullmatch(premium_numbers(country) or "(?!)", digits):
        return "premium"
    return "national" if re.fullmatch(home_numbers(country), digits) else "international"


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
        what = "needs exactly one of prefix, exact and pattern"
        yield rules.RouteWithoutMatch.flaw(DOCUMENT, path, on="key", route=name, what=what)
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
    """Why a route's pattern is refused; empty where it is good.

    Both Python and the switch (PCRE) back-track: only what cannot take long is let through. A group is
    never repeated, and few parts may take more than one length.
    """
    if len(pattern) > _LONGEST_PATTERN:
        return f"it is longer than {_LONGEST_PATTERN} characters"
    if not (pattern.startswith("^") and pattern.endswith("$")) or len(pattern) < 2:
        return "it is not anchored: begin with ^ and end with $"
    if reason := _why_slow(pattern[1:-1]):
        return reason
    try:
        compiled = re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        return f"it is no regular expression ({error})"
    return "it matches the empty text" if compiled.search("") else ""


def _why_slow(inside: str) -> str:
    position, choices, last = 0, 0, ""
    groups: list[bool] = []  # of each open bracket, whether it has a '|' yet
    while position < len(inside):
        part = _PART.match(inside, position)
        if part is None:
            odd = inside[position : position + 1 + (inside[position] == "\\")]
            return f"'{odd}' has no place in a number: digits, \\d, \\+, [...], (...|...) and counts do"
        kind = part.lastgroup or ""
        if kind in ("count", "repeat") and last != "one":
            return "only a digit or a class may be repeated, not a group or a repetition"
        if kind in ("choice", "close") and not groups:
            return "'|' or ')' outside of brackets would undo the anchors"
        if kind == "open":
            groups.append(False)
        elif kind == "close":
            choices += groups.pop()
        elif kind == "choice":
            groups[-1] = True
        choices += kind in ("repeat", "optional")
        position, last = part.end(), kind
    if choices > _MOST_CHOICES:
        return f"more than {_MOST_CHOICES} of its parts take more than one length"
    return ""


def _shadows(routes: Mapping[str, Route]) -> Iterator[Flaw]:
    """A route whose every number others take first."""
    for service in ("voice", "fax"):
        order = [(n, r) for n, r in ordered(routes) if r.service == service]
        exact: dict[str, str] = {}
        patterns: dict[str, str] = {}
        taken = _Prefixes()
        for name, route in order:
            other = ""
            if route.exact:
                if all(number in exact for number in route.exact):
                    other = exact[route.exact[0]]
                for number in route.exact:
                    exact.setdefault(number, name)
            elif route.pattern:
                other = patterns.setdefault(route.pattern, name)
            else:
                left, other = taken.left_over(route)
                taken.add(name, route)
                if not left and not other:
                    what = "takes no number: its `except` refuses them all"
                    place = ("routes", name)
                    yield rules.RouteWithoutMatch.flaw(
                        DOCUMENT, place, on="key", route=name, what=what
                    )
            if other and other != name:
                yield rules.ShadowedRoute.flaw(
                    DOCUMENT, ("routes", name), on="key", route=name, other=other, service=service
                )


class _Prefixes:
    """Routes by their prefix, and what is left over of a prefix when they have taken theirs."""

    def __init__(self) -> None:
        self._routes: dict[str, list[tuple[str, Route]]] = {}
        self._marks: list[str] = []
        """All prefixes where something begins or ends, sorted."""

    def add(self, name: str, route: Route) -> None:
        self._routes.setdefault(route.prefix or "", []).append((name, route))
        for mark in (route.prefix or "", *route.except_):
            insort(self._marks, mark)

    def left_over(self, route: Route) -> tuple[bool, str]:
        """Whether a number is left over for a route, and if not, the first of those that take it."""
        takers: list[str] = []
        left = self._left(route.prefix or "", route.except_, takers)
        return left, "" if left or not takers else takers[0]

    def _left(self, prefix: str, refused: list[str], takers: list[str]) -> bool:
        """Whether a number of this prefix is refused by nobody's `except` and taken by no route."""
        if any(prefix.startswith(one) for one in refused):
            return False
        for length in range(len(prefix) + 1):
            for name, route in self._routes.get(prefix[:length], ()):
                if not any(_overlap(one, prefix) for one in route.except_):
                    takers.append(name)
                    return False
        finer = self._finer(prefix) or any(one.startswith(prefix) for one in refused)
        if len(prefix) > _LONGEST_PREFIX or not finer:
            return True
        return any(self._left(prefix + digit, refused, takers) for digit in "0123456789")

    def _finer(self, prefix: str) -> bool:
        """Whether a longer prefix begins with this one."""
        position = bisect_right(self._marks, prefix)
        return position < len(self._marks) and self._marks[position].startswith(prefix)


def _overlap(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)
