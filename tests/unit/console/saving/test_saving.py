"""Saving: one commit of one change, in the visitor's name, on a branch; or nothing at all."""

from collections.abc import Callable

import pytest

from dialform.console.errors import Away, NotThere, Refused
from dialform.console.saving import GONE, Denied, Edit, Invalid, digest_of, value_at
from dialform.console.saving.commits import Author, author_of, message_of, slug_of

from ..stage import Stage, git
from .conftest import Desk, heads, others, replaced

NAME = ("extensions", "1003", "name")


def test_a_change_is_a_commit_on_a_branch_that_holds_nothing_else(alice: Desk) -> None:
    before = heads(alice.stage)
    done = alice.save(alice.edit(NAME, "Carol Doe"), message="Carol has another name\n\nSince May.")
    assert not done.merged
    assert done.branch == "portal/acme.alice/1-carol-has-another-name"
    assert done.url == f"/changes/~{done.branch.removeprefix('portal/').replace('/', '~')}"
    assert heads(alice.stage) == {**before, done.branch: done.commit}
    shown = git(
        alice.stage.remote, "show", "--format=%an <%ae>|%cn|%P|%B", "--unified=0", done.commit
    )
    head, _, diff = shown.partition("diff --git")
    assert head.rstrip() == (
        f"Alice Doe <alice@acme.example>|Dialform portal|{before['main']}|"
        "Carol has another name (by acme/alice in the portal)\n\nSince May."
    )
    changed = [
        line for line in diff.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")
    ]
    assert changed == [
        '-  "1003": {name: Carol Poe, user: carol}', '+  "1003": {name: Carol Doe, user: carol}',
    ]  # fmt: skip
    assert [item.change.id.key for item in done.checked.plan.items] == ["1003"]  # type: ignore[union-attr]
    assert alice.acts == [
        ("save", {"what": "Carol has another name", "commit": done.commit, "branch": done.branch, "merged": False})
    ]  # fmt: skip


def test_errors_come_back_with_the_fields_that_they_are_about_and_nothing_is_kept(
    alice: Desk,
) -> None:
    before = heads(alice.stage)
    new = {"name": "New", "user": "nobody", "no_answer": {"voicemail": "7777"}}
    with pytest.raises(Invalid) as told:
        alice.save(alice.edit(("extensions", "1007"), new))
    found = {one.path: one.message for one in told.value.findings if one.is_error}
    assert set(found) == {("user",), ("no_answer", "voicemail")}
    assert all(one.edit == 0 and one.tenant == "acme" for one in told.value.findings)
    assert heads(alice.stage) == before
    assert alice.acts == []


def test_a_finding_in_a_list_has_its_index(alice: Desk) -> None:
    path = ("ring_groups", "600", "members")
    checked = alice.check(alice.edit(path, ["1001", "7777"]))
    assert [one.path for one in checked.errors] == [(1,)]


def test_errors_that_were_there_before_do_not_stop_others(alice: Desk) -> None:
    others(
        alice.stage,
        replaced(
            "tenants.d/janes-bakery.yaml", 'ring_group: "600", detect', 'ring_group: "699", detect'
        ),
    )
    done = alice.save(alice.edit(NAME, "Carol Doe"))
    assert done.changed
    assert [one.file for one in done.checked.standing] == ["tenants.d/janes-bakery.yaml"]
    assert not done.checked.passed


@pytest.mark.parametrize(
    ("role", "tenant", "path", "value"),
    [
        ("user", "acme", NAME, "Mine"),
        ("user", "acme", ("follow_me", "1001"), {"when": ["busy"], "destinations": [{"number": "1003"}]}),
        ("end_user", "acme", ("extensions", "1003", "toll"), "premium"),
        ("tenant_admin", "acme", ("limits", "daily"), 5),
        ("tenant_admin", "janes-bakery", ("extensions", "1001", "name"), "Hers"),
        ("tenant_admin", None, ("platform", "currency"), "EUR"),
        ("tenant_admin", None, ("billing", "packages", "business", "slots", "extensions"), 999),
        ("tenant_admin", None, ("providers", "backup", "host"), "sip.evil.example"),
    ],
)  # fmt: skip
def test_what_a_role_does_not_allow_is_refused(
    make_desk: Callable[..., Desk],
    role: str,
    tenant: str | None,
    path: tuple[str, ...],
    value: object,
) -> None:
    desk = make_desk(role)
    before = heads(desk.stage)
    with pytest.raises(Denied) as told:
        desk.save(desk.edit(path, value, tenant))
    assert told.value.verdicts
    assert heads(desk.stage) == before


