"""What is written goes where it was asked for and nowhere else, or a sentence says why not."""

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from dialform.cli.billing.output import save
from dialform.cli.exits import Exit


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("command", [["explain"], ["explain", "DF1501"], ["schema", "tenant"]])
def test_a_full_disk_is_a_sentence(command: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [sys.executable, "-c", "from dialform.cli.entry import script; script()", *command],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert ended.returncode == Exit.OUR_ERROR
    assert ended.stderr == "Error: It cannot be written: No space left on device.\n"


def test_a_link_in_the_way_of_a_file_leads_nowhere(tmp_path: Path) -> None:
    other, wanted = tmp_path / "other", tmp_path / "acme.csv"
    other.write_text("as it was")
    (tmp_path / f".acme.csv.{os.getpid()}").symlink_to(other)
    with pytest.raises(click.ClickException, match="cannot be written"):
        save(["new"], wanted)
    assert other.read_text() == "as it was"
    save(["new"], wanted)
    assert wanted.read_text() == "new"
