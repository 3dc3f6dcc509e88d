"""The extensions that somebody may use in a browser: their own, with a browser phone."""

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from pathlib import Path

from dialform.compiler.numbering import feature_codes
from dialform.compiler.scope import Scope
from dialform.compiler.webphones import browsers
from dialform.console.errors import Away, ConsoleError
from dialform.console.page import Context
from dialform.console.phone.places import places
from dialform.values import dataclass, field


@dataclass(frozen=True, slots=True)
class Line:
    """An extension in a browser. `servers` are tried in their order."""

    number: str
    name: str
    domain: str
    servers: tuple[str, ...]
    ha1: str = field(repr=False)
    """md5(number:domain:password), as the switch has it: the password itself stays where it is."""


def numbers(context: Context) -> Sequence[str]:
    """The visitor's own extensions with a browser phone, in the site that runs; none if nothing can be read.

    Scope: the visitor's own, whatever their role is.
    """
    someone = context.someone
    scope = _scope(context) if someone is not None and someone.extensions else None
    if someone is None or scope is None:
        return ()
    known = browsers(scope.tenant)
    return tuple(number for number in someone.extensions if number in known)


def country(context: Context) -> str:
    """The country whose tones the visitor knows; "" where nobody knows it."""
    scope = _scope(context)
    return scope.country if scope is not None else ""


def voicemail_code(context: Context) -> str:
    """What the visitor dials to hear their mailbox; "" for nothing."""
    scope = _scope(context)
    codes = feature_codes(scope) if scope is not None else {}
    return next((code for code, name in codes.items() if name == "voicemail"), "")


def _scope(context: Context) -> Scope | None:
    someone = context.someone
    try:
        return context.ground.released().tenant(someone.tenant) if someone else None
    except ConsoleError:
        return None


def lines(context: Context) -> Sequence[Line]:
    """The same with all that a phone needs to log in. Raises Away."""
    own = numbers(context)
    if not own:
        return ()
    visitor, ground = context.visitor, context.ground
    scope = ground.released().tenant(visitor.tenant)
    customer = ground.customer(visitor.tenant)
    if scope is None or customer is None:
        raise Away("The switch of this portal does not have your extension yet. Try again later.")
    keys = _keys(ground.folders().conf / "tenants" / customer.slug / "directory.xml")
    servers = tuple(places(scope.view, customer.slug))
    if not servers:
        raise Away(
            "No host takes calls from browsers: an administrator gives one a port `wss` in platform.yaml."
        )
    return tuple(
        Line(number, scope.tenant.extensions[number].name, customer.domain, servers, keys[number])
        for number in own
        if keys.get(number)
    )


def _keys(directory: Path) -> dict[str, str]:
    """What the switch checks each extension's login against. Raises Away."""
    try:
        root = ET.parse(directory).getroot()  # noqa: S314 -- our own
    except (OSError, ET.ParseError):
        raise Away("The extensions of the switch cannot be read now. Try again later.") from None
    return {
        user.get("id", ""): param.get("value", "")
        for user in root.iter("user")
        for param in user.iterfind("params/param")
        if param.get("name") == "a1-hash"
    }
