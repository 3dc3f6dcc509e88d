"""The boxes of a call flow's picture: which object each is, and what is written on it."""

import re
from collections.abc import Callable

from dialform.compiler.destinations import WORDS
from dialform.schema.hours import DAYS, Hours
from dialform.schema.rule import Path
from dialform.schema.tenant import Tenant
from dialform.values import dataclass

KINDS = (
    "did", "schedule", "ivr", "ring_group", "queue", "extension", "voicemail", "conference", "fax",
    "paging", "external", "play", "hangup", "missing",
)  # fmt: skip
"""The kinds of boxes, in the order in which they stand in a graph."""

_MOST_HOURS = 3
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Box:
    """One object. `lines` are what is written on it, the first one large; `path` is its place in the
    tenant's document.
    """

    id: str
    kind: str
    key: str
    lines: tuple[str, ...]
    path: Path


def id_of(tenant: Tenant, kind: str, key: str) -> str:
    """The box that stands for a kind of destination and what it names."""
    if kind == "extension" and key in tenant.extensions and tenant.extensions[key].type == "fax":
        kind = "fax"
    return f"{kind}:{key}"


def box_of(tenant: Tenant, name: str, use: Path = ()) -> Box:
    """The box of an id. `use` is the place that names it, for what is no object of its own."""
    kind, _, key = name.partition(":")
    if kind == "schedule":
        key = key.partition("@")[0]
    found = _WRITTEN[kind](tenant, key)
    if found is None:
        return Box(name, "missing", key, (key, f"no such {WORDS.get(kind, kind)}"), use)
    lines, path = found
    return Box(name, kind, key, tuple(_short(line) for line in lines if line), path or use)


_Found = tuple[tuple[str, ...], Path] | None


def _did(tenant: Tenant, key: str) -> _Found:
    line = tenant.numbers.get(key)
    if line is None:
        return (key,), ("inbound_routes", key)
    return (key, line.description or ""), ("numbers", key)


def _schedule(tenant: Tenant, key: str) -> _Found:
    schedule = tenant.schedules.get(key)
    if schedule is None:
        return None
    hours = [_hours(one) for one in schedule.open]
    if len(hours) > _MOST_HOURS:
        hours = [*hours[: _MOST_HOURS - 1], f"and {len(hours) - _MOST_HOURS + 1} more"]
    closed = len(schedule.closed)
    days = f"less {closed} day{'' if closed == 1 else 's'}" if closed else ""
    return (key, *hours, days), ("schedules", key)


def _extension(tenant: Tenant, key: str) -> _Found:
    if (extension := tenant.extensions.get(key)) is None:
        return None
    return (extension.name, f"extension {key}"), ("extensions", key)


def _voicemail(tenant: Tenant, key: str) -> _Found:
    box, extension = tenant.voicemails.get(key), tenant.extensions.get(key)
    if box is None and (extension is None or not extension.voicemail):
        return None
    name = (box and box.name) or (extension and extension.name) or ""
    path = ("voicemails", key) if box is not None else ("extensions", key, "voicemail")
    return (name, f"mailbox {key}"), path


def _ivr(tenant: Tenant, key: str) -> _Found:
    menu = tenant.ivr_menus.get(key)
    if menu is None:
        return None
    dial = "or an extension's number" if menu.direct_dial else ""
    return (menu.name, f"IVR menu {key}", dial), ("ivr_menus", key)


def _ring_group(tenant: Tenant, key: str) -> _Found:
    group = tenant.ring_groups.get(key)
    if group is None:
        return None
    strategy = group.strategy.replace("_", " ")
    return (group.name, f"ring group {key}", strategy), ("ring_groups", key)


def _queue(tenant: Tenant, key: str) -> _Found:
    if (queue := tenant.call_queues.get(key)) is None:
        return None
    return (queue.name, f"call queue {key}", queue.strategy), ("call_queues", key)


def _conference(tenant: Tenant, key: str) -> _Found:
    if (room := tenant.conferences.get(key)) is None:
        return None
    return (room.name, f"conference {key}"), ("conferences", key)


def _fax(tenant: Tenant, key: str) -> _Found:
    extension = tenant.extensions.get(key)
    if extension is None and key not in tenant.fax.accounts:
        return None
    path = ("extensions", key) if extension is not None else ("fax", "accounts", key)
    what = "fax account" if key in tenant.fax.accounts else "fax machine"
    return (extension.name if extension else "Fax", f"{what} {key}"), path


def _paging(tenant: Tenant, key: str) -> _Found:
    if (group := tenant.paging.get(key)) is None:
        return None
    return (group.name or "Paging", f"paging group {key}"), ("paging", key)


def _plain(word: str) -> Callable[[Tenant, str], _Found]:
    """What is no object of its own: its place is where it is named."""
    return lambda tenant, key: ((key, word), ())


def _hangup(tenant: Tenant, key: str) -> _Found:
    return ("hang up", "" if key == "normal" else key.replace("_", " ")), ()


_WRITTEN: dict[str, Callable[[Tenant, str], _Found]] = {
    "did": _did, "schedule": _schedule, "ivr": _ivr, "ring_group": _ring_group, "queue": _queue,
    "extension": _extension, "voicemail": _voicemail, "conference": _conference, "fax": _fax,
    "paging": _paging, "external": _plain("outside"), "play": _plain("is played, then the end"),
    "hangup": _hangup,
}  # fmt: skip


def _hours(hours: Hours) -> str:
    clock = f"{_clock(hours.start)}-{_clock(hours.end)}"
    if len(hours.days) == len(DAYS):
        return clock
    # Monday first, as people count; runs of three and more are written as from-to.
    days = sorted((day - 2) % 7 for day in hours.days)
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    names = [DAYS[(day + 1) % 7] for day in range(7)]
    words = [
        f"{names[run[0]]}-{names[run[-1]]}" if len(run) > 2 else ",".join(names[d] for d in run)
        for run in runs
    ]
    return f"{','.join(words)} {clock}"


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


_UNSEEN = re.compile("[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def one_line(text: str) -> str:
    """A text without what no XML may hold, and with single blanks."""
    return " ".join(_UNSEEN.sub(" ", text).split())


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
