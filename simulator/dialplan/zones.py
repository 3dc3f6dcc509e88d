"""Time as the switch writes it: the zones of timezones.conf, times as text."""

from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dialform.simulator.reading.configuration import Configuration

_DEFAULT = "%Y-%m-%d %T"
_LONGEST = 79


def zone(configuration: Configuration, name: str) -> tzinfo | None:
    """A zone that timezones.conf lists; None where it does not."""
    found = configuration.configuration("timezones.conf")
    zones = found.first("timezones") if found else None
    listed = any(z.get("name") == name for z in zones.all("zone")) if zones else False
    if not listed:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def strftime(moment: datetime, layout: str = "") -> str:
    """A time as text; what does not fit into 80 bytes is not written at all."""
    written = moment.strftime(layout or _DEFAULT)
    return written if len(written) <= _LONGEST else ""
