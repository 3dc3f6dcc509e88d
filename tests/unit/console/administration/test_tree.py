"""The tree of permissions: a child brings its parent, a parent takes its children, nobody gets too much."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialform.compiler.permissions import CHILDREN, END_USER, PARENT, effective
from dialform.console.administration.tree import (
    LABELS,
    ORDER,
    Node,
    chosen,
    of_tenant,
    of_user,
    tree,
    written,
)
from dialform.schema.account import User

TOKENS = st.sets(st.sampled_from(ORDER))
ROLES = st.sampled_from(["admin", "tenant_admin", "user", "end_user"])


def user(role: str, permissions: set[str], revoke: set[str] = frozenset()) -> User:  # type: ignore[assignment]
    return User.model_validate(
        {"name": "Bob", "role": role, "permissions": sorted(permissions), "revoke": sorted(revoke)}
    )


def boxes(nodes: tuple[Node, ...]) -> dict[str, Node]:
    return {one.token: one for node in nodes for one in (node, *node.children)}


def test_every_permission_has_its_box_and_its_name() -> None:
    assert set(boxes(tree(of_tenant([], [])))) == set(ORDER) == set(LABELS)


@given(TOKENS, TOKENS, ROLES, TOKENS, TOKENS)
def test_what_is_written_means_what_was_chosen(
    tenant: set[str], granted: set[str], role: str, revoked: set[str], ticked: set[str]
) -> None:
    of = effective(tenant)
    holder = of_user(user(role, granted, revoked), of)
    wanted = chosen(holder, ticked)
    permissions, revoke = written(holder, wanted)
    again = of_user(user(role, set(permissions), set(revoke)), of)
    assert again.held == wanted
    assert wanted <= of
    if role == "end_user" and wanted != holder.held:
        assert set(permissions) <= END_USER


@given(TOKENS, TOKENS, TOKENS)
def test_a_tenants_list_means_what_was_chosen(
    granted: set[str], revoked: set[str], ticked: set[str]
) -> None:
    holder = of_tenant(sorted(granted), sorted(revoked))
    wanted = chosen(holder, ticked)
    permissions, revoke = written(holder, wanted)
    assert effective(permissions, revoke) == wanted


@given(TOKENS, TOKENS, ROLES)
def test_nothing_changes_where_nothing_was_ticked_otherwise(
    granted: set[str], revoked: set[str], role: str
) -> None:
    holder = of_user(user(role, granted, revoked), frozenset(ORDER))
    shown = {token for token, box in boxes(tree(holder)).items() if box.ticked}
    assert chosen(holder, shown) == holder.held
    assert written(holder, holder.held) == (sorted(granted), sorted(revoked))


def test_a_child_brings_its_parent_and_the_parent_takes_its_children() -> None:
    none, some = of_tenant([], []), of_tenant(["devices", "voicemails"], [])
    assert chosen(none, {"devices"}) == {PARENT, "devices"}
    assert chosen(some, {"devices", "voicemails"}) == frozenset()  # the parent was unticked
    assert chosen(some, {"devices", "voicemails", "ring_groups"}) == {PARENT, "ring_groups"}


def test_a_box_beyond_what_the_tenant_holds_says_so() -> None:
    holder = of_user(user("user", {"devices"}), frozenset({PARENT, "devices"}))
    shown = boxes(tree(holder))
    assert shown["ring_groups"].why == "the tenant does not hold it"
    assert chosen(holder, {"ring_groups", "send_fax"}) == frozenset()
    ending = of_user(user("end_user", set()), frozenset(ORDER))
    assert boxes(tree(ending))["devices"].why == "an end user cannot have it"


@pytest.mark.parametrize("child", sorted(CHILDREN))
def test_the_parent_is_written_only_where_it_does_not_follow(child: str) -> None:
    assert written(of_tenant([], []), frozenset({PARENT, child})) == ([child], [])
    assert written(of_tenant([], []), frozenset({PARENT})) == ([PARENT], [])
