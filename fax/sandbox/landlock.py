"""Which files are there for a process: Landlock (Documentation/userspace-api/landlock.rst of Linux 5.13)."""

import ctypes
import os
import stat
import struct
from collections.abc import Iterable

from dialform.fax.sandbox.kernel import syscall

_CREATE, _ADD, _RESTRICT = 444, 445, 446
_VERSION = 1
_BENEATH = 1

_EXECUTE, _WRITE, _READ, _LIST = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_REMOVE_FOLDER, _REMOVE_FILE, _MAKE_FOLDER, _MAKE_FILE = 1 << 4, 1 << 5, 1 << 7, 1 << 8
_REFER, _TRUNCATE = 1 << 13, 1 << 14

_KNOWN = {1: 13, 2: 14, 3: 15, 5: 16}
"""How many rights of files a version has; the one below holds where it says nothing."""

_OF_A_FILE = _EXECUTE | _WRITE | _READ | _TRUNCATE
_SEEN = _EXECUTE | _READ | _LIST
_OWN = (
    _WRITE | _READ | _LIST | _REMOVE_FOLDER | _REMOVE_FILE | _MAKE_FOLDER | _MAKE_FILE
    | _REFER | _TRUNCATE
)  # fmt: skip
_DEVICE = _WRITE | _READ


def version() -> int:
    """The version of Landlock that this kernel has; 0 for none."""
    try:
        return syscall(_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(_VERSION))
    except OSError:
        return 0


def close(seen: Iterable[str], own: str, devices: Iterable[str]) -> bool:
    """Leave this process, for good, the files in `seen` to read and run, and the folder `own`.

    Says whether the kernel has Landlock. Needs no_new_privs.
    Raises OSError where the kernel has it and refuses.
    """
    has = version()
    if not has:
        return False
    rights = (1 << _KNOWN[max(one for one in _KNOWN if one <= has)]) - 1
    # From version 4 on no TCP, from 6 on no abstract sockets of others and no signals to them.
    asked = struct.pack("=QQQ", rights, 0b11 if has >= 4 else 0, 0b11 if has >= 6 else 0)
    size = 24 if has >= 6 else 16 if has >= 4 else 8
    rules = syscall(_CREATE, asked, ctypes.c_size_t(size), ctypes.c_uint32(0))
    try:
        for path in seen:
            _allow(rules, path, _SEEN & rights)
        for path in devices:
            _allow(rules, path, _DEVICE & rights)
        _allow(rules, own, _OWN & rights)
        syscall(_RESTRICT, ctypes.c_int(rules), ctypes.c_uint32(0))
    finally:
        os.close(rules)
    return True


def _allow(rules: int, path: str, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # what is not there needs no right
    try:
        if not stat.S_ISDIR(os.fstat(place).st_mode):
            rights &= _OF_A_FILE
        rule = struct.pack("=Qi", rights, place)
        syscall(_ADD, ctypes.c_int(rules), ctypes.c_int(_BENEATH), rule, ctypes.c_uint32(0))
    finally:
        os.close(place)
