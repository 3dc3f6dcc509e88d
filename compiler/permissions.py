"""Who holds which permission, and what each permission gates."""

from collections.abc import Iterable, Iterator
from typing import Any

from dialform.compiler.scope import Scope, near
from dialform.schema.rule import Flaw, Path
from dialform.schema.rules import access as rules

PARENT = "fpbx_extension"
CHILDREN = frozenset(
    {
        "devices", "ring_groups", "call_queues", "ivr_menus", "voicemails", "conferences",
        "music_on_hold", "follow_me", "inbound_routes", "realtime",
    }
)  # fmt: skip

GATES: dict[str, str] = {
    "extensions": "fpbx_extension", "schedules": "fpbx_extension", "paging": "fpbx_extension",
    "parking": "fpbx_extension", "block": "fpbx_extension", "devices": "devices",
    "device_profiles": "devices", "ring_groups": "ring_groups", "call_queues": "call_queues",
    "ivr_menus": "ivr_menus", "voicemails": "voicemails", "conferences": "conferences",
    "music_on_hold": "music_on_hold", "follow_me": "follow_me", "inbound_routes": "inbound_routes",
    "contacts": "contacts", "do_not_call": "contacts", "fax": "receive_fax",
}  # fmt: skip
"""What each kind of object needs. `realtime` gates `dialform live`; fax_setting gates the fields of
`FAX_SETTINGS`; an extension's own mailbox needs `voicemails`."""

FAX_SETTINGS = ("deliver_to", "header", "cover")
END_USER = frozenset({"send_fax", "receive_fax", "fax_setting", "contacts", "realtime"})
"""What a user with role end_user may hold at most: fax, and the softphone's view."""

WORDS = {
    "extensions": "extension", "schedules": "schedule", "paging": "paging group",
    "parking": "parking", "block": "the block list", "devices": "device",
    "device_profiles": "device profile", "ring_groups": "ring group",
    "call_queues": "call queue", "ivr_menus": "IVR menu", "voicemails": "mailbox",
    "conferences": "conference", "music_on_hold": "music on hold", "follow_me": "follow-me of",
    "inbound_routes": "inbound route", "contacts": "contact",
    "do_not_call": "the do-not-call list", "fax": "fax",
}  # fmt: skip


def effective(granted: Iterable[str], revoked: Iterable[str] = ()) -> frozenset[str]:
    """The tokens that are held: a child grants its parent, a revoked parent takes its children."""
    held = set(granted)
    gone = set(revoked)
    if PARENT in gone:
        gone |= CHILDREN
    held -= gone
    if held & CHILDREN:
        held.add(PARENT)
    return frozenset(held)


def tenant_tokens(scope: Scope) -> frozenset[str]:
    """What the tenant holds."""
    return effective(scope.tenant.permissions, scope.tenant.revoke)


def user_tokens(scope: Scope, slug: str) -> frozenset[str]:
    """What a user holds: an admin and a tenant_admin all that the tenant holds."""
    user, held = scope.tenant.users[slug], tenant_tokens(scope)
    if user.role in ("admin", "tenant_admin"):
        return effective(held, user.revoke)
    return effective(user.permissions, user.revoke)


def check_permissions(scope: Scope) -> Iterator[Flaw]:
    """All findings about grants and about objects without their permission."""
    yield from _lists(scope)
    yield from _grants(scope)
    yield from _objects(scope)
    yield from _owned(scope)


def _lists(scope: Scope) -> Iterator[Flaw]:
    owners: list[tuple[Path, Any]] = [((), scope.tenant)]
    owners += [(("users", slug), user) for slug, user in scope.tenant.users.items()]
    for path, owner in owners:
        for index, token in enumerate(owner.permissions):
            by = token if token in owner.revoke else ""
            if PARENT in owner.revoke and token in CHILDREN:
                by = PARENT
            if by:
                place = (*path, "permissions", index)
                yield scope.flaw(rules.RevokedAndGranted, *place, token=token, by=by)


def _grants(scope: Scope) -> Iterator[Flaw]:
    held = tenant_tokens(scope)
    for slug, user in scope.tenant.users.items():
        for index, token in enumerate(user.permissions):
            place: Path = ("users", slug, "permissions", index)
            if token not in held:
                yield scope.flaw(rules.GrantBeyondTenant, *place, user=slug, token=token)
            elif user.role == "end_user" and token not in END_USER:
                yield scope.flaw(rules.GrantBeyondRole, *place, role=user.role, token=token)


