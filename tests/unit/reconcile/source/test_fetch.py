"""Fetching: what comes, what is said when it does not, and that nothing lasting stands in the way."""

import base64
import contextlib
import http.server
import os
import signal
import subprocess
import threading
import time
from pathlib import Path

import pytest

from dialform.reconcile.layout import Layout
from dialform.reconcile.source import Source, SourceError
from dialform.reconcile.source.clone import APPLIED, FETCHED
from dialform.reconcile.source.errors import KINDS
from dialform.reconcile.source.git import Git, Limits


def _processes(needle):
    """The arguments of processes that run now, those that name this text."""
    found = []
    for one in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            text = one.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            continue
        if needle in text:
            found.append(text)
    return found


def test_the_default_branch_and_one_by_name(upstream, layout):
    main = upstream.commit({"a": "1"})
    upstream.git("checkout", "-q", "-b", "next/one")
    other = upstream.commit({"a": "2"})
    upstream.git("checkout", "-q", "main")
    assert Source(str(upstream.folder), "", layout).fetch() == main
    assert Source(str(upstream.folder), "next/one", layout).fetch() == other
    assert Source(str(upstream.folder), "refs/heads/main", layout).fetch() == main


@pytest.mark.parametrize("form", ["{}", "file://{}", "{}/.git"])
def test_a_path_a_file_url_and_a_bare_repository(form, upstream, layout, tmp_path):
    commit = upstream.commit({"a": "1"})
    bare = tmp_path / "bare.git"
    upstream.git("clone", "-q", "--bare", ".", str(bare))
    for folder in (upstream.folder, bare):
        if (folder / ".git").exists() or form != "{}/.git":
            assert Source(form.format(folder), "", layout).fetch() == commit


def test_a_shallow_repository_is_a_source_too(upstream, layout, tmp_path):
    upstream.commit({"a": "1"})
    upstream.commit({"a": "2"})
    upstream.git(
        "clone", "-q", "--depth", "1", f"file://{upstream.folder}", str(tmp_path / "shallow")
    )
    source = Source(str(tmp_path / "shallow"), "", layout)
    source.check_out(source.fetch())
    assert (layout.site / "a").read_text() == "2"


def test_a_repository_of_sha256_names(layout, tmp_path):
    folder = tmp_path / "wide"
    subprocess.run(["git", "init", "-q", "--object-format=sha256", folder], check=True)
    (folder / "a").write_text("1")
    subprocess.run(["git", "add", "a"], cwd=folder, check=True)
    who = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
    subprocess.run(["git", *who, "commit", "-q", "-m", "x"], cwd=folder, check=True)
    source = Source(str(folder), "", layout)
    commit = source.fetch()
    assert len(commit) == 64
    source.check_out(commit)
    assert (layout.site / "a").read_text() == "1"


def test_no_news_is_one_question_and_no_write(upstream, source, layout, monkeypatch):
    upstream.commit({"a": "1"})
    first = source.fetch()
    source.check_out(first)
    asked = []
    talk = Git.talk
    monkeypatch.setattr(
        Git,
        "talk",
        lambda self, *words, **more: asked.append(words[0]) or talk(self, *words, **more),
    )
    before = {path: path.lstat().st_mtime_ns for path in layout.root.rglob("*")}
    assert source.fetch() == first
    source.check_out(first)
    assert asked == ["ls-remote"]
    assert {path: path.lstat().st_mtime_ns for path in layout.root.rglob("*")} == before


def test_what_is_wrong_has_a_kind_and_a_way_out(upstream, layout, tmp_path):
    (tmp_path / "empty").mkdir()
    subprocess.run(["git", "init", "-q", tmp_path / "nothing"], check=True)
    upstream.commit({"a": "1"})
    upstream.git("symbolic-ref", "HEAD", "refs/heads/unborn")
    cases = [
        (tmp_path / "nothing", "", "empty", "is empty"),
        (tmp_path / "empty", "", "not_found", "no repository"),
        (tmp_path / "nowhere", "", "not_found", "no repository"),
        (upstream.folder, "", "no_branch", "default branch"),
        (upstream.folder, "nosuch", "no_branch", "no branch 'nosuch'"),
        ("https://127.0.0.1:1/site", "", "unreachable", "cannot be reached"),
    ]
    for url, branch, kind, words in cases:
        with pytest.raises(SourceError, match=words) as told:
            pytest.fail(f"{url} {branch}: {Source(str(url), branch, layout).fetch()}")
        assert told.value.kind == kind
        assert str(told.value).endswith(told.value.way_out)
        assert "\n" not in str(told.value)
    for branch in ("-x", "a..b", "a b", "a:b", "x.lock", "/x", "x/", "a\x1b"):
        with pytest.raises(SourceError, match="no name of a branch"):
            Source(str(upstream.folder), branch, layout)


