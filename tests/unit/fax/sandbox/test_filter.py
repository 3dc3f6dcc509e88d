"""The filter of system calls, run step by step as the kernel would, for both processors."""

import errno
import fcntl
import struct

import pytest

from dialform.fax.sandbox import calls, seccomp

OWN = 1234
ALLOW, KILL = 0x7FFF0000, 0x80000000
READ = {"x86_64": 0, "aarch64": 63}
THREAD = 0x10000


def verdict(
    machine: str, number: int, first: int = 0, second: int = 0, *, arch: int = 0, threads: bool = False
) -> int:  # fmt: skip
    """What the kernel would answer a call: as classic BPF is defined in seccomp(2)."""
    known, column = seccomp.ARCHES[machine]
    data = struct.pack("=IIQ6Q", number, arch or known, 0, first, second, *[0] * 4)
    steps = [struct.unpack("=HBBI", one) for one in seccomp.program(known, column, OWN, threads)]
    value, place = 0, 0
    while True:
        code, yes, no, wanted = steps[place]
        place += 1
        if code == 0x20:
            value = struct.unpack_from("=I", data, wanted)[0]
        elif code == 0x06:
            return wanted
        else:
            holds = {0x15: value == wanted, 0x35: value >= wanted, 0x45: bool(value & wanted)}[code]
            place += yes if holds else no


def refused(error: int = errno.EPERM) -> int:
    return 0x00050000 | error


both = pytest.mark.parametrize("machine", list(seccomp.ARCHES))


@both
def test_what_the_table_names_is_refused_and_the_rest_is_not(machine: str) -> None:
    column = seccomp.ARCHES[machine][1]
    numbers = {pair[column] for pair in calls.NEVER.values()} - {None}
    special = {pair[column] for pair in (calls.CLONE, calls.KILL, calls.TGKILL, calls.PRLIMIT)}
    assert not numbers & special
    for number in range(calls.LAST + 1):
        if number in numbers:
            assert verdict(machine, number) == refused()
        elif number not in special and number != calls.CLONE3[column]:
            assert verdict(machine, number) == ALLOW
    assert verdict(machine, READ[machine]) == ALLOW


@both
def test_what_is_newer_than_the_table_is_not_there(machine: str) -> None:
    column = seccomp.ARCHES[machine][1]
    for number in (calls.LAST + 1, 1000, 0x40000000, 0x40000000 + 41, 0xFFFFFFFF):
        assert verdict(machine, number) == refused(errno.ENOSYS)
    assert verdict(machine, calls.CLONE3[column], threads=True) == refused(errno.ENOSYS)


@both
def test_a_call_of_another_processor_ends_it(machine: str) -> None:
    for arch in (0x40000003, 0x40000028, 1):  # i386, arm
        assert verdict(machine, 1, arch=arch) == KILL


@both
def test_signals_and_limits_are_for_itself(machine: str) -> None:
    column = seccomp.ARCHES[machine][1]
    for one in (calls.KILL, calls.TGKILL):
        assert verdict(machine, one[column], OWN) == ALLOW
        for other in (0, 1, OWN + 1, 0xFFFFFFFFFFFFFFFF):
            assert verdict(machine, one[column], other) == refused()
    assert verdict(machine, calls.PRLIMIT[column], 0) == ALLOW
    assert verdict(machine, calls.PRLIMIT[column], OWN + 1) == refused()


@both
def test_threads_are_had_by_who_may_and_processes_by_nobody(machine: str) -> None:
    clone = calls.CLONE[seccomp.ARCHES[machine][1]]
    assert verdict(machine, clone, THREAD | 0x100, threads=True) == ALLOW
    assert verdict(machine, clone, THREAD | 0x100) == refused()
    assert verdict(machine, clone, 17, threads=True) == refused()


@both
def test_no_pipe_sends_signals_to_others(machine: str) -> None:
    """F_SETOWN and F_SETSIG make writing to a pipe a `kill`."""
    fcntl_ = calls.FCNTL[seccomp.ARCHES[machine][1]]
    for command in (fcntl.F_SETOWN, fcntl.F_SETSIG, 15):
        assert verdict(machine, fcntl_, 3, command) == refused()
        assert verdict(machine, fcntl_, command, fcntl.F_SETFL) == ALLOW
    for command in (fcntl.F_DUPFD, fcntl.F_SETFD, fcntl.F_SETFL, fcntl.F_SETLK):
        assert verdict(machine, fcntl_, 3, command) == ALLOW
