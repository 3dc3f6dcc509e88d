"""Records as mod_json_cdr writes them, as short as they may be, and a spool to put them in."""

from __future__ import annotations

import json
import os
import uuid
from pathlib import Path
from typing import Any

from dialform.billing.spool import Spool

NOW = 1_795_346_300.0
"""2026-11-22T11:18:20Z."""
DAY = "2026-11-22"


class Killed(BaseException):
    """The process dies here."""


def new_uuid() -> str:
    return str(uuid.uuid4())


def record(uuid: str, **variables: str) -> bytes:
    """A trunk leg of acme that lasted a minute."""
    ended = int((NOW - 10) * 1_000_000)
    said = {
        "uuid": uuid, "dialform_tenant": "acme", "dialform_trunk": "mycarrier",
        "dialform_direction": "outbound", "dialform_to": "+442079460000",
        "start_uepoch": str(ended - 65_000_000), "answer_uepoch": str(ended - 60_000_000),
        "end_uepoch": str(ended), "hangup_cause": "NORMAL_CLEARING",
    }  # fmt: skip
    made: dict[str, Any] = {"core-uuid": "c", "variables": said | variables, "callflow": []}
    return json.dumps(made, separators=(",", ":")).encode() + b"\n"


class Folder:
    """A spool's folder, the clock, and what was alarmed."""

    def __init__(self, path: Path) -> None:
        self.path = path / "cdr"
        self.path.mkdir()
        self.now = NOW
        self.alarms: list[tuple[str, str]] = []

    def spool(self, **given: Any) -> Spool:
        return Spool(
            self.path, "pbx1", now=lambda: self.now,
            alarm=lambda kind, words: self.alarms.append((kind, words)), **given,
        )  # fmt: skip

    def put(self, name: str, content: bytes, age: float = 100.0) -> Path:
        path = self.path / name
        path.write_bytes(content)
        os.utime(path, (self.now - age, self.now - age))
        return path

    def call(self, age: float = 100.0, **variables: str) -> str:
        uuid = new_uuid()
        self.put(f"{uuid}.cdr.json", record(uuid, **variables), age)
        return uuid

    def names(self, below: str = "") -> list[str]:
        folder = self.path / below
        return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []

    def waiting(self) -> list[str]:
        return [name for name in self.names() if name not in ("bad", "booked")]

    def reason(self, name: str) -> str:
        return (self.path / "bad" / f"{name}.reason.txt").read_text()


def drain(spool: Spool) -> list[str]:
    """Everything read and put away, as if it were booked; whose records they were."""
    read = []
    for batch in spool.passes():
        read += [one.uuid for one in batch.read]
        spool.settle(batch.read)
    return sorted(read)
