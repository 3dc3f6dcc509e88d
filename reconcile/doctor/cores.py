"""Whether the switch crashed: it leaves a core."""

import re
from pathlib import Path

from dialform.reconcile.doctor.finding import Finding, ok, warning
from dialform.reconcile.doctor.ground import Ground

_CORE = re.compile(r"core(?:\.\d+|\.freeswitch.*)?|freeswitch.*\.core")
_SYSTEMD = Path("/var/lib/systemd/coredump")


async def check(ground: Ground) -> list[Finding]:
    """The folders where cores are left."""
    folders = [
        await ground.folder("log_dir"), await ground.folder("db_dir"),
        Path(ground.machine.environ.get("DIALFORM_COREDUMPS") or _SYSTEMD),
    ]  # fmt: skip
    looked = ", ".join(map(str, folders))
    cores = [path for folder in folders for path in _cores(folder)]
    if not cores:
        return [ok("crashes", looked, "No core of FreeSWITCH lies there.")]
    last = max(cores, key=lambda path: path.stat().st_mtime)
    return [
        warning(
            "crashes", looked, f"{len(cores)} cores of FreeSWITCH, the last is {last}.",
            "The switch crashed: the calls that were up ended without a record.",
            f"`coredumpctl info freeswitch` or `gdb freeswitch {last}` says where; then remove them.",
        )
    ]  # fmt: skip


def _cores(folder: Path) -> list[Path]:
    try:
        names = list(folder.iterdir())
    except OSError:
        return []
    return [path for path in names if _CORE.fullmatch(path.name) and path.is_file()]
