"""Files that were sent with a form wait for it: not for ever, and not so many that a disk is full."""

import os
from pathlib import Path

from dialform.console.objects.keeper import KEPT, MOST, Keeper


def test_nobody_fills_the_disk_with_files_that_wait(tmp_path: Path) -> None:
    def keeper(whose: str, now: float = 0.0) -> Keeper:
        return Keeper(bytes(32), whose, tmp_path / "uploads", now)

    bob, carol = keeper("acme/bob"), keeper("acme/carol")
    theirs = carol.hold("hers.wav", b"carol")
    tokens = [bob.hold(f"{number}.wav", bytes([number])) for number in range(MOST + 5)]
    assert len(list((tmp_path / "uploads").iterdir())) == MOST + 1
    assert bob.held(tokens[-1]) == (f"{MOST + 4}.wav", bytes([MOST + 4]))
    assert carol.held(theirs) == ("hers.wav", b"carol")
    assert bob.held(theirs) is None
    for one in (tmp_path / "uploads").iterdir():
        os.utime(one, (1.0, 1.0))
    keeper("acme/dave", KEPT + 2).hold("new.wav", b"x")
    assert carol.held(theirs) is None
