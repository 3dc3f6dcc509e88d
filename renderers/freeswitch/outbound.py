"""Outbound routes as the shared context `outbound` has them, entered from a tenant's own."""

import re

from dialform.compiler.resolved_host import Platform, Route
from dialform.schema.platform import TOLLS
from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class Way:
    """A route, ready to be written.

    `expression` is over what is dialled (E.164 with `+`, or an exact number), `refused` an
    expression that must match as well, or empty. `tolls` is an alternation of the classes that may
    take it, empty where everybody may; `by_country`: each behind what the number is to the tenant.
    `urgent` says that it is for emergency calls: no limit of a trunk stops them, and whatever goes
    wrong on one trunk, the next is tried.
    """

    name: str
    expression: str
    refused: str
    service: str
    tolls: str
    by_country: bool
    plan: str
    providers: tuple[str, ...]
    urgent: bool = False


def ways(platform: Platform) -> list[Way]:
    """The routes in their order: of those that match, the first takes the call."""
    known = {provider.name for provider in platform.providers}
    return [_way(route, known) for route in platform.routes]


def _way(route: Route, known: set[str]) -> Way:
    exact = "|".join(map(re.escape, route.exact))
    refused = "|".join(map(re.escape, route.refused))
    return Way(
        name=route.name,
        expression=f"^(?:{exact})$" if exact else route.pattern,
        refused=f"^(?!{refused})" if refused else "",
        service="" if route.toll == "emergency" else route.service,
        # Exact numbers are dialled inside a country.
        tolls=tolls("national" if exact and route.toll == "auto" else route.toll),
        by_country=route.toll == "auto" and not exact,
        plan=route.plan,
        providers=tuple(name for name in route.providers if name in known),
        urgent=route.toll == "emergency",
    )


def tolls(toll: str) -> str:
    """The toll classes that contain `toll`, as an alternation; empty for emergency calls.

    Of `auto` each stands behind what the tenant's flow called the number (`_lists.xml.j2`).
    """
    if toll == "emergency":
        return ""
    if toll == "auto":
        known = (("home", "national"), ("premium", "premium"), ("", "international"))
        return "|".join(f"{where} (?:{tolls(least)})" for where, least in known)
    return "|".join(TOLLS[TOLLS.index(toll) :])
