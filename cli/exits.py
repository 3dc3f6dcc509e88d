"""The exit codes: a contract with scripts and CI. Only the command line decides them."""

from enum import IntEnum


class Exit(IntEnum):
    """What the exit status says."""

    CLEAN = 0
    OUR_ERROR = 1
    CHANGES_PENDING = 2
    INVALID_SITE = 3
    SAFETY_LIMIT = 4
    DRIFT = 5
    CALL_TESTS_FAILED = 6
    USAGE = 64
