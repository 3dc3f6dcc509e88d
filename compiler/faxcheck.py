"""What is wrong with fax accounts: what they are of, what leads to them, what they show."""

from collections.abc import Iterator

from dialform.compiler.destinations import ends
from dialform.compiler.numbers import NumberError, parse_e164
from dialform.compiler.permissions import tenant_tokens
from dialform.compiler.scope import Scope, near
from dialform.schema.destination import InboundRoute
from dialform.schema.fax import FaxAccount
from dialform.schema.rule import Flaw
from dialform.schema.rules import fax as rules
from dialform.schema.rules import flow


def check_faxes(scope: Scope) -> Iterator[Flaw]:
    """All findings about fax accounts and extensions of type fax, but those about files and contacts."""
    held = tenant_tokens(scope)
    for number, account in scope.tenant.fax.accounts.items():
        yield from _of_what(scope, number)
        path = ("fax", "accounts", number)
        if "send_fax" in held and account.number is None:
            yield scope.flaw(rules.SendsNothing, *path, on="key", number=number)
        if "receive_fax" in held:
            yield from _replies(scope, number, account)
            if account.deliver_to is None:
                yield scope.flaw(rules.NotMailed, *path, on="key", number=number)
    yield from _machines(scope)
    yield from _listening(scope)
    limits = scope.tenant.limits
    if scope.tenant.fax.accounts and "send_fax" in held and not limits.concurrent_faxes:
        yield scope.flaw(rules.NoFaxesAtOnce, "limits", "concurrent_faxes")


def _of_what(scope: Scope, number: str) -> Iterator[Flaw]:
    extensions, path = scope.tenant.extensions, ("fax", "accounts", number)
    if not scope.has("extensions", number):
        hint = near(number, [n for n, one in extensions.items() if one.type == "fax"])
        values = {"kind": "extension", "name": number, "near": hint}
        yield scope.flaw(flow.UnknownReference, *path, on="key", **values)
    elif number in extensions and extensions[number].type != "fax":
        yield scope.flaw(rules.AccountOfAPhone, *path, on="key", number=number)


def _replies(scope: Scope, number: str, account: FaxAccount) -> Iterator[Flaw]:
    """Whether a fax to the number that the account shows comes to it. A number without a route, or of
    somebody else, has a finding of its own.
    """
    shown = _e164(scope, account.number or "")
    routes = {_e164(scope, did): route for did, route in scope.tenant.inbound_routes.items()}
    if shown and shown in routes and not _comes_to(routes[shown], number):
        path = ("fax", "accounts", number, "number")
        yield scope.flaw(rules.RepliesGoElsewhere, *path, number=number, did=account.number)


def _comes_to(route: InboundRoute, account: str) -> bool:
    """Whether a fax to a number can come to the account: by itself, by its tone, or where its extension
    is called and no machine is there.
    """
    return route.detect_fax == account or any(
        one.kind in ("fax", "extension") and one.target == account for one in ends(route)
    )


def _machines(scope: Scope) -> Iterator[Flaw]:
    tenant = scope.tenant
    known = {line.extension for device in tenant.devices.values() for line in device.lines}
    known |= tenant.fax.accounts.keys()
    for number, extension in tenant.extensions.items():
        # One with a way on for calls that find no machine may be meant so.
        if extension.type == "fax" and extension.unregistered is None and number not in known:
            path = ("extensions", number)
            yield scope.flaw(rules.FaxTakesNothing, *path, on="key", number=number)


def _listening(scope: Scope) -> Iterator[Flaw]:
    for did, route in scope.tenant.inbound_routes.items():
        if route.detect_fax and all(one.kind == "fax" for one in ends(route)):
            path = ("inbound_routes", did, "detect_fax")
            yield scope.flaw(rules.DetectsInVain, *path, on="key", did=did)


def _e164(scope: Scope, written: str) -> str:
    try:
        return parse_e164(written, scope.country).e164
    except NumberError:
        return ""
