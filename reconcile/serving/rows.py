"""How rows of metrics are read from a status: each function makes rows of what stands at a path."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from dialform.reconcile.waves.record import moment

Status = Mapping[str, Any]
Row = tuple[tuple[str, ...], float]
"""The values of a family's labels, and the number."""

Rows = Callable[[Status, float], list[Row]]
"""Rows of a status at a time (seconds since 1970)."""

WORST_SOURCES = 10
"""Sources of refused log-ins that are named, the worst first."""


def _at(status: Any, *path: str) -> Any:
    """What stands at a path of a status, or None."""
    for key in path:
        if not isinstance(status, Mapping):
            return None
        status = status.get(key)
    return status


def _float(value: Any) -> float | None:
    if not isinstance(value, int | float) or abs(value) > 1e15:
        return None
    return float(value)


def number(*path: str) -> Rows:
    """The number (or truth) at a path."""

    def rows(status: Status, _: float) -> list[Row]:
        value = _float(_at(status, *path))
        return [] if value is None else [((), value)]

    return rows


def count(name: str) -> Rows:
    """A counter without labels: 0 until it is counted, so that a first increase is one."""
    return first("counters", name)


def numbers(*path: str) -> Rows:
    """A map of names to numbers, in the order of names."""

    def rows(status: Status, _: float) -> list[Row]:
        found = _at(status, *path)
        if not isinstance(found, Mapping):
            return []
        numbers = ((str(name), _float(value)) for name, value in found.items())
        return sorted(((name,), value) for name, value in numbers if value is not None)

    return rows


def counts(name: str, depth: int) -> Rows:
    """Counters with `depth` labels: nested maps, or flat with dots between the labels."""

    def walk(prefix: tuple[str, ...], value: Any) -> Iterator[Row]:
        number = _float(value)
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


def time(*path: str) -> Rows:
    """The time at a path, in seconds since 1970."""

    def rows(status: Status, _: float) -> list[Row]:
        at = moment(_at(status, *path))
        return [] if at is None else [((), at)]

    return rows


def age(*path: str) -> Rows:
    """How many seconds ago the time at a path is."""

    def rows(status: Status, now: float) -> list[Row]:
        at = moment(_at(status, *path))
        return [] if at is None else [((), max(0.0, now - at))]

    return rows


def is_true(kind: str) -> Rows:
    """1 where a condition is True; 0 where it is not, or nobody knows."""
    return lambda status, _: [((), float(condition(status, kind).get("status") == "True"))]


def condition(status: Status, kind: str) -> Mapping[str, Any]:
    """A condition of a status; empty where it has none such."""
    listed = status.get("conditions")
    for one in listed if isinstance(listed, list | tuple) else ():
        if isinstance(one, Mapping) and one.get("type") == kind:
            return one
    return {}


def drift(status: Status, _: float) -> list[Row]:
    """How many differences there are, by kind."""
    counts: dict[str, int] = {}
    listed = status.get("drift")
    for one in listed if isinstance(listed, list | tuple) else ():
        kind = one.get("kind") if isinstance(one, Mapping) else None
        counts[str(kind or "unknown")] = counts.get(str(kind or "unknown"), 0) + 1
    return [((kind,), float(count)) for kind, count in sorted(counts.items())]


def held(status: Status, _: float) -> list[Row]:
    """The reason to hold, where there is one."""
    reason = _at(status, "held", "reason")
    return [((str(reason),), 1.0)] if reason else []


def info(key: str, what: str) -> Rows:
    """The commit that stands at a key, and what is said of it there."""

    def rows(status: Status, _: float) -> list[Row]:
        commit, said = _at(status, key, "commit"), _at(status, key, what)
        return [((str(commit), str(said or "")), 1.0)] if commit else []

    return rows


def lost(status: Status, _: float) -> list[Row]:
    """Whether the way back failed as well."""
    reasons = (condition(status, "Ready").get("reason"), _at(status, "held", "reason"))
    return [((), float("RollbackFailed" in reasons))]


def flagged(status: Status, _: float) -> list[Row]:
    """How many tenants have each flag; their names are no label."""
    found = _at(status, "billing", "flags")
    listed = found.items() if isinstance(found, Mapping) else ()
    return sorted(
        ((str(word),), float(len(names))) for word, names in listed if isinstance(names, list)
    )


def first(*path: str) -> Rows:
    """The number at a path, 0 where there is none yet."""
    return lambda status, _: [((), _float(_at(status, *path)) or 0.0)]


def build(status: Status, _: float) -> list[Row]:
    """Which agent this is."""
    return [(tuple(str(status.get(k) or "") for k in ("version", "host", "platform")), 1.0)]


def sources(status: Status, _: float) -> list[Row]:
    """The worst sources of refused log-ins; all others stand in the total alone."""
    listed = _at(status, "attackers", "top")
    found: dict[str, float] = {}
    for one in listed if isinstance(listed, list | tuple) else ():
        number = _float(_at(one, "failures"))
        if number is not None:
            found[str(_at(one, "source") or "unknown")] = number
    worst = sorted(found.items(), key=lambda row: (-row[1], row[0]))[:WORST_SOURCES]
    return [((source,), number) for source, number in worst]


def length(*path: str) -> Rows:
    """How many there are at a path, 0 where there is nothing."""

    def rows(status: Status, _: float) -> list[Row]:
        found = _at(status, *path)
        return [((), float(len(found) if isinstance(found, list | tuple | Mapping) else 0))]

    return rows
