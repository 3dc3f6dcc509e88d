"""What the agent is doing, as it says to everybody: one JSON file, written whole at each change."""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import dialform
from dialform.reconcile import durable
from dialform.reconcile.layout import Layout
from dialform.reconcile.policy import Hold
from dialform.reconcile.settings import Settings
from dialform.reconcile.times import Times, moment, written

ONCE = 86400.0
"""Seconds after which a status is old where no agent stays: it runs now and then (`--once`), or never."""

CONDITIONS = ("Ready", "Reconciling", "Drifted", "Suspended", "Billing")
"""The types of conditions, always all of them. Status is True, False or Unknown."""

Listener = Callable[[dict[str, Any]], None]
"""Is given each status that is written."""

_KEPT = ("attempted", "applied", "held", "quarantine", "tenants_quarantined", "generations", "timings",
         "counters", "phones", "platform", "wave")  # fmt: skip
"""What a status keeps over a restart of the agent."""


class StatusBook:
    """The agent's status. Each method says one thing; `save` writes the file and tells who listens."""

    def __init__(self, layout: Layout, settings: Settings, times: Times) -> None:
        self._path, self._times = layout.status, times
        self.listeners: list[Listener] = []
        before = read(layout.status) or {}
        now = times.text()
        self.data: dict[str, Any] = {
            "host": settings.host,
            "platform": "",
            "wave": 0,
            "version": dialform.__version__,
            "pid": os.getpid(),
            "at": now,
            "started": now,
            "interval": settings.interval,
            "stale_after": settings.stale_after,
            "report_only": settings.report_only,
            "once": settings.once,
            "doing": "starting",
            "conditions": _conditions(before, now),
            "source": {
                "url": "", "branch": settings.branch, "commit": None, "fetched_at": None, "error": None,
            },
            "attempted": None,
            "applied": None,
            "held": None,
            "suspended": None,
            "quarantine": {},
            "tenants_quarantined": {},
            "switch": {
                "connected": False, "core_uuid": None, "revision": None, "needs_restart": [], "error": None,
            },
            "billing": {},
            "phones": {},
            "fax": {},
            "drift": [],
            "generations": [],
            "timings": {},
            "counters": {},
        }  # fmt: skip
        if before.get("host") == settings.host:
            self.data |= {key: before[key] for key in _KEPT if key in before}
            source = before.get("source")
            if isinstance(source, dict):
                self.data["source"] |= {k: source.get(k) for k in ("url", "commit", "fetched_at")}
        self._saved: dict[str, Any] | None = None

    def condition(self, type_: str, status: bool | None, reason: str, message: str = "") -> None:
        """Set a condition. `since` moves only where its status does."""
        word = {True: "True", False: "False", None: "Unknown"}[status]
        for one in self.data["conditions"]:
            if one["type"] == type_:
                since = one["since"] if one["status"] == word else self._times.text()
                one |= {"status": word, "reason": reason, "message": message, "since": since}

    def status_of(self, type_: str) -> str:
        """A condition's status."""
        return next(str(c["status"]) for c in self.data["conditions"] if c["type"] == type_)

    def hold(self, hold: Hold | None) -> bool:
        """Say why it holds, or that it does not. True: it is another reason than before, or a new one."""
        before = self.data["held"]
        if hold is None:
            self.data["held"] = None
            return before is not None
        same = before is not None and before["reason"] == hold.reason
        self.data["held"] = {
            "reason": hold.reason,
            "message": hold.message,
            "way_out": hold.way_out,
            "alarm": hold.row.alarm,
            "since": before["since"] if same else self._times.text(),
            "until": None if hold.until is None else written(hold.until),
        }
        return not same or before["message"] != hold.message

    def attempted(self, commit: str | None, outcome: str, message: str = "") -> None:
        """What came of the last attempt."""
        at = self._times.text()
        self.data["attempted"] = {
            "commit": commit, "at": at, "outcome": outcome, "message": message,
        }  # fmt: skip

    def section(self, name: str, **values: Any) -> None:
        """Set keys of `source` or `switch`."""
        self.data[name] |= values

    def count(self, name: str, more: int = 1) -> None:
        """Count something; what was counted stays over a restart of the agent."""
        self.data["counters"][name] = self.data["counters"].get(name, 0) + more

    def doing(self, what: str) -> None:
        """What it is doing right now, in words; empty where it only watches. Written at once."""
        self.data["doing"] = what
        self.condition("Reconciling", bool(what), "Working" if what else "Idle", what)
        self.save()

    def beat(self) -> None:
        """Say that the agent is alive."""
        self.save(even_if_same=True)

    def save(self, *, even_if_same: bool = False) -> None:
        """Write the file where anything changed. A full disk is no reason to stop watching."""
        if not even_if_same and self.data == self._saved:
            return
        self.data["at"] = self._times.text()
        self._saved = json.loads(json.dumps(self.data))
        content = json.dumps(self._saved, indent=2, ensure_ascii=False) + "\n"
        try:
            durable.write(self._path, content.encode(), 0o640)
        except OSError:
            self.count("status_not_written")
        for listener in self.listeners:
            listener(self._saved)


def _conditions(before: Mapping[str, Any], now: str) -> list[dict[str, str]]:
    known = {
        str(one.get("type")): one
        for one in before.get("conditions") or ()
        if isinstance(one, dict) and isinstance(one.get("since"), str)
    }
    found = []
    for type_ in CONDITIONS:
        first = {
            "type": type_,
            "status": "Unknown",
            "reason": "Starting",
            "message": "",
            "since": now,
        }
        found.append({**first, **known.get(type_, {})})
    return found


def read(path: Path) -> dict[str, Any] | None:
    """A status as it was written; None where there is none, or none that can be read."""
    try:
        data = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) and isinstance(data.get("conditions"), list) else None


def life(status: Mapping[str, Any], now: float, alive: bool | None = None) -> str:
    """Why nobody should believe a status: its agent has gone, or has said nothing for long; else empty.

    `alive` says whether somebody holds the lock of the state folder; None where that cannot be asked.
    """
    age = now - (moment(str(status.get("at"))) or 0.0)
    pid = status.get("pid")
    if status.get("once") and alive is False:
        return "" if age < ONCE else f"nothing was applied or looked at for {span(age)}"
    if status.get("doing") == "stopped":
        return f"the agent was stopped {span(age)} ago"
    if alive is False:
        return f"no agent runs: process {pid} has gone, its last word was {span(age)} ago"
    if age > float(status.get("stale_after") or 180.0):
        return f"the agent has said nothing for {span(age)}"
    return ""


def span(seconds: float) -> str:
    """A span of time as people say it."""
    for size, one in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = int(seconds // size)
            return f"{count} {one}{'' if count == 1 else 's'}"
    count = max(int(seconds), 0)
    return f"{count} second{'' if count == 1 else 's'}"


def shown(commits: Sequence[str] | str | None) -> str:
    """Commits as people read them."""
    if not commits:
        return "no commit"
    return ", ".join(one[:10] for one in ([commits] if isinstance(commits, str) else commits))
