"""What runs between `run` and the program: puts up the fences around itself, then becomes the program.

`python -m dialform.fax.sandbox.launch PLAN`, with the plan in JSON. Each fence is put up or nothing runs;
only Landlock may be missing, unless the plan insists on it.
"""

import contextlib
import json
import os
import platform
import resource
import signal
import struct
import sys
import traceback
from pathlib import Path
from typing import Any

from dialform.fax.sandbox import landlock, seccomp
from dialform.fax.sandbox.kernel import REFUSED, FenceError, prctl, syscall

_PARENT_DIES, _NO_NEW_PRIVILEGES, _DROP_BOUNDING = 1, 38, 24
_CAPSET = {"x86_64": 126, "aarch64": 91}
_CAPABILITIES = 0x20080522
"""The version of capset(2) with 64 capabilities."""
_LAST_CAPABILITY = 63

_NICE = 10
_OPEN_FILES = 256


def main() -> None:
    """Become the program of the plan. Never returns."""
    plan = json.loads(sys.argv[1])
    try:
        _fence(plan)
        os.execve(plan["argv"][0], plan["argv"], plan["env"])  # noqa: S606 - no shell, on purpose
    except (FenceError, OSError) as error:
        print(error, file=sys.stderr)
    except Exception:  # a fault of ours must not look like one of the program
        traceback.print_exc()
    sys.exit(REFUSED)


def _fence(plan: dict[str, Any]) -> None:
    prctl(_PARENT_DIES, int(signal.SIGKILL))
    if os.getppid() != plan["parent"]:
        raise FenceError("who asked for it is gone")
    os.umask(0o077)
    os.chdir(plan["own"])
    with contextlib.suppress(
        OSError
    ):  # a unit may forbid it; then its own share of the processor holds
        os.setpriority(os.PRIO_PROCESS, 0, _NICE)
    if prctl(_NO_NEW_PRIVILEGES, 1):
        raise FenceError("the kernel takes no no_new_privs")
    if os.geteuid() == 0:
        _drop_capabilities()
    tasks = _tasks() if plan["threads"] else 0
    has = landlock.close(plan["seen"], plan["own"], plan["devices"])
    if plan["insists"] and not has:
        raise FenceError("this kernel has no Landlock")
    _limit(plan, tasks)
    seccomp.close(os.getpid(), bool(plan["threads"]))


def _limit(plan: dict[str, Any], tasks: int) -> None:
    limits = {
        resource.RLIMIT_AS: plan["memory"],
        resource.RLIMIT_CPU: plan["seconds"],
        resource.RLIMIT_FSIZE: plan["size"],
        resource.RLIMIT_NOFILE: _OPEN_FILES,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MEMLOCK: 0,
    }
    if plan["threads"]:
        # The system counts what the user runs, not what this process does.
        limits[resource.RLIMIT_NPROC] = tasks + plan["threads"]
    for which, wanted in limits.items():
        hard = resource.getrlimit(which)[1]
        value = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(which, (value, value))


def _tasks() -> int:
    """How many processes and threads this user has."""
    mine, count = os.getuid(), 0
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if process.stat().st_uid == mine:
                count += sum(1 for _ in (process / "task").iterdir())
    return count


def _drop_capabilities() -> None:
    """Even as root, a program in here is nobody special."""
    for one in range(_LAST_CAPABILITY + 1):
        prctl(_DROP_BOUNDING, one)
    number = _CAPSET.get(platform.machine())
    if number is None:
        raise FenceError(f"capabilities cannot be dropped on {platform.machine()}")
    syscall(number, struct.pack("=Ii", _CAPABILITIES, 0), struct.pack("=6I", *[0] * 6))


if __name__ == "__main__":
    main()
