"""Files that cannot be opened, or are none, are told at once."""

import os
from pathlib import Path

import pytest

from dialform.fax.documents import DocumentError, Limits, prepare, tiff
from dialform.fax.documents.room import Room
from dialform.values import replace

from . import made


def why(path: Path, **more: object) -> str:
    with pytest.raises(DocumentError) as caught:
        prepare([path], **more)  # type: ignore[arg-type]
    said = str(caught.value)
    assert said.isprintable() and said.endswith(".")
    return said


def test_what_is_no_file_is_told(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "No such file" in why(tmp_path / "none.pdf")
    assert "is no file" in why(tmp_path)
    assert "is no file" in why(tmp_path / "pipe")
    assert "is no file" in why(Path("/dev/zero"))
    assert "cannot be read" in why(Path("a\0b"))


def test_a_file_that_is_too_large_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"x" * 3000)
    said = why(tmp_path / "a.txt", limits=replace(Limits(), bytes=2048))
    assert said == "a.txt has 3 KB, more than the 2 KB that it may have: make it smaller."


def test_a_name_is_shown_so_that_it_can_be_printed(tmp_path: Path) -> None:
    (tmp_path / "a\x1b[31m\n.pdf").write_bytes(b"")
    assert why(tmp_path / "a\x1b[31m\n.pdf").startswith("a?[31m?.pdf is empty")
    assert len(why(tmp_path / ("x" * 200 + ".pdf"))) < 200


@made.GS
def test_a_name_is_no_option_of_any_program(tmp_path: Path) -> None:
    for name in ("-dNOSAFER.pdf", "%pipe%touch pwned.pdf", "@args.pdf"):
        assert made.sent(tmp_path, name, made.pdf(1)).name == name


def test_nothing_at_all_is_told() -> None:
    with pytest.raises(DocumentError, match="nothing to send"):
        prepare([])


def test_what_a_program_left_is_taken_only_where_it_is_a_file(tmp_path: Path) -> None:
    """It may have been taken over: a folder, a pipe, a link or a file without end is none."""
    room = Room(tmp_path, "a.pdf", replace(Limits(), result=1000))
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("/etc/hostname")
    (tmp_path / "large").write_bytes(b"x" * 1001)
    for name in ("pipe", "folder", "link", "large", "none"):
        with pytest.raises(DocumentError, match=r"a\.pdf"):
            room.take(name)
    page = tiff.Page(1000, 10, 204, 196, b"x")
    (tmp_path / "narrow").write_bytes(tiff.write([page]))
    assert room.pages("narrow") == [page]
    with pytest.raises(DocumentError, match="as wide as paper"):
        room.pages("narrow", 196)
