"""What each role may change in a tenant: one table, by kind of object and field.

What the table does not name, only an admin may change. The table speaks of kinds; what stands in
the way of a single change all the same is in `compiler/reviewing/stops.py`.
"""

from dialform.compiler.permissions import FAX_SETTINGS
from dialform.compiler.reviewing.roles import RANK, Person, Role
from dialform.schema.rule import Path
from dialform.schema.tenant import ACCOUNT_KEYS, Tenant
from dialform.values import dataclass

PBX_TABLES = frozenset(Tenant.model_fields) - ACCOUNT_KEYS
"""What is a tenant administrator's, in whichever of the tenant's files it stands."""


@dataclass(frozen=True, slots=True)
class Right:
    """Who may change a field of an object, and all below it.

    `field` () is the whole object, its coming and going too. With `own` a person needs to be the
    user whom the object belongs to; a tenant administrator never does.
    """

    table: str
    field: Path
    role: Role
    own: bool = False


_OWN: dict[str, tuple[Path, ...]] = {
    "extensions": (
        ("no_answer",), ("busy",), ("unregistered",),
        ("voicemail", "greeting"), ("voicemail", "pin"), ("voicemail", "rotate"),
    ),
    "voicemails": (("greeting",), ("pin",), ("rotate",)),
    "follow_me": ((),),
    "devices": (("label",), ("keys",)),
    "fax": tuple((setting,) for setting in FAX_SETTINGS),
}  # fmt: skip
"""What users may change of what is theirs: where their calls go, greeting and PIN, the look of a phone; of a
fax account where faxes go and what stands on them.
"""

RIGHTS: tuple[Right, ...] = (
    *(Right(table, (), "admin") for table in sorted(ACCOUNT_KEYS)),
    *(Right(table, (), "tenant_admin") for table in sorted(PBX_TABLES)),
    *(Right(table, field, "end_user", own=True) for table, own in _OWN.items() for field in own),
)


def may(person: Person, tenant: str, table: str, field: Path, owners: frozenset[str]) -> bool:
    """Whether somebody may change this field of an object. `owners` are the users whose it is."""
    role = person.role_in(tenant)
    if role is None:
        return False
    if role == "admin":
        return True
    own = bool(owners & person.users_in(tenant))
    return any(
        _at_least(role, right.role) and (own or not right.own or role == "tenant_admin")
        for right in RIGHTS
        if right.table == table and right.field == field[: len(right.field)]
    )


def who_may(tenant: str, table: str, field: Path = ()) -> str:
    """Who may change it, in words."""
    known = {right.role for right in RIGHTS if right.table == table and not right.field}
    if "tenant_admin" not in known:
        return "an admin"
    own = any(r.own and r.table == table and r.field == field[: len(r.field)] for r in RIGHTS)
    return ("whose it is, " if own else "") + f"a tenant administrator of {tenant}, or an admin"


def _at_least(role: Role, needed: Role) -> bool:
    return RANK.index(role) >= RANK.index(needed)


def owners(tenant: Tenant | None, table: str, key: str) -> frozenset[str]:
    """The users whose object this is, as the tenant stands: none, or one; of a fax account all of its."""
    if tenant is None:
        return frozenset()
    user = None
    if table in ("extensions", "voicemails", "follow_me"):
        # A mailbox and a follow-me belong to whom the extension with their number belongs to.
        extension = tenant.extensions.get(key)
        user = extension.user if extension else None
    elif table == "devices" and key in tenant.devices:
        user = tenant.devices[key].user
    elif table == "fax" and key in tenant.fax.accounts:
        return frozenset(tenant.fax.accounts[key].users)
    return frozenset({user} if user else ())
