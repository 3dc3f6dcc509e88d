"""Statuses as refs of the site's own repository: `refs/dialform/status/<host>`.

Each is a commit of its own, without parents, that holds `status.json`: histories do not grow, no branch
sees it, and every forge takes it. A host pushes its own ref alone. The agent's clone of the site is not
touched: a small repository beside it holds the refs, and is made anew when it has grown.
"""

import asyncio
import contextlib
import os
import random
import re
import shutil
from collections.abc import Awaitable, Callable, Collection
from pathlib import Path
from typing import Any

from dialform.reconcile.telling.masking import SHARED
from dialform.reconcile.waves.errors import StoreUnreachableError
from dialform.reconcile.waves.record import LARGEST, Record, decode, encode, is_host, record

PREFIX = "refs/dialform/status/"
TRIES = 4
SECONDS = 30.0
"""For one git command."""

_MOST_OBJECTS = 2000
_NOBODY = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "dialform"), ("EMAIL", "dialform@localhost"))
}
_CLEARED = re.compile(
    r"GIT_(DIR|WORK_TREE|INDEX_FILE|PREFIX|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES)"
)
_SETTINGS = (
    "core.hooksPath=/dev/null", "gc.auto=0", "maintenance.auto=false", "commit.gpgSign=false",
    "push.gpgSign=false", "fetch.recurseSubmodules=false", "protocol.ext.allow=never",
    "protocol.allow=user",
)  # fmt: skip
_RACE = re.compile(
    r"cannot lock ref|failed to update ref|remote rejected|unable to create|timed? ?out", re.I
)
"""What a push says when another one was quicker."""


class GitStore:
    """A remote repository. `folder` is a bare repository of our own, made when it is needed."""

    def __init__(
        self, folder: Path, remote: str, *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:  # fmt: skip
        self.folder, self._remote = folder, remote
        self._sleep, self._chance = sleep, chance
        self._lock = asyncio.Lock()

    def __repr__(self) -> str:
        return "<GitStore>"

    async def publish(self, host: str, status: dict[str, Any]) -> None:
        """Push this host's record. Raises StoreUnreachableError."""
        if not is_host(host):
            raise StoreUnreachableError(f"'{host}' cannot be the name of a git ref")
        async with self._lock:
            await self._ready()
            commit = await self._commit(encode(record({**status, "host": host})))
            for attempt in range(1, TRIES + 1):
                try:
                    await self._git("push", "--quiet", "--no-verify", "--force", "--",
                                    self._remote, f"{commit}:{PREFIX}{host}")  # fmt: skip
                    return
                except StoreUnreachableError as error:
                    if attempt == TRIES or not _RACE.search(str(error)):
                        raise
                await self._sleep(0.2 * 2**attempt * (0.5 + self._chance()))

    async def read(self, hosts: Collection[str] = ()) -> dict[str, Record]:
        """The records of all refs, by one fetch. Raises StoreUnreachableError."""
        async with self._lock:
            await self._ready()
            await self._git("fetch", "--quiet", "--prune", "--no-tags", "--no-write-fetch-head",
                            "--", self._remote, f"+{PREFIX}*:{PREFIX}*")  # fmt: skip
            listed = await self._git("for-each-ref", "--format=%(refname)", PREFIX)
            found = {}
            for name in listed.decode().split():
                host = name.removeprefix(PREFIX)
                if not is_host(host) or (hosts and host not in hosts):
                    continue
                content = await self._content(name)
                one = decode(content, host) if content is not None else None
                if one is not None:
                    found[host] = one
            return found

    async def _content(self, name: str) -> bytes | None:
        """The record that a ref holds. Whoever may push may push anything, so it is looked at first."""
        path = f"{name}:status.json"
        with contextlib.suppress(StoreUnreachableError):
            if int(await self._git("cat-file", "-s", path)) <= LARGEST:
                return await self._git("cat-file", "blob", path)
        return None

    async def _commit(self, content: bytes) -> str:
        blob = await self._git("hash-object", "-w", "--stdin", stdin=content)
        entry = b"100644 blob " + blob.strip() + b"\tstatus.json\n"
        tree = (await self._git("mktree", stdin=entry)).decode().strip()
        commit = await self._git("commit-tree", "-m", "dialform: a host's status", tree)
        return commit.decode().strip()

    async def _ready(self) -> None:
        await asyncio.to_thread(self._tidy)
        if not (self.folder / "HEAD").exists():
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            await self._git(
                "init", "--quiet", "--bare", "--template=", "--", str(self.folder), at=None
            )

    def _tidy(self) -> None:
        """What is here can be fetched again: it is thrown away where it has grown or is broken."""
        objects = self.folder / "objects"
        count = sum(len(files) for _, _, files in os.walk(objects)) if objects.is_dir() else 0
        if count > _MOST_OBJECTS or (self.folder.exists() and not (self.folder / "HEAD").exists()):
            shutil.rmtree(self.folder, ignore_errors=True)

    async def _git(self, *arguments: str, stdin: bytes = b"", at: str | None = "") -> bytes:
        where = [] if at is None else [f"--git-dir={self.folder}"]
        settings = [part for one in _SETTINGS for part in ("-c", one)]
        environment = {k: v for k, v in os.environ.items() if not _CLEARED.fullmatch(k)}
        environment |= {**_NOBODY, "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"}
        environment.setdefault("GIT_SSH_COMMAND", "ssh -o BatchMode=yes -o ConnectTimeout=10")
        try:
            process = await asyncio.create_subprocess_exec(
                "git", *where, *settings, *arguments, env=environment, start_new_session=True,
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
            )  # fmt: skip
        except OSError as error:
            raise StoreUnreachableError(f"git cannot be started: {error.strerror}") from None
        try:
            out, said = await asyncio.wait_for(process.communicate(stdin), SECONDS)
        except TimeoutError:
            raise StoreUnreachableError(
                f"the statuses' repository did not answer in {SECONDS:.0f} s (timed out)"
            ) from None
        finally:
            if process.returncode is None:
                # Its helpers (ssh, git-remote-https) with it: they hold the pipes.
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, 9)
                await process.wait()
        if process.returncode:
            raise StoreUnreachableError(f"the statuses' repository: {self._reason(said)}")
        return out

    def _reason(self, said: bytes) -> str:
        """git's own words, on one line, without the URL's credentials."""
        lines = said.decode("utf-8", "replace").strip().splitlines()
        picked = [line for line in lines if line.startswith(("fatal:", "error:", " ! "))] or lines
        text = "; ".join(" ".join(line.split()) for line in picked[:3]) or "git failed"
        return SHARED.text(text.replace(self._remote, "the remote"))[:300]
