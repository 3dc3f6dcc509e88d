"""What stands in the way of a tenant's own people, though the kind of object is theirs to change.

Each stop looks at the tenant before and after a change, and names the paths that may not be so.
"""

import posixpath
from collections.abc import Callable, Iterator, Mapping
from itertools import product
from typing import Any

from dialform.compiler.booked import money_of, said
from dialform.compiler.permissions import FAX_SETTINGS, effective
from dialform.compiler.quotas import RESOURCES
from dialform.compiler.reviewing.roles import role_of, same
from dialform.schema.rule import Path
from dialform.schema.secret import SecretRef
from dialform.schema.tenant import Tenant
from dialform.schema.types import Model
from dialform.values import dataclass

Stop = tuple[Path, str]
"""A path that may not change as it does, and why. It holds for all below, and for what it is part of."""

_GUARDED = ("role", "git", "email", "permissions", "revoke")
"""What says who an administrator is, and what they hold."""


@dataclass(frozen=True, slots=True)
class Change:
    """A tenant before and after. `base` is the tenant as it stands today, and so is what is said of all
    else: a branch may have begun long ago, when somebody held more.

    `slots` is what its package gives, `handles` which tenants have a user with a git handle.
    `plain_user` is whether the person is no administrator of this tenant; `held` are the person's tokens.
    """

    slug: str
    base: Tenant
    old: Tenant
    new: Tenant
    admins: tuple[str, ...]
    tenants: frozenset[str]
    slots: Mapping[str, int]
    handles: Callable[[str], frozenset[str]]
    plain_user: bool = False
    held: frozenset[str] = frozenset()


def stops(change: Change) -> list[Stop]:
    """All that an admin alone may let pass."""
    return [stop for check in STOPS for stop in check(change)]


def never(change: Change) -> list[Stop]:
    """All that nobody may let pass."""
    return [stop for check in NEVER for stop in check(change)]


def _high(change: Change, user: Any) -> str:
    """Why a user is no tenant administrator's to change; empty where they are."""
    if user is None:
        return ""
    if any(same(chief, user.git) for chief in change.admins):
        return "an admin of the platform"
    if role_of(user) != "tenant_admin":
        return ""
    return "an admin" if user.role == "admin" else "a tenant administrator"


def _administrators(change: Change) -> Iterator[Stop]:
    """Who administers a tenant, and who is an admin, only an admin says."""
    old, new = change.old.users, change.new.users
    for slug in sorted(old.keys() | new.keys()):
        before, after = old.get(slug), new.get(slug)
        was = _high(change, before) or _high(change, change.base.users.get(slug))
        becomes = _high(change, after)
        if before is None or after is None:
            if was or becomes:
                verb = "makes" if becomes else "removes"
                yield ("users", slug), f"it {verb} {becomes or was}"
        elif was or becomes:
            why = f"it is about who is {becomes or was}"
            for field in _GUARDED:
                if getattr(before, field) != getattr(after, field):
                    yield ("users", slug, field), why


def _handles(change: Change) -> Iterator[Stop]:
    """A git handle of another tenant's user is not to be claimed."""
    for slug, user in change.new.users.items():
        before = change.old.users.get(slug)
        if user.git is None or (before and same(user.git, before.git)):
            continue
        others = sorted(change.handles(user.git) - {change.slug})
        if others:
            yield ("users", slug, "git"), f"{user.git} is a user of another tenant"


def _grants(change: Change) -> Iterator[Stop]:
    """Nobody is granted what the tenant does not hold, by BASE."""
    held = effective(change.base.permissions, change.base.revoke)
    for slug, user in change.new.users.items():
        before = change.old.users.get(slug)
        more = set(user.permissions) - set(before.permissions if before else ()) - held
        if more:
            tokens = ", ".join(sorted(more))
            yield ("users", slug, "permissions"), f"the tenant does not hold {tokens}"


def _slots(change: Change) -> Iterator[Stop]:
    """No slots beyond the package's are shared out."""
    users = change.new.users
    for resource in RESOURCES:
        limit = change.slots.get(resource, 0)
        total = sum(user.slots.get(resource, 0) for user in users.values())  # type: ignore[call-overload]
        for slug, user in users.items():
            before = change.old.users.get(slug)
            had = before.slots.get(resource, 0) if before else 0  # type: ignore[call-overload]
            has = user.slots.get(resource, 0)  # type: ignore[call-overload]
            if has > had and total > limit:
                why = f"the users' slots for {resource} would be {total}, the tenant has {limit}"
                yield ("users", slug, "slots", resource), why


def _secrets(change: Change) -> Iterator[Stop]:
    """A secret of the host is named by whose it is: `<slug>-…`, `<SLUG>_…`."""
    before = dict(values(change.old, SecretRef))
    for path, ref in values(change.new, SecretRef):
        if ref == before.get(path) or ref.form not in ("secret", "env"):
            continue
        if change.plain_user:
            yield path, "which secret of the host is used, a user does not say"
        elif _owner(ref, change) != change.slug:
            yield path, f"'{ref.text}' is no secret of this tenant"


def _owner(ref: SecretRef, change: Change) -> str:
    """Whose secret this is: of two tenants acme and acme-east, `acme-east-door` is the latter's."""
    variable = ref.form == "env"

    def prefix(slug: str) -> str:
        return slug.upper().replace("-", "_") + "_" if variable else f"{slug}-"

    named = [slug for slug in change.tenants | {change.slug} if ref.text.startswith(prefix(slug))]
    return max(named, key=len, default="")


def _payments(change: Change) -> Iterator[Stop]:
    """What was booked stays as it was booked: a payment is mended by another one."""
    was, is_ = money_of(change.old.payments), money_of(change.new.payments)
    for id_, money in money_of(change.base.payments).items():
        if id_ in was and is_.get(id_) not in (was[id_], money):
            yield ("payments", id_), f"it {said(money, is_.get(id_))}"


def _media(change: Change) -> Iterator[Stop]:
    """Sound files in another tenant's folder are that tenant's."""
    before = {text for _, text in values(change.old, str)}
    for path, text in values(change.new, str):
        if "/" not in text or text in before:
            continue
        parts = posixpath.normpath(text).split("/")
        if len(parts) > 2 and parts[0] == "media" and parts[1] in change.tenants - {change.slug}:
            yield path, f"media/{parts[1]}/ is another tenant's"


def _fax_settings(change: Change) -> Iterator[Stop]:
    """Where received faxes go and what stands on those that are sent needs a token of its own."""
    if "fax_setting" in change.held:
        return
    why = "it needs fax_setting, which they do not hold"
    old, new = change.old.fax.accounts, change.new.fax.accounts
    for number, setting in product(sorted(old.keys() | new.keys()), FAX_SETTINGS):
        before, after = (getattr(of.get(number), setting, None) for of in (old, new))
        if before != after:
            yield ("fax", "accounts", number, setting), why


def values(node: Any, kind: type, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every value of a type below a model, with its path in the document."""
    if isinstance(node, kind):
        yield path, node
    elif isinstance(node, Model):
        for name, about in type(node).model_fields.items():
            yield from values(getattr(node, name), kind, (*path, about.alias or name))
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from values(value, kind, (*path, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from values(value, kind, (*path, index))


NEVER: tuple[Callable[[Change], Iterator[Stop]], ...] = (_payments,)
"""What stops an admin as well, since it could only make files and books differ."""

STOPS: tuple[Callable[[Change], Iterator[Stop]], ...] = (
    _administrators,
    _handles,
    _grants,
    _slots,
    _secrets,
    _media,
    _fax_settings,
    *NEVER,
)
"""What is looked at; a new stop is a line here."""
