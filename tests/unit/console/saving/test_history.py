"""What waits and what was made: who sees it, merged on top of what others did, taken back, undone."""

from collections.abc import Callable

import pytest

from dialform.console.errors import Forbidden, NotThere, Refused
from dialform.console.saving import (
    Denied,
    Invalid,
    change,
    changes,
    commit,
    examine,
    log,
    merge,
    revert,
    take_back,
    value_at,
)
from dialform.console.saving.waiting import branch_id

from ..stage import SUBJECTS, git
from .conftest import Desk, heads, others, replaced

FILE = "tenants.d/acme/pbx.yaml"
NAME = ("extensions", "1003", "name")
ROLES = ("admin", "tenant_admin", "user", "end_user", "other")


def _as(desk: Desk, role: str) -> Desk:
    return Desk(desk.stage, role)


def test_who_sees_what_waits(alice: Desk) -> None:
    bob = _as(alice, "user")
    names = {
        bob.save(bob.edit(("follow_me", "1002", "when"), ["busy"])).url: {
            "admin",
            "tenant_admin",
            "user",
        },
        alice.save(alice.edit(NAME, "Carol")).url: {"admin", "tenant_admin"},
    }
    ops = _as(alice, "admin")
    both = ops.save(
        ops.edit(NAME, "C"), ops.edit(("extensions", "1002", "name"), "X", "janes-bakery")
    )
    names[both.url] = {"admin"}
    names[ops.save(ops.edit(("platform", "timezone"), "America/Chicago", None)).url] = {"admin"}
    found = changes(alice.repository)
    assert {f"/changes/{one.id}" for one in found} == set(names)
    for one in found:
        seeing = {role for role in ROLES if one.visible(_as(alice, role).visitor)}
        assert seeing == names[f"/changes/{one.id}"], one.id
        for role in set(ROLES) - seeing:
            desk = _as(alice, role)
            for act in (examine, merge, take_back):
                with pytest.raises(NotThere):
                    desk.run(act, one.id)


def test_a_change_is_merged_on_top_of_what_others_did_with_all_comments(alice: Desk) -> None:
    done = alice.save(alice.edit(NAME, "Carol Doe"))
    others(alice.stage, replaced(FILE, "# Mailboxes that", "# These mailboxes"))
    others(alice.stage, replaced(FILE, "timeout: 25, members", "timeout: 30, members"))
    ops = _as(alice, "admin")
    alice.repository.fetch()
    found = ops.run(examine, "~acme.alice~1-a-change")
    assert found.mergeable
    assert (found.change.ahead, found.change.behind) == (1, 2)
    merged = ops.run(merge, "~acme.alice~1-a-change")
    site = ops.repository.site(merged.commit)
    assert value_at(site, "acme", NAME) == "Carol Doe"
    assert value_at(site, "acme", ("ring_groups", "600", "timeout")) == 30
    assert b"# These mailboxes" in site.tree.read(FILE)
    one = commit(ops.repository, merged.commit)
    assert (one.author, one.subject, one.title) == ("Alice Doe", "acme/alice", "A change")
    assert heads(alice.stage) == {"main": merged.commit}
    assert done.commit != merged.commit
    assert ops.acts == [("merge", {"change": "~acme.alice~1-a-change", "commit": merged.commit})]


def test_what_both_changed_is_not_merged_and_the_place_is_named(alice: Desk) -> None:
    alice.save(alice.edit(NAME, "Carol Doe"))
    others(alice.stage, replaced(FILE, "name: Carol Poe, user", "name: Carola, user"))
    alice.repository.fetch()
    ops = _as(alice, "admin")
    found = ops.run(examine, "~acme.alice~1-a-change")
    assert found.clashes == (f"extensions.1003.name in {FILE}",)
    assert not found.mergeable
    before = heads(alice.stage)
    with pytest.raises(Refused, match=r"extensions\.1003\.name"):
        ops.run(merge, "~acme.alice~1-a-change")
    assert heads(alice.stage) == before