def test_an_admin_changes_the_platform_and_makes_tenants_and_trunks(
    make_desk: Callable[..., Desk],
) -> None:
    ops = make_desk("admin")
    tenant = {
        "company": "New Co", "contact": "it@newco.example", "permissions": ["fpbx_extension"],
        "subscription": {"package": "solo", "plan": "standard", "since": "2026-11-01"},
        "extensions": {"1001": {"name": "First"}},
    }  # fmt: skip
    provider = {"host": "sip.third.example", "register": False, "addresses": ["198.51.100.77"]}
    done = ops.save(
        Edit("newco", (), tenant), Edit(None, ("providers", "third"), provider),
        ops.edit(("platform", "provisioning", "base_url"), "https://p.example.com/", None),
        ops.edit(("routes", "routes", "world", "providers"), ["mycarrier", "third"], None),
    )  # fmt: skip
    site = ops.repository.site(done.commit)
    assert site.tree.tenants["newco"] == [
        "tenants.d/newco/account.yaml",
        "tenants.d/newco/pbx.yaml",
    ]
    assert value_at(site, "newco", ()) == tenant
    assert value_at(site, None, ("providers", "third")) == provider
    assert value_at(site, None, ("routes", "routes", "world", "providers")) == [
        "mycarrier",
        "third",
    ]
    assert sorted(done.checked.files) == [
        "platform.yaml", "providers.d/third.yaml", "routes.yaml", *site.tree.tenants["newco"],
    ]  # fmt: skip


def test_a_tenant_goes_with_all_its_files(make_desk: Callable[..., Desk]) -> None:
    ops = make_desk("admin")
    done = ops.check(ops.edit((), GONE, "nordlicht"))
    assert len([path for path in done.files if path.startswith("tenants.d/nordlicht/")]) == 4
    # Call tests of the platform dial its numbers.
    assert {one.file for one in done.errors} == {"calls.d/demo.yaml"}
    assert not done.passed


def test_what_is_there_already_is_no_commit(alice: Desk) -> None:
    before = heads(alice.stage)
    done = alice.save(alice.edit(NAME, "Carol Poe"))
    assert not done.changed
    assert heads(alice.stage) == before
    assert alice.acts == []


def test_a_check_keeps_nothing(alice: Desk) -> None:
    before = heads(alice.stage)
    checked = alice.check(alice.edit(("extensions", "1007"), {"name": "New"}))
    assert checked.allowed
    assert checked.impact.words == "new calls"
    assert heads(alice.stage) == before
    assert alice.acts == []


def test_numbers_of_branches_are_given_once(alice: Desk) -> None:
    first = alice.save(alice.edit(NAME, "A"))
    git(alice.stage.remote, "update-ref", "-d", f"refs/heads/{first.branch}")
    alice.repository.fetch()
    assert alice.save(alice.edit(NAME, "B")).branch == "portal/acme.alice/2-a-change"


def test_a_new_object_stands_in_the_file_of_its_table(make_desk: Callable[..., Desk]) -> None:
    ops = make_desk("admin")
    done = ops.check(
        ops.edit(("extensions", "2099"), {"name": "Neu"}, "nordlicht"),
        ops.edit(("devices", "805ec0a00099"), {"label": "Neu", "vendor": "yealink", "model": "t46s", "lines": [{"extension": "2099"}]}, "nordlicht"),
        ops.edit(("conferences", "902"), {"name": "Neu"}, "nordlicht"),
        ops.edit(("limits", "daily"), 7, "nordlicht"),
    )  # fmt: skip
    assert sorted(path.rpartition("/")[2] for path in done.files) == [
        "account.yaml", "callflow.yaml", "people.yaml", "phones.yaml",
    ]  # fmt: skip


def test_a_device_is_found_by_its_mac_however_it_is_written(make_desk: Callable[..., Desk]) -> None:
    ops = make_desk("admin")
    done = ops.save(ops.edit(("devices", "805ec0a00004", "label"), "Neu", "nordlicht"))
    diff = git(ops.stage.remote, "show", "--unified=0", "--format=", done.commit)
    assert '+  "80-5E-C0-A0-00-04": {label: Neu,' in diff


