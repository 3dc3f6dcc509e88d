"""Statuses as refs of the site's own repository: `refs/dialform/status/<host>`.

Each is a commit of its own, without parents, that holds `status.json`: no history grows, no branch sees it,
and every forge takes it. A host pushes its own ref alone. The agent's copy of the site is not touched: a
small repository beside it holds the refs, and is thrown away when it has grown or is damaged.
"""

import asyncio
import os
import random
import shutil
from collections.abc import Awaitable, Callable, Collection
from pathlib import Path
from typing import Any, TypeVar

from dialform.reconcile.source import address as addresses
from dialform.reconcile.source.clone import DOUBT, FETCH, Clone
from dialform.reconcile.source.errors import SourceError
from dialform.reconcile.source.git import Limits
from dialform.reconcile.waves.errors import BadStoreUrlError, StoreUnreachableError
from dialform.reconcile.waves.heard import heard
from dialform.reconcile.waves.record import LARGEST, Record, encode, is_host, record
from dialform.switch.backoff import Backoff

PREFIX = "refs/dialform/status/"
TRIES = 4

_LIMITS = Limits(ask=20.0, talk=30.0, clone=30.0)
_PAUSE = Backoff()
_MOST_OBJECTS = 2000
_AUTHOR = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "dialform"), ("EMAIL", "dialform@localhost"))
}

T = TypeVar("T")


class GitStore:
    """A remote repository. `folder` is a bare repository of our own, made when it is needed.

    Raises BadStoreUrlError where the remote is no address of one.
    """

    def __init__(
        self, folder: Path, remote: str, *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:  # fmt: skip
        try:
            self._address = addresses.read(remote)
        except SourceError as error:
            raise BadStoreUrlError(f"statuses in git: {error}") from None
        self.folder = folder
        self._clone = Clone(folder, self._address, _LIMITS)
        self._sleep, self._chance = sleep, chance
        self._lock = asyncio.Lock()

    def __repr__(self) -> str:
        return f"<GitStore {self._address.shown}>"

    async def publish(self, host: str, status: dict[str, Any]) -> None:
        """Push this host's record. Raises StoreUnreachableError."""
        if not is_host(host):
            raise StoreUnreachableError(f"'{host}' cannot be the name of a git ref")
        content = encode(record({**status, "host": host}))
        async with self._lock:
            for attempt in range(1, TRIES + 1):
                try:
                    await asyncio.to_thread(_told, self._push, host, content)
                    break
                except _AgainError as error:
                    if attempt == TRIES:
                        raise StoreUnreachableError(str(error)) from None
                await self._sleep(_PAUSE.wait(attempt, self._chance()))

    async def read(self, hosts: Collection[str] = ()) -> dict[str, Record]:
        """The records of all refs, by one fetch. Raises StoreUnreachableError."""
        async with self._lock:
            return await asyncio.to_thread(_told, self._read, hosts)

    def _push(self, host: str, content: bytes) -> None:
        self._ready()
        blob = self._clone.question("hash-object", "-w", "--stdin", stdin=content).strip()
        entry = b"100644 blob " + blob + b"\tstatus.json\n"
        tree = self._clone.question("mktree", stdin=entry).decode().strip()
        made = self._clone.question("commit-tree", "-m", "A host's status", tree, more=_AUTHOR)
        what = f"{made.decode().strip()}:{PREFIX}{host}"
        # Forced: the ref is this host's own, and what it said before counts for nothing.
        self._clone.talk(
            "push", "--quiet", "--no-verify", "--force", "--no-signed", "--no-recurse-submodules",
            self._address.url, what, within=_LIMITS.talk,
        )  # fmt: skip

    def _read(self, hosts: Collection[str]) -> dict[str, Record]:
        self._ready()
        refs = f"+{PREFIX}*:{PREFIX}*"
        self._clone.talk(*FETCH, "--prune", self._address.url, refs, within=_LIMITS.talk)
        names = self._clone.question("for-each-ref", "--format=%(refname)", PREFIX)
        # Whoever may push names refs in any bytes.
        found = {one.removeprefix(PREFIX) for one in names.decode("utf-8", "replace").split()}
        here = sorted(host for host in found if is_host(host) and (not hosts or host in hosts))
        return heard((host, self._content(host)) for host in here)

    def _content(self, host: str) -> bytes:
        """What a host's ref holds, empty where that can be no record.

        Whoever may push may push anything: its size is asked first.
        """
        path = f"{PREFIX}{host}:status.json"
        sized = self._clone.git.ask("cat-file", "-s", path, within=_LIMITS.ask)
        if sized.code or int(sized.out) > LARGEST:
            return b""
        shown = self._clone.git.ask("cat-file", "blob", path, within=_LIMITS.ask)
        return shown.out if shown.code == 0 else b""

    def _ready(self) -> None:
        """The repository of our own. What is in it can be fetched again."""
        count = sum(len(files) for _, _, files in os.walk(self.folder / "objects"))
        whole = self._clone.ready() and not (self.folder / DOUBT).exists()
        if not whole or count > _MOST_OBJECTS:
            shutil.rmtree(self.folder, ignore_errors=True)
        self._clone.settle()
        if not self._clone.ready():
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            listed = self._clone.talk("ls-remote", self._address.url, within=_LIMITS.talk)
            self._clone.init(listed.partition(b"\t")[0].decode())


class _AgainError(StoreUnreachableError):
    """It may be taken the next time: another push was quicker, or the network was slow."""


def _told(ask: Callable[..., T], *arguments: Any) -> T:
    """Ask, and tell what went wrong in the words of statuses."""
    try:
        return ask(*arguments)
    except SourceError as error:
        kind = _AgainError if error.passes or error.kind == "git" else StoreUnreachableError
        raise kind(f"statuses in git: {error.reason}") from None
    except OSError as error:
        raise StoreUnreachableError(
            f"the agent's copy of the statuses cannot be written: {error.strerror or error}"
        ) from None
