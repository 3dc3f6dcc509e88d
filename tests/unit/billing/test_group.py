"""`dialform billing` is a table of commands, each imported when it is asked for."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from dialform.cli.app import dialform
from dialform.cli.billing.group import COMMANDS, command


@pytest.mark.parametrize("name", COMMANDS)
def test_each_line_of_the_table_is_a_command(name: str) -> None:
    found = command.get_command(click.Context(command), name)  # type: ignore[attr-defined]
    assert isinstance(found, click.Command)
    assert found.name == name and found.help
    assert COMMANDS[name][1].endswith(".")


def test_help_lists_them_and_imports_none() -> None:
    code = (
        "import sys; from click.testing import CliRunner; from dialform.cli.app import dialform;"
        "print(CliRunner().invoke(dialform, ['billing', '--help']).output);"
        "print([n for n in sys.modules if n.startswith(('dialform.billing', 'dialform.compiler'))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    assert all(
        f"  {name}" in done and line in " ".join(done.split())
        for name, (_, line) in COMMANDS.items()
    )
    assert done.rstrip().endswith("[]")


def test_a_slip_has_its_nearest_command() -> None:
    done = CliRunner().invoke(dialform, ["billing", "rat"])
    assert done.exit_code and "Did you mean 'rate'?" in done.output
