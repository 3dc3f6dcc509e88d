"""Time zones, from the tz database that comes with the package, so that every host compiles alike."""

from functools import cache
from importlib import resources


@cache
def zone_names() -> frozenset[str]:
    """The names of the tz database, such as `America/New_York`."""
    return frozenset(resources.files("tzdata").joinpath("zones").read_text("ascii").split())


@cache
def posix_rule(zone: str) -> str:
    """The zone's rule as a POSIX TZ text, such as `EST5EDT,M3.2.0,M11.1.0` (RFC 8536, footer).

    FreeSWITCH reads time zones in this form (`timezones.conf.xml`). Raises FileNotFoundError for a
    name that is no zone.
    """
    path = resources.files("tzdata.zoneinfo")
    for part in zone.split("/"):
        path = path.joinpath(part)
    return path.read_bytes().rsplit(b"\n", 2)[1].decode("ascii")
