"""The `git` command, alone with what it is told: no hooks, no prompts, no filters, a time for all it does.

Two ways to run it. `ask` works in the agent's own copy of a repository and reads no configuration but
that copy's, so that nobody's `~/.gitconfig` changes what a commit holds or whose signature counts. `talk`
goes to a remote and reads the configuration of the agent's user, for there an operator says how to get
in: ssh, credential helpers, proxies, certificates.
"""

import contextlib
import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO

from dialform.reconcile.source.errors import SourceError
from dialform.values import dataclass, field

_KEPT = (
    "PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR", "SSH_AUTH_SOCK",
    "GIT_SSH", "GIT_SSH_COMMAND", "GIT_SSL_CAINFO", "GIT_SSL_CAPATH", "SSL_CERT_FILE", "SSL_CERT_DIR",
    "http_proxy", "https_proxy", "no_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY",
    "ALL_PROXY", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "CREDENTIALS_DIRECTORY",
    "STATE_DIRECTORY", "SUDO_UID",
)  # fmt: skip
"""All that git is given of the environment. What traces it (and prints passwords) is not in it."""

_ALWAYS = {
    "LC_ALL": "C", "LANGUAGE": "", "GIT_TERMINAL_PROMPT": "0", "GIT_ASKPASS": "",
    "SSH_ASKPASS_REQUIRE": "never",
    "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_REPLACE_OBJECTS": "1", "GIT_NO_LAZY_FETCH": "1",
    "GIT_LFS_SKIP_SMUDGE": "1", "GIT_ATTR_NOSYSTEM": "1",
}  # fmt: skip

_CONFIG = (
    ("core.hooksPath", "/dev/null"), ("core.fsmonitor", "false"), ("core.askPass", ""),
    ("core.attributesFile", "/dev/null"), ("core.fsync", "all"), ("core.quotePath", "false"),
    ("gc.auto", "0"), ("maintenance.auto", "false"), ("submodule.recurse", "false"),
    ("fetch.recurseSubmodules", "false"), ("fetch.showForcedUpdates", "false"),
    ("fetch.writeCommitGraph", "false"), ("log.showSignature", "false"),
    ("http.lowSpeedLimit", "500"), ("http.lowSpeedTime", "60"),
)  # fmt: skip
"""Said on each run, so that it stands above every file of configuration."""

_SSH = (
    "ssh -o BatchMode=yes -o ConnectTimeout=20 -o ServerAliveInterval=15 -o ServerAliveCountMax=4"
)
_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """How long git may take, in seconds: for a question, for a fetch, for the first fetch."""

    ask: float = 120.0
    talk: float = 300.0
    clone: float = 3600.0


@dataclass(frozen=True, slots=True)
class Done:
    """What git printed, and how it ended."""

    code: int
    out: bytes
    told: str


