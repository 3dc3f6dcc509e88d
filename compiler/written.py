"""Secrets that stand in a tenant's files in plain text."""

from collections.abc import Iterator

from dialform.compiler.scope import Scope
from dialform.schema.rule import Flaw, Path
from dialform.schema.rules import secrets as rules
from dialform.schema.secret import SecretRef


def check_written(scope: Scope) -> Iterator[Flaw]:
    """A finding for each plain secret."""
    tenant = scope.tenant
    places: list[tuple[SecretRef | None, Path]] = []
    for number, extension in tenant.extensions.items():
        path: Path = ("extensions", number)
        places.append((extension.password, (*path, "password")))
        if extension.voicemail:
            places.append((extension.voicemail.pin, (*path, "voicemail", "pin")))
    for number, box in tenant.voicemails.items():
        places.append((box.pin, ("voicemails", number, "pin")))
    for number, room in tenant.conferences.items():
        places.append((room.pin, ("conferences", number, "pin")))
        places.append((room.moderator_pin, ("conferences", number, "moderator_pin")))
    for slug, profile in tenant.device_profiles.items():
        places.append((profile.admin_password, ("device_profiles", slug, "admin_password")))
    for secret, path in places:
        if secret is not None and secret.form == "plain":
            yield scope.flaw(rules.PlainSecret, *path)
