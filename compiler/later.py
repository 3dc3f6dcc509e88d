"""What is accepted and has no effect yet: one info finding an object, so that nobody is fooled.

When an issue builds an object's effect, its line goes from these tables.
"""

from collections.abc import Iterator

from dialform.compiler.scope import Scope, near
from dialform.schema.platform import Platform
from dialform.schema.rule import Flaw, Path
from dialform.schema.rules import flow, meta

_TENANT = {"contacts": "contact"}


def check_later(scope: Scope) -> Iterator[Flaw]:
    """Info findings for what a tenant writes and this release does not build."""
    tenant = scope.tenant
    for table, word in _TENANT.items():
        for key in getattr(tenant, table):
            yield scope.flaw(meta.NotBuiltYet, table, key, on="key", what=f"{word} {key}")
    for number in tenant.fax.accounts:
        what = f"fax account {number}"
        yield scope.flaw(meta.NotBuiltYet, "fax", "accounts", number, on="key", what=what)
    if tenant.emergency and tenant.emergency.notify:
        path = ("emergency", "notify")
        yield scope.flaw(meta.NotBuiltYet, *path, on="key", what="telling somebody of an emergency")
    for number, extension in tenant.extensions.items():
        if extension.type == "fax":
            place: Path = ("extensions", number, "type")
            what = f"type fax of extension {number}"
            yield scope.flaw(meta.NotBuiltYet, *place, on="key", what=what)


def check_references(scope: Scope) -> Iterator[Flaw]:
    """References of objects that are only checked for shape so far: they must exist all the same."""
    tenant = scope.tenant
    extensions = tenant.extensions

    def must(table: str, kind: str, name: str | None, *path: str | int) -> Iterator[Flaw]:
        if name is not None and not scope.has(table, name):
            hint = near(name, getattr(tenant, table))
            yield scope.flaw(flow.UnknownReference, *path, kind=kind, name=name, near=hint)

    for key, device in tenant.devices.items():
        if device.profile is not None:
            place: Path = ("devices", key, "profile")
            yield from must("device_profiles", "device profile", device.profile, *place)
        for index, line in enumerate(device.lines):
            place = ("devices", key, "lines", index, "extension")
            yield from must("extensions", "extension", line.extension, *place)
    for number in tenant.fax.accounts:
        if not scope.has("extensions", number):
            place = ("fax", "accounts", number)
            yield scope.flaw(
                flow.UnknownReference,
                *place,
                on="key",
                kind="extension",
                name=number,
                near=near(number, extensions),
            )


def platform_later(platform: Platform) -> Iterator[Flaw]:
    """Info findings for the platform's own files."""
    document = "platform.yaml"
    if platform.mail is not None:
        for key in ("username", "password"):
            if getattr(platform.mail, key) is not None:
                what = f"{key} of the mail server (name a server that takes mail without)"
                yield meta.NotBuiltYet.flaw(document, ("mail", key), on="key", what=what)
    if platform.emergency and platform.emergency.notify:
        yield meta.NotBuiltYet.flaw(
            document, ("emergency", "notify"), on="key", what="telling somebody of an emergency"
        )
