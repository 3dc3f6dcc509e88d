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
    """An object with a `user` needs its permission token on that user.

    Wrong: a device with `user: bob` while bob's `permissions:` do not hold `devices`.
    Right: `bob: {name: Bob, permissions: [devices], slots: {devices: 1}}`. A tenant administrator holds what
    the tenant holds; the extension and browser phone of an end user need nothing.
    """

    code = "DF1102"
    message = "{object} belongs to user '{user}', who does not hold '{token}'"
    hint = "add '{token}' to the user's permissions, or give it to somebody else"


class GrantBeyondTenant(Rule):
    """A user's permissions must lie within the tenant's.

    Wrong: `bob: {permissions: [conferences]}` in a tenant without `conferences`.
    Right: add it to the tenant's `permissions:` (an admin's matter), or take it from the user.
    """

    code = "DF1103"
    message = "user '{user}' is granted '{token}', which the tenant does not hold"
    hint = "add it to the tenant first, or remove it here"


class GrantBeyondRole(Rule):
    """A role bounds what a user may hold: an end_user holds at most fax, contacts and the softphone.

    Wrong: `eve: {role: end_user, permissions: [ring_groups]}`.
    Right: `eve: {role: user, permissions: [ring_groups]}`, or no such permission.
    """

    code = "DF1104"
    message = "a user with role {role} cannot hold '{token}'"
    hint = "make it a `user`, or remove the permission"


class RevokedAndGranted(Rule):
    """A token is granted and revoked in the same list; revoking a parent revokes its children.

    Wrong: `permissions: [devices, voicemails], revoke: [voicemails]`.
    Right: `permissions: [devices]`. `revoke` is for what a role gives or a tenant has by a list of others.
    """

    code = "DF1105"
    severity = Severity.WARNING
    message = "'{token}' is granted, but revoked by '{by}'"
    hint = "remove it from one of the two lists"


class TenantQuota(Rule):
    """A tenant has more objects of a kind than its package's slots (with the subscription's overrides).

    Objects are counted from the configuration; nothing keeps a counter that could drift.

    Wrong: 12 extensions with a package of 10.
    Right: `subscription: {package: office, overrides: {extensions: 12}}`, a larger package, or fewer
    extensions. An extension's own mailbox counts as one of `voicemails`.
    """

    code = "DF1106"
    message = "{what}, but package '{package}' has slots for {limit}"
    hint = "remove {over}, choose a larger package, or override the slots in the subscription"


class UserQuota(Rule):
    """A user has more objects than slots.

    Wrong: three devices with `user: bob` and `slots: {devices: 2}`.
    Right: `slots: {devices: 3}`, or two devices. What `slots:` does not name is zero.
    """

    code = "DF1107"
    message = "user '{user}' has {what}, but slots for {limit}"
    hint = "raise the user's slots, or give an object to somebody else"


class SlotsBeyondPackage(Rule):
    """The slots of all users together exceed the package's.

    Wrong: ten users with `slots: {extensions: 10}` each, in a package of 50.
    Right: slots that add up to 50 at most, or a larger package.
    """

    code = "DF1108"
    message = (
        "the users' slots for {resource} add up to {count}, but package '{package}' has {limit}"
    )
    hint = "lower the slots of some users"


class NoSubscription(Rule):
    """A tenant without a subscription has zero slots of everything.

    Right: `subscription: {package: business}`, with a package of billing.yaml.
    """

    code = "DF1109"
    message = "the tenant has no subscription, so it has no slots: {what} cannot be"
    hint = "add subscription: {{package: ...}}"


class UnknownUser(Rule):
    """An object names a user that the tenant does not have.

    Wrong: `user: bbo`.
    Right: `user: bob`, with bob under `users:`.
    """

    code = "DF1110"
    message = "there is no user '{name}'"
    hint = "{near}"


class HandleTwice(Rule):
    """A git handle stands at two users, of one tenant or of two. Who has it may change what either may.

    That can be meant, for somebody who looks after two tenants: then it holds for them.

    Wrong: `git: "@alice-doe"` at alice and, copied, at bob.
    Right: each user's own handle.
    """

    code = "DF1111"
    severity = Severity.WARNING
    message = "the git handle {handle} is that of {other} too"
    hint = "who has it may change what either may: write each user's own"


class AdminUnawares(Rule):
    """A user's git handle stands in `admins` of platform.yaml, while their role says less. In a review
    they are an admin: they may change everything.

    Wrong: `admins: ["@ops", "@bob"]` with `bob: {role: user, git: "@bob"}`.
    Right: `bob: {role: admin, git: "@bob"}`, or `admins: ["@ops"]`.
    """

    code = "DF1112"
    severity = Severity.WARNING
    message = "user '{user}' has role {role}, but their git handle {handle} is an admin's"
    hint = "set role: admin, or take {handle} from admins in platform.yaml"


class AdminInNameOnly(Rule):
    """A user has role admin, but no git handle that stands in `admins` of platform.yaml. A tenant's file
    makes nobody an admin: in a review they are the tenant's administrator and no more.

    Wrong: `eve: {role: admin}`.
    Right: `eve: {role: admin, git: "@eve"}` with `admins: ["@ops", "@eve"]`; or `role: tenant_admin`.
    """

    code = "DF1113"
    severity = Severity.WARNING
    message = "user '{user}' has role admin, but is not among the admins of platform.yaml"
    hint = "give them a git handle that stands in admins, or set role: tenant_admin"
