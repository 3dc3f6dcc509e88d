"""Git handles: who a review takes a user for, and whether that is what their role says."""

from collections.abc import Callable, Iterator, Mapping

from dialform.compiler.reviewing.roles import same
from dialform.compiler.scope import PlatformView
from dialform.compiler.unit import Claims
from dialform.schema.diagnostic import Diagnostic, Place
from dialform.schema.rule import Path
from dialform.schema.rules import access as rules


def check_handles(
    view: PlatformView,
    claims: Mapping[str, Claims],
    locate: Callable[[str, Path, str], Place],
) -> Iterator[Diagnostic]:
    """Findings about handles of several users, and about handles and roles that do not agree."""
    owners: dict[str, tuple[str, str]] = {}
    for slug, claim in claims.items():
        for handle, user, role in claim.people:
            if handle:
                tenant, first = owners.setdefault(handle.lower(), (slug, user))
                if (tenant, first) != (slug, user):
                    other = f"user '{first}'" + (f" of tenant '{tenant}'" if tenant != slug else "")
                    place = locate(slug, ("users", user, "git"), "value")
                    yield rules.HandleTwice.at(place, handle=handle, other=other)
            if "platform.yaml" in view.incomplete:
                continue  # who the admins are may be what is broken
            admin = any(same(chief, handle) for chief in view.platform.admins)
            if admin and role != "admin":
                place = locate(slug, ("users", user, "git"), "value")
                yield rules.AdminUnawares.at(place, user=user, role=role, handle=handle)
            elif role == "admin" and not admin:
                place = locate(slug, ("users", user, "role"), "value")
                yield rules.AdminInNameOnly.at(place, user=user)
