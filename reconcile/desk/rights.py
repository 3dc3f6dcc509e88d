"""What a user of a tenant may see and do at the desk: by a permission, in that user's own scope."""

from dialform.compiler.permissions import user_tokens
from dialform.compiler.scope import Scope as TenantScope
from dialform.reconcile.desk.customers import Customer
from dialform.reconcile.desk.errors import NotAllowed, NotThere
from dialform.reconcile.desk.scope import Scope

_OF_TENANT = frozenset(("admin", "tenant_admin"))


def scope_of(
    tenant: TenantScope, customer: Customer, user: str, permission: str = "realtime"
) -> Scope:
    """A user's scope: a tenant_admin's is the tenant, all others' their own extensions and phones.

    Raises NotThere, NotAllowed.
    """
    if user not in tenant.tenant.users:
        raise NotThere(f"There is no user '{user}'.")
    if permission not in user_tokens(tenant, user):
        raise NotAllowed(
            f"User '{user}' lacks the permission `{permission}`: an administrator can grant it."
        )
    if tenant.tenant.users[user].role in _OF_TENANT:
        return Scope(customer)
    own = {number for number, one in tenant.tenant.extensions.items() if one.user == user}
    phones = {mac for mac, one in tenant.tenant.devices.items() if one.user == user}
    return Scope(customer, frozenset(own & customer.extensions.keys()), frozenset(phones))
