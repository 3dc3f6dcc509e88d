"""Faxes: whose they are, and that nothing of them escapes a review."""

import pytest

from .site import DEMO, JANE, PBX, Files, add, allowed, denied, edit, review

ALICE, CAROL, INGRID, JUERGEN = "acme/alice", "acme/carol", "nordlicht/ingrid", "nordlicht/juergen"
PEOPLE = "tenants.d/nordlicht/people.yaml"
SETTER = edit(PBX, "permissions: [send_fax, receive_fax]", "permissions: [send_fax, receive_fax, fax_setting]")  # fmt: skip
"""The demo site with an end user who holds fax_setting."""

SETTINGS = [
    ("deliver_to: fax@acme.example", "deliver_to: carol@acme.example", "deliver_to"),
    ("header: Acme Corp", "header: Acme", "header"),
    ("header: Acme Corp", "header: Acme Corp, station_id: ACME", "station_id"),
    ("cover: media/acme/cover.html", "cover: media/acme/other.html", "cover"),
]


@pytest.mark.parametrize(("old", "new", "setting"), SETTINGS)
def test_who_holds_fax_setting_says_what_faxes_of_their_account_show(
    old: str, new: str, setting: str
) -> None:
    head = edit(PBX, old, new, SETTER)
    assert allowed(review(head, CAROL, fork=SETTER)) == [f"acme fax account 1050 {setting}"]
    (why,) = denied(review(edit(PBX, old, new), CAROL))
    assert why == f"acme fax account 1050 {setting}: it needs fax_setting, which they do not hold"
    assert allowed(review(edit(PBX, old, new), ALICE)) == [f"acme fax account 1050 {setting}"]
    assert denied(review(edit(PBX, old, new), "acme/bob"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("users: [carol]", "users: [carol, bob]"),
        ('number: "+12125550150", users', 'number: "+12125550199", users'),
        ("keep_days: 365", "keep_days: 1"),
        ("file: media/acme/directions.txt", "file: media/acme/cover.html"),
        ("users: [carol],", "users: [carol], retries: 9,"),
    ],
)
def test_all_else_is_the_administrators(old: str, new: str) -> None:
    head = edit(PBX, old, new, SETTER)
    assert allowed(review(head, CAROL, fork=SETTER)) == []
    assert len(allowed(review(head, ALICE, fork=SETTER))) == 1


def test_an_account_that_does_not_list_them_is_not_theirs() -> None:
    base = edit(PBX, "users: [carol]", "users: []", SETTER)
    head = edit(PBX, "header: Acme Corp", "header: Acme", base)
    assert allowed(review(head, CAROL, fork=base)) == []


def test_nobody_becomes_a_user_of_an_account_and_uses_it_at_once() -> None:
    base = edit(PBX, "users: [carol]", "users: []", SETTER)
    head = edit(
        PBX, "users: []", "users: [carol]", edit(PBX, "header: Acme Corp", "header: A", base)
    )
    assert allowed(review(head, CAROL, fork=base)) == []


def test_an_administrator_without_fax_setting_leaves_the_settings_alone() -> None:
    head = edit(PEOPLE, "deliver_to: fax@nordlicht.example", "deliver_to: j@nordlicht.example")
    assert allowed(review(head, INGRID)) == ["nordlicht fax account 2090 deliver_to"]
    (why,) = denied(review(head, JUERGEN))
    assert "fax_setting" in why
    other = edit(PEOPLE, "users: [francois, soeren]", "users: [francois]")
    assert allowed(review(other, JUERGEN)) == ["nordlicht fax account 2090 users"]
    assert allowed(review(_with_an_account("header: X"), JUERGEN)) == []
    assert len(allowed(review(_with_an_account("retries: 1"), JUERGEN))) == 1


def _with_an_account(text: str) -> Files:
    return edit(PEOPLE, 'accounts: {"2090"', 'accounts: {"2091": {' + text + '}, "2090"')


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("fax: {documents: {list: {file: media/x.pdf}}}\n", "fax document list"),
        ("fax: {keep_days: 9}\n", "fax settings keep_days"),
        ('fax: {accounts: {"1050": {}}}\n', "fax account 1050"),
    ],
)
def test_each_part_of_the_faxes_is_seen(text: str, what: str) -> None:
    base = edit(JANE, DEMO[JANE].decode().split("fax: {accounts")[1].split("\n")[0], "", DEMO)
    base = edit(JANE, "fax: {accounts\n", "", base)
    head = add(JANE, text, base)
    assert allowed(review(head, "janes-bakery/jane", fork=base)) == [f"janes-bakery {what}"]
    assert denied(review(head, ALICE, fork=base))