def test_what_would_be_invalid_by_now_is_not_merged(alice: Desk) -> None:
    alice.save(alice.edit(("extensions", "1007"), {"name": "New", "busy": {"voicemail": "1999"}}))
    line = '  "1999": {name: General Voicemail'

    def remove(site):  # type: ignore[no-untyped-def]
        text = (site / FILE).read_text("utf-8")
        kept = [one for one in text.split("\n") if not one.startswith(line)]
        made = "\n".join(kept).replace('{voicemail: "1999"}', '{extension: "1001"}')
        (site / FILE).write_text(made.replace("voicemails:\n", "voicemails: {}\n"), "utf-8")

    others(alice.stage, remove)
    alice.repository.fetch()
    with pytest.raises(Invalid):
        _as(alice, "admin").run(merge, "~acme.alice~1-a-change")


def test_what_waits_is_merged_by_an_admin_and_nobody_else(alice: Desk) -> None:
    bob = _as(alice, "user")
    bob.save(bob.edit(("follow_me", "1002", "when"), ["busy"]))
    for one in (bob, alice):
        with pytest.raises(Forbidden):
            one.run(merge, "~acme.bob~1-a-change")
    assert _as(alice, "admin").run(merge, "~acme.bob~1-a-change").merged


def test_who_made_a_change_takes_it_back_and_nobody_else(alice: Desk) -> None:
    bob = _as(alice, "user")
    done = bob.save(bob.edit(("follow_me", "1002", "when"), ["busy"]))
    with pytest.raises(Forbidden):
        alice.run(take_back, "~acme.bob~1-a-change")
    bob.run(take_back, "~acme.bob~1-a-change")
    assert done.branch not in heads(alice.stage)
    with pytest.raises(NotThere):
        change(alice.repository, "~acme.bob~1-a-change")


def test_a_change_is_undone_and_what_came_later_stays(make_desk: Callable[..., Desk]) -> None:
    bob = make_desk("user", self_service=["devices.label", "follow_me"])
    label = ("devices", "aabbcc112233", "label")
    done = bob.save(bob.edit(label, "New"))
    others(bob.stage, replaced(FILE, "timeout: 25, members", "timeout: 30, members"))
    bob.repository.fetch()
    undone = bob.run(revert, done.commit)
    assert undone.merged
    site = bob.repository.site(undone.commit)
    assert value_at(site, "acme", label) == "Bob's desk"
    assert value_at(site, "acme", ("ring_groups", "600", "timeout")) == 30
    assert log(bob.repository)[0].title == "Take back: A change"
    assert done.commit in log(bob.repository)[0].body


def test_what_others_changed_since_is_not_undone_over_their_heads(
    make_desk: Callable[..., Desk],
) -> None:
    bob = make_desk("user", self_service=["devices.label"])
    done = bob.save(bob.edit(("devices", "aabbcc112233", "label"), "New"))
    others(bob.stage, replaced(FILE, "label: New", "label: Newer"))
    bob.repository.fetch()
    before = heads(bob.stage)
    with pytest.raises(Refused, match="label"):
        bob.run(revert, done.commit)
    assert heads(bob.stage) == before


def test_a_commit_is_undone_by_who_may_make_the_change(make_desk: Callable[..., Desk]) -> None:
    ops = make_desk("admin")
    made = others(ops.stage, replaced("tenants.d/acme/account.yaml", "daily: -1", "daily: 7"))
    with pytest.raises(Denied):
        _as(ops, "tenant_admin").run(revert, made)
    with pytest.raises(NotThere):
        _as(ops, "other").run(revert, made)
    assert ops.run(revert, made).changed


def test_commits_tell_who_what_and_whose(alice: Desk) -> None:
    others(
        alice.stage,
        replaced("platform.yaml", "timezone: America/New_York", "timezone: America/Chicago"),
        "One\n\nTwo\nthree",
    )
    alice.repository.fetch()
    first, root = log(alice.repository)
    assert (first.title, first.body, first.subject, first.author) == (
        "One",
        "Two\nthree",
        "",
        "Ops",
    )
    assert (first.tenants, first.platform) == ((), True)
    assert root.tenants == ("acme", "janes-bakery", "nordlicht")
    assert log(alice.repository, limit=1, skip=1) == [root]
    assert log(alice.repository, paths=["tenants.d"]) == [root]
    assert commit(alice.repository, first.hash) == first


