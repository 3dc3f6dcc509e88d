"""Signatures: every commit of a range is vouched for by somebody who was trusted before it."""

import time

import pytest

from dialform.reconcile.source import SourceError


def _bad(source, before, after, signers, merges="signed"):
    source.fetch()
    return [(one.commit, one.why) for one in source.verify(before, after, signers, merges)]


def _why(source, before, after, signers, merges="signed"):
    return [why for _, why in _bad(source, before, after, signers, merges)]


def test_signed_commits_pass_and_without_signers_nothing_is_asked(upstream, source, signer):
    ann, bob = signer("ann"), signer("bob")
    first = upstream.commit()
    for one in (ann, bob, ann):
        upstream.commit(sign=one.sign)
    both = {"keys/ann.pub": ann.public, "keys/bob.pub": bob.public}
    assert _bad(source, first, upstream.head, both) == []
    upstream.commit()
    assert _bad(source, first, upstream.head, {}) == []


def test_an_unsigned_commit_in_the_middle_is_named(upstream, source, signer):
    ann = signer("ann")
    keys = {"keys/ann.pub": ann.public}
    first = upstream.commit(sign=ann.sign)
    upstream.commit(sign=ann.sign)
    middle = upstream.commit(subject="evil \x1b[31m\u202e" + "x" * 100)
    upstream.commit(sign=ann.sign)
    source.fetch()
    (told,) = source.verify(first, upstream.head, keys)
    assert (told.commit, told.why) == (middle, "has no signature")
    assert told.subject.isprintable() and len(told.subject) <= 72
    assert str(told).startswith(f"{middle[:12]} (evil ")
    assert source.verify(middle, upstream.head, keys) == []


def test_somebody_elses_key_and_a_forged_signature(upstream, source, signer):
    ann, eve = signer("ann"), signer("eve")
    keys = {"keys/ann.pub": ann.public}
    first = upstream.commit(sign=ann.sign)
    theirs = upstream.commit(sign=eve.sign)
    upstream.commit(sign=ann.sign)
    raw = upstream.git("cat-file", "commit", "HEAD") + "\n"
    forged = upstream.git(
        "hash-object",
        "-t",
        "commit",
        "-w",
        "--stdin",
        stdin=raw.replace("change", "chance").encode(),
    )
    upstream.git("update-ref", "refs/heads/main", forged)
    told = _bad(source, first, forged, keys)
    assert [commit for commit, _ in told] == [theirs, forged]
    assert "not in trusted_signers" in told[0][1]
    assert "does not fit" in told[1][1]


def test_a_signer_who_was_removed_counts_until_then_and_no_longer(upstream, source, signer):
    ann, bob = signer("ann"), signer("bob")
    both = {"keys/ann.pub": ann.public, "keys/bob.pub": bob.public}
    first = upstream.commit(sign=ann.sign)
    removal = upstream.commit({"platform.yaml": "trusted_signers: [keys/ann.pub]\n"}, sign=bob.sign)
    assert _bad(source, first, removal, both) == []
    later = upstream.commit(sign=bob.sign)
    assert [commit for commit, _ in _bad(source, removal, later, {"keys/ann.pub": ann.public})] == [
        later
    ]


def test_a_set_that_a_commit_brings_does_not_vouch_for_that_commit(upstream, source, signer):
    ann, eve = signer("ann"), signer("eve")
    first = upstream.commit(sign=ann.sign)
    taken = upstream.commit({"keys/ann.pub": eve.public}, sign=eve.sign)
    assert [commit for commit, _ in _bad(source, first, taken, {"keys/ann.pub": ann.public})] == [
        taken
    ]


def test_on_the_first_apply_the_newest_commit_vouches_for_all(upstream, source, signer):
    ann = signer("ann")
    keys = {"keys/ann.pub": ann.public}
    upstream.commit()
    signed = upstream.commit(sign=ann.sign)
    assert _bad(source, "", signed, keys) == []
    assert _bad(source, None, signed, keys) == []
    unsigned = upstream.commit()
    assert _why(source, "", unsigned, keys) == ["has no signature"]


def test_after_rewriting_each_commit_that_was_not_applied_is_judged(upstream, source, signer):
    ann = signer("ann")
    keys = {"keys/ann.pub": ann.public}
    root = upstream.commit(sign=ann.sign)
    applied = upstream.commit(sign=ann.sign)
    source.fetch()
    source.keep(applied)
    upstream.git("reset", "-q", "--hard", root)
    unsigned = upstream.commit()
    upstream.commit(sign=ann.sign)
    assert [one for one, _ in _bad(source, applied, upstream.head, keys)] == [unsigned]
    assert [one for one, _ in _bad(source, "f" * 40, upstream.head, keys)] == [unsigned]


