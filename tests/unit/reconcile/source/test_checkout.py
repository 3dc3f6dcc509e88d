"""Checking out: the commit's own bytes, nothing else, and nothing that was not changed is touched."""

import os
import stat
from pathlib import Path

import pytest

from dialform.reconcile.source import Source, SourceError, listing
from dialform.schema.tree import scan


def _held(folder):
    """Everything below a folder: path → what it is."""
    found = {}
    for path in Path(folder).rglob("*"):
        key = str(path.relative_to(folder))
        if path.is_symlink():
            found[key] = str(path.readlink())
        elif path.is_file():
            found[key] = path.read_bytes()
    return found


def _times(folder):
    looks = {path: (folder / path).lstat() for path in _held(folder)}
    return {path: (look.st_mtime_ns, look.st_ino) for path, look in looks.items()}


FIRST = {
    "platform.yaml": "platform: demo\n",
    "tenants.d/acme/pbx.yaml": "a: 1\n",
    "media/a.wav": bytes(range(256)),
}


def test_a_commit_is_in_the_folder_byte_for_byte(upstream, source, layout):
    upstream.commit(FIRST)
    assert source.check_out(source.fetch()) == layout.site
    assert _held(layout.site) == {
        path: text.encode() if isinstance(text, str) else text for path, text in FIRST.items()
    }


def test_only_what_changed_is_written(upstream, source, layout):
    upstream.commit(FIRST)
    source.check_out(source.fetch())
    before = _times(layout.site)
    upstream.commit(
        {"tenants.d/acme/pbx.yaml": "a: 2\n", "tenants.d/new.yaml": "b: 1\n", "media/a.wav": None}
    )
    source.check_out(source.fetch())
    after = _times(layout.site)
    assert after["platform.yaml"] == before["platform.yaml"]
    assert after["tenants.d/acme/pbx.yaml"] != before["tenants.d/acme/pbx.yaml"]
    assert sorted(after) == ["platform.yaml", "tenants.d/acme/pbx.yaml", "tenants.d/new.yaml"]
    assert not (layout.site / "media").exists()


@pytest.mark.parametrize("notes", ["kept", "lost", "garbage", "another shape"])
def test_a_second_time_touches_nothing(notes, upstream, source, layout):
    commit = upstream.commit(FIRST)
    source.fetch()
    source.check_out(commit)
    before = _times(layout.site)
    list_of_files = layout.root / "site.json"
    if notes == "lost":
        list_of_files.unlink()
    elif notes != "kept":
        list_of_files.write_text("{" if notes == "garbage" else '{"platform.yaml": 7, "x": ["y"]}')
    source.check_out(commit)
    assert _times(layout.site) == before


def test_what_somebody_did_in_the_folder_is_undone(upstream, source, layout, tmp_path):
    commit = upstream.commit(FIRST)
    source.fetch()
    source.check_out(commit)
    wanted = _held(layout.site)
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "pbx.yaml").write_text("theirs\n")
    site = layout.site
    # The same size and the same time as before: only the time of the entry tells.
    status = (site / "platform.yaml").stat()
    (site / "platform.yaml").write_text("platform: evil\n")
    os.utime(site / "platform.yaml", ns=(status.st_atime_ns, status.st_mtime_ns))
    (site / "tenants.d/acme/pbx.yaml").unlink()
    (site / "tenants.d/acme").rmdir()
    (site / "tenants.d/acme").symlink_to(outside)
    (site / "media/a.wav").unlink()
    (site / "media/a.wav").mkdir()
    (site / "media/a.wav/inside").touch()
    (site / ".git").mkdir()
    (site / ".git/config").write_text("[core]\n\tfsmonitor = touch /tmp/x\n")
    (site / "left over").touch()
    source.check_out(commit)
    assert _held(site) == wanted
    assert (outside / "pbx.yaml").read_text() == "theirs\n"


def test_a_file_becomes_a_folder_and_back(upstream, source, layout):
    one = upstream.commit({"media": "a file\n"})
    upstream.commit({"media": None, "routes.yaml": "x\n"})
    other = upstream.commit({"media/a.wav": "RIFF"})
    source.fetch()
    for commit in (one, other, one):
        source.check_out(commit)
        assert (layout.site / "media").is_dir() == (commit == other)


