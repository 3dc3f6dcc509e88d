"""What is meant by a word: its shape says it, or where the name is known."""

import re

from dialform.compiler.nearby import nearest
from dialform.reconcile.desk.customers import slugs, with_extension
from dialform.reconcile.doctor.gateways import wanted
from dialform.reconcile.doctor.ground import Ground, Subject
from dialform.reconcile.doctor.table import CHECKS


class SubjectError(ValueError):
    """A word that names nothing, or several things: one sentence, with the way out."""


def known_tenant(ground: Ground, tenant: str | None) -> str:
    """The tenant, if there is one of this name; empty where none was named. Raises SubjectError."""
    if not tenant:
        return ""
    known = set(ground.site.slugs if ground.site else ())
    known |= set(slugs(ground.folders.conf) if ground.folders else ())
    if tenant not in known:
        raise SubjectError(f"There is no tenant '{tenant}'.{nearest(tenant, known)}")
    return tenant


def subject(ground: Ground, text: str) -> Subject:
    """What a word names: `1001`, `acme/1001`, `+12125550199`, a gateway, … Raises SubjectError."""
    tenant, slash, rest = text.partition("/")
    tenant, name = (known_tenant(ground, tenant), rest) if slash else (ground.tenant, text)
    digits = re.sub(r"[ ().-]", "", name)
    if re.fullmatch(r"[0-9]{4,6}", name):
        return Subject("extension", name, _owner(ground, "extension", name, tenant))
    if re.fullmatch(r"\+?[0-9]{7,15}", digits):
        return Subject("number", f"+{digits.lstrip('+')}", tenant)
    if not slash and name in CHECKS:
        return Subject("check", name)
    if not slash and name in wanted(ground):
        return Subject("gateway", name)
    if not slash and ground.site is not None and name in ground.site.slugs:
        return Subject("tenant", name, name)
    if ground.site is not None and _users(ground, name, tenant):
        return Subject("user", name, _owner(ground, "user", name, tenant))
    known = [*CHECKS, *wanted(ground), *(ground.site.slugs if ground.site else ())]
    raise SubjectError(
        f"'{text}' is no extension, number, gateway, user, tenant or check.{nearest(text, known)}"
    )


def _owner(ground: Ground, kind: str, name: str, tenant: str) -> str:
    """The tenant of an extension or user. Raises SubjectError where that is not clear."""
    if tenant:
        return tenant
    having = _users(ground, name, "") if kind == "user" else _extensions(ground, name)
    if not having:
        raise SubjectError(f"No tenant has the {kind} {name}.")
    if len(having) > 1:
        names = ", ".join(having)
        raise SubjectError(f"Several tenants have {name}: say --tenant ({names}).")
    return having[0]


def _extensions(ground: Ground, number: str) -> list[str]:
    having = with_extension(ground.folders.conf, number) if ground.folders else []
    found = {one.slug for one in having}
    for slug in ground.site.slugs if ground.site and not found else ():
        scope = ground.site.tenant(slug) if ground.site else None
        if scope is not None and number in scope.tenant.extensions:
            found.add(slug)
    return sorted(found)


def _users(ground: Ground, name: str, tenant: str) -> list[str]:
    if ground.site is None:
        return []
    scopes = (ground.site.tenant(slug) for slug in ([tenant] if tenant else ground.site.slugs))
    return [scope.slug for scope in scopes if scope is not None and name in scope.tenant.users]
