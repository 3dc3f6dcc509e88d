"""Real repositories in temporary folders, and an agent's source that looks at them."""

import errno
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dialform.reconcile import durable
from dialform.reconcile.layout import Layout
from dialform.reconcile.source import Source

_WHO = {
    "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C",
    "GIT_AUTHOR_NAME": "Ann", "GIT_AUTHOR_EMAIL": "ann@example.com",
    "GIT_COMMITTER_NAME": "Ann", "GIT_COMMITTER_EMAIL": "ann@example.com",
}  # fmt: skip


class Upstream:
    """Somebody's repository with a work tree, changed as people change theirs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder.with_name(f"{folder.name}.home")
        self.home.mkdir()
        folder.mkdir()
        self.git("init", "-q", "-b", "main")

    def git(
        self, *arguments: str, stdin: bytes | None = None, env: dict[str, str] | None = None
    ) -> str:
        environment = os.environ | _WHO | {"HOME": str(self.home)} | (env or {})
        done = subprocess.run(
            ["git", *arguments], cwd=self.folder, env=environment, input=stdin, capture_output=True
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode().strip()

    def write(self, files: dict[str, bytes | str | None]) -> None:
        for path, content in files.items():
            file = self.folder / path
            if content is None:
                file.unlink()
                continue
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content.encode() if isinstance(content, str) else content)

    def commit(
        self, files: dict[str, bytes | str | None] | None = None, subject: str = "change",
        sign: "list[str] | tuple[str, ...]" = (),
    ) -> str:  # fmt: skip
        self.write(files or {})
        self.git("add", "-A", "-f")
        flag = ["-S"] if sign else []
        self.git(*sign, "commit", "-q", "--allow-empty", *flag, "-m", subject)
        return self.head

    def merge(self, branch: str, *more: str, sign: "list[str] | tuple[str, ...]" = ()) -> str:
        flag = ["-S"] if sign else []
        self.git(*sign, "merge", "-q", "--no-ff", *flag, "-m", f"Merge {branch}", *more, branch)
        return self.head

    @property
    def head(self) -> str:
        return self.git("rev-parse", "HEAD")

    def raw_tree(self, *entries: tuple[str, str, str]) -> str:
        """A tree of any names at all, made by hand: (mode, name, object)."""
        data = b"".join(
            f"{mode} {name}".encode() + b"\0" + bytes.fromhex(made) for mode, name, made in entries
        )
        return self.git("hash-object", "-t", "tree", "-w", "--literally", "--stdin", stdin=data)

    def blob(self, content: bytes) -> str:
        return self.git("hash-object", "-w", "--stdin", stdin=content)

    def commit_tree(self, tree: str) -> str:
        commit = self.git("commit-tree", tree, "-p", "HEAD", "-m", "made by hand")
        self.git("update-ref", "refs/heads/main", commit)
        return commit


@pytest.fixture(autouse=True)
def _no_hook() -> Iterator[None]:
    yield
    durable.hook = None


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's own settings of git have a say here."""
    for name in list(os.environ):
        if name.startswith("GIT_") or name in ("SUDO_UID", "XDG_CONFIG_HOME", "GNUPGHOME"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path_factory.mktemp("agent-home")))


@pytest.fixture
def upstream(tmp_path: Path) -> Upstream:
    return Upstream(tmp_path / "upstream")


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    (tmp_path / "state").mkdir()
    return Layout(tmp_path / "state")


@pytest.fixture
def source(upstream: Upstream, layout: Layout) -> Source:
    return Source(str(upstream.folder), "", layout)


@pytest.fixture
def killed() -> Callable[[Callable[[], object], int], bool]:
    """Run something in a process that dies by kill -9 at the n-th checkpoint; False if it did not get there."""

    def run(what: Callable[[], object], at: int) -> bool:
        child = os.fork()
        if child == 0:
            left = [at]

            def hook(_: str) -> None:
                left[0] -= 1
                if left[0] == 0:
                    os.kill(os.getpid(), signal.SIGKILL)

            durable.hook = hook
            code = 1
            try:
                what()
                code = 0
            finally:
                os._exit(code)
        status = os.waitpid(child, 0)[1]
        if os.WIFSIGNALED(status):
            return True
        assert os.waitstatus_to_exitcode(status) == 0
        return False

    return run


