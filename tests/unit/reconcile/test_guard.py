"""What guards the tree: pinned on the host, taken from the commit applied last, never guessed."""

from pathlib import Path

import pytest

from dialform.reconcile import guard as guards
from dialform.reconcile.guard import Guard, GuardError
from dialform.reconcile.layout import Layout

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHiZaKuLTmXJYTe8GgN8S4Wy7gG1dN8AtkWSUzcJw6GJ ann\n"
PLATFORM = b"""platform: demo
trusted_signers: [keys/ann.pub]
admins: ["@ops"]
safety: {max_deletes: 5}
"""
COMMIT = "1" * 40


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path)


def _reader(files):
    return lambda path: files.get(path)


def test_a_commit_brings_its_own_guard(layout):
    guard = guards.of_commit(
        COMMIT, _reader({"platform.yaml": PLATFORM, "keys/ann.pub": KEY.encode()})
    )
    assert guard == Guard({"keys/ann.pub": KEY}, {"max_deletes": 5}, ("@ops",), COMMIT)
    guard.save(layout)
    assert guards.load(layout, COMMIT) == guard
    assert layout.guard.stat().st_mode & 0o777 == 0o600


def test_a_site_without_signers_has_a_guard_too(layout):
    guard = guards.of_commit(COMMIT, _reader({"platform.yaml": b"platform: demo\n"}))
    guard.save(layout)
    assert guards.load(layout, COMMIT) == Guard(commit=COMMIT)


def test_before_the_first_apply_there_is_none_unless_files_are_named(layout, tmp_path):
    assert guards.load(layout, "") is None
    key = tmp_path / "ann.pub"
    key.write_text(KEY)
    assert guards.load(layout, "", [key]) == Guard({str(key): KEY})
    assert guards.load(layout, "", [guards.NOBODY]) == Guard()


def test_files_count_only_while_nothing_is_pinned(layout, tmp_path):
    Guard({"keys/ann.pub": KEY}, commit=COMMIT).save(layout)
    assert guards.load(layout, COMMIT, [guards.NOBODY]).trusted_signers == {"keys/ann.pub": KEY}


def test_a_missing_guard_is_no_trust_in_everybody(layout):
    with pytest.raises(
        GuardError, match="is missing, though commit 111111111111 was applied"
    ) as told:
        guards.load(layout, COMMIT)
    assert "--trusted-signers" in str(told.value)
    assert guards.load(layout, COMMIT, [guards.NOBODY]) == Guard()


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"trusted_signers": {}}', '{"trusted_signers": [], "safety": {}, "admins": [], "commit": ""}',
     '{"trusted_signers": {"a": "b"}, "safety": {}, "admins": [], "commit": ""}'],
)  # fmt: skip
@pytest.mark.parametrize("applied", ["", COMMIT])
def test_a_guard_that_cannot_be_read_is_no_trust_in_everybody(text, applied, layout):
    layout.guard.write_text(text)
    with pytest.raises(GuardError):
        guards.load(layout, applied)


def test_keys_that_would_lock_everybody_out_are_told_before_they_count():
    for content, words in ((None, "not in the site"), (b"", "empty"), (b"hello there", "no public key"),
                           (b"-----BEGIN OPENSSH PRIVATE KEY-----\nx", "private key")):  # fmt: skip
        files = {"platform.yaml": PLATFORM} | ({} if content is None else {"keys/ann.pub": content})
        with pytest.raises(GuardError, match=words) as told:
            guards.of_commit(COMMIT, _reader(files))
        assert "keys/ann.pub" in str(told.value)


def test_files_that_cannot_be_pinned_are_told(tmp_path):
    with pytest.raises(GuardError, match="cannot be read"):
        Guard.pin([tmp_path / "nowhere.pub"])
