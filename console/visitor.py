"""Who is signed in, as the site that runs says it: role, tenant, permissions, what is theirs."""

from dialform.compiler.permissions import CHILDREN, GATES, PARENT, user_tokens
from dialform.compiler.reviewing.roles import RANK, Role, role_of
from dialform.console.site import Site
from dialform.values import dataclass

ALL_TOKENS = frozenset(
    {PARENT, "send_fax", "receive_fax", "fax_setting", *CHILDREN, *GATES.values()}
)
"""What an admin may look at."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who is signed in. An account says only whom it stands for; all else is the site's.

    `subject` is `acme/alice`, or a git handle (`@ops`) of `admins` in platform.yaml. `tenant` and `user`
    are empty for an admin by handle.
    """

    account: int
    login: str
    subject: str
    name: str
    email: str
    role: Role
    tenant: str = ""
    user: str = ""
    tokens: frozenset[str] = frozenset()
    extensions: tuple[str, ...] = ()
    """Their own, sorted."""
    devices: tuple[str, ...] = ()
    """Their own, by MAC or slug."""

    @property
    def admin(self) -> bool:
        """Whether all of the platform is theirs."""
        return self.role == "admin"

    @property
    def manages(self) -> bool:
        """Whether all of a tenant is theirs."""
        return self.role in ("admin", "tenant_admin")

    def at_least(self, role: Role) -> bool:
        """Whether their role is this one or more."""
        return RANK.index(self.role) >= RANK.index(role)

    def holds(self, *tokens: str) -> bool:
        """Whether they hold one of these permissions."""
        return self.admin or any(token in self.tokens for token in tokens)

    def sees(self, tenant: str) -> bool:
        """Whether a tenant is theirs to look at."""
        return self.admin or self.tenant == tenant


def visitor_of(site: Site, account: int, login: str, subject: str) -> Visitor | None:
    """Who an account stands for in a site; None where the site knows nobody of this name (any more)."""
    if subject.startswith("@"):
        if not any(subject.lower() == handle.lower() for handle in site.admins):
            return None
        return Visitor(account, login, subject, subject, "", "admin", tokens=ALL_TOKENS)
    slug, _, user = subject.partition("/")
    scope = site.tenant(slug)
    if scope is None or user not in scope.tenant.users:
        return None
    entry = scope.tenant.users[user]
    chief = any(entry.git and entry.git.lower() == handle.lower() for handle in site.admins)
    return Visitor(
        account, login, subject, entry.name, entry.email or "", "admin" if chief else role_of(entry),
        tenant=slug, user=user, tokens=ALL_TOKENS if chief else user_tokens(scope, user),
        extensions=tuple(sorted(n for n, one in scope.tenant.extensions.items() if one.user == user)),
        devices=tuple(sorted(m for m, one in scope.tenant.devices.items() if one.user == user)),
    )  # fmt: skip
