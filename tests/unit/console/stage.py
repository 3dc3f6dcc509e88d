"""The demo site as the portal stands on it: a repository, what was compiled of it, a ledger; and browsers."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import insert
from starlette.requests import Request
from starlette.responses import Response

from dialform.billing.ledger.opening import open_ledger
from dialform.compiler.build import Options, build
from dialform.compiler.check import Run
from dialform.compiler.secrets import open_store
from dialform.console.accounts.tables import accounts
from dialform.console.app import build_app
from dialform.console.door import Entry
from dialform.console.ground import Ground
from dialform.console.settings import settings_of
from dialform.console.visitor import visitor_of
from dialform.reconcile.folders import find
from dialform.renderers import site as renderer
from dialform.schema.console import Console
from dialform.schema.tree import scan

ROOT = Path(__file__).resolve().parents[3]
BASE = "https://portal.example.com"
ENTRY: dict[str, Any] = {"base_url": f"{BASE}/"}

SUBJECTS = {
    "admin": "@ops",
    "tenant_admin": "acme/alice",
    "user": "acme/bob",
    "end_user": "acme/carol",
    "other": "janes-bakery/jane",
}
"""A subject of the demo site for each role, and somebody of another tenant."""


class Doorman:
    """The door of tests: whoever says in a header whom they are is let in as that."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.acts: list[tuple[str, str, Mapping[str, Any]]] = []
        self.said: list[tuple[str, str]] = []

    async def enter(self, request: Request) -> Entry | None:
        subject = request.headers.get("x-test-as", "")
        found = visitor_of(self.ground.released(), 1, subject, subject) if subject else None
        if found is None:
            return None
        return Entry(
            found, "the-token", "s1", audit=lambda act, more: self.acts.append((subject, act, more))
        )

    async def leave(self, request: Request, entry: Entry, response: Response) -> None:
        self.said += entry.flashes


class Stage:
    """A site in git, compiled, with a ledger of its own. `made` is a folder of `prepare`."""

    def __init__(self, folder: Path, made: Path, console: Mapping[str, Any] | None = None) -> None:
        shutil.copytree(made, folder, symlinks=True)
        self.folder = folder
        self.site, self.out, self.secrets = folder / "site", folder / "out", folder / "secrets"
        self.remote = folder / "remote.git"
        git(self.site, "remote", "set-url", "origin", str(self.remote))
        self.ledger = open_ledger(f"sqlite:///{folder / 'ledger.db'}")
        (folder / "state").mkdir()
        self.ground = Ground(
            find=lambda: find(None, self.out, "pbx1", {"DIALFORM_STATE": str(folder / "none")}),
            settings=settings_of(Console.model_validate({**ENTRY, **(console or {})})),
            ledger=self.ledger, store=open_store(self.secrets, {}), state=folder / "state",
            remote=str(self.remote), branch="main",
        )  # fmt: skip
        self.door = Doorman(self.ground)
        self.app = build_app(self.ground, self.door)

    def account(self, number: int = 1) -> int:
        """An account with this number: what is kept for one needs it."""
        columns = {one.name: "" if str(one.type) == "TEXT" else 0 for one in accounts.columns}
        row = {**columns, "id": number, "subject": f"s{number}", "login": f"l{number}"}
        self.ground.database.write(
            lambda connection: connection.execute(insert(accounts).values(**row))
        )
        return number

    def close(self) -> None:
        self.ledger.close()

    def browser(self, role: str = "") -> Browser:
        """A browser in which somebody is signed in: a role of SUBJECTS, a subject, or nobody."""
        return Browser(self.app, SUBJECTS.get(role, role))


class Browser:
    """Requests as a browser sends them, signed in as somebody (by the door of tests).

    ```python
    async with stage.browser("tenant_admin") as alice:
        page = await alice.get("/t/acme/extensions")
        done = await alice.post("/t/acme/extensions/new", {"number": "1007"})   # with the token
    ```
    """

    def __init__(self, app: Any, subject: str) -> None:
        headers = {"accept": "text/html", **({"x-test-as": subject} if subject else {})}
        self._client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url=BASE, headers=headers
        )

    async def __aenter__(self) -> Browser:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def get(self, path: str, **more: Any) -> httpx.Response:
        return await self._client.get(path, **more)

    async def post(
        self,
        path: str,
        data: Mapping[str, Any] | None = None,
        *,
        token: str = "the-token",
        **more: Any,
    ) -> httpx.Response:
        return await self._client.post(path, data={"csrf": token, **(data or {})}, **more)

    async def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        return await self._client.request(method, path, **more)


def prepare(folder: Path) -> Path:
    """The demo site with secrets, in git with a bare remote, compiled: what each Stage is a copy of."""
    site, out, secrets = folder / "site", folder / "out", folder / "secrets"
    site.mkdir(parents=True)
    for part in ("platform.yaml", "routes.yaml", "billing.yaml", "providers.d", "tenants.d", "calls.d",
                 "media", "rates", "keys"):  # fmt: skip
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, site / part)
        elif (ROOT / part).exists():
            shutil.copy(ROOT / part, site / part)
    secrets.mkdir(mode=0o700)
    (secrets / "master").write_text("a master secret that is long enough\n")
    for path in [site / "platform.yaml", *site.glob("*.d/**/*.yaml")]:
        for name in re.findall(r"\{\s*secret:\s*([A-Za-z0-9._-]+)\s*\}", path.read_text("utf-8")):
            (secrets / name).write_text(str(int.from_bytes(name.encode()) % 90000000 + 10000000))
    git(site, "init", "--quiet", "--initial-branch", "main")
    git(site, "add", "--all")
    git(site, "commit", "--quiet", "--message", "Our phone system")
    git(folder, "clone", "--quiet", "--bare", str(site), str(folder / "remote.git"))
    git(site, "remote", "add", "origin", str(folder / "remote.git"))
    compile_site(site, out, secrets)
    return folder


def compile_site(site: Path, out: Path, secrets: Path) -> None:
    """Compile a site for its hosts."""
    outcome = build(Run(scan(site), open_store(secrets, {}), 1), renderer, Options(out, secrets))
    assert outcome.released, outcome.diagnostics


def git(folder: Path, *words: str) -> str:
    """git, by somebody who is always the same."""
    who = {"GIT_AUTHOR_NAME": "Ops", "GIT_AUTHOR_EMAIL": "ops@example.com",
           "GIT_COMMITTER_NAME": "Ops", "GIT_COMMITTER_EMAIL": "ops@example.com"}  # fmt: skip
    done = subprocess.run(
        ["git", *words], cwd=folder, check=True, capture_output=True, text=True,
        env=os.environ | who | {"GIT_CONFIG_GLOBAL": "/dev/null"},
    )  # fmt: skip
    return done.stdout.strip()