@pytest.mark.parametrize(
    "path",
    ["media/../platform.yaml", "/media/x.wav", "media//x.wav", "media/.git/x", "tenants.d/acme/x.yaml", "media",
     ".github/workflows/x.yml", "media/a\\b.wav", "media/acme/\n.wav", "media/acme/\x00.wav", "MEDIA/x.wav"],
)  # fmt: skip
def test_a_file_goes_nowhere_else(alice: Desk, path: str) -> None:
    with pytest.raises(Refused):
        alice.save(files={path: b"x"})
    assert set(heads(alice.stage)) == {"main"}


def test_a_sound_comes_with_what_names_it(alice: Desk) -> None:
    sound = (alice.stage.site / "media/general.wav").read_bytes()
    done = alice.save(
        alice.edit(("voicemails", "1999", "greeting"), "media/acme/new.wav"),
        files={"media/acme/new.wav": sound},
    )
    assert alice.repository.site(done.commit).tree.read("media/acme/new.wav") == sound


def test_a_sound_of_another_tenant_is_refused(alice: Desk) -> None:
    sound = (alice.stage.site / "media/general.wav").read_bytes()
    with pytest.raises(Denied):
        alice.save(files={"media/nordlicht/service.wav": sound})


@pytest.mark.parametrize("value", ["\ud800", "a\x00b", 1.5])
def test_what_no_file_can_hold_is_refused_or_a_finding(alice: Desk, value: object) -> None:
    with pytest.raises(Refused):
        alice.save(alice.edit(NAME, value))
    assert set(heads(alice.stage)) == {"main"}


@pytest.mark.parametrize("tenant", ["../x", "Public", "public", "a b", "x/y", ""])
def test_no_tenant_has_an_odd_name(make_desk: Callable[..., Desk], tenant: str) -> None:
    with pytest.raises((Refused, NotThere)):
        make_desk("admin").save(Edit(tenant, (), {"company": "X", "contact": "x@x.example"}))


def test_without_a_repository_nothing_is_changed_and_one_is_told_so(
    make_stage: Callable[..., Stage],
) -> None:
    stage = make_stage()
    stage.ground.remote = ""
    with pytest.raises(Away, match="no repository"):
        Desk(stage, "tenant_admin").save(Edit("acme", NAME, "X"))


def test_an_author_is_one_line_without_signs_of_git(alice: Desk) -> None:
    odd = Author("acme/al", "", "")
    assert message_of("One\r\nTwo\0 (by @ops in the portal)", odd) == (
        "One (by acme/al in the portal)\n\nTwo (by @ops in the portal)\n"
    )
    assert slug_of("Größe & <script>\n x") == "groe-script"
    assert slug_of("…") == "change"
    who = author_of(alice.visitor)
    assert (who.name, who.email, who.folder) == ("Alice Doe", "alice@acme.example", "acme.alice")
    assert Author("@Ops/team", "", "").folder == "ops.team"


def test_a_digest_knows_nothing_of_order_and_all_of_kinds() -> None:
    assert digest_of({"a": 1, "b": [1, "1"]}) == digest_of({"b": [1, "1"], "a": 1})
    assert len({digest_of(one) for one in (1, "1", True, None, [], {}, GONE)}) == 7
    assert digest_of(GONE) == ""


def test_a_finding_about_a_phone_is_found_by_its_mac_however_it_is_written(
    make_desk: Callable[..., Desk],
) -> None:
    ops = make_desk("admin")
    checked = ops.check(ops.edit(("devices", "805ec0a00004", "profile"), "nobody", "nordlicht"))
    assert [(one.edit, one.path) for one in checked.errors] == [(0, ())]


def test_a_field_that_is_missing_is_about_the_whole_object(alice: Desk) -> None:
    checked = alice.check(alice.edit(("ring_groups", "601"), {"name": "Nobody in it"}))
    assert {(one.edit, one.path) for one in checked.errors} == {(0, ())}


def test_a_finding_about_another_object_is_about_no_edit(alice: Desk) -> None:
    checked = alice.check(
        alice.edit(("extensions", "1003", "name"), "Carol"),
        alice.edit(("voicemails", "1999"), GONE),
    )
    assert checked.errors
    assert {one.edit for one in checked.errors} == {-1}
    assert {one.tenant for one in checked.errors if one.file.startswith("tenants.d")} == {"acme"}
