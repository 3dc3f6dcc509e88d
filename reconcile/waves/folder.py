"""Statuses in a folder that all hosts share: a file a host."""

import asyncio
import contextlib
import errno
import os
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

from dialform.reconcile.waves.errors import StoreUnreachableError
from dialform.reconcile.waves.heard import heard, unheard
from dialform.reconcile.waves.record import LARGEST, Record, encode, is_host, record


class FolderStore:
    """A folder on a file system that all hosts mount. A record is `<host>.json`, replaced whole.

    It must be there: one that is not is taken for a file system that is not mounted.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def publish(self, host: str, status: dict[str, Any]) -> None:
        """Leave this host's record. Raises StoreUnreachableError."""
        content = encode(record({**status, "host": host}))
        await asyncio.to_thread(self._write, host, content)

    async def read(self, hosts: Collection[str] = ()) -> dict[str, Record]:
        """The records that lie here. Raises StoreUnreachableError."""
        return await asyncio.to_thread(self._read, hosts)

    def _write(self, host: str, content: bytes) -> None:
        # Not the agent's own state folder: others read here, and a crash loses no more than one word.
        new = self.folder / f".{host}.{os.getpid()}.new"
        try:
            # Others may write here: what lies there under this name, a link perhaps, is not followed.
            new.unlink(missing_ok=True)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
            with open(os.open(new, flags, 0o644), "wb") as file:  # noqa: PTH123 - a descriptor
                os.fchmod(file.fileno(), 0o644)
                file.write(content)
            new.replace(self.folder / f"{host}.json")
        except OSError as error:
            with contextlib.suppress(OSError):
                new.unlink()
            raise self._error(error) from None

    def _read(self, hosts: Collection[str]) -> dict[str, Record]:
        try:
            if not self.folder.is_dir():
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
            names = hosts or [path.stem for path in self.folder.glob("[!.]*.json")]
        except OSError as error:
            raise self._error(error) from None
        return heard(self._contents(sorted(filter(is_host, names))))

    def _contents(self, hosts: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """What lies there of each host, of one that cannot be read nothing: the others can be."""
        for host in hosts:
            path = self.folder / f"{host}.json"
            try:
                if path.is_file():  # who opens a pipe waits
                    with path.open("rb") as file:
                        yield host, file.read(LARGEST + 1)
            except OSError as error:
                unheard(host, error.strerror or str(error))

    def _error(self, error: OSError) -> StoreUnreachableError:
        return StoreUnreachableError(
            f"the folder of statuses {self.folder} cannot be used: {error.strerror or error}"
        )
