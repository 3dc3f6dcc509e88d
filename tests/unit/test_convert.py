"""Converting sound files through whichever program is there."""

import os
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner

from dialform.cli.media import command
from dialform.reconcile.sounds.convert import PROGRAMS

GOOD = """#!/bin/sh
for last; do :; done
printf '%s\\n' "$0 $*" > "${last#file:}"
"""
BAD = """#!/bin/sh
echo first >&2
echo "no such format" >&2
exit 1
"""


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all of PATH but the shell's own tools."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def install(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(script)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def run(*arguments: str | Path) -> tuple[int, str]:
    done = CliRunner().invoke(command, ["convert", *map(str, arguments)], standalone_mode=False)
    if done.exception:
        raise done.exception
    return int(done.return_value), done.output


@pytest.mark.parametrize("name", list(PROGRAMS))
def test_each_program_will_do(tmp_path: Path, programs: Path, name: str) -> None:
    install(programs, name, GOOD)
    song = tmp_path / "-a song.mp3"
    song.write_bytes(b"ID3")
    status, said = run("--", song)
    made = tmp_path / "-a song.wav"
    assert status == 0, said
    asked = made.read_text()
    assert str(song) in asked
    assert "8000" in asked
    assert not list(tmp_path.glob(".converting*"))


def test_rate_and_folder(tmp_path: Path, programs: Path) -> None:
    install(programs, "sox", GOOD)
    (tmp_path / "a.wav").write_bytes(b"RIFF")
    status, _ = run(tmp_path / "a.wav", "--rate", "16000", "--into", tmp_path / "new" / "deep")
    assert status == 0
    assert "-r 16000 -c 1 -b 16 -e signed-integer" in (tmp_path / "new/deep/a.wav").read_text()


def test_nothing_is_overwritten(tmp_path: Path, programs: Path) -> None:
    install(programs, "sox", GOOD)
    (tmp_path / "a.wav").write_bytes(b"mine")
    (tmp_path / "b.mp3").write_bytes(b"ID3")
    (tmp_path / "b.wav").symlink_to("nowhere")
    status, said = run(tmp_path / "a.wav", tmp_path / "b.mp3")
    assert status == 1
    assert said.count("is there already; name another folder with --into") == 2
    assert (tmp_path / "a.wav").read_bytes() == b"mine"


def test_neither_is_installed(tmp_path: Path, programs: Path) -> None:
    (tmp_path / "a.mp3").write_bytes(b"ID3")
    status, said = run(tmp_path / "a.mp3")
    assert status == 1
    assert "neither sox nor ffmpeg is installed" in said
    assert os.listdir(tmp_path).count("a.wav") == 0  # noqa: PTH208


def test_the_second_is_asked_where_the_first_fails(tmp_path: Path, programs: Path) -> None:
    install(programs, "sox", BAD)
    install(programs, "ffmpeg", GOOD)
    (tmp_path / "a.mp3").write_bytes(b"ID3")
    status, _ = run(tmp_path / "a.mp3")
    assert status == 0
    assert "ffmpeg" in (tmp_path / "a.wav").read_text()


def test_what_the_programs_say_is_told_and_the_others_are_converted(
    tmp_path: Path, programs: Path
) -> None:
    install(programs, "sox", BAD)
    (tmp_path / "a.mp3").write_bytes(b"ID3")
    status, said = run(tmp_path / "a.mp3", tmp_path / "none.mp3")
    assert status == 1
    assert "sox: no such format" in said
    assert f"there is no file {tmp_path}/none.mp3" in said
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.mp3", "bin"]
