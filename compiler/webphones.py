"""Browser phones: which extensions have one, and what of one has no effect."""

from collections.abc import Iterator

from dialform.compiler.scope import Scope
from dialform.schema.rule import Flaw
from dialform.schema.rules import meta
from dialform.schema.tenant import Tenant

WEBPHONE = "webphone"
"""The vendor of a device that is a browser."""

_OF_DESKS = ("model", "template", "profile", "keys", "modules", "rotate")
"""What only a phone that fetches its configuration has."""


def browsers(tenant: Tenant) -> frozenset[str]:
    """The extensions that may log in and call over WebSocket."""
    return frozenset(
        line.extension
        for device in tenant.devices.values()
        if device.vendor == WEBPHONE
        for line in device.lines
    )


def check_webphones(scope: Scope) -> Iterator[Flaw]:
    """Info findings for what is written of a browser phone and does nothing."""
    for key, device in scope.tenant.devices.items():
        if device.vendor != WEBPHONE:
            continue
        for name in _OF_DESKS:
            if name in device.model_fields_set:
                path, what = ("devices", key, name), f"{name} of browser phone {key}"
                yield scope.flaw(meta.NotBuiltYet, *path, on="key", what=what)
        for index, line in enumerate(device.lines):
            for name in sorted({"server", "label", "ringtone"} & line.model_fields_set):
                place = ("devices", key, "lines", index, name)
                what = f"{name} of a line of browser phone {key}"
                yield scope.flaw(meta.NotBuiltYet, *place, on="key", what=what)