def test_no_message_is_taken_for_what_git_says(alice: Desk) -> None:
    """Neither one that is saved here, nor one that somebody pushed."""
    first = others(
        alice.stage,
        replaced("platform.yaml", "timezone: America/New_York", "timezone: America/Chicago"),
        "One\x01:100644 (by @ops in the portal)\n\x01\n:x\ttenants.d/acme.yaml",
    )
    alice.repository.fetch()
    made = alice.save(
        alice.edit(NAME, "Carol"), message="Two\x01\x1b[2J (by @ops in the portal)\x00"
    )
    here = commit(alice.repository, made.commit)
    assert (here.title, here.subject) == ("Two[2J (by @ops in the portal)", "acme/alice")
    there = log(alice.repository)
    assert [(one.hash, one.tenants, one.platform) for one in there[:1]] == [(first, (), True)]
    assert len(there) == 2 and there[1].parents == ()


def test_a_branch_of_too_many_commits_is_an_admins(alice: Desk) -> None:
    """What its first ones touch is not looked at any more."""
    site = alice.stage.site
    git(site, "checkout", "--quiet", "-B", "long", "main")
    replaced("platform.yaml", "timezone: America/New_York", "timezone: America/Chicago")(site)
    git(site, "commit", "--quiet", "--all", "--message", "Hidden")
    for number in range(50):
        (site / FILE).write_text((site / FILE).read_text("utf-8") + f"# {number}\n", "utf-8")
        git(site, "commit", "--quiet", "--all", "--message", "X (by acme/bob in the portal)")
    git(site, "push", "--quiet", "origin", "long")
    git(site, "checkout", "--quiet", "main")
    alice.repository.fetch()
    (found,) = changes(alice.repository)
    assert found.platform and not found.visible(alice.visitor)
    assert found.visible(_as(alice, "admin").visitor)


def test_what_is_merged_is_what_was_looked_at(alice: Desk) -> None:
    ops, bob = _as(alice, "admin"), _as(alice, "user")
    name = bob.save(bob.edit(("follow_me", "1002", "when"), ["busy"])).url.removeprefix("/changes/")
    seen = change(ops.repository, name)
    site = alice.stage.site
    git(site, "fetch", "--quiet", "origin", seen.branch)
    git(site, "checkout", "--quiet", "--detach", "FETCH_HEAD")
    replaced(FILE, "Bob Roe", "Rob Roe")(site)
    git(site, "commit", "--quiet", "--all", "--message", "And more")
    git(site, "push", "--quiet", "origin", f"HEAD:{seen.branch}")
    git(site, "checkout", "--quiet", "main")
    ops.repository.fetch()
    with pytest.raises(Refused, match="look at it again"):
        ops.run(lambda desk, one: merge(desk, one, head=seen.head.hash), name)
    assert ops.run(merge, name).merged


@pytest.mark.parametrize(
    "name", ["HEAD", "main", "--all", "0" * 40, "x", "../x", "~acme.alice~1-a-change", ""]
)
def test_what_is_no_commit_is_not_there(alice: Desk, name: str) -> None:
    with pytest.raises(NotThere):
        commit(alice.repository, name)
    with pytest.raises(NotThere):
        alice.run(revert, name)


def test_branches_of_others_wait_too_and_odd_names_do_no_harm(alice: Desk) -> None:
    for branch in ("feature/x", "portal/<b>", "portal/a/b", "e2"):
        git(alice.stage.site, "checkout", "--quiet", "-B", branch, "main")
        git(
            alice.stage.site,
            "commit",
            "--quiet",
            "--allow-empty",
            "--message",
            "Empty (by @ops in the portal)",
        )
        git(alice.stage.site, "push", "--quiet", "origin", branch)
    git(alice.stage.site, "checkout", "--quiet", "main")
    alice.repository.fetch()
    found = {one.id: one for one in changes(alice.repository)}
    assert set(found) == {"feature~x", "~:3c:b:3e:", "~a~b", "e2"}
    ops = _as(alice, "admin")
    assert not ops.run(examine, "feature~x").mergeable
    assert branch_id("portal/acme.bob/12-x-y") == "~acme.bob~12-x-y"
    assert SUBJECTS["admin"] == "@ops"
