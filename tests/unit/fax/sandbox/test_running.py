"""The sandbox: what runs in it sees and reaches nothing, and ends in time."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dialform.fax.sandbox import Bounds, Ran, SandboxError, landlock, run
from dialform.fax.sandbox.running import python

FENCED = pytest.mark.skipif(not landlock.version(), reason="this kernel has no Landlock")


def inside(folder: Path, code: str, **bounds: float) -> Ran:
    """Python code, run in the sandbox."""
    begin, env, read = python()
    limits = Bounds(**{"seconds": 20, **bounds})  # type: ignore[arg-type]
    return run([*begin, "-c", code], write=folder, read=read, env=env, limits=limits)


def refused(folder: Path, code: str) -> str:
    """The name of the error that code ends with in the sandbox."""
    ran = inside(
        folder, f"import os\ntry:\n {code}\nexcept OSError as e:\n print(type(e).__name__)"
    )
    assert ran.ok, ran
    return ran.out.decode().strip()


def test_it_runs_a_program_with_what_is_given_to_it(tmp_path: Path) -> None:
    ran = run(["/bin/cat"], write=tmp_path, stdin=b"hello")
    assert (ran.ok, ran.out) == (True, b"hello")
    assert inside(tmp_path, "open('made', 'w').write('x')").ok
    assert (tmp_path / "made").read_text() == "x"


def test_nothing_of_our_environment_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIALFORM_SECRET", "hush")
    assert b"hush" not in inside(tmp_path, "import os; print(dict(os.environ))").out


@pytest.mark.parametrize(
    "code",
    [
        "import socket; socket.socket()",
        "import socket; socket.socket(socket.AF_UNIX)",
        "import socket; socket.socketpair()",
        "os.fork()",
        "import subprocess; subprocess.run(['/bin/true'])",
        "os.kill(os.getppid(), 0)",
        "os.kill(-1, 0)",
        "os.setsid()",
        "os.setpgid(0, 0)",
        "import resource; resource.prlimit(os.getppid(), resource.RLIMIT_NOFILE)",
    ],
)
def test_it_reaches_nobody(tmp_path: Path, code: str) -> None:
    assert refused(tmp_path, code) == "PermissionError"


def test_it_has_no_threads_unless_it_may(tmp_path: Path) -> None:
    code = "import threading\nt = threading.Thread(target=print)\nt.start()\nt.join()"
    assert not inside(tmp_path, code).ok
    assert inside(tmp_path, code, threads=8).ok


@FENCED
@pytest.mark.parametrize(
    "code",
    [
        "open('/etc/shadow')",
        "os.listdir('/root')",
        "os.listdir('/proc')",
        "open(f'/proc/{os.getppid()}/environ')",
        "open('/etc/hostname')",
        "os.symlink('/etc/passwd', 'link')",
        "open('/tmp/dialform-was-here', 'w')",
        "open('/dev/null/../mem')",
    ],
)
def test_it_sees_no_files_of_others(tmp_path: Path, code: str) -> None:
    assert refused(tmp_path, code) in ("PermissionError", "FileNotFoundError", "NotADirectoryError")


@FENCED
def test_it_sees_what_is_named_and_writes_nothing_there(tmp_path: Path) -> None:
    own, shown = tmp_path / "own", tmp_path / "shown"
    own.mkdir()
    shown.mkdir()
    (shown / "letter").write_text("dear")
    (tmp_path / "hidden").write_text("no")
    begin, env, read = python()
    code = (
        f"print(open('{shown}/letter').read())\n"
        f"for path in ('{tmp_path}/hidden', '{shown}/new'):\n"
        " try: open(path, 'w' if 'new' in path else 'r')\n"
        " except PermissionError: print('no')"
    )
    ran = run([*begin, "-c", code], write=own, read=[*read, shown], env=env)
    assert ran.out.split() == [b"dear", b"no", b"no"]


def test_it_ends_when_its_time_is_up(tmp_path: Path) -> None:
    asleep = inside(tmp_path, "import time; time.sleep(600)", seconds=1)
    busy = inside(tmp_path, "while True: pass", seconds=1)
    assert asleep.late and busy.late
    assert not asleep.ok


def test_it_has_so_much_memory_and_no_more(tmp_path: Path) -> None:
    ran = inside(tmp_path, "x = bytearray(400 << 20)", memory=300 << 20)
    assert "MemoryError" in ran.said


def test_it_writes_so_much_and_no_more(tmp_path: Path) -> None:
    """In a file, and to what we read of it."""
    signals = "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_DFL)\n"
    file = inside(tmp_path, f"{signals}open('large', 'wb').write(bytes(2 << 20))", size=1 << 20)
    said = inside(tmp_path, f"{signals}print('x' * (2 << 20))", size=1 << 20)
    assert file.too_large and said.too_large
    assert (tmp_path / "large").stat().st_size <= 1 << 20


@pytest.mark.parametrize("gone", ["", "os.unlink(name)"])
def test_many_files_fill_no_disk(tmp_path: Path, gone: str) -> None:
    """Each is small enough; nor does it help that they have no names any more."""
    code = (
        "import os, time\nheld = []\nfor count in range(40):\n"
        " name = f'file{count}'\n held.append(open(name, 'wb', buffering=0))\n"
        f" held[-1].write(bytes(1 << 20))\n {gone}\n"
        "time.sleep(60)"
    )
    ran = inside(tmp_path, code, seconds=60, size=1 << 20, whole=20 << 20)
    assert ran.too_large and not ran.late


@pytest.mark.parametrize(
    "code",
    [
        "os.truncate({0!r}, 0)",
        "os.chmod({0!r}, 0o777)",
        "os.chown({0!r}, os.getuid(), os.getgid())",
        "os.utime({0!r}, (1, 1))",
        "os.setxattr({0!r}, 'user.x', b'1')",
        "os.memfd_create('x')",
    ],
)
def test_what_landlock_does_not_ask_about_is_refused(tmp_path: Path, code: str) -> None:
    """A file that cannot be seen in there cannot be opened to all from there either."""
    own, other = tmp_path / "own", tmp_path / "other"
    own.mkdir()
    other.write_text("secret")
    other.chmod(0o600)
    assert refused(own, code.format(str(other))) == "PermissionError"
    assert (other.stat().st_mode & 0o777, other.read_text()) == (0o600, "secret")


def test_no_pipe_kills_others(tmp_path: Path) -> None:
    victim = subprocess.Popen(["/bin/sleep", "600"])
    try:
        code = f"import fcntl; r, w = os.pipe(); fcntl.fcntl(r, fcntl.F_SETOWN, {victim.pid})"
        assert refused(tmp_path, code) == "PermissionError"
        assert refused(tmp_path, "import fcntl; fcntl.fcntl(0, fcntl.F_SETSIG, 9)") == (
            "PermissionError"
        )
    finally:
        victim.kill()
        victim.wait()


def test_a_program_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match="No such file"):
        run(["/nowhere/gs"], write=tmp_path)


def test_without_its_fences_nothing_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A processor for which there is no table of system calls."""
    code = (
        "import platform, runpy, sys\nplatform.machine = lambda: 'riscv64'\n"
        "sys.argv = ['launch', sys.argv[1]]\n"
        "runpy.run_module('dialform.fax.sandbox.launch', run_name='__main__')"
    )
    begin = [sys.executable, "-P", "-s", "-c", code]
    monkeypatch.setattr("dialform.fax.sandbox.running.launcher", lambda: begin)
    with pytest.raises(SandboxError, match="riscv64"):
        run(["/bin/sh", "-c", "echo ran > ran"], write=tmp_path)
    assert not (tmp_path / "ran").exists()


def test_it_dies_with_who_started_it(tmp_path: Path) -> None:
    code = (
        "from pathlib import Path\nfrom dialform.fax.sandbox import run\n"
        "from dialform.fax.sandbox.running import python\n"
        "begin, env, read = python()\n"
        "script = \"import os, time; open('pid', 'w').write(str(os.getpid())); time.sleep(600)\"\n"
        f"run([*begin, '-c', script], write=Path({str(tmp_path)!r}), read=read, env=env)"
    )
    ours = subprocess.Popen([sys.executable, "-c", code])
    pid = tmp_path / "pid"
    try:
        _until(lambda: pid.exists() and pid.read_text() != "")
    finally:
        ours.send_signal(signal.SIGKILL)
        ours.wait()
    inner = int(pid.read_text())
    _until(lambda: not _lives(inner))


def _lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def _until(true: object) -> None:
    end = time.monotonic() + 30
    while not true():  # type: ignore[operator]
        assert time.monotonic() < end
        time.sleep(0.05)
