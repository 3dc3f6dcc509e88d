"""DF11xx: permissions and quotas."""

from dialform.schema.diagnostic import Severity
from dialform.schema.rule import Rule


class TenantLacksToken(Rule):
    """An object needs its permission token on the tenant.

    Wrong: `ring_groups:` in a tenant whose `permissions:` do not hold `ring_groups`.
    Right: add the token to the tenant's permissions, which only an admin may do.
    """

    code = "DF1101"
    message = "{object} needs the permission '{token}', which the tenant does not hold"
    hint = "add '{token}' to the tenant's permissions"


class UserLacksToken(Rule):
    """An object with a `user` needs its permission token on that user."""

    code = "DF1102"
    message = "{object} belongs to user '{user}', who does not hold '{token}'"
    hint = "add '{token}' to the user's permissions, or give it to somebody else"


class GrantBeyondTenant(Rule):
    """A user's permissions must lie within the tenant's."""

    code = "DF1103"
    message = "user '{user}' is granted '{token}', which the tenant does not hold"
    hint = "add it to the tenant first, or remove it here"


class GrantBeyondRole(Rule):
    """A role bounds what a user may hold: an end_user holds at most fax, contacts and the softphone."""

    code = "DF1104"
    message = "a user with role {role} cannot hold '{token}'"
    hint = "make it a `user`, or remove the permission"


class RevokedAndGranted(Rule):
    """A token is granted and revoked in the same list; revoking a parent revokes its children."""

    code = "DF1105"
    severity = Severity.WARNING
    message = "'{token}' is granted, but revoked by '{by}'"
    hint = "remove it from one of the two lists"


class TenantQuota(Rule):
    """A tenant has more objects of a kind than its package's slots (with the subscription's overrides).

    Objects are counted from the configuration; nothing keeps a counter that could drift.
    """

    code = "DF1106"
    message = "{what}, but package '{package}' has slots for {limit}"
    hint = "remove {over}, choose a larger package, or override the slots in the subscription"


class UserQuota(Rule):
    """A user has more objects than slots."""

    code = "DF1107"
    message = "user '{user}' has {what}, but slots for {limit}"
    hint = "raise the user's slots, or give an object to somebody else"


class SlotsBeyondPackage(Rule):
    """The slots of all users together exceed the package's."""

    code = "DF1108"
    message = (
        "the users' slots for {resource} add up to {count}, but package '{package}' has {limit}"
    )
    hint = "lower the slots of some users"


class NoSubscription(Rule):
    """A tenant without a subscription has zero slots of everything."""

    code = "DF1109"
    message = "the tenant has no subscription, so it has no slots: {what} cannot be"
    hint = "add subscription: {{package: ...}}"


class UnknownUser(Rule):
    """An object names a user that the tenant does not have."""

    code = "DF1110"
    message = "there is no user '{name}'"
    hint = "{near}"
