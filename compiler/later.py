"""What is accepted and has no effect yet: one info finding an object, so that nobody is fooled.

When an issue builds an object's effect, its line goes from these tables.
"""

from collections.abc import Iterator

from dialform.compiler.scope import Scope, near
from dialform.schema.platform import Platform
from dialform.schema.rule import Flaw, Path
from dialform.schema.rules import flow, meta

_NOTIFY = "telling somebody of an emergency"


def check_later(scope: Scope) -> Iterator[Flaw]:
    """Info findings for what a tenant writes and this release does not build."""
    emergency = scope.tenant.emergency
    if emergency and emergency.notify:
        path = ("emergency", "notify")
        yield scope.flaw(meta.NotBuiltYet, *path, on="key", what=_NOTIFY)
    for slug, contact in scope.tenant.contacts.items():
        if contact.phone is not None:
            what = f"the phone number of contact {slug}"
            yield scope.flaw(meta.NotBuiltYet, "contacts", slug, "phone", on="key", what=what)


def check_references(scope: Scope) -> Iterator[Flaw]:
    """What phones name must exist."""
    tenant = scope.tenant

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


def platform_later(platform: Platform) -> Iterator[Flaw]:
    """Info findings for the platform's own files."""
    document = "platform.yaml"
    if platform.mail is not None:
        for key in ("username", "password"):
            if getattr(platform.mail, key) is not None:
                what = f"{key} of the mail server for voicemail (faxes and bills go with it)"
                yield meta.NotBuiltYet.flaw(document, ("mail", key), on="key", what=what)
    if platform.emergency and platform.emergency.notify:
        yield meta.NotBuiltYet.flaw(document, ("emergency", "notify"), on="key", what=_NOTIFY)
