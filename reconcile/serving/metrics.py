"""What Prometheus reads: built anew from the status at each scrape, so it cannot differ from it.

A family is a row of `FAMILIES`. Labels are bounded: kinds and outcomes are the agent's own words, gateways
are the platform's trunks, of sources of failed registrations only the worst few are named. A counter with
labels stands in the status as a map, or flat with dots: `counters: {"commands.reloadxml.done": 3}`.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from dialform.reconcile.telling.masking import SHARED
from dialform.reconcile.waves.record import moment
from dialform.values import dataclass

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

MOST = 500
"""Rows of one family. Past it the rest is counted in `dialform_metrics_left_out`."""

WORST_SOURCES = 10
"""Sources of failed registrations that are named, the worst first."""

Status = Mapping[str, Any]
Row = tuple[tuple[str, ...], float]


@dataclass(frozen=True, slots=True)
class Family:
    """A metric: its name without `dialform_`, what it means, its labels, and its rows of a status."""

    name: str
    kind: type[GaugeMetricFamily] | type[CounterMetricFamily]
    meaning: str
    rows: Callable[[Status, float], Iterable[Row]]
    labels: tuple[str, ...] = ()


def render(status: Status, now: float) -> bytes:
    """The page for Prometheus. `now` is in seconds since 1970. What a status lacks is left out."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collector(status, now))
    return generate_latest(registry)


class _Collector(Collector):
    def __init__(self, status: Status, now: float) -> None:
        self.status, self.now = status, now

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        left_out = 0
        for family in FAMILIES:
            metric = family.kind(f"dialform_{family.name}", family.meaning, labels=family.labels)
            rows = list(family.rows(self.status, self.now))
            for labels, value in rows[:MOST]:
                metric.add_metric([_label(label) for label in labels], value)
            left_out += len(rows[MOST:])
            if rows or not family.labels:
                yield metric
        yield GaugeMetricFamily(
            "dialform_metrics_left_out", "Rows that were too many for their family.", value=left_out
        )


def _label(text: str) -> str:
    return re.sub(r"[^\x20-\x7e]", "?", SHARED.text(text))[:120]


def _at(status: Any, *path: str) -> Any:
    """What stands at a path of a status, or None."""
    for key in path:
        if not isinstance(status, Mapping):
            return None
        status = status.get(key)
    return status


def _number(value: Any) -> float | None:
    if not isinstance(value, int | float) or abs(value) > 1e15:
        return None
    return float(value)


def _one(*path: str) -> Callable[[Status, float], list[Row]]:
    """The number (or truth) at a path."""

    def rows(status: Status, _: float) -> list[Row]:
        value = _number(_at(status, *path))
        return [] if value is None else [((), value)]

    return rows


def _count(name: str) -> Callable[[Status, float], list[Row]]:
    """A counter without labels: 0 until it is counted, so that a first increase is one."""
    return _first("counters", name)


def _map(*path: str) -> Callable[[Status, float], list[Row]]:
    """A map of names to numbers, in the order of names."""

    def rows(status: Status, _: float) -> list[Row]:
        found = _at(status, *path)
        if not isinstance(found, Mapping):
            return []
        numbers = ((str(name), _number(value)) for name, value in found.items())
        return sorted(((name,), value) for name, value in numbers if value is not None)

    return rows


def _counts(name: str, depth: int) -> Callable[[Status, float], list[Row]]:
    """Counters with `depth` labels: nested maps, or flat with dots between the labels."""

    def walk(prefix: tuple[str, ...], value: Any) -> Iterator[Row]:
        number = _number(value)
        if len(prefix) == depth and number is not None:
            yield prefix, number
        elif isinstance(value, Mapping) and len(prefix) < depth:
            for key, one in value.items():
                yield from walk((*prefix, str(key)), one)

    def rows(status: Status, _: float) -> list[Row]:
        found: dict[tuple[str, ...], float] = {}
        counters = _at(status, "counters")
        for key, value in counters.items() if isinstance(counters, Mapping) else ():
            first, *labels = str(key).split(".", depth)
            if first == name:
                for row, number in walk(tuple(labels), value):
                    found[row] = found.get(row, 0.0) + number
        return sorted(found.items())

    return rows


