"""Which system calls are answered, as a program of the kernel's filter (seccomp(2), classic BPF)."""

import ctypes
import errno
import platform
import struct
from collections.abc import Iterator, Sequence

from dialform.fax.sandbox import calls
from dialform.fax.sandbox.kernel import FenceError, prctl

ARCHES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
"""What the kernel calls an architecture (AUDIT_ARCH_*, linux/audit.h), and its column in the tables."""

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER, _ARCH, _FIRST, _SECOND = 0, 4, 16, 24
"""Where `struct seccomp_data` has the number, the architecture, the lower halves of two arguments."""

_CLONE_THREAD = 0x10000
_SET_SECCOMP, _FILTER = 22, 2


def close(pid: int, threads: bool) -> None:
    """Refuse for this process, for good. `pid` is its own: signals go nowhere else.

    `threads` lets it have some. Raises FenceError.
    """
    known = ARCHES.get(platform.machine())
    if known is None:
        raise FenceError(f"there is no filter of system calls for {platform.machine()}")
    steps = b"".join(program(*known, pid, threads))
    code = ctypes.create_string_buffer(steps, len(steps))
    whole = struct.pack("@HP", len(steps) // 8, ctypes.addressof(code))
    if prctl(_SET_SECCOMP, _FILTER, ctypes.c_char_p(whole)):
        raise FenceError("the kernel takes no filter of system calls (seccomp)")


def program(arch: int, column: int, pid: int, threads: bool) -> Iterator[bytes]:
    """The steps, eight bytes each."""
    yield _step(_LOAD, _ARCH)
    yield _step(_EQUAL, arch, 1, 0)
    yield _step(_RETURN, _KILL)
    yield _step(_LOAD, _NUMBER)
    # Newer than the tables; and on x86_64 the calls of x32, which have a bit above all numbers.
    yield from _refused(_AT_LEAST, calls.LAST + 1, errno.ENOSYS)
    for numbers in calls.NEVER.values():
        number = numbers[column]
        if number is not None:
            yield from _refused(_EQUAL, number, errno.EPERM)
    # The flags of clone3 lie in memory, where no filter looks: without it, libraries take clone.
    yield from _refused(_EQUAL, calls.CLONE3[column], errno.ENOSYS)
    yield from _only(calls.CLONE[column], _ANY_BIT, _CLONE_THREAD if threads else 0)
    yield from _only(calls.PRLIMIT[column], _EQUAL, 0)
    for one in (calls.KILL, calls.TGKILL):
        yield from _only(one[column], _EQUAL, pid)
    yield from _without(calls.FCNTL[column], calls.SIGNALS_TO)
    yield _step(_RETURN, _ALLOW)


def _refused(test: int, number: int, answer: int) -> Iterator[bytes]:
    yield _step(test, number, 0, 1)
    yield _step(_RETURN, _ERRNO | answer)


def _only(number: int, test: int, value: int) -> Iterator[bytes]:
    """A call that is answered only where its first argument (32 bits of it) passes."""
    yield _step(_EQUAL, number, 0, 4)
    yield _step(_LOAD, _FIRST)
    yield _step(test, value, 0, 1)
    yield _step(_RETURN, _ALLOW)
    yield _step(_RETURN, _ERRNO | errno.EPERM)


def _without(number: int, values: Sequence[int]) -> Iterator[bytes]:
    """A call that is refused where its second argument (32 bits of it) is one of these."""
    yield _step(_EQUAL, number, 0, 2 * len(values) + 2)
    yield _step(_LOAD, _SECOND)
    for value in values:
        yield from _refused(_EQUAL, value, errno.EPERM)
    yield _step(_RETURN, _ALLOW)


def _step(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("=HBBI", code, yes, no, value)
