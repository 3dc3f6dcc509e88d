"""What the switch says of itself."""

import re

from dialform.switch.errors import UnexpectedReply
from dialform.switch.questions.asking import Ask
from dialform.values import dataclass

NO_REPLY = "-ERR no reply"
"""What an empty answer becomes on the event socket."""
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_REVISION = re.compile(r"""<param\s+name="revision"\s+value="([\w.:-]+)"\s*/?>""")
_NOTHING = "can't find anything"
_LOCATE = "xml_locate configuration configuration name dialform.conf"

_STATUS = re.compile(
    r"UP (?P<up>[^\n]+)\n"
    r"FreeSWITCH \(Version (?P<version>\S+)[^\n]*\) is (?P<ready>ready|not ready)[^\n]*\n"
    r"(?P<total>\d+) session\(s\) since startup\n"
    r"(?P<sessions>\d+) session\(s\) - peak (?P<peak>\d+)[^\n]*\n"
    r"(?P<rate>\d+) session\(s\) per Sec out of max (?P<rate_limit>\d+)[^\n]*\n"
    r"(?P<limit>\d+) session\(s\) max\n"
)
_UNITS = {
    "year": 365 * 86400.0, "day": 86400.0, "hour": 3600.0, "minute": 60.0, "second": 1.0,
    "millisecond": 1e-3, "microsecond": 1e-6,
}  # fmt: skip
_SPENT = re.compile(r"(\d+) (year|day|hour|minute|second|millisecond|microsecond)s?")


@dataclass(frozen=True, slots=True)
class Status:
    """How the switch is."""

    uptime: float
    """Seconds."""
    version: str
    ready: bool
    """It takes calls: it is not paused."""
    sessions: int
    peak: int
    limit: int
    """Sessions that there may be (`switch.conf` max-sessions)."""
    rate: int
    """New sessions in the last second."""
    rate_limit: int
    total: int
    """Sessions since it started."""


async def revision(ask: Ask) -> str:
    """The `revision` of `dialform.conf` in the tree that the switch holds; empty: it has none."""
    reply = await ask(_LOCATE)
    if reply.strip() == _NOTHING:
        return ""
    found = _REVISION.search(reply)
    if found is None or 'name="dialform.conf"' not in reply:
        raise UnexpectedReply(_LOCATE, reply)
    return found[1]


async def core_uuid(ask: Ask) -> str:
    """The Core-UUID, another after each start."""
    return await _matching(ask, "global_getvar core_uuid", _UUID)


async def conf_folder(ask: Ask) -> str:
    """The folder of freeswitch.xml, as the switch was told it (`-conf`)."""
    return await _matching(ask, "global_getvar conf_dir", re.compile(r"/[^\n]*"))


async def global_variable(ask: Ask, name: str) -> str:
    """A global variable, empty where it is not set."""
    reply = await ask(f"global_getvar {name}")
    return "" if reply.strip() == NO_REPLY else reply


async def _matching(ask: Ask, command: str, pattern: re.Pattern[str]) -> str:
    reply = (await ask(command)).rstrip("\n")
    if not pattern.fullmatch(reply):
        raise UnexpectedReply(command, reply)
    return reply


async def status(ask: Ask) -> Status:
    """`status`."""
    reply = await ask("status")
    found = _STATUS.match(reply)
    if found is None:
        raise UnexpectedReply("status", reply)
    return Status(
        uptime=sum(int(count) * _UNITS[unit] for count, unit in _SPENT.findall(found["up"])),
        version=found["version"],
        ready=found["ready"] == "ready",
        sessions=int(found["sessions"]),
        peak=int(found["peak"]),
        limit=int(found["limit"]),
        rate=int(found["rate"]),
        rate_limit=int(found["rate_limit"]),
        total=int(found["total"]),
    )


async def uptime(ask: Ask) -> int:
    """Seconds since it started."""
    return int(await _matching(ask, "uptime s", re.compile(r"\d+")))


async def modules(ask: Ask, names: list[str] | tuple[str, ...] | set[str]) -> set[str]:
    """Those of these modules that are loaded."""
    found = set()
    for name in sorted(names):
        command = f"module_exists {name}"
        reply = (await ask(command)).strip()
        if reply not in ("true", "false"):
            raise UnexpectedReply(command, reply)
        if reply == "true":
            found.add(name)
    return found