def _time(*path: str) -> Callable[[Status, float], list[Row]]:
    def rows(status: Status, _: float) -> list[Row]:
        at = moment(_at(status, *path))
        return [] if at is None else [((), at)]

    return rows


def _age(*path: str) -> Callable[[Status, float], list[Row]]:
    def rows(status: Status, now: float) -> list[Row]:
        at = moment(_at(status, *path))
        return [] if at is None else [((), max(0.0, now - at))]

    return rows


def _condition(kind: str) -> Callable[[Status, float], list[Row]]:
    return lambda status, _: [((), float(condition(status, kind).get("status") == "True"))]


def condition(status: Status, kind: str) -> Mapping[str, Any]:
    """A condition of a status; empty where it has none such."""
    listed = status.get("conditions")
    for one in listed if isinstance(listed, list | tuple) else ():
        if isinstance(one, Mapping) and one.get("type") == kind:
            return one
    return {}


def _drift(status: Status, _: float) -> list[Row]:
    counts: dict[str, int] = {}
    listed = status.get("drift")
    for one in listed if isinstance(listed, list | tuple) else ():
        kind = one.get("kind") if isinstance(one, Mapping) else None
        counts[str(kind or "unknown")] = counts.get(str(kind or "unknown"), 0) + 1
    return [((kind,), float(count)) for kind, count in sorted(counts.items())]


def _held(status: Status, _: float) -> list[Row]:
    reason = _at(status, "held", "reason")
    return [((str(reason),), 1.0)] if reason else []


def _info(*path: str) -> Callable[[Status, float], list[Row]]:
    """An info of a commit and the revision of what it compiled to."""

    def rows(status: Status, _: float) -> list[Row]:
        found = _at(status, *path)
        if not isinstance(found, Mapping) or not found.get("commit"):
            return []
        return [((str(found["commit"]), str(found.get("revision") or "")), 1.0)]

    return rows


def _attempted(status: Status, _: float) -> list[Row]:
    found = _at(status, "attempted")
    if not isinstance(found, Mapping) or not found.get("commit"):
        return []
    return [((str(found["commit"]), str(found.get("outcome") or "")), 1.0)]


def _lost(status: Status, _: float) -> list[Row]:
    reasons = (condition(status, "Ready").get("reason"), _at(status, "held", "reason"))
    return [((), float("RollbackFailed" in reasons))]


def _first(*path: str) -> Callable[[Status, float], list[Row]]:
    """The number at a path, 0 where there is none yet."""
    return lambda status, _: [((), _number(_at(status, *path)) or 0.0)]


def _build(status: Status, _: float) -> list[Row]:
    return [(tuple(str(status.get(k) or "") for k in ("version", "host", "platform")), 1.0)]


def _sources(status: Status, _: float) -> list[Row]:
    listed = _at(status, "attackers", "top")
    found: dict[str, float] = {}
    for one in listed if isinstance(listed, list | tuple) else ():
        number = _number(_at(one, "failures"))
        if number is not None:
            found[str(_at(one, "source") or "unknown")] = number
    worst = sorted(found.items(), key=lambda row: (-row[1], row[0]))[:WORST_SOURCES]
    return [((source,), number) for source, number in worst]


def _length(*path: str) -> Callable[[Status, float], list[Row]]:
    def rows(status: Status, _: float) -> list[Row]:
        found = _at(status, *path)
        sized = isinstance(found, list | tuple | Mapping)
        return [((), float(len(found)))] if sized else [((), 0.0)]

    return rows


_G, _C = GaugeMetricFamily, CounterMetricFamily

