"""Why a user lacks a feature: which permission, of whom, or which slot."""

from collections.abc import Container, Iterator

from dialform.compiler.permissions import (
    CHILDREN,
    END_USER,
    GATES,
    PARENT,
    WORDS,
    tenant_tokens,
    user_tokens,
)
from dialform.compiler.scope import Scope
from dialform.reconcile.doctor.finding import Finding, ok, unknown, warning
from dialform.reconcile.doctor.ground import Ground

_WORDS = {
    "realtime": "the live view and the softphone", "send_fax": "sending faxes",
    "receive_fax": "receiving faxes", "fax_setting": "fax settings",
}  # fmt: skip


async def check(ground: Ground) -> list[Finding]:
    """Each user who is asked about."""
    found: list[Finding] = []
    for subject in ground.asked("user"):
        scope = ground.site.tenant(subject.tenant) if ground.site else None
        if scope is None:
            found.append(
                unknown(f"user {subject.name}", "the site's YAML", "The site cannot be read.")
            )
        else:
            found += _of(scope, subject.name)
    return found


def _of(scope: Scope, name: str) -> Iterator[Finding]:
    user = scope.tenant.users[name]
    about = f"user {name} of {scope.slug}"
    looked = f"`permissions`, `revoke` and `slots` of {scope.document}"
    held, of_tenant = user_tokens(scope, name), tenant_tokens(scope)
    lacking = sorted((set(GATES.values()) | _WORDS.keys()) - held)
    if not lacking:
        yield ok(about, looked, f"{user.name} has every permission.")
    by_cause: dict[tuple[str, str], list[str]] = {}
    for token in lacking:
        by_cause.setdefault(_why(scope, name, token, of_tenant), []).append(token)
    for (cause, way), tokens in by_cause.items():
        what = ", ".join(f"`{token}` ({_gated(token)})" for token in tokens)
        yield warning(about, looked, f"{user.name} lacks {what}.", cause, way)
    for resource, most in sorted(user.slots.items()):
        if not most:
            yield warning(
                about, looked, f"{user.name} has no slot for {resource}.", "`slots` says 0.",
                f"Raise `slots: {{{resource}: …}}` of the user.",
            )  # fmt: skip


def _gated(token: str) -> str:
    things = sorted({WORDS[kind] for kind, needs in GATES.items() if needs == token})
    return _WORDS.get(token) or ", ".join(things) or token


def _why(scope: Scope, name: str, token: str, of_tenant: frozenset[str]) -> tuple[str, str]:
    """The first link of the chain that is broken, and how it is mended."""
    user, tenant = scope.tenant.users[name], scope.tenant
    if which := _taker(tenant.revoke, token):
        return f"The tenant's `revoke` takes `{which}` away.", "An admin removes it there."
    if token not in of_tenant:
        return "The tenant itself does not hold it.", "An admin grants it to the tenant."
    if which := _taker(user.revoke, token):
        return f"The user's `revoke` takes `{which}` away.", "Remove it there."
    if user.role == "end_user" and token not in END_USER:
        return "The role end_user can never have it.", "Give them the role `user`."
    return "It is not in the user's `permissions`.", "Add it to `permissions` of the user."


def _taker(revoke: Container[str], token: str) -> str:
    """What of a `revoke` takes a permission away: itself, or its parent; empty where nothing does."""
    if token in revoke:
        return token
    return PARENT if PARENT in revoke and token in CHILDREN else ""