@dataclass(slots=True)
class Git:
    """git in the repository `folder` (its GIT_DIR), or in the one that is `found` from there upwards."""

    folder: Path
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    found: bool = False

    def ask(
        self,
        *arguments: str,
        within: float,
        stdin: bytes | None = None,
        config: Sequence[tuple[str, str]] = (),
        more: Mapping[str, str] | None = None,
    ) -> Done:
        """Run it on what lies here. Raises SourceError (no_git, timeout) and nothing else."""
        environment = self._alone(config) | dict(more or {})
        return _run(arguments, environment, self.folder, within, stdin)

    def talk(
        self,
        *arguments: str,
        within: float,
        protocols: Iterable[str],
        config: Sequence[tuple[str, str]] = (),
        more: Mapping[str, str] | None = None,
    ) -> Done:
        """Run it against a remote. Raises SourceError (no_git, timeout) and nothing else."""
        environment = self._environment(config)
        # A list that no file of configuration can make longer, as `protocol.*.allow` there could.
        environment["GIT_ALLOW_PROTOCOL"] = ":".join(protocols)
        if "ssh" in protocols and not self._own_ssh(environment):
            environment["GIT_SSH_COMMAND"] = _SSH
        return _run(arguments, environment | dict(more or {}), self.folder, within, None)

    @contextlib.contextmanager
    def stream(
        self, *arguments: str, within: float, stdin: bytes = b""
    ) -> Iterator[tuple[IO[bytes], Callable[[], int]]]:
        """What git prints, while it prints it, and what waits for its code at the end of that.

        Who leaves sooner ends git. The code is that of SIGKILL (negative) where it took too long.
        Raises SourceError (no_git).
        """
        environment = self._alone(())
        with tempfile.TemporaryFile() as asked:
            asked.write(stdin)
            asked.seek(0)
            process = _start(arguments, environment, self.folder, asked, subprocess.DEVNULL)
            watch = threading.Timer(within, _kill, (process, signal.SIGKILL))
            watch.daemon = True
            watch.start()
            assert process.stdout is not None
            try:
                with process.stdout as out:
                    yield out, process.wait
            finally:
                watch.cancel()
                _kill(process, signal.SIGKILL)
                process.wait()

    def _alone(self, config: Sequence[tuple[str, str]]) -> dict[str, str]:
        """An environment in which nobody's configuration counts, and nothing is fetched."""
        own = {
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_ALLOW_PROTOCOL": "none",
        }
        return self._environment(config) | own

    def _environment(self, config: Sequence[tuple[str, str]]) -> dict[str, str]:
        kept = {name: self.environ[name] for name in _KEPT if name in self.environ}
        pairs = [*_CONFIG, *config]
        said = {f"GIT_CONFIG_KEY_{at}": key for at, (key, _) in enumerate(pairs)}
        said |= {f"GIT_CONFIG_VALUE_{at}": value for at, (_, value) in enumerate(pairs)}
        said["GIT_CONFIG_COUNT"] = str(len(pairs))
        return kept | _ALWAYS | said | ({} if self.found else {"GIT_DIR": str(self.folder)})

    def _own_ssh(self, environment: Mapping[str, str]) -> bool:
        """Whether an operator said how to call ssh."""
        if environment.get("GIT_SSH") or environment.get("GIT_SSH_COMMAND"):
            return True
        asked = ("config", "--get", "core.sshCommand")
        return bool(_run(asked, environment, self.folder, 30.0, None).out.strip())


def _start(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    folder: Path,
    stdin: int | IO[bytes],
    stderr: int,
) -> subprocess.Popen[bytes]:
    # A session of its own: no terminal to ask on, and one signal ends git and all that it started.
    where = folder if folder.is_dir() else Path("/")
    try:
        return subprocess.Popen(
            ["git", *arguments], cwd=where, env=dict(environment), stdin=stdin,
            stdout=subprocess.PIPE, stderr=stderr, start_new_session=True,
        )  # fmt: skip
    except FileNotFoundError:
        raise SourceError("git is not installed", "no_git") from None
    except OSError as error:
        raise SourceError(f"git cannot be started ({error.strerror})", "no_git") from None


def _run(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    folder: Path,
    within: float,
    stdin: bytes | None,
) -> Done:
    given = subprocess.DEVNULL if stdin is None else subprocess.PIPE
    process = _start(arguments, environment, folder, given, subprocess.PIPE)
    try:
        out, told = process.communicate(stdin, timeout=within)
    except subprocess.TimeoutExpired:
        raise SourceError(
            f"git {arguments[0]} did not end within {within:g} seconds", "timeout"
        ) from None
    finally:
        _end(process)
    return Done(process.returncode, out, told.decode("utf-8", "replace"))


def _end(process: subprocess.Popen[bytes]) -> None:
    """Nothing of it is left, however this came about: first asked (git tidies up), then made to."""
    if process.returncode is None:
        _kill(process, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(5.0)
        _kill(process, signal.SIGKILL)
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        process.wait()


def _kill(process: subprocess.Popen[bytes], number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)
