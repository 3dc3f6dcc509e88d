"""The end of the switch's log, for what it says only there. Stored nowhere, shown to nobody whole."""

from pathlib import Path

from dialform.reconcile.doctor.ground import Ground

_MOST = 4_000_000
"""Bytes of the log that are read, from its end."""


async def last_lines(ground: Ground) -> list[str]:
    """The last lines; none where there is no log, or it is not ours to read."""
    path = await ground.folder("log_dir") / "freeswitch.log"
    return _tail(path)


def _tail(path: Path) -> list[str]:
    try:
        with path.open("rb") as stream:
            size = stream.seek(0, 2)
            stream.seek(max(size - _MOST, 0))
            return stream.read(_MOST).decode("utf-8", "replace").splitlines()
    except OSError:
        return []
