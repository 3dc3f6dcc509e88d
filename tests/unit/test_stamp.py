"""Whether it is the code of the last compile: told without reading it, and never wrongly."""

import time
from pathlib import Path

import pytest

from dialform.compiler import stamp
from dialform.compiler.looks import Looks
from dialform.compiler.stamp import Stamp
from dialform.schema.tree import scan

HOUR = 3_600_000_000_000


@pytest.fixture
def code(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A file that stands for all of Dialform's code."""
    file = tmp_path / "code.py"
    file.write_text("one = 1\n")
    monkeypatch.setattr(stamp, "_code", lambda: [("schema/code.py", str(file))])
    _forget()
    yield file
    monkeypatch.undo()
    _forget()


def _forget() -> None:
    stamp.code_files.cache_clear()
    stamp.compiler_digest.cache_clear()


def _stamped(tmp_path: Path, written: int) -> Stamp:
    made = Stamp(tmp_path / "out")
    made.write(
        code=stamp.code_files(),
        compiler=stamp.compiler_digest(),
        written=written,
        inputs={},
        looks=Looks(),
    )
    _forget()
    return Stamp(tmp_path / "out")


def _why(made: Stamp, tmp_path: Path) -> str:
    return made.why_other_calls(scan(tmp_path / "nowhere"))


def test_code_that_looks_as_it_did_is_not_read(
    code: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = _stamped(tmp_path, time.time_ns() + HOUR)
    monkeypatch.setattr(stamp, "compiler_digest", lambda: pytest.fail("it was read"))
    assert _why(made, tmp_path) == ""


@pytest.mark.parametrize("text", ["one = 2\n", "another = 1\n"])
def test_other_code_is_told(code: Path, tmp_path: Path, text: str) -> None:
    made = _stamped(tmp_path, time.time_ns() + HOUR)
    code.write_text(text)
    assert _why(made, tmp_path) == "Dialform itself changed"


def test_the_same_code_in_another_file_is_the_same(code: Path, tmp_path: Path) -> None:
    made = _stamped(tmp_path, time.time_ns() + HOUR)
    code.unlink()
    code.write_text("one = 1\n")
    assert _why(made, tmp_path) == ""


def test_code_that_changed_in_the_moment_of_the_compile_is_read(code: Path, tmp_path: Path) -> None:
    made = _stamped(tmp_path, time.time_ns())
    made.data["compiler"] = "that of a moment before"
    assert _why(made, tmp_path) == "Dialform itself changed"


@pytest.mark.parametrize("package", ["tzdata", "phonenumbers"])
def test_other_data_of_time_zones_or_numbers_are_other_code(
    package: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Phones are told when their clocks change, and numbers are read, by what was installed."""
    stamp._code.cache_clear()
    before = dict(stamp._code())
    assert Path(before[f"../{package}"]).parent.name == package
    newer = tmp_path / package / "__init__.py"
    newer.parent.mkdir()
    newer.write_text('__version__ = "2999.1"\n')
    digest = _digest()
    monkeypatch.syspath_prepend(str(tmp_path))
    assert _digest() != digest
    monkeypatch.undo()
    assert _digest() == digest


def _digest() -> str:
    stamp._code.cache_clear()
    _forget()
    return stamp.compiler_digest()
