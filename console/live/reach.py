"""How far a visitor sees and acts on the running switch, by role and permissions, and one key for all who
see the same: what is shown to them is made once.
"""

from dialform.console.errors import NotThere
from dialform.console.ground import Ground
from dialform.console.page import Context
from dialform.console.visitor import Visitor
from dialform.reconcile.desk.scope import WHOLE, Scope
from dialform.values import dataclass

PERMISSION = "realtime"
"""The permission to look at what is up."""

ELSEWHERE = "This tenant is not on this host: its calls are shown where it is."


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose calls, phones and queues somebody sees. `tenant` is empty for the whole switch.

    `extensions` None are all of the tenant's. `account` is whose own acts are shown (calls being placed).
    """

    tenant: str = ""
    extensions: frozenset[str] | None = None
    admin: bool = False
    account: int = 0

    @property
    def manages(self) -> bool:
        """Whether it is a whole tenant's, or all."""
        return self.extensions is None

    @property
    def shared(self) -> "Reach":
        """The same without the account: the key of what all who reach as far see."""
        return Reach(self.tenant, self.extensions, self.admin)

    def base(self) -> str:
        """Where its live pages are."""
        return f"/t/{self.tenant}/live" if self.tenant else "/admin/live"

    def scope(self, ground: Ground) -> Scope:
        """The same for the desk. Raises NotThere where this host has no such tenant."""
        if not self.tenant:
            return WHOLE
        customer = ground.customer(self.tenant)
        if customer is None:
            raise NotThere(ELSEWHERE)
        return Scope(customer, self.extensions)


def reach(context: Context) -> Reach:
    """Of a page: a tenant's, or the whole switch where the path names none and the visitor is an admin."""
    return reach_of(context.visitor, str(context.request.path_params.get("tenant", "")))


def reach_of(visitor: Visitor, tenant: str = "") -> Reach:
    """Of somebody, in a tenant that is theirs to see ("": as far as it goes)."""
    if visitor.admin:
        return Reach(tenant, admin=True, account=visitor.account)
    if visitor.manages and visitor.holds(PERMISSION):
        return Reach(visitor.tenant, account=visitor.account)
    return Reach(visitor.tenant, frozenset(visitor.extensions), account=visitor.account)
