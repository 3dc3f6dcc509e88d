"""Recorded calls: what is right and wrong of them, and what the renderers are given."""

from collections.abc import Iterator

from dialform.compiler import resolved
from dialform.compiler.scope import Scope
from dialform.schema.rule import Flaw
from dialform.schema.rules import flow as rules


def check_recording(scope: Scope) -> Iterator[Flaw]:
    """What is said about recordings of a tenant that records nothing."""
    tenant = scope.tenant
    recorded = any(extension.record for extension in tenant.extensions.values())
    recorded |= any(room.record for room in tenant.conferences.values())
    if tenant.recording is not None and not recorded:
        yield scope.flaw(rules.NothingRecorded, "recording", on="key")


def resolve_recording(scope: Scope) -> resolved.Recording:
    """What holds for the tenant's recordings."""
    written = scope.tenant.recording
    if written is None:
        return resolved.Recording()
    return resolved.Recording(written.announcement or "", written.keep_days or 0)
