"""Permissions: the laws of the tree, and who needs what."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.compiler.permissions import (
    CHILDREN,
    END_USER,
    GATES,
    PARENT,
    check_permissions,
    effective,
    tenant_tokens,
    user_tokens,
)
from dialform.compiler.scope import PlatformView, Scope
from dialform.schema.account import Token
from dialform.schema.billing import Billing
from dialform.schema.platform import Platform
from dialform.schema.tenant import Tenant

TOKENS = list(Token.__args__)  # type: ignore[attr-defined]
ROOTS = sorted(set(TOKENS) - CHILDREN - {PARENT})
SOME = st.sets(st.sampled_from(TOKENS))
ROLES = st.sampled_from(["admin", "tenant_admin", "user", "end_user"])

PLATFORM = Platform.model_validate(
    {"platform": "p", "domain": "p.example", "hosts": {"h": {"address": "203.0.113.1"}}}
)


def scope(**parts: Any) -> Scope:
    tenant = Tenant.model_validate({"company": "Acme", **parts})
    return Scope("acme", "tenants.d/acme", tenant, PlatformView(PLATFORM, {}, Billing(), {}))


def told(**parts: Any) -> list[str]:
    """Code, place and token of each finding."""
    return [
        f"{flaw.rule.code} {'.'.join(map(str, flaw.path))} {flaw.values.get('token', '')}".strip()
        for flaw in check_permissions(scope(**parts))
    ]


class TestTree:
    @given(st.sampled_from(sorted(CHILDREN)), SOME)
    def test_granting_a_child_grants_its_parent(self, child: str, others: set[str]) -> None:
        assert PARENT in effective({child, *others})

    @given(SOME, SOME)
    def test_revoking_the_parent_revokes_its_children(
        self, granted: set[str], revoked: set[str]
    ) -> None:
        held = effective(granted, {*revoked, PARENT})
        assert not held & {PARENT, *CHILDREN}
        assert held == (granted & set(ROOTS)) - revoked

    @given(SOME, SOME)
    def test_a_child_is_never_held_without_its_parent(
        self, granted: set[str], revoked: set[str]
    ) -> None:
        held = effective(granted, revoked)
        assert PARENT in held or not held & CHILDREN

    @given(SOME, SOME)
    def test_once_is_enough(self, granted: set[str], revoked: set[str]) -> None:
        held = effective(granted, revoked)
        assert effective(held, revoked) == held
        assert effective(held) == held

    @given(SOME, SOME)
    def test_nothing_is_held_but_what_is_granted_and_its_parent(
        self, granted: set[str], revoked: set[str]
    ) -> None:
        assert effective(granted, revoked) <= granted | {PARENT}

    @given(SOME, SOME, SOME)
    def test_more_grants_never_hold_less_and_more_revokes_never_more(
        self, granted: set[str], more: set[str], revoked: set[str]
    ) -> None:
        assert effective(granted, revoked) <= effective(granted | more, revoked)
        assert effective(granted, revoked | more) <= effective(granted, revoked)

    @given(SOME, SOME, SOME, SOME, ROLES)
    def test_a_user_never_holds_what_the_tenant_does_not(
        self, granted: set[str], revoked: set[str], own: set[str], gone: set[str], role: str
    ) -> None:
        bob = {"name": "Bob", "role": role, "permissions": sorted(own), "revoke": sorted(gone)}
        one = scope(permissions=sorted(granted), revoke=sorted(revoked), users={"bob": bob})
        held = user_tokens(one, "bob")
        assert held <= tenant_tokens(one)
        if role in ("admin", "tenant_admin"):
            assert held == effective(tenant_tokens(one), gone)

    @given(SOME, SOME)
    def test_every_grant_beyond_the_tenant_is_told_once(
        self, granted: set[str], own: set[str]
    ) -> None:
        bob = {"name": "Bob", "permissions": sorted(own)}
        found = told(permissions=sorted(granted), users={"bob": bob})
        beyond = own - effective(granted)
        assert sorted(line.split()[2] for line in found if line.startswith("DF1103")) == sorted(
            beyond
        )


OBJECTS: dict[str, Any] = {
    "extensions": {"1001": {"name": "A"}},
    "schedules": {"office": {}},
    "paging": {"950": {"members": ["1001"]}},
    "parking": {"lot": "5900", "slots": "5901-5902"},
    "block": {"inbound": ["anonymous"]},
    "devices": {"desk": {"label": "D", "vendor": "webphone"}},
    "device_profiles": {"office": {}},
    "ring_groups": {"600": {"name": "G", "members": ["1001"]}},
    "call_queues": {"800": {"name": "Q"}},
    "ivr_menus": {"700": {"name": "M", "greeting": "media/m.wav"}},
    "voicemails": {"1999": {"name": "V"}},
    "conferences": {"900": {"name": "C"}},
    "recording": {"keep_days": 30},
    "music_on_hold": {"default": {"files": ["media/h.wav"]}},
    "follow_me": {"1001": {"destinations": ["+12125550177"]}},
    "inbound_routes": {"+12125550199": {"hangup": True}},
    "contacts": {"ann": {"name": "Ann"}},
    "do_not_call": ["+12125550111"],
    "fax": {"accounts": {"1050": {}}},
}


class TestGates:
    def test_every_table_of_objects_has_a_gate(self) -> None:
        assert set(OBJECTS) == set(GATES)
        ours = {"company", "contact", "domain", "status", "timezone", "country", "currency",
                "language", "caller_id", "emergency", "limits", "permissions", "revoke", "numbers",
                "subscription", "payments", "feature_codes", "users", "calls"}  # fmt: skip
        assert set(Tenant.model_fields) - ours == set(GATES)

    @pytest.mark.parametrize("table", sorted(GATES))
    @given(st.data())
    def test_an_object_needs_exactly_its_token(self, table: str, data: st.DataObject) -> None:
        held = data.draw(SOME.filter(bool))
        needed = {GATES[table]} if table != "fax" else {"send_fax", "receive_fax"}
        found = told(permissions=sorted(held), **{table: OBJECTS[table]})
        codes = [line.split()[0] for line in found]
        assert codes == ([] if needed & effective(held) else ["DF1101"])

    @given(SOME.filter(bool))
    def test_one_finding_for_each_token_that_is_lacking(self, held: set[str]) -> None:
        found = told(permissions=sorted(held), **OBJECTS)
        lacking = {GATES[table] for table in OBJECTS} - effective(held)
        if effective(held) & {"send_fax", "receive_fax"}:
            lacking -= {"receive_fax"}
        assert sorted(line.split()[-1] for line in found) == sorted(lacking)

    def test_a_tenant_that_holds_nothing_is_told_once(self) -> None:
        bob = {"name": "Bob", "permissions": ["devices", "contacts"]}
        assert told(users={"bob": bob}, **OBJECTS) == ["DF1101 extensions.1001 fpbx_extension"]


class TestUsers:
    def both(self, role: str, own: set[str], vendor: str = "yealink") -> list[str]:
        bob = {"name": "Bob", "role": role, "permissions": sorted(own)}
        return told(
            permissions=TOKENS,
            users={"bob": bob},
            extensions={"1001": {"name": "A", "user": "bob", "voicemail": True}},
            devices={"desk": {"label": "D", "vendor": vendor, "user": "bob"}},
        )

    @given(SOME)
    def test_a_user_needs_the_token_of_each_object(self, own: set[str]) -> None:
        needed = {"voicemails", "devices", PARENT} - effective(own)
        if needed & CHILDREN:
            needed -= {PARENT}  # the child that is lacking would grant it
        found = self.both("user", own)
        assert sorted(line.split()[-1] for line in found) == sorted(needed)

    def test_a_tenant_admin_needs_nothing(self) -> None:
        assert self.both("tenant_admin", set()) == []

    @given(st.sets(st.sampled_from(sorted(END_USER))))
    def test_an_end_user_needs_a_token_for_a_desk_phone_only(self, own: set[str]) -> None:
        assert self.both("end_user", own, "webphone") == []
        assert self.both("end_user", own) == ["DF1102 devices.desk.user devices"]

    @given(SOME)
    def test_a_role_bounds_what_an_end_user_may_hold(self, own: set[str]) -> None:
        bob = {"name": "Bob", "role": "end_user", "permissions": sorted(own)}
        found = told(permissions=TOKENS, users={"bob": bob})
        assert sorted(line.split()[-1] for line in found) == sorted(own - END_USER)

    def test_what_the_tenant_lacks_is_told_at_the_tenant_alone(self) -> None:
        found = told(
            permissions=["fpbx_extension"],
            users={"bob": {"name": "Bob", "permissions": ["fpbx_extension"]}},
            devices={"desk": {"label": "D", "vendor": "yealink", "user": "bob"}},
        )
        assert found == ["DF1101 devices.desk devices"]


def test_who_shares_a_mailbox_is_one_of_the_tenant_s_people() -> None:
    people = {"bob": {"name": "Bob"}}
    shared = {"voicemails": {"1999": {"users": ["bob", "bbo"]}},
              "extensions": {"1001": {"name": "A", "voicemail": {"users": ["carol"]}}}}  # fmt: skip
    flaws = [
        one for one in check_permissions(scope(users=people, **shared)) if one.rule.code == "DF1110"
    ]
    assert [(one.path, one.values["name"]) for one in flaws] == [
        (("extensions", "1001", "voicemail", "users", 0), "carol"),
        (("voicemails", "1999", "users", 1), "bbo"),
    ]