def test_each_kind_of_error_says_what_to_do():
    for name, kind in KINDS.items():
        error = SourceError("it is so", name)
        assert kind.way_out and str(error) == f"it is so; {kind.way_out}"
        assert error.passes == kind.passes


def test_a_silent_remote_is_given_up_and_nothing_of_git_is_left(layout, tmp_path):
    ssh = tmp_path / "slow-ssh"
    ssh.write_text("#!/bin/sh\ntrap '' TERM\nsleep 86431 & wait\nsleep 86431\n")
    ssh.chmod(0o755)
    limits = Limits(talk=0.3)
    environ = os.environ | {"GIT_SSH_COMMAND": str(ssh), "GIT_SSH_VARIANT": "simple"}
    with pytest.raises(SourceError, match="did not answer within") as told:
        Source("git@forge.example:site.git", "", layout, limits=limits, environ=environ).fetch()
    assert told.value.kind == "timeout" and told.value.passes
    # A process that was killed is still listed for a moment; one that was not sleeps for a day.
    end = time.monotonic() + 30.0
    while (left := _processes("86431") + _processes("forge.example")) and time.monotonic() < end:
        time.sleep(0.05)
    assert not left


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("git@forge.example: Permission denied (publickey).", "denied"),
        ("Host key verification failed.", "host_key"),
        ("ssh: Could not resolve hostname forge.example: Name or service not known", "unreachable"),
        ("ssh: connect to host forge.example port 22: Connection timed out", "unreachable"),
        ("ERROR: Repository not found.", "not_found"),
    ],
)
def test_what_ssh_says_is_understood(said, kind, layout, tmp_path):
    ssh = tmp_path / "ssh.sh"
    ssh.write_text(f"#!/bin/sh\necho '{said}' >&2\nexit 255\n")
    ssh.chmod(0o755)
    environ = os.environ | {"GIT_SSH_COMMAND": str(ssh)}
    with pytest.raises(SourceError) as told:
        Source("git@forge.example:site.git", "", layout, environ=environ).fetch()
    assert told.value.kind == kind
    assert said.rstrip(".") in str(told.value)


