"""The table of rights itself."""

from dialform.compiler.reviewing.rights import PBX_TABLES, RIGHTS, may, owners, who_may
from dialform.compiler.reviewing.roles import Membership, Person, Role
from dialform.schema.tenant import ACCOUNT_KEYS, Tenant

NOBODY: frozenset[str] = frozenset()


def somebody(role: Role, tenant: str = "acme") -> Person:
    return Person(("@a",), memberships=(Membership(tenant, "a", role),))


def test_every_key_of_a_tenant_is_somebodys() -> None:
    """A new key of a tenant must be put on one of the two sides: think whose it is, then list it here."""
    assert {
        "feature_codes", "users", "extensions", "voicemails", "ring_groups", "call_queues",
        "conferences", "music_on_hold", "recording", "schedules", "ivr_menus", "inbound_routes",
        "follow_me", "device_profiles", "devices", "fax", "contacts", "do_not_call", "block",
        "paging", "parking", "calls",
    } == PBX_TABLES  # fmt: skip
    assert {r.table for r in RIGHTS} == PBX_TABLES | ACCOUNT_KEYS
    assert not PBX_TABLES & ACCOUNT_KEYS


def test_who_may_do_less_may_do_nothing_that_who_may_more_may_not() -> None:
    for right in RIGHTS:
        for own in (frozenset({"a"}), NOBODY):
            able = [
                may(somebody(role), "acme", right.table, right.field, own)
                for role in ("end_user", "user", "tenant_admin")
            ]
            assert able == sorted(able)
            assert may(Person(("@a",), admin=True), "acme", right.table, right.field, own)


def test_no_role_reaches_into_another_tenant() -> None:
    for right in RIGHTS:
        for role in ("end_user", "user", "tenant_admin"):
            mine = frozenset({"a"})
            assert not may(somebody(role), "other", right.table, right.field, mine)


def test_a_field_is_no_more_than_itself() -> None:
    bob, own = somebody("user"), frozenset({"a"})
    assert may(bob, "acme", "extensions", ("voicemail", "greeting"), own)
    assert not may(bob, "acme", "extensions", ("voicemail",), own)
    assert not may(bob, "acme", "extensions", (), own)
    assert not may(bob, "acme", "extensions", ("voicemail", "greeting"), NOBODY)


def test_whose_things_are() -> None:
    tenant = Tenant.model_validate(
        {
            "company": "Acme",
            "extensions": {"1001": {"name": "A", "user": "a"}, "1002": {"name": "B"}},
            "devices": {"aabbcc112233": {"label": "A", "vendor": "snom", "user": "a"}},
        }
    )
    for table in ("extensions", "voicemails", "follow_me"):
        assert owners(tenant, table, "1001") == {"a"}
        assert owners(tenant, table, "1002") == owners(tenant, table, "1003") == NOBODY
    assert owners(tenant, "devices", "aabbcc112233") == {"a"}
    assert owners(tenant, "ring_groups", "1001") == owners(None, "extensions", "1001") == NOBODY


def test_who_may_in_words() -> None:
    assert who_may("acme", "limits") == "an admin"
    assert who_may("acme", "ring_groups") == "a tenant administrator of acme, or an admin"
    assert who_may("acme", "devices", ("label",)).startswith("whose it is, ")
