"""Which hosts of lower waves a host waits for, and why. Pure: records in, sentences out."""

from collections.abc import Callable, Mapping

from dialform.reconcile.status import span
from dialform.reconcile.waves.record import Record, moment

FRESH = 900.0
"""Seconds after which a record that was not renewed says nothing any more."""


def blocking(
    records: Mapping[str, Record], waves: Mapping[str, int], mine: str, commit: str,
    is_descendant: Callable[[str, str], bool], now: float, *, fresh: float = FRESH,
) -> list[str]:  # fmt: skip
    """A sentence for each host of a lower wave that is not yet healthy at `commit` or after it.

    Args:
        records: what the hosts published, by their names.
        waves: each host of the platform and its wave, from the commit that is to be applied. What a
            record says of its own wave counts for nothing.
        mine: this host; one that `waves` does not name has wave 0.
        commit: what is to be applied here.
        is_descendant: whether the second commit has the first one behind it.
        now: seconds since 1970.
        fresh: how old a record may be, in seconds; also how far ahead its clock.
    """
    own = waves.get(mine, 0)
    lower = sorted((wave, host) for host, wave in waves.items() if wave < own and host != mine)
    found = []
    for wave, host in lower:
        why = _why(records.get(host), commit, is_descendant, now, fresh)
        if why:
            found.append(f"{host} (wave {wave}) {why}")
    return found


def _why(
    one: Record | None, commit: str, is_descendant: Callable[[str, str], bool],
    now: float, fresh: float,
) -> str:  # fmt: skip
    if one is None:
        return "has not published its status"
    at = moment(one.get("at"))
    if at is None:
        return "published a status without a time"
    if now - at > fresh:
        return f"last published its status {span(now - at)} ago"
    if at - now > fresh:
        return f"has a clock that is {span(at - now)} ahead"
    if one.get("ready") is not True:
        return f"is not ready{': ' + reason if (reason := one.get('reason')) else ''}"
    theirs = one.get("commit") or ""
    if theirs != commit and not (theirs and is_descendant(commit, theirs)):
        return f"is at {theirs[:12] or 'no commit'}, not yet at {commit[:12]}"
    return ""
