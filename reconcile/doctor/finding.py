"""What a check found."""

from enum import IntEnum

from dialform.values import dataclass


class Level(IntEnum):
    """How bad it is; the worst first."""

    PROBLEM = 0
    WARNING = 1
    UNKNOWN = 2
    """It could not be looked at; `found` says why."""
    OK = 3

    @property
    def word(self) -> str:
        """As it is written."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing. `found` is a sentence; `cause` and `way_out` are empty where nothing is wrong."""

    level: Level
    about: str
    """`extension 1001 of acme`, `gateway mycarrier`, `clock`."""
    looked: str
    """What was looked at."""
    found: str
    cause: str = ""
    way_out: str = ""
    check: str = ""
    """Of the check; the doctor fills it in."""

    @property
    def data(self) -> dict[str, str]:
        """As plain data, for programs. The keys are a contract."""
        return {
            "level": self.level.word, "check": self.check, "about": self.about,
            "looked_at": self.looked, "found": self.found, "cause": self.cause,
            "way_out": self.way_out,
        }  # fmt: skip


NOT_APPLIED = (
    "It is in the site's YAML, but was not compiled and applied since.",
    "`dialform status` and `dialform plan` say what waits to be applied.",
)
"""Cause and way out where the site has something that the switch's files have not."""


def ok(about: str, looked: str, found: str) -> Finding:
    """Nothing is wrong."""
    return Finding(Level.OK, about, looked, found)


def unknown(about: str, looked: str, found: str) -> Finding:
    """It could not be looked at."""
    return Finding(Level.UNKNOWN, about, looked, found)


def warning(about: str, looked: str, found: str, cause: str = "", way_out: str = "") -> Finding:
    """Not wrong yet, or perhaps not meant so."""
    return Finding(Level.WARNING, about, looked, found, cause, way_out)


def problem(about: str, looked: str, found: str, cause: str = "", way_out: str = "") -> Finding:
    """Something is wrong."""
    return Finding(Level.PROBLEM, about, looked, found, cause, way_out)
