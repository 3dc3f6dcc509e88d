"""`dialform schema`: what it prints and writes is the exporter's."""

import json
from pathlib import Path

import pytest

from dialform.cli.entry import main
from dialform.cli.schema import NAMES
from dialform.schema.export import DOCUMENTS, schema_of


def test_knows_the_exporters_kinds() -> None:
    assert list(NAMES) == list(DOCUMENTS)


@pytest.mark.parametrize("name", NAMES)
def test_prints_a_schema(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", name]) == 0
    assert json.loads(capsys.readouterr().out) == schema_of(name)


def test_without_a_name_lists_kinds_and_their_files(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(NAMES)
    assert lines[1].endswith("providers.d/*.yaml")


def test_writes_all_or_one_into_a_folder(tmp_path: Path) -> None:
    assert main(["schema", "--out", str(tmp_path / "all")]) == 0
    assert sorted(p.name for p in (tmp_path / "all").iterdir()) == sorted(
        f"{name}.schema.json" for name in NAMES
    )
    assert main(["schema", "routes", "--out", str(tmp_path / "one")]) == 0
    written = (tmp_path / "one" / "routes.schema.json").read_text("utf-8")
    assert json.loads(written) == schema_of("routes")


def test_a_folder_that_cannot_be_written_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    assert main(["schema", "--out", str(tmp_path / "file" / "below")]) == 1
    assert "cannot write" in capsys.readouterr().err


def test_an_unknown_kind_is_a_usage_error() -> None:
    assert main(["schema", "tenants"]) == 64