@pytest.fixture
def full() -> Callable[[Callable[[], object], int], bool]:
    """Run something on a disk that is full from the n-th checkpoint on; False if it did not get there."""

    def run(what: Callable[[], object], at: int) -> bool:
        left = [at]

        def hook(_: str) -> None:
            left[0] -= 1
            if left[0] <= 0:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        durable.hook = hook
        try:
            what()
        finally:
            durable.hook = None
        return left[0] <= 0

    return run


def _missing(*programs: str) -> pytest.MarkDecorator:
    gone = [name for name in programs if shutil.which(name) is None]
    return pytest.mark.skipif(bool(gone), reason=f"NOT TESTED, not installed: {', '.join(gone)}")


class Signer:
    """Somebody with a key: `sign` goes before git's command, `public` is the text for keys/."""

    def __init__(self, sign: list[str], public: str, home: Path | None = None) -> None:
        self.sign, self.public, self.home = sign, public, home


def ssh_signer(folder: Path, name: str, kind: str = "ed25519", *more: str) -> Signer:
    file = folder / name
    subprocess.run(
        ["ssh-keygen", "-q", "-t", kind, *more, "-N", "", "-C", name, "-f", file], check=True
    )
    sign = ["-c", "gpg.format=ssh", "-c", f"user.signingKey={file}.pub"]
    return Signer(sign, Path(f"{file}.pub").read_text())


def gpg_signer(folder: Path, name: str, expires: str = "never") -> Signer:
    home = folder / name
    home.mkdir(mode=0o700)
    gpg(
        home,
        "--passphrase",
        "",
        "--quick-generate-key",
        f"{name} <{name}@example.com>",
        "ed25519",
        "sign",
        expires,
    )
    program = folder / f"{name}.sh"
    program.write_text(f'#!/bin/sh\nexec gpg --homedir "{home}" "$@"\n')
    program.chmod(0o755)
    sign = ["-c", f"gpg.program={program}", "-c", f"user.signingKey={name}@example.com"]
    return Signer(sign, gpg(home, "--armor", "--export"), home)


def gpg(home: Path, *arguments: str, stdin: str = "") -> str:
    done = subprocess.run(
        ["gpg", "--homedir", home, "--batch", "--yes", "--pinentry-mode", "loopback", *arguments],
        input=stdin, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(
    params=[
        pytest.param("ssh", marks=_missing("ssh-keygen")),
        pytest.param("gpg", marks=_missing("gpg")),
    ]
)
def signer(request: pytest.FixtureRequest) -> Iterator[Callable[[str], Signer]]:
    """Makes signers, of each sort of key in turn."""
    yield from _makers(request, request.param)


@pytest.fixture(params=[pytest.param("gpg", marks=_missing("gpg"))])
def gpg_signers(request: pytest.FixtureRequest) -> Iterator[Callable[..., Signer]]:
    yield from _makers(request, "gpg")


@pytest.fixture(params=[pytest.param("ssh", marks=_missing("ssh-keygen"))])
def ssh_signers(request: pytest.FixtureRequest) -> Iterator[Callable[..., Signer]]:
    yield from _makers(request, "ssh")


def _makers(request: pytest.FixtureRequest, kind: str) -> Iterator[Callable[..., Signer]]:
    import tempfile

    # A socket's path is short: not below pytest's own long folder.
    with tempfile.TemporaryDirectory(prefix="df-") as made:
        homes = []

        def make(name: str, *more: str) -> Signer:
            if kind == "ssh":
                return ssh_signer(Path(made), name, *more)
            one = gpg_signer(Path(made), name, *more)
            homes.append(one.home)
            return one

        make.gpg = gpg  # type: ignore[attr-defined]
        yield make
        for home in homes:
            subprocess.run(
                ["gpgconf", "--homedir", str(home), "--kill", "all"], capture_output=True
            )