def _objects(scope: Scope) -> Iterator[Flaw]:
    """One finding a table: its first object stands for all that lack the same permission."""
    tenant, held = scope.tenant, tenant_tokens(scope)
    for table, token in GATES.items():
        content: Any = getattr(tenant, table)
        if table == "fax":
            yield from _fax(scope, held)
            continue
        if table == "block":
            content = content.inbound
        if content and token not in held:
            key = next(iter(content), "") if isinstance(content, dict) else ""
            path: Path = (table, key) if key else (table,)
            what = f"{WORDS[table]} {key}".strip()
            if isinstance(content, dict) and len(content) > 1:
                what += f" (and {len(content) - 1} more)"
            yield scope.flaw(rules.TenantLacksToken, *path, on="key", object=what, token=token)
    if "voicemails" not in held and not tenant.voicemails:
        own = [number for number, entry in tenant.extensions.items() if entry.voicemail]
        if own:
            path = ("extensions", own[0], "voicemail")
            what = f"the mailbox of extension {own[0]}"
            yield scope.flaw(
                rules.TenantLacksToken, *path, on="key", object=what, token="voicemails"
            )


def _fax(scope: Scope, held: frozenset[str]) -> Iterator[Flaw]:
    for number, account in scope.tenant.fax.accounts.items():
        path = ("fax", "accounts", number)
        what = f"fax account {number}"
        if not held & {"send_fax", "receive_fax"}:
            yield scope.flaw(
                rules.TenantLacksToken, *path, on="key", object=what, token="receive_fax"
            )
        for setting in FAX_SETTINGS:
            if getattr(account, setting) is not None and "fax_setting" not in held:
                yield scope.flaw(
                    rules.TenantLacksToken,
                    *path,
                    setting,
                    on="key",
                    object=f"{setting} of {what}",
                    token="fax_setting",
                )


def _owned(scope: Scope) -> Iterator[Flaw]:
    """Objects with a user: the user must exist and hold the token, by the exceptions of the design."""
    tenant = scope.tenant
    for table in ("extensions", "devices"):
        for key, entry in getattr(tenant, table).items():
            if entry.user is None:
                continue
            if not scope.has("users", entry.user):
                hint = near(entry.user, tenant.users)
                place: Path = (table, key, "user")
                yield scope.flaw(rules.UnknownUser, *place, name=entry.user, near=hint)
                continue
            if entry.user not in tenant.users:
                continue
            yield from _token_of(scope, table, key, entry)
    for number, account in tenant.fax.accounts.items():
        for index, slug in enumerate(account.users):
            place = ("fax", "accounts", number, "users", index)
            if not scope.has("users", slug):
                yield scope.flaw(
                    rules.UnknownUser, *place, name=slug, near=near(slug, tenant.users)
                )
            elif slug in tenant.users and not user_tokens(scope, slug) & {
                "send_fax",
                "receive_fax",
            }:
                yield scope.flaw(
                    rules.UserLacksToken,
                    *place,
                    object=f"fax account {number}",
                    user=slug,
                    token="receive_fax",
                )


def _token_of(scope: Scope, table: str, key: str, entry: Any) -> Iterator[Flaw]:
    user = scope.tenant.users[entry.user]
    if table == "extensions" and user.role in ("end_user", "tenant_admin", "admin"):
        return
    held = user_tokens(scope, entry.user)
    needed: list[tuple[str, str, Path]] = [
        (GATES[table], f"{WORDS[table]} {key}", (table, key, "user"))
    ]
    if table == "extensions" and entry.voicemail:
        needed.append(("voicemails", f"the mailbox of extension {key}", (table, key, "voicemail")))
    if table == "extensions" and key in scope.tenant.follow_me:
        needed.append(("follow_me", f"the follow-me of extension {key}", ("follow_me", key)))
    if table == "devices" and user.role == "end_user" and entry.vendor == "webphone":
        return  # the softphone is what an end user has at most
    for token, what, place in needed:
        if token not in held:
            spot = "value" if place[-1] == "user" else "key"
            yield scope.flaw(
                rules.UserLacksToken, *place, on=spot, object=what, user=entry.user, token=token
            )
