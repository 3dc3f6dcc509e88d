"""Who holds which permission, and what each permission gates."""

from collections.abc import Iterable, Iterator
from typing import Any

from dialform.compiler.scope import Scope, near
from dialform.schema.rule import Flaw, Path, Spot
from dialform.schema.rules import access as rules
from dialform.schema.telephony import Mailbox
from dialform.schema.tenant import Tenant

PARENT = "fpbx_extension"
CHILDREN = frozenset(
    {
        "devices", "ring_groups", "call_queues", "ivr_menus", "voicemails", "conferences",
        "music_on_hold", "follow_me", "inbound_routes", "realtime",
    }
)  # fmt: skip

GATES: dict[str, str] = {
    "extensions": "fpbx_extension", "schedules": "fpbx_extension", "paging": "fpbx_extension",
    "parking": "fpbx_extension", "recording": "fpbx_extension", "block": "fpbx_extension",
    "devices": "devices", "device_profiles": "devices", "ring_groups": "ring_groups",
    "call_queues": "call_queues", "ivr_menus": "ivr_menus", "voicemails": "voicemails",
    "conferences": "conferences",
    "music_on_hold": "music_on_hold", "follow_me": "follow_me", "inbound_routes": "inbound_routes",
    "contacts": "contacts", "do_not_call": "contacts", "fax": "receive_fax",
}  # fmt: skip
"""What each kind of object needs. `realtime` gates `dialform live`; for a fax account `send_fax` will do
as well; fax_setting gates the fields of `FAX_SETTINGS`; an extension's own mailbox needs `voicemails`.
"""

FAX_SETTINGS = ("deliver_to", "header", "station_id", "cover")
END_USER = frozenset({"send_fax", "receive_fax", "fax_setting", "contacts", "realtime"})
"""What a user with role end_user may hold at most: fax, and the softphone's view."""