class _Forge(http.server.BaseHTTPRequestHandler):
    """Lets nobody in, and remembers what it was told."""

    def do_GET(self) -> None:
        self.server.told.append(self.headers.get("Authorization", ""))
        self.send_response(401)
        self.send_header("WWW-Authenticate", 'Basic realm="forge"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def forge():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Forge) as server:
        server.told = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.mark.parametrize("userinfo", ["ann:hush-9hush", "hush-9hush", "x-token:hush-9%2Fhush"])
def test_a_password_goes_to_the_forge_and_nowhere_else(userinfo, forge, layout, monkeypatch):
    started = []
    popen = subprocess.Popen

    def spy(command, **more):
        started.append(list(command))
        return popen(command, **more)

    monkeypatch.setattr(subprocess, "Popen", spy)
    url = f"http://{userinfo}@127.0.0.1:{forge.server_port}/site.git"
    source = Source(url, "", layout)
    with pytest.raises(SourceError) as told:
        source.fetch()
    assert told.value.kind == "denied"
    sent = [base64.b64decode(one.removeprefix("Basic ")).decode() for one in forge.told if one]
    assert any("hush-9" in one for one in sent), "the forge did get it"
    for text in (str(told.value), repr(told.value), source.url, repr(vars(source)), repr(started)):
        assert "hush" not in text
    for file in layout.root.rglob("*"):
        assert not file.is_file() or b"hush" not in file.read_bytes()
    assert f"127.0.0.1:{forge.server_port}/site.git" in str(told.value)


def test_no_hook_runs_and_no_prompt_waits(upstream, layout, tmp_path):
    ran = tmp_path / "ran"
    home = tmp_path / "home"
    (home / "hooks").mkdir(parents=True)
    (home / "templates/hooks").mkdir(parents=True)
    names = (
        "post-checkout",
        "reference-transaction",
        "post-merge",
        "pre-auto-gc",
        "update",
        "post-index-change",
    )
    for folder in (home / "hooks", home / "templates/hooks", upstream.folder / ".git/hooks"):
        for name in names:
            folder.mkdir(exist_ok=True)
            (folder / name).write_text(f"#!/bin/sh\ntouch {ran}\n")
            (folder / name).chmod(0o755)
    (home / ".gitconfig").write_text(
        f"[core]\n\thooksPath = {home}/hooks\n\tfsmonitor = touch {ran}\n[init]\n\ttemplateDir = {home}/templates\n"
    )
    environ = os.environ | {"HOME": str(home), "GIT_TEMPLATE_DIR": f"{home}/templates"}
    commit = upstream.commit({"a": "1"})
    ran.unlink(missing_ok=True)
    source = Source(str(upstream.folder), "", layout, environ=environ)
    source.fetch()
    source.check_out(commit)
    source.keep(commit)
    assert not ran.exists()
    assert not (layout.repository / "hooks").exists()


def test_what_the_operator_says_of_ways_in_is_heard(upstream, layout, tmp_path):
    """`url.insteadOf` stands for all that one configures there: proxies, helpers, ssh."""
    commit = upstream.commit({"a": "1"})
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text(
        f'[url "{upstream.folder}"]\n\tinsteadOf = {tmp_path}/mirror\n[core]\n\tsshCommand = false\n'
    )
    environ = os.environ | {"HOME": str(home)}
    assert Source(f"{tmp_path}/mirror", "", layout, environ=environ).fetch() == commit


def test_a_protocol_that_configuration_leads_to_is_not_spoken(upstream, layout, tmp_path):
    ran = tmp_path / "ran"
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text(
        f'[url "ext::touch {ran} "]\n\tinsteadOf = /srv/site\n[protocol "ext"]\n\tallow = always\n'
    )
    with pytest.raises(SourceError) as told:
        Source("/srv/site", "", layout, environ=os.environ | {"HOME": str(home)}).fetch()
    assert told.value.kind == "bad_url"
    assert not ran.exists()


def test_locks_and_remains_of_a_killed_git_are_no_hindrance(upstream, layout):
    upstream.commit({"a": "1"})
    source = Source(str(upstream.folder), "", layout)
    source.keep(source.fetch())
    names = (
        "config.lock",
        "packed-refs.lock",
        "shallow.lock",
        f"{FETCHED}.lock",
        f"{APPLIED}.lock",
        "HEAD.lock",
    )
    for name in names:
        (layout.repository / name).touch()
    pack = layout.repository / "objects/pack/tmp_pack_XyZ"
    pack.write_bytes(b"PACK" * 1000)
    incoming = layout.repository / "objects/tmp_objdir-incoming-1"
    incoming.mkdir()
    commit = upstream.commit({"a": "2"})
    again = Source(str(upstream.folder), "", layout)
    assert again.fetch() == commit
    again.keep(commit)
    assert not pack.exists() and not incoming.exists()


_DAMAGE = {
    "an object is empty": lambda folder: _each(folder, lambda file: file.write_bytes(b"")),
    "objects are gone": lambda folder: _each(folder, lambda file: file.unlink()),
    "objects have other bytes": lambda folder: _each(
        folder, lambda file: file.write_bytes(b"\x78\x9c garbage")
    ),
    "the configuration is garbage": lambda folder: (folder / "config").write_text("[core\n"),
    "HEAD is gone": lambda folder: (folder / "HEAD").unlink(),
    "HEAD is garbage": lambda folder: (folder / "HEAD").write_bytes(b"\0" * 30),
    "a ref is garbage": lambda folder: (folder / FETCHED).write_bytes(b"\0" * 41),
    "a ref is empty": lambda folder: (folder / FETCHED).write_bytes(b""),
    "it is a file": lambda folder: (_gone(folder), folder.write_text("no folder")),
    "it is empty": lambda folder: (_gone(folder), folder.mkdir()),
    "it is gone": lambda folder: _gone(folder),
}


def _each(folder, do):
    for file in folder.glob("objects/??/*"):
        file.chmod(0o600)
        do(file)


def _gone(folder):
    import shutil

    shutil.rmtree(folder)


@pytest.mark.parametrize("damage", _DAMAGE)
@pytest.mark.parametrize("news", [False, True])
def test_a_damaged_copy_is_made_anew_by_itself(damage, news, upstream, layout):
    upstream.commit({"a": "1"})
    Source(str(upstream.folder), "", layout).fetch()
    _DAMAGE[damage](layout.repository)
    if news:
        upstream.commit({"a": "2"})
    source = Source(str(upstream.folder), "", layout)
    commit = source.fetch()
    assert commit == upstream.head
    source.check_out(commit)
    assert (layout.site / "a").read_text() == ("2" if news else "1")
    assert (
        not (layout.root / "repository.new").exists()
        and not (layout.root / "repository.old").exists()
    )
    assert source.fetch() == commit


def test_damage_that_shows_at_checkout_is_mended_there_and_told_where_it_cannot_be(
    upstream, layout
):
    commit = upstream.commit({"a": "1", "b": "2"})
    source = Source(str(upstream.folder), "", layout)
    source.fetch()
    source.keep(commit)
    blob = upstream.git("rev-parse", "HEAD:a")
    (layout.repository / "objects" / blob[:2] / blob[2:]).unlink()
    away = upstream.folder.rename(upstream.folder.with_name("away"))
    with pytest.raises(SourceError) as told:
        source.check_out(commit)
    assert told.value.kind == "not_found"
    away.rename(upstream.folder)
    source.check_out(commit)
    assert (layout.site / "a").read_text() == "1"
    assert Source(str(upstream.folder), "", layout).relation(commit, commit) == "same"


def test_what_can_be_saved_of_the_applied_commit_is(upstream, layout):
    """History was rewritten at the remote, and a part of our copy is damaged."""
    applied = upstream.commit({"a": "1"})
    source = Source(str(upstream.folder), "", layout)
    source.fetch()
    source.keep(applied)
    upstream.git("update-ref", "-d", "HEAD")
    upstream.commit({"a": "2"})
    (layout.repository / FETCHED).write_bytes(b"")
    fresh = Source(str(upstream.folder), "", layout)
    assert fresh.fetch() == upstream.head
    assert fresh.relation(applied, upstream.head) == "rewritten"
    fresh.check_out(applied)
    assert (layout.site / "a").read_text() == "1"


def test_a_damaged_remote_is_told_as_such(upstream, source):
    upstream.commit({"a": "1"})
    first = source.fetch()
    upstream.commit({"a": "2"})
    blob = upstream.git("rev-parse", "HEAD:a")
    file = upstream.folder / ".git/objects" / blob[:2] / blob[2:]
    file.chmod(0o600)
    file.write_bytes(b"")
    with pytest.raises(SourceError) as told:
        source.fetch()
    assert told.value.kind in ("broken", "unreachable")
    assert source.has(first)


def test_killed_at_any_step_the_next_fetch_converges(upstream, layout, tmp_path, killed):
    upstream.commit({"a": "1"})
    steps = 0
    for step, (change, wanted) in enumerate({"first": 3, "news": 2, "damaged": 8}.items()):
        at = 1
        while True:
            here = Layout(tmp_path / f"{step}-{at}")
            here.root.mkdir()
            if change != "first":
                Source(str(upstream.folder), "", here).fetch()
                commit = upstream.commit({"a": str(at)})
            if change == "damaged":
                (here.repository / "config").write_text("[core\n")
            if not killed(lambda here=here: Source(str(upstream.folder), "", here).fetch(), at):
                break
            source = Source(str(upstream.folder), "", here)
            commit = source.fetch()
            source.check_out(commit)
            assert (here.site / "a").read_text() == upstream.git("show", "HEAD:a")
            assert sorted(one.name for one in here.root.iterdir()) == [
                "repository",
                "site",
                "site.json",
            ]
            at += 1
        assert at > wanted
        steps += at
    assert steps > 15


def test_git_killed_in_the_middle_of_a_fetch(upstream, layout, tmp_path):
    """The agent and its git die together, as when the power fails."""
    upstream.commit({f"tenants.d/t{at}.yaml": os.urandom(3000) for at in range(300)})
    for pause in (0.0, 0.02, 0.05, 0.1, 0.2):
        child = os.fork()
        if child == 0:
            try:
                os.setsid()
                Source(str(upstream.folder), "", layout).fetch()
            finally:
                os._exit(0)
        time.sleep(pause)
        # Held first: it must neither start another git nor say anything of one that was killed.
        os.kill(child, signal.SIGSTOP)
        for process in _below(child):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    source = Source(str(upstream.folder), "", layout)
    source.check_out(source.fetch())
    upstream.git("--git-dir", str(layout.repository), "fsck", "--full", "--strict")
    assert len(list((layout.site / "tenants.d").iterdir())) == 300


def _below(process):
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except OSError:
        return []
    return [one for child in children for one in (*_below(int(child)), int(child))]


def test_a_full_disk_at_any_step_is_told_and_the_next_fetch_converges(
    upstream, layout, tmp_path, full
):
    upstream.commit({"a": "1"})
    for at in range(1, 50):
        here = Layout(tmp_path / f"full-{at}")
        here.root.mkdir()
        Source(str(upstream.folder), "", here).fetch()
        (here.repository / "config").write_text("[core\n")
        try:
            if not full(lambda here=here: Source(str(upstream.folder), "", here).fetch(), at):
                break
        except SourceError as error:
            assert error.kind == "disk_full"
        source = Source(str(upstream.folder), "", here)
        source.check_out(source.fetch())
        assert (here.site / "a").read_text() == "1"
    assert 8 < at < 49


def test_many_fetches_leave_no_heap_and_the_applied_commit(upstream, layout, monkeypatch):
    from dialform.reconcile.source import clone

    monkeypatch.setattr(
        clone, "_GC", (("gc.auto", "1"), ("gc.autoDetach", "false"), ("gc.pruneExpire", "now"))
    )
    source = Source(str(upstream.folder), "", layout)
    applied = upstream.commit({"a": "0"})
    source.fetch()
    source.keep(applied)
    for at in range(1, 8):
        upstream.git("update-ref", "-d", "HEAD")
        # git guesses the number of loose objects by those in one of 256 folders.
        upstream.commit({f"{at}-{number}": f"{at} {number}" for number in range(80)})
        source.fetch()
    assert source.has(applied)
    source.check_out(applied)
    assert list(layout.repository.glob("objects/pack/*.pack"))
    assert len(list(layout.repository.glob("objects/??/*"))) < 7 * 80


@pytest.mark.skipif(
    os.geteuid() != 0, reason="NOT TESTED: only root can give a repository to another user"
)
def test_a_repository_of_another_user_is_refused_with_the_way_out(upstream, layout):
    upstream.commit({"a": "1"})
    for path in (upstream.folder, *upstream.folder.rglob("*")):
        os.chown(path, 12345, 12345)
    with pytest.raises(SourceError, match="belongs to another user") as told:
        Source(str(upstream.folder), "", layout).fetch()
    assert told.value.kind == "ownership" and "safe.directory" in str(told.value)


@pytest.mark.skipif(os.geteuid() != 0, reason="NOT TESTED: only root can become another user")
def test_a_repository_of_roots_is_read_by_an_agent_with_few_rights(upstream, tmp_path):
    upstream.commit({"a": "1"})
    state = tmp_path / "few"
    state.mkdir()
    os.chown(state, 12345, 12345)
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_uid == os.geteuid() and str(folder) not in ("/", "/tmp"):
            folder.chmod(folder.stat().st_mode | 0o755)
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.setgroups([])
            os.setresgid(12345, 12345, 12345)
            os.setresuid(12345, 12345, 12345)
            environ = os.environ | {"HOME": str(state)}
            source = Source(str(upstream.folder), "", Layout(state), environ=environ)
            source.check_out(source.fetch())
            code = 0 if (state / "site/a").read_text() == "1" else 2
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
