"""The exit status is a contract: 0 clean, 3 an invalid site, 64 a wrong command line."""

from pathlib import Path

import pytest

from dialform import __version__
from dialform.cli.app import COMMANDS

from .conftest import Run


def test_a_good_site_is_0(site: Path, run: Run) -> None:
    assert run("validate", "--site", str(site)).status == 0


def test_a_site_with_an_error_is_3(broken: Path, run: Run) -> None:
    done = run("validate", "--site", str(broken))
    assert done.status == 3
    assert "1009" in done.out


def test_warnings_are_errors_with_strict(site: Path, run: Run) -> None:
    # The demo shows one: a PIN in plain text.
    assert "DF0501" in run("validate", "--site", str(site)).out
    assert run("validate", "--site", str(site), "--strict").status == 3


def test_nothing_is_written_for_a_site_with_an_error(broken: Path, run: Run) -> None:
    done = run("compile", "--site", str(broken))
    assert done.status == 3
    assert not (broken / "out" / "pbx1").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("explode",),
        ("--nonsense",),
        ("validate", "--format", "xml"),
        ("validate", "--site", "/nonexistent"),
        ("compile", "--jobs", "many"),
        ("explain", "DF9999"),
        ("schema", "nothing"),
        ("init",),
        ("secret",),
        ("secret", "burn"),
        ("secret", "show"),
        ("completion", "tcsh"),
    ],
    ids=" ".join,
)
def test_a_wrong_command_line_is_64(arguments: tuple[str, ...], run: Run) -> None:
    done = run(*arguments)
    assert done.status == 64
    assert done.err
    assert done.out == ""


def test_a_misspelt_command_is_told_the_nearest(run: Run) -> None:
    assert "'validate'" in run("validat").err


def test_outside_of_a_site_is_64_and_says_what_to_do(run: Run) -> None:
    for command in ("validate", "compile"):
        done = run(command)
        assert done.status == 64
        assert "dialform init" in done.err


@pytest.mark.parametrize("command", [name for name in COMMANDS if name != "sendmail"])
def test_every_command_explains_itself(command: str, run: Run) -> None:
    done = run(command, "--help")
    assert done.status == 0
    assert done.out.startswith(f"Usage: dialform {command}")
    assert command in run("--help").out


def test_version(run: Run) -> None:
    for option in ("--version", "-V"):
        done = run(option)
        assert (done.status, done.out) == (0, f"dialform, version {__version__}\n")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_a_script_of_the_shell(shell: str, run: Run) -> None:
    done = run("completion", shell)
    assert done.status == 0
    assert "_DIALFORM_COMPLETE" in done.out


def test_completion_completes(run: Run) -> None:
    words = run(_DIALFORM_COMPLETE="bash_complete", COMP_WORDS="dialform va", COMP_CWORD="1")
    assert "validate" in words.out
    assert "compile" not in words.out
