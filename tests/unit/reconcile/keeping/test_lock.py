"""One agent a host."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from dialform.reconcile.layout import Layout
from dialform.reconcile.lock import FencedError, Lock, LockedError

HOLD = """
import sys, time
from pathlib import Path
from dialform.reconcile.layout import Layout
from dialform.reconcile.lock import Lock
with Lock(Layout(Path(sys.argv[1])), now=lambda: 1e9):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path / "state")


def test_a_second_process_is_told_who_has_it_and_gets_it_when_that_one_is_killed(
    layout: Layout,
) -> None:
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(layout.root)], stdout=subprocess.PIPE, text=True
    )
    assert other.stdout is not None
    assert other.stdout.readline() == "held\n"
    try:
        with pytest.raises(LockedError, match=f"process {other.pid} since 2001-09-09") as caught:
            Lock(layout).take()
        assert caught.value.pid == other.pid
    finally:
        os.kill(other.pid, signal.SIGKILL)
        other.wait()
        other.stdout.close()
    with Lock(layout) as lock:
        lock.check()


def test_each_holder_has_a_higher_token(layout: Layout) -> None:
    tokens = []
    for now in (2e9, 1e9, 3e9):  # the clock jumps
        with Lock(layout, now=lambda now=now: now) as lock:
            tokens.append(lock.token)
    assert tokens == sorted(set(tokens))


def test_a_torn_file_brings_no_old_token_back(layout: Layout) -> None:
    with Lock(layout) as lock:
        before = lock.token
    layout.lock.write_bytes(b'{"tok')
    with Lock(layout) as lock:
        assert lock.token > before


def test_who_lost_the_lock_is_fenced(layout: Layout) -> None:
    lock = Lock(layout)
    lock.take()
    lock.check()
    layout.lock.unlink()  # somebody forces another agent in while this one stands still
    with Lock(layout) as other:
        other.check()
        with pytest.raises(FencedError):
            lock.check()
    lock.release()
    with pytest.raises(FencedError):
        lock.check()


def test_a_raised_token_fences(layout: Layout) -> None:
    with Lock(layout) as lock:
        layout.lock.write_text(json.dumps({"token": lock.token + 1}))
        with pytest.raises(FencedError):
            lock.check()
