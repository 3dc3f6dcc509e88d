"""A portal as it runs on a host: the demo site in git with a remote, an agent, a simulated switch, the portal.

`make demo PORTAL=1` shows one to people (tests/demo/portal.py), the browser tests try one.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.demo.shell import DIALFORM, ROOT, git
from tests.live.ports import free_port
from tests.live.site import HOST, Site

ROLES: Mapping[str, str] = {
    "admin": "@ops",
    "tenant_admin": "acme/alice",
    "user": "acme/bob",
    "end_user": "acme/carol",
}
"""The account of each role: whom it stands for in the demo site."""
LOGINS: Mapping[str, str] = {
    "admin": "ops@pbx.example.com",
    "tenant_admin": "alice@acme.example",
    "user": "bob@acme.example",
    "end_user": "carol@acme.example",
}
PASSWORD = "correct horse battery staple"
REGISTERED = ("1001", "1002")
DOMAIN = "acme.example.com"
DENTIST, OURS = "+12125550177", "+12125550150"
LONG = 180.0
"""Seconds that something may take to start, on a machine that has other work."""


class NotStartedError(Exception):
    """A part does not start; the text holds the end of its log."""


class Portal:
    """The portal on the demo site, on loopback. All that it writes is below `folder`."""

    def __init__(self, folder: Path, *, changed: Callable[[Path], None] | None = None) -> None:
        """`changed` may change the site (its folder) before it is committed."""
        shutil.rmtree(folder, ignore_errors=True)
        self.site = Site.demo(folder)
        self.folder, self.port = folder, free_port()
        self.remote, self.state = folder / "remote.git", folder / "agent"
        self.url = f"http://127.0.0.1:{self.port}"
        self._address(self.site.source / "platform.yaml")
        if changed is not None:
            changed(self.site.source)
        git(self.site.source, "init", "--quiet", "--initial-branch", "main")
        self.commit("Our phone system")
        git(folder, "clone", "--quiet", "--bare", str(self.site.source), str(self.remote))
        git(self.site.source, "remote", "add", "origin", str(self.remote))
        self._stack = contextlib.ExitStack()

    def _address(self, platform: Path) -> None:
        text, found = re.subn(
            r"base_url: https://portal\S+", f"base_url: {self.url}/", platform.read_text("utf-8")
        )
        assert found == 1
        platform.write_text(text, "utf-8")

    @property
    def here(self) -> list[str]:
        """The options that name its state to commands of the host."""
        return ["--state", str(self.state)]

    @property
    def ground(self) -> list[str]:
        """The options of `dialform console`."""
        return ["--site", str(self.remote), "--secrets", str(self.site.secrets), *self.here]

    def commit(self, message: str) -> None:
        """Commit all that changed in the working copy."""
        git(self.site.source, "add", "--all")
        git(self.site.source, "commit", "--quiet", "--message", message)

    def push(self, message: str) -> None:
        """Commit, and push: what somebody with an editor does."""
        self.commit(message)
        git(self.site.source, "push", "--quiet", "origin", "main")

    def pull(self) -> None:
        """Get what the portal merged."""
        git(self.site.source, "pull", "--quiet", "--rebase", "origin", "main")

    def __enter__(self) -> Portal:
        try:
            self._start()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _start(self) -> None:
        agent = ["agent", "--site", str(self.remote), "--host", HOST, *self.here,
                 "--secrets", str(self.site.secrets)]  # fmt: skip
        # The first pass compiles; there is no switch yet.
        done = subprocess.run([DIALFORM, *agent, "--once"], cwd=ROOT, capture_output=True, text=True, check=False)  # fmt: skip
        conf = self.state / "current" / "freeswitch"
        if not conf.is_dir():
            raise NotStartedError(done.stdout + done.stderr)
        phones = [word for one in REGISTERED for word in ("--register", f"{one}@{DOMAIN}")]
        log = self._run("switch", ["simulate", "--conf", str(conf), *phones, "--fax", DENTIST,
                                   "--loop", OURS, "--cdr", str(self.site.state / "cdr")])  # fmt: skip
        self._until(lambda: "Event socket" in log.read_text("utf-8"), log)
        log = self._run("agent", [*agent, "--interval", "1"])
        self._until(self._ready, log)
        self.accounts()
        log = self._run("portal", ["console", "serve", *self.ground, "--listen", f"127.0.0.1:{self.port}"])  # fmt: skip
        self._until(self._answers, log)

    def accounts(self) -> None:
        """One account a role, with PASSWORD."""
        from dialform.cli.console.common import Where, ground
        from dialform.console.accounts.inviting import open_account

        where = Where(str(self.remote), "", "", self.site.secrets, self.state, None, "", None)
        with ground(where) as found:
            for role, subject in ROLES.items():
                open_account(found, subject, PASSWORD, login=LOGINS[role], email=LOGINS[role])

    def _run(self, name: str, arguments: list[str]) -> Path:
        log = self.folder / f"{name}.log"
        stream = self._stack.enter_context(log.open("wb"))
        process = subprocess.Popen(
            [DIALFORM, *arguments], cwd=ROOT, stdout=stream, stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
        self._stack.callback(_end, process)
        return log

    def _ready(self) -> bool:
        shown = [DIALFORM, "status", "--format", "json", *self.here]
        done = subprocess.run(shown, cwd=ROOT, capture_output=True, text=True, check=False)
        return done.returncode == 0 and bool(
            (json.loads(done.stdout).get("applied") or {}).get("commit")
        )

    def applied(self) -> str:
        """The commit that the agent proved last."""
        shown = [DIALFORM, "status", "--format", "json", *self.here]
        done = subprocess.run(shown, cwd=ROOT, capture_output=True, text=True, check=False)
        return str((json.loads(done.stdout).get("applied") or {}).get("commit") or "")

    def tip(self) -> str:
        """The newest commit of the remote's branch."""
        asked = ["git", "--git-dir", str(self.remote), "rev-parse", "main"]
        return subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/sign-in", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def _until(self, met: Callable[[], bool], log: Path) -> None:
        deadline = time.monotonic() + LONG
        while not met():
            if time.monotonic() > deadline:
                raise NotStartedError(
                    f"{log.stem} does not start:\n{log.read_text('utf-8')[-3000:]}"
                )
            time.sleep(0.1)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