def _forked(upstream, sign):
    """A branch `side` and main, each a commit ahead of the first one (which is returned)."""
    first = upstream.commit({"a": "1\n2\n3\n", "b": "1\n"}, sign=sign)
    upstream.git("checkout", "-q", "-b", "side")
    upstream.commit({"b": "2\n"}, sign=sign)
    upstream.git("checkout", "-q", "main")
    upstream.commit({"c": "1\n"}, sign=sign)
    return first


def test_a_forges_merge_needs_a_signature_or_the_setting(upstream, source, signer):
    ann = signer("ann")
    keys = {"keys/ann.pub": ann.public}
    first = _forked(upstream, ann.sign)
    merge = upstream.merge("side")
    assert _bad(source, first, merge, keys) == [(merge, "has no signature")]
    assert _bad(source, first, merge, keys, "clean") == []
    later = upstream.commit(sign=ann.sign)
    assert _bad(source, first, later, keys, "clean") == []
    assert _bad(source, "", merge, keys, "clean") == []


def test_a_merge_that_slips_something_in_is_not_clean(upstream, source, signer):
    ann = signer("ann")
    keys = {"keys/ann.pub": ann.public}
    first = _forked(upstream, ann.sign)
    upstream.git("merge", "-q", "--no-commit", "--no-ff", "side")
    evil = upstream.commit({"d": "evil"}, subject="Merge side")
    ((commit, why),) = _bad(source, first, evil, keys, "clean")
    assert commit == evil and "neither side changed" in why
    assert len(_bad(source, "", evil, keys, "clean")) == 1


def test_a_merge_that_decided_a_conflict_is_not_clean(upstream, source, signer):
    ann = signer("ann")
    first = upstream.commit({"a": "1\n", ".gitattributes": "* merge=union\n"}, sign=ann.sign)
    upstream.git("checkout", "-q", "-b", "side")
    upstream.commit({"a": "2\n"}, sign=ann.sign)
    upstream.git("checkout", "-q", "main")
    upstream.commit({"a": "3\n"}, sign=ann.sign)
    # By the rule of .gitattributes there is none: a rule from the commits is not asked.
    merge = upstream.merge("side")
    ((commit, why),) = _bad(source, first, merge, {"k": ann.public}, "clean")
    assert commit == merge and "in conflict" in why


def test_a_clean_merge_of_an_unsigned_side_is_not_let_through(upstream, source, signer):
    ann = signer("ann")
    first = upstream.commit({"a": "1"}, sign=ann.sign)
    upstream.git("checkout", "-q", "-b", "side")
    unsigned = upstream.commit({"b": "1"})
    upstream.git("checkout", "-q", "main")
    upstream.commit({"c": "1"}, sign=ann.sign)
    merge = upstream.merge("side")
    told = _bad(source, first, merge, {"k": ann.public}, "clean")
    assert [commit for commit, _ in told] == [unsigned, merge]
    assert len(_bad(source, "", merge, {"k": ann.public}, "clean")) == 1


def test_a_merge_signed_with_a_wrong_key_is_none_that_a_forge_made(upstream, source, signer):
    ann, eve = signer("ann"), signer("eve")
    first = _forked(upstream, ann.sign)
    merge = upstream.merge("side", sign=eve.sign)
    assert [one for one, _ in _bad(source, first, merge, {"k": ann.public}, "clean")] == [merge]


def test_several_merges_in_a_row_of_what_was_applied_and_what_came(upstream, source, signer):
    ann = signer("ann")
    first = _forked(upstream, ann.sign)
    upstream.merge("side")
    upstream.git("checkout", "-q", "-b", "next", first)
    upstream.commit({"e": "1"}, sign=ann.sign)
    upstream.git("checkout", "-q", "main")
    merge = upstream.merge("next")
    assert _bad(source, first, merge, {"k": ann.public}, "clean") == []
    assert _bad(source, "", merge, {"k": ann.public}, "clean") == []


def test_ones_own_keyring_and_settings_vouch_for_nobody(
    upstream, layout, signer, tmp_path, monkeypatch
):
    ann, eve = signer("ann"), signer("eve")
    home = tmp_path / "home"
    home.mkdir()
    (home / "allowed").write_text(f"* {eve.public}")
    (home / ".gitconfig").write_text(
        f'[gpg "ssh"]\n\tallowedSignersFile = {home}/allowed\n[gpg]\n\tprogram = true\n'
    )
    monkeypatch.setenv("HOME", str(home))
    if eve.home is not None:
        monkeypatch.setenv("GNUPGHOME", str(eve.home))
    from dialform.reconcile.source import Source

    source = Source(str(upstream.folder), "", layout)
    first = upstream.commit()
    theirs = upstream.commit(sign=eve.sign)
    assert [one for one, _ in _bad(source, first, theirs, {"k": ann.public})] == [theirs]