WORDS = {
    "extensions": "extension", "schedules": "schedule", "paging": "paging group",
    "parking": "parking", "recording": "the recording of calls", "block": "the block list",
    "devices": "device",
    "device_profiles": "device profile", "ring_groups": "ring group",
    "call_queues": "call queue", "ivr_menus": "IVR menu", "voicemails": "mailbox",
    "conferences": "conference", "music_on_hold": "music on hold", "follow_me": "follow-me of",
    "inbound_routes": "inbound route", "contacts": "contact",
    "do_not_call": "the do-not-call list", "fax": "fax account",
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
    """What a user holds."""
    return held_by(scope.tenant, slug)


def held_by(tenant: Tenant, slug: str) -> frozenset[str]:
    """What a user of a tenant holds: an admin and a tenant administrator all that the tenant holds."""
    user, held = tenant.users[slug], effective(tenant.permissions, tenant.revoke)
    if user.role in ("admin", "tenant_admin"):
        return effective(held, user.revoke)
    return effective(user.permissions, user.revoke) & held


def check_permissions(scope: Scope) -> Iterator[Flaw]:
    """All findings about grants and about objects without their permission."""
    yield from _lists(scope)
    yield from _grants(scope)
    yield from _objects(scope)
    yield from _users(scope)
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
            place = ("users", slug, "permissions", index)
            if token not in held:
                if held or not _needs(scope):  # a tenant without any is told once
                    yield scope.flaw(rules.GrantBeyondTenant, *place, user=slug, token=token)
            elif user.role == "end_user" and token not in END_USER:
                yield scope.flaw(rules.GrantBeyondRole, *place, role=user.role, token=token)


Need = tuple[str, str, Path]
"""A token, the object that needs it in words, and where that object stands."""


def _needs(scope: Scope) -> list[Need]:
    """What each object needs of the tenant."""
    tenant = scope.tenant
    found: list[Need] = []
    for table, token in GATES.items():
        content: Any = getattr(tenant, table)
        path: Path = (table,)
        if table == "block":
            content = content.inbound
        elif table == "fax":
            content, path = content.accounts, ("fax", "accounts")
        if isinstance(content, dict):
            found += [(token, f"{WORDS[table]} {key}", (*path, key)) for key in content]
        elif content:
            found.append((token, WORDS[table], path))
    found += [
        ("voicemails", f"the mailbox of extension {number}", ("extensions", number, "voicemail"))
        for number, entry in tenant.extensions.items()
        if entry.voicemail
    ]
    found += [
        ("fax_setting", f"{setting} of fax account {number}", ("fax", "accounts", number, setting))
        for number, account in tenant.fax.accounts.items()
        for setting in FAX_SETTINGS
        if getattr(account, setting) is not None
    ]
    found += [
        ("receive_fax", f"taking faxes for account {edge.destination.target}", edge.place)
        for edge in scope.edges
        if edge.destination.kind == "fax"
    ]
    return found


def _objects(scope: Scope) -> Iterator[Flaw]:
    """One finding a token: the first object stands for all that lack the same one."""
    held = tenant_tokens(scope)
    needs = _needs(scope)
    if needs and not held:
        _, what, path = needs[0]
        what += f" and all else here ({len(needs) - 1} more)" if len(needs) > 1 else ""
        yield scope.flaw(
            rules.TenantLacksToken, *path, on="key", object=what, token=PARENT,
            hint="the tenant holds no permission at all: list them under permissions:",
        )  # fmt: skip
        return
    lacking: dict[str, list[Need]] = {}
    for need in needs:
        an_account = need[2][:2] == ("fax", "accounts") and need[0] == "receive_fax"
        if need[0] not in held and not (an_account and "send_fax" in held):
            lacking.setdefault(need[0], []).append(need)
    for token, those in lacking.items():
        _, what, path = those[0]
        what += f" (and {len(those) - 1} more)" if len(those) > 1 else ""
        yield scope.flaw(rules.TenantLacksToken, *path, on="key", object=what, token=token)


def _users(scope: Scope) -> Iterator[Flaw]:
    """References to users: they must exist."""
    tenant = scope.tenant
    named: list[tuple[str, Path]] = [
        (entry.user, (table, key, "user"))
        for table in ("extensions", "devices")
        for key, entry in getattr(tenant, table).items()
        if entry.user is not None
    ]
    named += [
        (slug, ("fax", "accounts", number, "users", index))
        for number, account in tenant.fax.accounts.items()
        for index, slug in enumerate(account.users)
    ]
    named += [
        (slug, (*path, "users", index))
        for path, box in _mailboxes(scope)
        for index, slug in enumerate(box.users)
    ]
    for slug, path in named:
        if not scope.has("users", slug):
            yield scope.flaw(rules.UnknownUser, *path, name=slug, near=near(slug, tenant.users))


def _mailboxes(scope: Scope) -> Iterator[tuple[Path, Mailbox]]:
    """Each mailbox, and where it stands."""
    for number, extension in scope.tenant.extensions.items():
        if extension.voicemail is not None:
            yield ("extensions", number, "voicemail"), extension.voicemail
    for number, box in scope.tenant.voicemails.items():
        yield ("voicemails", number), box


def _owned(scope: Scope) -> Iterator[Flaw]:
    """Objects with a user: one finding for each token that the user lacks."""
    tenant = scope.tenant
    of_tenant = tenant_tokens(scope)
    lacking: dict[tuple[str, str], list[Need]] = {}
    for slug, need in _of_users(scope):
        # What the tenant lacks too is told there.
        if need[0] in of_tenant and need[0] not in user_tokens(scope, slug):
            lacking.setdefault((slug, need[0]), []).append(need)
    for (slug, token), those in lacking.items():
        if token == PARENT and any((slug, child) in lacking for child in CHILDREN):
            continue  # the child that is lacking would grant it
        _, what, path = those[0]
        what += f" (and {len(those) - 1} more)" if len(those) > 1 else ""
        spot: Spot = "value" if path[-1] == "user" or path[0] == "fax" else "key"
        yield scope.flaw(rules.UserLacksToken, *path, on=spot, object=what, user=slug, token=token)
    for number, account in tenant.fax.accounts.items():
        for index, slug in enumerate(account.users):
            fax = {"send_fax", "receive_fax"}
            if slug in tenant.users and fax & of_tenant and not fax & user_tokens(scope, slug):
                yield scope.flaw(
                    rules.UserLacksToken,
                    *("fax", "accounts", number, "users", index),
                    object=f"fax account {number}",
                    user=slug,
                    token="receive_fax",
                )


def _of_users(scope: Scope) -> Iterator[tuple[str, Need]]:
    """What objects with a user need of that user, by the exceptions of the design."""
    tenant = scope.tenant
    for number, entry in tenant.extensions.items():
        user = tenant.users.get(entry.user or "")
        if user is None or entry.user is None or user.role != "user":
            continue
        path = ("extensions", number)
        yield entry.user, (PARENT, f"extension {number}", (*path, "user"))
        if entry.voicemail:
            what = f"the mailbox of extension {number}"
            yield entry.user, ("voicemails", what, (*path, "voicemail"))
        if number in tenant.follow_me:
            what = f"the follow-me of extension {number}"
            yield entry.user, ("follow_me", what, ("follow_me", number))
    for key, device in tenant.devices.items():
        user = tenant.users.get(device.user or "")
        if user is None or device.user is None:
            continue
        # The softphone is what an end user has at most.
        if not (user.role == "end_user" and device.vendor == "webphone"):
            yield device.user, ("devices", f"device {key}", ("devices", key, "user"))
