"""Who somebody is: an admin, or which users of which tenants, as one state of the site says.

Who may change the site is decided by the state before a change, never by the change itself.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Literal

from dialform.compiler.prune import shape_check_all
from dialform.schema.document import load
from dialform.schema.tenant import Tenant
from dialform.schema.tree import SLUG, Tree
from dialform.schema.types import as_written
from dialform.values import dataclass

Role = Literal["admin", "tenant_admin", "user", "end_user"]
RANK: tuple[Role, ...] = ("end_user", "user", "tenant_admin", "admin")
"""The roles from the least to the most."""

HANDLE = re.compile(r"@[A-Za-z0-9][A-Za-z0-9/_.\-\[\]]*\Z")
_EMAIL = re.compile(r"[^@\s/]+@[^@\s/]+\Z")


class WhoError(Exception):
    """A text names nobody: it is neither a handle, nor a tenant's user, nor a mail address."""


@dataclass(frozen=True, slots=True)
class Membership:
    """One user of one tenant."""

    tenant: str
    user: str
    role: Role

    def __str__(self) -> str:
        return f"{self.role} of {self.tenant} (user {self.user})"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody by the names that they were given, with all that these names stand for."""

    names: tuple[str, ...]
    admin: bool = False
    memberships: tuple[Membership, ...] = ()

    @property
    def known(self) -> bool:
        """Whether the site knows them at all."""
        return self.admin or bool(self.memberships)

    def role_in(self, tenant: str) -> Role | None:
        """The highest role that they have in a tenant; None where they have none."""
        if self.admin:
            return "admin"
        found = [m.role for m in self.memberships if m.tenant == tenant]
        return max(found, key=RANK.index) if found else None

    def users_in(self, tenant: str) -> frozenset[str]:
        """The users of a tenant that they are."""
        return frozenset(m.user for m in self.memberships if m.tenant == tenant)

    def __str__(self) -> str:
        return ", ".join(self.names)


def kind_of(name: str) -> Literal["handle", "user", "email"]:
    """What kind of name this is. Raises WhoError."""
    tenant, slash, user = name.partition("/")
    if HANDLE.match(name):
        return "handle"
    if slash and SLUG.match(tenant) and SLUG.match(user):
        return "user"
    if _EMAIL.match(name):
        return "email"
    way = f"; with a git handle, write '@{name}'" if HANDLE.match(f"@{name}") else ""
    raise WhoError(
        f"'{name}' is neither a git handle (@alice-doe), nor a tenant's user (acme/alice), "
        f"nor a mail address{way}"
    )


def same(one: str, other: str | None) -> bool:
    """Whether two handles or mail addresses are the same: forges take no account of case."""
    return other is not None and one.lower() == other.lower()


def admins(tree: Tree) -> tuple[str, ...]:
    """The handles in `admins` of platform.yaml; none where it cannot be read. Raises OSError."""
    if not tree.has("platform.yaml"):
        return ()
    document, _ = load("platform.yaml", [("platform.yaml", tree.read("platform.yaml"))])
    # Not by the model: whatever else is wrong with the platform, its admins must be able to mend it.
    listed = document.data.get("admins")
    handles = [as_written(one) for one in listed] if isinstance(listed, list) else []
    return tuple(one for one in handles if isinstance(one, str) and HANDLE.match(one))


def tenant_model(tree: Tree, slug: str) -> Tenant | None:
    """As much of a tenant as can be read. Raises OSError."""
    contents = [(path, tree.read(path)) for path in tree.tenants.get(slug, ())]
    document, _ = load(f"tenants.d/{slug}", contents)
    return shape_check_all(Tenant, document.name, document.data, {"company": slug})[0]


def mentioning(tree: Tree, texts: Sequence[str]) -> Iterator[str]:
    """The tenants whose files may hold one of these texts, in any case. Raises OSError.

    A look at the bytes spares reading a thousand tenants. A text in quotes may be written with
    escapes: a file with a backslash is always among them. YAML may break a line at a blank and doubles
    a single quote: what is looked for is the longest part without either.
    """
    whole = [text.encode("utf-8", "surrogateescape").lower() for text in texts]
    needles = [max(re.split(rb"[\s']+", text), key=len) for text in whole]
    for slug, paths in sorted(tree.tenants.items()):
        for path in paths:
            raw = tree.read(path).lower()
            if b"\\" in raw or any(needle in raw for needle in needles):
                yield slug
                break


def users_named(tree: Tree, names: Sequence[str]) -> Iterator[tuple[str, str, Any]]:
    """(tenant, slug, user) of every user that one of these names stands for. Raises OSError."""
    pairs = {tuple(name.split("/")) for name in names if kind_of(name) == "user"}
    others = [name for name in names if kind_of(name) != "user"]
    tenants = {tenant for tenant, _ in pairs} | set(mentioning(tree, others) if others else ())
    for tenant in sorted(tenants & tree.tenants.keys()):
        model = tenant_model(tree, tenant)
        for slug, user in (model.users if model else {}).items():
            named = any(same(name, user.git) or same(name, user.email) for name in others)
            if named or (tenant, slug) in pairs:
                yield tenant, slug, user


def person(tree: Tree, names: Sequence[str]) -> Person:
    """Who these names stand for in this state of the site. Several names are one person.

    An admin is whose handle stands in `admins`: the one that was given, or that of the user that
    was. What a tenant's file says makes nobody an admin. Raises WhoError, OSError.
    """
    chiefs = admins(tree)
    found = list(users_named(tree, names))
    handles = [name for name in names if kind_of(name) == "handle"]
    handles += [user.git for _, _, user in found if user.git]
    return Person(
        tuple(names),
        any(same(handle, chief) for handle in handles for chief in chiefs),
        tuple(Membership(tenant, slug, role_of(user)) for tenant, slug, user in found),
    )


def role_of(user: Any) -> Role:
    """The role of a tenant's user there; role `admin` is no more than the tenant's administrator."""
    role: Role = "tenant_admin" if user.role == "admin" else user.role
    return role
