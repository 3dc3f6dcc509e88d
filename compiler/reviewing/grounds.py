"""What a review goes by: who asks, the state that says what they may, and the change's two ends."""

from collections.abc import Mapping
from functools import cached_property

from dialform.compiler.prune import shape_check_all
from dialform.compiler.reviewing.roles import Person, admins, mentioning, person, users_named
from dialform.compiler.reviewing.stops import values
from dialform.compiler.reviewing.tenantfiles import TenantFiles, tenant_files
from dialform.compiler.reviewing.verdicts import ADMIN, Ruling
from dialform.schema.billing import Billing
from dialform.schema.document import load
from dialform.schema.rule import Path
from dialform.schema.tenant import Tenant
from dialform.schema.tree import Tree
from dialform.values import dataclass, field


@dataclass
class Grounds:
    """`base` is where the change would go, and says who may what; `fork` is where it began, which may
    be long ago and gives nobody a right; `head` is where it ends. `prefix` is the site's folder in its
    repository.
    """

    names: tuple[str, ...]
    base: Tree
    fork: Tree
    head: Tree
    prefix: str = ""
    _read: dict[tuple[int, str], TenantFiles] = field(default_factory=dict)

    @cached_property
    def person(self) -> Person:
        """Who asks, as the base knows them. Raises WhoError, OSError."""
        return person(self.base, self.names)

    @cached_property
    def admins(self) -> tuple[str, ...]:
        """The handles of the platform's admins, by the base."""
        return admins(self.base)

    @cached_property
    def tenants(self) -> frozenset[str]:
        """All tenants that there are, by the base."""
        return frozenset(self.base.tenants)

    def read(self, tree: Tree, slug: str) -> TenantFiles:
        """A tenant's files in one of the states. Raises OSError."""
        if (id(tree), slug) not in self._read:
            self._read[id(tree), slug] = tenant_files(tree, slug)
        return self._read[id(tree), slug]

    def tenant(self, side: str, slug: str) -> Tenant:
        """As much of a tenant as can be read in `base`, `fork` or `head`; an empty one if nothing can."""
        return self.read(getattr(self, side), slug).model

    def slots(self, slug: str) -> Mapping[str, int]:
        """How many objects of each kind the tenant may have, by the base."""
        subscription = self.tenant("base", slug).subscription
        if subscription is None:
            return {}
        package = self._billing.packages.get(subscription.package)
        slots: dict[str, int] = dict(package.slots) if package else {}  # type: ignore[arg-type]
        return slots | dict(subscription.overrides)

    @cached_property
    def _billing(self) -> Billing:
        file = "billing.yaml"
        if not self.base.has(file):
            return Billing()
        document, _ = load(file, [(file, self.base.read(file))])
        return shape_check_all(Billing, file, document.data)[0] or Billing()

    def handles(self, handle: str) -> frozenset[str]:
        """The tenants that have a user with this git handle, by the base."""
        return frozenset(tenant for tenant, _, _ in users_named(self.base, [handle]))

    def users_of_media(self, path: str) -> dict[str, set[Path]]:
        """Which tenants name this sound file, before, after or today, and where."""
        found: dict[str, set[Path]] = {}
        for side in ("base", "fork", "head"):
            for slug in mentioning(getattr(self, side), [path]):
                for where, text in values(self.tenant(side, slug), str):
                    if text == path:
                        found.setdefault(slug, set()).add(where)
        return found

    def admins_only(self, why: str) -> Ruling:
        """What an admin may, and nobody else."""
        if self.person.admin:
            return Ruling(True, ADMIN)
        return Ruling(False, self.stranger() or why)

    def of_tenant(self, slug: str, why: str = "") -> Ruling:
        """What the tenant's administrators may; `why` says so to the tenant's other users."""
        role = self.person.role_in(slug)
        who = f"a tenant administrator of {slug}, or an admin"
        if role in ("admin", "tenant_admin"):
            return Ruling(
                True, f"{ADMIN}" if role == "admin" else f"a tenant administrator of {slug}", who
            )
        if role is None:
            return Ruling(False, self.stranger() or self.foreign(slug), who)
        return Ruling(False, why or f"a {role} of {slug} may not", who)

    def stranger(self) -> str:
        """Why somebody may nothing at all; empty where they are known."""
        return "" if self.person.known else f"the base knows no {self.person}"

    def foreign(self, slug: str) -> str:
        """Why somebody of another tenant may not."""
        return f"{self.person} is no user of {slug}"