def test_a_key_that_cannot_be_used_is_said_before_anything_is_believed(upstream, source):
    first, second = upstream.commit(), upstream.commit()
    source.fetch()
    for text in ("", "hello", "ssh-ed25519 AAAA", "ssh-dss AAAAB3NzaC1kc3M= x"):
        with pytest.raises(SourceError) as told:
            source.verify(first, second, {"keys/a.pub": text})
        assert told.value.kind == "keys" and "keys/a.pub" in str(told.value)


def test_an_rsa_key_that_is_too_short_is_refused(upstream, source, ssh_signers):
    short = ssh_signers("short", "rsa", "-b", "1024")
    good = ssh_signers("good", "rsa", "-b", "2048")
    first = upstream.commit()
    signed = upstream.commit(sign=good.sign)
    assert _bad(source, first, signed, {"k": good.public}) == []
    with pytest.raises(SourceError, match="less than 2048 bits"):
        source.verify(first, signed, {"k": short.public})


def test_a_signature_for_another_purpose_is_none(upstream, source, ssh_signers, tmp_path):
    """A signed file or e-mail must not become a commit: the signature names what it is for."""
    import subprocess

    ann = ssh_signers("ann")
    first = upstream.commit()
    key = ann.sign[-1].removeprefix("user.signingKey=").removesuffix(".pub")
    raw = upstream.git("cat-file", "commit", "HEAD") + "\n"
    raw = raw.replace("author", f"parent {first}\nauthor", 1)
    text = tmp_path / "text"
    text.write_text(raw)
    for purpose, bad in (("git", 0), ("file", 1)):
        (tmp_path / "text.sig").unlink(missing_ok=True)
        subprocess.run(
            ["ssh-keygen", "-q", "-Y", "sign", "-n", purpose, "-f", key, text],
            check=True,
            capture_output=True,
        )
        signature = "gpgsig " + (tmp_path / "text.sig").read_text().rstrip("\n").replace(
            "\n", "\n "
        )
        head, _, body = raw.partition("\n\n")
        signed = f"{head}\n{signature}\n\n{body}".encode()
        made = upstream.git("hash-object", "-t", "commit", "-w", "--stdin", stdin=signed)
        upstream.git("update-ref", "refs/heads/main", made)
        assert len(_bad(source, first, made, {"k": ann.public})) == bad


def test_a_gpg_key_that_expired_or_was_revoked(upstream, source, gpg_signers, tmp_path):
    gpg = gpg_signers.gpg
    ann = gpg_signers("ann")
    first = upstream.commit()
    signed = upstream.commit(sign=ann.sign)
    assert _bad(source, first, signed, {"k": ann.public}) == []
    (certificate,) = (ann.home / "openpgp-revocs.d").glob("*.rev")
    gpg(ann.home, "--import", stdin=certificate.read_text().replace(":-----BEGIN", "-----BEGIN"))
    revoked = gpg(ann.home, "--armor", "--export")
    assert "revoked" in _why(source, first, signed, {"k": revoked})[0]
    bob = gpg_signers("bob", "20300101T000000")
    signed = upstream.commit(sign=bob.sign)
    assert _bad(source, upstream.git("rev-parse", "HEAD~1"), signed, {"k": bob.public}) == []
    listed = gpg(bob.home, "--with-colons", "--list-keys").splitlines()
    fingerprint = next(line for line in listed if line.startswith("fpr:")).split(":")[9]
    # gpg dates the new self-signature after the old one, if need be a second ahead of the clock.
    gpg(bob.home, "--passphrase", "", "--quick-set-expire", fingerprint, "seconds=3")
    expired = gpg(bob.home, "--armor", "--export")
    before = upstream.git("rev-parse", "HEAD~1")
    until = time.monotonic() + 60
    while not (why := _why(source, before, signed, {"k": expired})) and time.monotonic() < until:
        time.sleep(0.3)
    assert "expired" in why[0]


def test_ssh_and_gpg_keys_stand_side_by_side(upstream, source, ssh_signers, gpg_signers):
    ann, bob = ssh_signers("ann"), gpg_signers("bob")
    first = upstream.commit()
    upstream.commit(sign=ann.sign)
    second = upstream.commit(sign=bob.sign)
    assert _bad(source, first, second, {"a": ann.public, "b": bob.public}) == []
    assert len(_bad(source, first, second, {"a": ann.public})) == 1
    assert len(_bad(source, first, second, {"b": bob.public})) == 1


def test_a_program_that_is_missing_is_named_and_nothing_passes(
    upstream, source, signer, monkeypatch
):
    from dialform.reconcile.source import keyring

    ann = signer("ann")
    first = upstream.commit()
    signed = upstream.commit()
    monkeypatch.setattr(keyring.shutil, "which", lambda _: None)
    (why,) = _why(source, first, signed, {"k": ann.public})
    assert "not installed here: " in why
