"""Secrets as a tenant's files name them: never in plain text, never somebody else's."""

from collections.abc import Iterator

from dialform.compiler.scope import Scope
from dialform.schema.rule import Flaw, Path
from dialform.schema.rules import secrets as rules
from dialform.schema.secret import SecretRef


def check_written(scope: Scope) -> Iterator[Flaw]:
    """A finding for each secret that is plain, or that another might own."""
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
        if secret is None or secret.form == "age":
            continue
        if secret.form == "plain":
            yield scope.flaw(rules.PlainSecret, *path)
            continue
        variable = secret.form == "env"
        prefix = scope.slug.upper().replace("-", "_") + "_" if variable else f"{scope.slug}-"
        if not secret.text.startswith(prefix):
            yield scope.flaw(
                rules.ForeignSecret,
                *path,
                tenant=scope.slug,
                form="the variable" if variable else "the secret",
                name=secret.text,
                prefix=prefix,
            )