def test_attributes_of_the_commit_change_no_byte(upstream, source, layout, tmp_path):
    ran = tmp_path / "ran"
    lines = "a: 1\r\nb: $Id$ ü\n".encode()
    attributes = "* text eol=crlf ident working-tree-encoding=UTF-16 filter=evil export-subst\n"
    upstream.write({"tenants.d/a.yaml": lines, ".gitattributes": attributes})
    blobs = {
        path: upstream.git("hash-object", "-w", "--no-filters", path)
        for path in (".gitattributes", "tenants.d/a.yaml")
    }
    for path, blob in blobs.items():
        upstream.git("update-index", "--add", "--cacheinfo", f"100644,{blob},{path}")
    upstream.git("commit", "-q", "-m", "attributes")
    home = upstream.home.parent / "agent"
    home.mkdir()
    (home / ".gitconfig").write_text(
        f'[filter "evil"]\n\tsmudge = "touch {ran}; cat"\n\tclean = cat\n[core]\n\tautocrlf = true\n'
    )
    one = Source(str(upstream.folder), "", layout, environ=os.environ | {"HOME": str(home)})
    one.check_out(one.fetch())
    assert (layout.site / "tenants.d/a.yaml").read_bytes() == lines
    assert not ran.exists()


def test_links_and_submodules_are_seen_as_such_by_the_compiler(upstream, source, layout, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("hush")
    upstream.write({"platform.yaml": "platform: demo\n", "tenants.d/a.yaml": "a: 1\n"})
    (upstream.folder / "tenants.d/link.yaml").symlink_to(secret)
    (upstream.folder / "media").symlink_to("../..")
    upstream.git("add", "-A")
    upstream.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},tenants.d/module")
    commit = upstream.git("commit", "-q", "-m", "links") or upstream.head
    source.fetch()
    source.check_out(commit)
    told = {
        one.file: type(one.rule).__name__ if hasattr(one, "rule") else one.code
        for one in scan(layout.site).diagnostics
    }
    assert {"tenants.d/link.yaml", "media", "tenants.d/module"} <= told.keys()
    assert not any("hush" in str(what) for what in _held(layout.site).values())
    before = _times(layout.site)
    source.check_out(commit)
    assert _times(layout.site) == before


def test_who_may_read_what_is_checked_out(upstream, source, layout):
    upstream.write({"platform.yaml": "x\n", "run.sh": "#!/bin/sh\n"})
    (upstream.folder / "run.sh").chmod(0o755)
    upstream.commit()
    source.check_out(source.fetch())
    modes = {
        one.name: stat.S_IMODE(one.stat().st_mode) for one in (layout.site, *layout.site.iterdir())
    }
    assert modes == {"site": 0o700, "platform.yaml": 0o600, "run.sh": 0o700}


@pytest.mark.parametrize("path", ["..", ".git", ".GIT", ".", "a/../../b", "media/.git", "x" * 300])
def test_paths_that_lead_elsewhere_are_refused_before_anything_is_written(
    path, upstream, source, layout
):
    upstream.commit(FIRST)
    source.check_out(source.fetch())
    before = _times(layout.site)
    evil = upstream.blob(b"evil")
    *folders, name = path.split("/")
    tree = upstream.raw_tree(("100644", name, evil))
    for folder in reversed(folders):
        tree = upstream.raw_tree(("40000", folder, tree))
    commit = upstream.commit_tree(tree)
    assert source.fetch() == commit
    with pytest.raises(SourceError) as told:
        source.check_out(commit)
    assert told.value.kind == "bad_commit"
    assert commit[:12] in str(told.value)
    assert _times(layout.site) == before


def test_a_path_that_is_there_twice_is_refused(upstream, source, layout):
    upstream.commit(FIRST)
    link, evil = upstream.blob(b"/etc"), upstream.blob(b"evil")
    inner = upstream.raw_tree(("100644", "passwd", evil))
    commit = upstream.commit_tree(
        upstream.raw_tree(("120000", "media", link), ("40000", "media", inner))
    )
    source.fetch()
    with pytest.raises(SourceError, match="there twice"):
        source.check_out(commit)


@pytest.mark.parametrize(
    ("bound", "most", "reason"),
    [
        ("LARGEST", 255, r"the file 'media/a\.wav' of 256 bytes"),
        ("MOST_BYTES", 275, "more than 275 bytes"),
        ("MOST_FILES", 2, "more than 2 files"),
    ],
)
def test_a_commit_that_would_fill_the_disk_is_refused_before_anything_is_written(
    bound, most, reason, upstream, source, layout, monkeypatch
):
    before = upstream.commit({"platform.yaml": "platform: demo\n"})
    source.fetch()
    source.check_out(before)
    upstream.commit(FIRST)
    monkeypatch.setattr(listing, bound, most)
    with pytest.raises(SourceError, match=reason) as error:
        source.check_out(source.fetch())
    assert error.value.kind == "bad_commit"
    assert _held(layout.site) == {"platform.yaml": b"platform: demo\n"}
    monkeypatch.setattr(listing, bound, most + 100)
    source.check_out(source.fetch())
    assert _held(layout.site).keys() == FIRST.keys()


