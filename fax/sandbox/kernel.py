"""The kernel's calls that Python has no function for."""

import ctypes
import os

REFUSED = 117
"""The exit code where a fence cannot be put up; the last line of stderr says which."""


class FenceError(Exception):
    """A fence of the sandbox cannot be put up: nothing may run in it."""


def prctl(option: int, second: object = 0, third: object = 0) -> int:
    """prctl(2): 0, or -1."""
    zero = ctypes.c_ulong(0)
    value = ctypes.c_ulong(second) if isinstance(second, int) else second
    other = ctypes.c_ulong(third) if isinstance(third, int) else third
    return int(_library().prctl(ctypes.c_int(option), value, other, zero, zero))


def syscall(number: int, *arguments: object) -> int:
    """A call by its number: what it answers. Raises OSError."""
    library = _library()
    answer = int(library.syscall(ctypes.c_long(number), *arguments))
    if answer < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return answer


def _library() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
