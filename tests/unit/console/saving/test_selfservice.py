"""What is merged at once: what the platform names, with all checks passed, and nothing beside it."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dialform.console.saving import GONE
from dialform.schema.console import SELF_SERVICE
from dialform.values import replace

from ..stage import git
from .conftest import Desk, heads

ALWAYS = {"destinations": [{"number": "1003"}], "when": ["busy", "no_answer", "unregistered"]}
LABEL = ("devices", "aabbcc112233", "label")


@pytest.mark.parametrize(
    ("words", "role", "path", "value", "merged"),
    [
        (["follow_me"], "user", ("follow_me", "1002"), ALWAYS, True),
        (["follow_me"], "user", ("follow_me", "1002"), GONE, True),
        (["devices.label"], "user", LABEL, "Mine", True),
        (["devices.label"], "user", ("devices", "aabbcc112233", "keys"), [], False),
        (["devices"], "user", ("devices", "aabbcc112233", "keys"), [], True),
        (["forwarding"], "user", ("extensions", "1002", "busy"), {"voicemail": "1999"}, True),
        (["voicemail"], "user", ("extensions", "1002", "voicemail", "pin"), "4812", True),
        (["voicemail"], "tenant_admin", ("extensions", "1002", "name"), "Robert", False),
        (["extensions.name"], "tenant_admin", ("extensions", "1002", "name"), "Robert", True),
        (["extensions.name"], "tenant_admin", ("extensions", "1007"), {"name": "New"}, False),
        (["extensions"], "tenant_admin", ("extensions", "1007"), {"name": "New"}, True),
        (sorted(SELF_SERVICE), "admin", ("limits", "daily"), 7, False),
        (sorted(SELF_SERVICE), "admin", ("subscription", "package"), "callcenter", False),
        ([], "user", ("follow_me", "1002"), ALWAYS, False),
    ],
)  # fmt: skip
def test_what_is_named_is_merged_and_all_else_waits(
    make_desk: Callable[..., Desk], words: list[str], role: str, path: tuple[str, ...], value: Any,
    merged: bool,
) -> None:  # fmt: skip
    desk = make_desk(role, self_service=words)
    before = heads(desk.stage)["main"]
    done = desk.save(desk.edit(path, value))
    assert done.merged is merged
    assert (heads(desk.stage)["main"] == done.commit) is merged
    assert (heads(desk.stage)["main"] == before) is not merged
    assert len(heads(desk.stage)) == (1 if merged else 2)


@pytest.mark.parametrize(
    ("role", "path", "value", "merged"),
    [
        ("tenant_admin", ("extensions", "1002", "voicemail", "users"), ["alice"], False),
        ("tenant_admin", ("extensions", "1002", "voicemail", "email"), "alice@acme.example", False),
        ("tenant_admin", ("extensions", "1002", "voicemail", "pin"), "4812", False),
        ("tenant_admin", ("extensions", "1002", "user"), "alice", False),
        ("tenant_admin", ("extensions", "1001", "voicemail", "pin"), "4812", True),
        ("tenant_admin", ("extensions", "1001", "voicemail", "users"), ["bob"], True),
        ("tenant_admin", ("voicemails", "1999", "users"), ["alice", "carol"], False),
        ("tenant_admin", ("voicemails", "1999", "email"), "alice@acme.example", False),
        ("tenant_admin", ("voicemails", "1998"), {"name": "Night", "users": ["alice"]}, False),
        ("tenant_admin", ("voicemails", "1998"), {"name": "Night"}, True),
        ("tenant_admin", ("extensions", "1007"), {"name": "New", "user": "alice"}, False),
        ("user", ("extensions", "1002", "voicemail", "pin"), "4812", True),
    ],
)  # fmt: skip
def test_who_hears_another_s_messages_is_nobody_s_own_decision(
    make_desk: Callable[..., Desk], role: str, path: tuple[str, ...], value: Any, merged: bool
) -> None:
    """Whatever the platform allows at once: it stands on a branch until another one has seen it."""
    desk = make_desk(role, self_service=sorted(SELF_SERVICE))
    done = desk.save(desk.edit(path, value))
    assert done.merged is merged


def test_a_mailbox_does_not_fall_to_who_removes_its_extension(
    make_desk: Callable[..., Desk],
) -> None:
    desk = make_desk("tenant_admin", self_service=sorted(SELF_SERVICE))
    desk.save(desk.edit(("extensions", "1007"), {"name": "New"}))
    assert desk.save(desk.edit(("extensions", "1007"), GONE)).merged
    desk.save(desk.edit(("extensions", "1008"), {"name": "New"}))
    assert desk.save(desk.edit(("voicemails", "1008"), {"name": "Old messages"})).merged
    assert not desk.save(desk.edit(("extensions", "1008"), GONE)).merged


def test_what_is_named_does_not_carry_what_is_not(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk("tenant_admin", self_service=["devices.label"])
    done = desk.save(desk.edit(LABEL, "Mine"), desk.edit(("extensions", "1003", "name"), "Carol"))
    assert not done.merged


def test_the_platform_is_never_merged_without_a_review(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk("admin", self_service=sorted(SELF_SERVICE))
    path = ("platform", "provisioning", "base_url")
    assert not desk.save(desk.edit(path, "https://x.example.com/", None)).merged


def test_a_change_that_fails_a_call_test_waits(
    make_desk: Callable[..., Desk], call_tests: None
) -> None:
    desk = make_desk("user", self_service=["follow_me"])
    done = desk.save(desk.edit(("follow_me", "1002", "when"), ["busy"]))
    assert not done.merged
    tests = done.checked.tests
    assert tests is not None
    assert [one.title for one in tests.failed] == ["Bob's mobile does not take it"]
    assert any("extension 1002" in step.text for step in tests.failed[0].steps)
    assert done.way == "It waits until somebody who may merges it (with it 1 call test fails)."
    assert len(tests.results) > 20
    fine = desk.save(desk.edit(("follow_me", "1002", "destinations"), [{"number": "+19175550123", "timeout": 25, "confirm": True}]))  # fmt: skip
    assert fine.merged
    assert fine.checked.tests is not None
    assert not fine.checked.tests.failed


def test_a_new_sound_is_merged_and_one_that_others_hear_waits(
    make_desk: Callable[..., Desk],
) -> None:
    desk = make_desk("user", self_service=["voicemail"])
    sound = (desk.stage.site / "media/general.wav").read_bytes()
    path = ("extensions", "1002", "voicemail", "greeting")
    done = desk.save(desk.edit(path, "media/acme/bob.wav"), files={"media/acme/bob.wav": sound})
    assert done.merged
    chief = Desk(desk.stage, "tenant_admin")
    other = (desk.stage.site / "media/welcome.wav").read_bytes()
    again = chief.save(chief.edit(path, "media/acme/bob.wav"), files={"media/acme/bob.wav": other})
    assert not again.merged


def test_a_branch_that_is_protected_is_not_pushed_to_and_the_reason_is_told(
    make_desk: Callable[..., Desk],
) -> None:
    desk = make_desk("user", self_service=["devices.label"])
    hook = desk.stage.remote / "hooks" / "update"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(
        '#!/bin/sh\n[ "$1" != refs/heads/main ] || { echo main is protected; exit 1; }\n'
    )
    hook.chmod(0o755)
    before = heads(desk.stage)["main"]
    done = desk.save(desk.edit(LABEL, "Mine"))
    assert not done.merged
    assert "main is protected" in done.way
    assert heads(desk.stage) == {"main": before, done.branch: done.commit}


def test_where_the_hosts_ask_for_signatures_only_a_signed_commit_is_merged(
    make_desk: Callable[..., Desk], tmp_path: Path
) -> None:
    desk = make_desk("user", self_service=["devices.label"])
    key = tmp_path / "portal"
    made = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "portal", "-f", str(key)]
    subprocess.run(made, check=True)
    keys = desk.stage.site / "keys"
    keys.mkdir(exist_ok=True)
    (keys / "portal.pub").write_text(key.with_suffix(".pub").read_text())
    platform = desk.stage.site / "platform.yaml"
    platform.write_text(
        platform.read_text("utf-8") + "\ntrusted_signers: [keys/portal.pub]\n", "utf-8"
    )
    git(desk.stage.site, "add", "--all")
    git(desk.stage.site, "commit", "--quiet", "--message", "Signers")
    git(desk.stage.site, "push", "--quiet", "origin", "HEAD:main")
    done = desk.save(desk.edit(LABEL, "Mine"))
    assert not done.merged
    assert "signature" in done.way
    entry = desk.ground.settings.entry
    assert entry is not None
    signing = entry.model_copy(update={"signing_key": str(key)})
    desk.ground.settings = replace(desk.ground.settings, entry=signing)
    assert desk.save(desk.edit(LABEL, "Mine")).merged