def test_a_few_trees_that_stand_for_endless_files_are_not_listed_to_the_end(
    upstream, source, monkeypatch
):
    monkeypatch.setattr(listing, "MOST_FILES", 1000)
    upstream.commit(FIRST)
    tree = upstream.raw_tree(("100644", "a", upstream.blob(b"x")))
    for _ in range(30):
        tree = upstream.raw_tree(*(("40000", name, tree) for name in "abcdefghij"))
    upstream.commit_tree(tree)
    with pytest.raises(SourceError, match="more than 1000 files") as error:
        source.check_out(source.fetch())
    assert error.value.kind == "bad_commit"


def test_names_of_any_bytes_come_through(upstream, source, layout):
    name = "tenants.d/\udcff\n\x1b[31m.yaml"
    (upstream.folder / "tenants.d").mkdir()
    (upstream.folder / name).write_bytes(b"odd")
    upstream.commit()
    source.check_out(source.fetch())
    assert (layout.site / name).read_bytes() == b"odd"
    before = _times(layout.site)
    source.check_out(source.fetch())
    assert _times(layout.site) == before


def test_a_site_in_a_folder_of_a_repository(upstream, layout):
    upstream.commit({"pbx/platform.yaml": "x\n", "pbx/tenants.d/a.yaml": "y\n", "other/z": "z\n"})
    source = Source(str(upstream.folder), "", layout, subfolder="./pbx/")
    commit = source.fetch()
    source.check_out(commit)
    assert sorted(_held(layout.site)) == ["platform.yaml", "tenants.d/a.yaml"]
    assert source.read(commit, "platform.yaml") == b"x\n"
    assert source.read(commit, "other/z") is None
    gone = upstream.commit({"pbx/platform.yaml": None, "pbx/tenants.d/a.yaml": None})
    source.fetch()
    with pytest.raises(SourceError, match="no folder 'pbx'") as told:
        source.check_out(gone)
    assert told.value.kind == "bad_commit"


def test_a_folder_that_is_a_link_in_the_commit_is_none(upstream, layout):
    (upstream.folder / "pbx").symlink_to("/etc")
    commit = upstream.commit()
    source = Source(str(upstream.folder), "", layout, subfolder="pbx")
    source.fetch()
    with pytest.raises(SourceError, match="no folder 'pbx'"):
        source.check_out(commit)


@pytest.mark.parametrize("subfolder", ["/etc", "..", "a/../b", "a:b", "a\nb"])
def test_a_subfolder_stays_in_the_repository(subfolder, upstream, layout):
    with pytest.raises(SourceError):
        Source(str(upstream.folder), "", layout, subfolder=subfolder)


def test_one_file_of_a_commit_is_read_and_no_link_followed(upstream, source):
    upstream.write(FIRST)
    (upstream.folder / "keys").mkdir()
    (upstream.folder / "keys/link").symlink_to("../platform.yaml")
    commit = upstream.commit()
    source.fetch()
    assert source.read(commit, "platform.yaml") == b"platform: demo\n"
    for path in ("keys/link", "keys", "nowhere", "*", "platform.*"):
        assert source.read(commit, path) is None


def test_killed_at_any_write_the_next_checkout_is_whole(upstream, source, layout, killed):
    one = upstream.commit({**FIRST, "tenants.d/b.yaml": "b\n"})
    other = upstream.commit(
        {"tenants.d/acme/pbx.yaml": "a: 2\n", "new/c.yaml": "c\n", "tenants.d/b.yaml": None}
    )
    source.fetch()
    source.check_out(one)
    old = _held(layout.site)
    source.check_out(other)
    new = _held(layout.site)
    at = 1
    while True:
        source.check_out(one)
        if not killed(lambda: source.check_out(other), at):
            break
        for path, content in _held(layout.site).items():
            assert content in (old.get(path), new.get(path)), "a file is the old or the new one"
        source.check_out(other)
        assert _held(layout.site) == new
        assert not (layout.root / "site.file").exists()
        at += 1
    assert at > 10


def test_a_full_disk_at_any_write_is_told_and_the_next_checkout_is_whole(
    upstream, source, layout, full
):
    one = upstream.commit(FIRST)
    other = upstream.commit(
        {"tenants.d/acme/pbx.yaml": "a: 2\n", "new/c.yaml": "c\n", "media/a.wav": None}
    )
    source.fetch()
    source.check_out(other)
    new = _held(layout.site)
    for at in range(1, 100):
        source.check_out(one)
        try:
            if not full(lambda: source.check_out(other), at):
                break
        except SourceError as error:
            assert error.kind == "disk_full"
        source.check_out(other)
        assert _held(layout.site) == new
    assert 10 < at < 99