FAMILIES: tuple[Family, ...] = (
    Family("build_info", _G, "The agent.", _build, ("version", "host", "platform")),
    Family("ready", _G, "1 where the last good commit is live and proven.", _condition("Ready")),
    Family("reconciling", _G, "1 while a change is being applied.", _condition("Reconciling")),
    Family("drifted", _G, "1 where disk or switch differ from git.", _condition("Drifted")),
    Family("suspended", _G, "1 while the agent is suspended.", _condition("Suspended")),
    Family("held", _G, "1 for the reason why a commit is not applied.", _held, ("reason",)),
    Family("rollback_failed", _G, "1 where a rollback failed: nobody wanted the switch's state.", _lost),
    Family("drift", _G, "What differs now, by kind.", _drift, ("kind",)),
    Family("applied_info", _G, "What is live.", _info("applied"), ("commit", "revision")),
    Family("attempted_info", _G, "What was tried last.", _attempted, ("commit", "outcome")),
    Family("last_pass_timestamp_seconds", _G, "When the agent last wrote its status.", _time("at")),
    Family("pass_age_seconds", _G, "Seconds since the agent last wrote its status.", _age("at")),
    Family(
        "last_fetch_timestamp_seconds", _G, "When git last answered.", _time("source", "fetched_at")
    ),
    Family(
        "source_staleness_seconds", _G, "Seconds since git last answered.", _age("source", "fetched_at")
    ),
    Family(
        "last_applied_timestamp_seconds", _G, "When a commit was last proven.", _time("applied", "at")
    ),
    Family("pass_seconds", _G, "Seconds of each stage, the last time.", _map("timings"), ("stage",)),
    Family("quarantined_commits", _G, "Commits that failed and are held back.", _length("quarantine")),
    Family(
        "quarantined_tenants", _G, "Tenants whose last good files are live.",
        _length("tenants_quarantined"),
    ),
    Family(
        "needs_restart", _G, "What waits for a restart of the switch.",
        _length("switch", "needs_restart"),
    ),
    Family("generations", _G, "Generations kept on the host.", _length("generations")),
    Family("switch_connected", _G, "1 while the event socket is up.", _one("switch", "connected")),
    Family(
        "gateway_up", _G, "1 for a gateway that is up (registered, where it registers).",
        _map("switch", "gateways"), ("gateway",),
    ),
    Family("channels", _G, "Channels on the switch.", _one("switch", "channels")),
    Family("calls", _G, "Calls on the switch.", _one("switch", "calls")),
    Family("registrations", _G, "Phones that are registered.", _one("switch", "registrations")),
    Family("passes", _C, "Passes.", _count("passes")),
    Family("applies", _C, "Commits that were applied and proven.", _count("applies")),
    Family("commands", _C, "Commands to the switch.", _counts("commands", 2), ("kind", "outcome")),
    Family("rollbacks", _C, "Rollbacks.", _count("rollbacks")),
    Family("rollbacks_failed", _C, "Rollbacks that failed.", _count("rollbacks_failed")),
    Family("drift_found", _C, "Drift that was found.", _counts("drift_found", 1), ("kind",)),
    Family("drift_healed", _C, "Drift that was healed.", _counts("drift_healed", 1), ("kind",)),
    Family("fetch_failures", _C, "Fetches that failed.", _count("fetch_failures")),
    Family("reconnects", _C, "Event sockets after the first one.", _count("reconnects")),
    Family(
        "events_overflowed", _C, "Events dropped, each a reason for a resync.",
        _count("events_overflowed"),
    ),
    Family(
        "registration_failures", _C, "Log-ins that the switch refused.", _first("attackers", "failures")
    ),
    Family(
        "registration_failures_of_source", _G, "The worst sources of refused log-ins, in one window.",
        _sources, ("source",),
    ),
    Family("attacking_sources", _G, "Sources that guess passwords now.", _first("attackers", "attacking")),
    Family(
        "passwords_guessed", _C, "Log-ins that came right after many wrong ones.",
        _first("attackers", "guessed"),
    ),
    Family(
        "notifications", _C, "Messages to webhooks and forges.", _counts("notifications", 1), ("outcome",)
    ),
)  # fmt: skip
"""All metrics. docs/monitoring names some of them; a test asks that each of those is here."""

NAMES = frozenset(
    f"dialform_{one.name}{'_total' if one.kind is CounterMetricFamily else ''}" for one in FAMILIES
) | {"dialform_metrics_left_out"}
"""The names of all series, as Prometheus stores them."""
