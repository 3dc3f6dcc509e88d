"""How Grandstream's devices want values written: a zone, an address, a folder, a ringtone, minutes."""

from dialform.compiler.phones.clock import Clock, Turn
from dialform.compiler.phones.resolved import PhoneLine

RINGS = {"system": 0, "silent": 4, "default": 5}


def zone(clock: Clock) -> str:
    """The zone as POSIX has it, with names that every phone takes, and times of at most 24:00: the few
    zones that turn later, or on the day before, do it some hours beside.
    """
    text = f"MTZ{_offset(-clock.offset)}"
    if clock.start is None or clock.end is None:
        return text
    saved = _offset(-clock.offset - clock.saving)
    return f"{text}MDT{saved},{_turn(clock.start)},{_turn(clock.end)}"


def _offset(minutes_west: int) -> str:
    hours, rest = divmod(abs(minutes_west), 60)
    sign = "-" if minutes_west < 0 else "+"
    return f"{sign}{hours}" + (f":{rest:02}" if rest else "")


def _turn(turn: Turn) -> str:
    hour, minute = divmod(min(max(turn.minute, 0), 1440), 60)
    return f"M{turn.month}.{turn.week}.{turn.weekday}/{hour:02}:{minute:02}:00"


def address(host: str, line: PhoneLine) -> str:
    """Host and port, the port left out where it is the transport's own."""
    usual = 5061 if line.transport == "tls" else 5060
    return host if not host or line.port == usual else f"{host}:{line.port}"


def firmware_folder(url: str) -> str:
    """The folder of a firmware without its scheme: phones put the name of their file behind it."""
    path = url.partition("://")[2].rstrip("/")
    folder, slash, last = path.rpartition("/")
    return folder if slash and "." in last else path


def ring(name: str) -> int | None:
    """A ringtone's number; None where nothing is said, or a name that the phones do not know."""
    if name.isascii() and name.isdigit():
        return int(name)
    return RINGS.get(name.lower())


def minutes(seconds: int | None, least: int, most: int) -> int | None:
    """Whole minutes, never below what can be set; 0 (always, never) stays 0."""
    return seconds if not seconds else min(max(round(seconds / 60), least), most)
