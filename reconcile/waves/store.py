"""Where the hosts of a platform leave word for each other: one protocol, a store a module, one table."""

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from dialform.reconcile.layout import Layout
from dialform.reconcile.waves.errors import BadStoreUrlError, StoreError, StoreUnreachableError
from dialform.reconcile.waves.record import Record
from dialform.values import dataclass

__all__ = [
    "Setting",
    "StatusStore",
    "StoreError",
    "StoreUnreachableError",
    "bare_store",
    "open_store",
]


class StatusStore(Protocol):
    """What every store can. Both raise StoreError, in one sentence, within a bounded time."""

    async def publish(self, host: str, status: dict[str, Any]) -> None:
        """Leave the short public record (`record`) of this host's status."""
        ...

    async def read(self, hosts: Collection[str] = ()) -> dict[str, Record]:
        """The records of the hosts; of all that there are, where the store can list and none is named.

        What is no record is left out: a host without one blocks the waves above it.
        """
        ...


@dataclass(frozen=True, slots=True)
class Setting:
    """What a store is opened with.

    `folder` is this agent's own state folder, `remote` the URL of the site's repository, `token`
    reads the bearer token of an HTTP store (asked each time, so that it may be changed).
    """

    url: str
    folder: Path
    remote: str = ""
    platform: str = ""
    token: Callable[[], str] | None = None


def open_store(
    url: str, layout: Layout | Path, *, remote: str = "", platform: str = "",
    token: Callable[[], str] | None = None,
) -> StatusStore:  # fmt: skip
    """The store that a setting names. Nothing is asked yet.

    Args:
        url: `git` (the site's own remote), `git+URL`, `postgresql://…`, `https://…`, `http://…` on
            loopback, `folder:/path`, or a path.
        layout: the agent's state folder.
        remote: the URL of the site's repository, for `git`.
        platform: its name, by which several platforms share one database.
        token: reads the bearer token for an HTTP store.

    Raises BadStoreUrlError.
    """
    folder = layout if isinstance(layout, Path) else layout.root
    setting = Setting(url, folder, remote, platform, token)
    from dialform.reconcile.waves.sparing import Sparing

    return Sparing(bare_store(setting))


def bare_store(setting: Setting) -> StatusStore:
    """The store itself, which is asked each time. Raises BadStoreUrlError."""
    url = setting.url
    if url.startswith(("/", "./", "../")):
        return _folder(setting)
    scheme = url.partition(":")[0].partition("+")[0].lower()
    if scheme not in STORES:
        raise BadStoreUrlError(
            f"'{scheme}' is no status store: name git, postgresql://..., https://... or folder:/path"
        )
    return STORES[scheme](setting)


def _folder(setting: Setting) -> StatusStore:
    from dialform.reconcile.waves.folder import FolderStore

    url = setting.url
    path = urlsplit(url).path if url.startswith("file:") else url.removeprefix("folder:")
    if not path.startswith(("/", "./", "../")):
        raise BadStoreUrlError("a folder of statuses is named by its path: folder:/srv/dialform")
    return FolderStore(Path(path))


def _git(setting: Setting) -> StatusStore:
    from dialform.reconcile.waves.git import GitStore

    remote = setting.url.partition("+")[2] or setting.remote
    if not remote:
        raise BadStoreUrlError(
            "the site is no clone of a remote repository, so there is none for statuses: "
            "name one with git+URL, or another store"
        )
    return GitStore(setting.folder / "statuses.git", remote)


def _postgresql(setting: Setting) -> StatusStore:
    from dialform.reconcile.waves.postgresql import PostgresqlStore

    return PostgresqlStore(setting.url, setting.platform)


def _http(setting: Setting) -> StatusStore:
    from dialform.reconcile.waves.http import HttpStore

    return HttpStore(setting.url, setting.token)


STORES: dict[str, Callable[[Setting], StatusStore]] = {
    "git": _git,
    "postgresql": _postgresql,
    "postgres": _postgresql,
    "https": _http,
    "http": _http,
    "folder": _folder,
    "file": _folder,
}
"""The scheme of a setting → what opens it. A new store is a module and a line."""
