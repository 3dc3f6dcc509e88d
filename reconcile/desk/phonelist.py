"""Phones as rows: what each fetched last, whether that is what there is now, whether it is registered."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from dialform.provisioning.fetches import Fetch
from dialform.reconcile.desk.devices import Device
from dialform.switch.questions import Registration

Row = dict[str, Any]


def rows(
    known: Sequence[Device], fetches: Mapping[str, Fetch] | None,
    here: Iterable[Registration] | None,
) -> list[Row]:  # fmt: skip
    """A row for each phone. Where nobody could be asked (None) what would be known is None."""
    users = None if here is None else {(one.user, one.domain.lower()) for one in here}
    return [_row(one, fetches, users) for one in known]


def _row(
    one: Device, fetches: Mapping[str, Fetch] | None, users: set[tuple[str, str]] | None
) -> Row:
    last = fetches.get(one.mac) if fetches is not None else None
    return {
        "tenant": one.tenant, "mac": one.mac, "label": one.label,
        "vendor": one.vendor, "model": one.model,
        "lines": [extension for extension, _ in one.lines],
        "last_fetch": _iso(last.at) if last else None,
        "fetches": None if fetches is None else last.count if last else 0,
        "fetched": last.name if last else None,
        "address": last.address if last else None,
        "agent": last.agent if last else None,
        "revision": last.revision if last else None,
        "current": one.revision,
        "up_to_date": None if fetches is None else last is not None and last.revision == one.revision,
        "registered": None if users is None else registered(one, users),
    }  # fmt: skip


def registered(one: Device, users: set[tuple[str, str]]) -> list[str]:
    """The lines of a phone whose extension is registered, be it by this phone or by another one."""
    return [
        extension
        for extension, domain in one.lines
        if (f"{extension}.{one.tenant}", domain.lower()) in users
    ]


def _iso(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
