"""Whether a disk is nearly full: on a full one the switch unlinks records of calls (mod_json_cdr.c)."""

from pathlib import Path

from dialform.reconcile.doctor.finding import Finding, ok, problem, unknown, warning
from dialform.reconcile.doctor.ground import Ground

_LITTLE, _VERY_LITTLE = 1_000_000_000, 200_000_000
"""Bytes below which it is said."""
_PART = 0.05


async def check(ground: Ground) -> list[Finding]:
    """Each folder that is written to; folders of one disk are told together."""
    folders: dict[str, Path] = {}
    if ground.folders is not None and ground.folders.state is not None:
        folders["the agent's state"] = ground.folders.state
    log = await ground.folder("log_dir")
    folders |= {"logs": log, "the switch's database": await ground.folder("db_dir")}
    folders["call records"] = _spool(ground, log)
    disks: dict[tuple[int, int], list[str]] = {}
    found = []
    for what, folder in folders.items():
        space = ground.machine.free(folder)
        if space is None:
            found.append(unknown("disk", str(folder), f"{folder} ({what}) cannot be asked."))
        else:
            disks.setdefault(space, []).append(f"{folder} ({what})")
    return [_of(space, names) for space, names in disks.items()] + found


def _spool(ground: Ground, log: Path) -> Path:
    said = ground.params("autoload_configs/json_cdr.conf.xml").get("log-dir")
    return log / "json_cdr" if said is None else Path(said.replace("$${log_dir}", str(log)))


def _of(space: tuple[int, int], names: list[str]) -> Finding:
    free, whole = space
    looked = ", ".join(names)
    said = f"{free / 1e9:.1f} of {whole / 1e9:.1f} GB are free."
    if free < _VERY_LITTLE:
        return problem(
            "disk", looked, said,
            "The disk is full: records of calls are lost, and nothing can be applied.",
            "Make room: old logs and recordings first (`dialform recordings prune`).",
        )  # fmt: skip
    if free < _LITTLE or free < whole * _PART:
        return warning(
            "disk", looked, said, "The disk fills up.",
            "Make room: old logs and recordings first (`dialform recordings prune`).",
        )  # fmt: skip
    return ok("disk", looked, said)
