"""Who somebody is: by handle, user or address, as the base says."""

import pytest

from dialform.compiler.reviewing.roles import WhoError, kind_of, person

from .site import DEMO, PBX, add, allowed, denied, edit, review, tree


def roles(*names: str, files: dict[str, bytes] = DEMO) -> list[str]:
    found = person(tree(files), names)
    return ["admin"] * found.admin + [str(one) for one in found.memberships]


ALICE = ["tenant_admin of acme (user alice)"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("@ops", ["admin"]), ("@OPS", ["admin"]), ("@op", []), ("@ops2", []),
        ("@alice-doe", ALICE), ("@Alice-Doe", ALICE), ("acme/alice", ALICE),
        ("alice@acme.example", ALICE), ("Alice@Acme.example", ALICE),
        ("acme/bob", ["user of acme (user bob)"]), ("acme/carol", ["end_user of acme (user carol)"]),
        ("acme/nobody", []), ("nowhere/alice", []), ("@nobody", []), ("x@example.com", []),
        ("@dependabot[bot]", []), ("@acme/team", []),
    ],
)  # fmt: skip
def test_people(name: str, expected: list[str]) -> None:
    assert roles(name) == expected


@pytest.mark.parametrize(
    "name", ["alice", "alice-doe", "", "@", "a/b/c", "Acme/alice", "@a b", "a@b@c"]
)
def test_no_name(name: str) -> None:
    with pytest.raises(WhoError):
        kind_of(name)


def test_a_handle_without_its_sign_says_how_to_write_it() -> None:
    with pytest.raises(WhoError, match="write '@alice-doe'"):
        kind_of("alice-doe")


def test_a_team_beside_ones_own_handle() -> None:
    files = edit("platform.yaml", '["@ops"]', '["@acme-corp/ops"]')
    assert roles("@zoe", files=files) == []
    assert roles("@zoe", "@acme-corp/ops", files=files) == ["admin"]


def test_a_user_whose_handle_is_an_admins_is_one_by_any_name() -> None:
    files = edit("platform.yaml", '["@ops"]', '["@Alice-Doe"]')
    for name in ("@alice-doe", "acme/alice", "alice@acme.example"):
        assert roles(name, files=files) == ["admin", *ALICE]


def test_role_admin_in_a_tenants_file_makes_no_admin() -> None:
    files = edit(PBX, "role: tenant_admin", "role: admin")
    assert roles("@alice-doe", files=files) == ALICE


def test_a_handle_in_quotes_with_escapes_is_found() -> None:
    files = edit(PBX, '"@alice-doe"', '"@\\x61lice-doe"')
    assert roles("@alice-doe", files=files) == ALICE


def test_one_handle_in_two_tenants_has_the_rights_of_each_there() -> None:
    files = add("tenants.d/two.yaml", 'company: T\nusers: {a: {name: A, git: "@alice-doe"}}\n')
    assert roles("@alice-doe", files=files) == [*ALICE, "user of two (user a)"]
    assert denied(
        review(edit("tenants.d/two.yaml", "name: A", "name: B", files), "@alice-doe", fork=files)
    )


def test_admins_are_read_from_a_platform_with_mistakes() -> None:
    files = edit("platform.yaml", "country: US", "country: XX\nhosts: 5")
    assert roles("@ops", files=files) == ["admin"]


def test_a_platform_that_cannot_be_read_knows_no_admin() -> None:
    assert roles("@ops", files={**DEMO, "platform.yaml": b"{"}) == []
    assert roles("@ops", files={n: r for n, r in DEMO.items() if n != "platform.yaml"}) == []


def test_a_stranger_may_nothing() -> None:
    head = edit(PBX, "timeout: 25, members", "timeout: 30, members")
    found = review(head, "@stranger")
    assert allowed(found) == []
    assert denied(found) == ["acme ring group 600 timeout: the base knows no @stranger"]
