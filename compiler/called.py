"""What a number is that a tenant's people dial, and by which route it leaves: without making the call.

The order is that of the tenant's dialplan (renderers/freeswitch/templates/_dialled.xml.j2).
"""

import re

from dialform.compiler.dialling import dial_patterns, translate
from dialform.compiler.dials import resolve_dialling
from dialform.compiler.domestic import local_number
from dialform.compiler.numbering import did_numbers, object_of
from dialform.compiler.numbers import NumberError, parse_e164
from dialform.compiler.routes import best_route, takes
from dialform.compiler.scope import PlatformView, Scope
from dialform.schema.route import Route
from dialform.values import dataclass

EMERGENCY, INSIDE, OUTSIDE, SHORT, NOBODY = "emergency", "inside", "outside", "short", "nobody"
"""What a dialled number can be: a call for help, the tenant's own, E.164, a short one, none at all."""

_MARKS = re.compile(r"[ ()./-]")


@dataclass(frozen=True, slots=True)
class Called:
    """A number as it is routed and priced: E.164, or as dialled. `object` is what has one inside."""

    kind: str
    number: str
    object: str = ""


def called(scope: Scope, written: str) -> Called:
    """What a number is to a tenant's people, as they dial or write it."""
    text = _MARKS.sub("", written)
    if text in scope.view.emergency_numbers:
        return Called(EMERGENCY, text)
    if inside := object_of(scope, text):
        return Called(INSIDE, text, inside)
    digits = translate(dial_patterns(scope.country), text) or _local(scope, text)
    if digits:
        return Called(OUTSIDE, f"+{digits}")
    short = resolve_dialling(scope).short
    if short and re.fullmatch(short, text, re.ASCII):
        return Called(SHORT, text)
    return Called(NOBODY, text)


def way_out(view: PlatformView, number: str, service: str) -> tuple[str, Route] | None:
    """The route that a number takes. A fax takes one of voice where no fax route has its number, unless that
    is a short one."""
    found = best_route(view, number, service)
    if found is None and service == "fax" and number.startswith("+"):
        found = best_route(view, number)
    return found


def urgent_route(view: PlatformView, number: str) -> tuple[str, Route] | None:
    """The route of an emergency number."""
    routes = view.routes.items()
    return next(
        (
            (name, route)
            for name, route in routes
            if route.toll == "emergency" and takes(route, number)
        ),
        None,
    )


def _local(scope: Scope, text: str) -> str | None:
    """The number that is meant without its area code: of the area of the number that the tenant shows."""
    shown = scope.tenant.caller_id or min(did_numbers(scope), default="")
    try:
        return (
            local_number(text, parse_e164(shown, scope.country), scope.country) if shown else None
        )
    except NumberError:
        return None
