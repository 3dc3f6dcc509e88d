"""What the commands share: the site, the secrets, the report, its exit status."""

import gc
import os
import re
import sys
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from dialform.cli.exits import Exit
from dialform.cli.reporters import REPORTERS, Report, wants_colour
from dialform.schema.diagnostic import Diagnostic, Severity
from dialform.schema.tree import find_site

if TYPE_CHECKING:
    from dialform.compiler.secrets import SecretStore

F = TypeVar("F", bound=Callable[..., Any])

SITE = click.option(
    "--site",
    type=click.Path(path_type=Path, file_okay=False),
    help="The site's folder. Default: the nearest one with a platform.yaml, from here upwards.",
)
SECRETS = click.option(
    "--secrets",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder of secrets. Default: $CREDENTIALS_DIRECTORY.",
)
FORMAT = click.option(
    "--format", "form", type=click.Choice(list(REPORTERS)), default="text", show_default=True
)
STRICT = click.option("--strict", is_flag=True, help="Take warnings for errors.")
JOBS = click.option(
    "--jobs", "-j", type=click.IntRange(0, 64), default=0, help="Processes; 0 is one a core."
)

_GIVEN_AWAY = r"(?i)(?:password|pin|secret|master|token|key)[\"']?\s*:\s*[\"']?[^\s{\"']"


def holds_secret(line: str) -> bool:
    """Whether a line of YAML looks as if a secret stood in it as plain text."""
    return re.search(_GIVEN_AWAY, line) is not None


def goes_on() -> None:
    """For a command that runs until it is told to end: garbage that goes in circles is looked for again,
    which `entry.script` leaves out for the short ones. Each TLS connection leaves some.
    """
    gc.enable()


def site_root(site: Path | None) -> Path:
    """The site's root; a folder without one is refused here, in one sentence."""
    if site is not None:
        if not site.is_dir():
            raise click.UsageError(f"'{site}' is no folder.")
        return site.absolute()
    found = find_site(Path.cwd())
    if found is None:
        raise click.UsageError(
            "No platform.yaml here or above: this is no site. "
            "Name one with --site DIR, or make one with `dialform init DIR`."
        )
    return found


def secrets_folder(secrets: Path | None) -> Path | None:
    """The folder of secrets that was named, or that systemd laid out."""
    if secrets is not None:
        if not secrets.is_dir():
            raise click.UsageError(f"'{secrets}' is no folder of secrets.")
        return secrets.absolute()
    named = os.environ.get("CREDENTIALS_DIRECTORY")
    return Path(named) if named and Path(named).is_dir() else None


class Unusable(click.ClickException):
    """What the command was given cannot be used; said in one sentence."""

    exit_code = Exit.INVALID_SITE


class NotThere(click.ClickException):
    """What an argument names cannot be had, as a commit; said in one sentence."""

    exit_code = Exit.USAGE


def store(folder: Path | None) -> "SecretStore":
    """The secrets of this host. A master that is none ends the command, in one sentence."""
    from dialform.compiler.secrets import SecretError, open_store

    try:
        return open_store(folder, os.environ)
    except SecretError as error:
        text = f"{folder}: {error.reason}. {error.hint}".rstrip(". ")
        raise Unusable(f"{text}.") from None


def report(
    root: Path,
    diagnostics: Sequence[Diagnostic],
    form: str,
    *,
    all_infos: bool = False,
    stream: Any = None,
    read: Callable[[str], bytes] | None = None,
) -> None:
    """Write the findings in the asked format; a line with a secret is never shown.

    `read` gives the bytes of a file that does not lie at `root`, as of a commit.
    """
    stream = stream or sys.stdout
    if form == "text" and not diagnostics and stream is not sys.stdout:
        return
    withheld = {(d.file, d.line) for d in diagnostics if d.code == "DF0501"}

    @lru_cache(maxsize=64)
    def lines(file: str) -> list[str]:
        if read is not None:
            return read(file).decode("utf-8", "replace").split("\n")
        path = (root / file).resolve()
        if not path.is_relative_to(root.resolve()) or not path.is_file():
            raise ValueError(file)  # opening a pipe would wait for its writer
        if path.stat().st_size > 8 * 1024 * 1024:
            raise ValueError(file)
        return path.read_text("utf-8", "replace").split("\n")

    for file, line in sorted({(d.file, d.line) for d in diagnostics if d.line}):
        try:
            if holds_secret(lines(file)[line - 1]):
                withheld.add((file, line))
        except (OSError, ValueError, IndexError):
            continue
    import shutil

    width = shutil.get_terminal_size((100, 24)).columns
    colour = wants_colour(stream, os.environ)
    made = Report(
        diagnostics,
        lines,
        frozenset(withheld),
        all_infos=all_infos,
        colour=colour,
        width=width if stream.isatty() else 160,
    )
    text = REPORTERS[form](made)
    if text:
        click.echo(text.rstrip("\n"), file=stream, color=colour)


def exit_for(diagnostics: Sequence[Diagnostic]) -> Exit:
    """The exit status of a check: only errors make a site invalid."""
    invalid = any(d.severity is Severity.ERROR for d in diagnostics)
    return Exit.INVALID_SITE if invalid else Exit.CLEAN


def progress(label: str) -> Callable[[int, int], None] | None:
    """A progress bar on a terminal, over many tenants; nothing in a pipe."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        return None
    from rich.console import Console
    from rich.progress import Progress

    bar = Progress(console=Console(stderr=True), transient=True)
    task = bar.add_task(label, total=None)

    def told(done: int, total: int) -> None:
        if total < 50:
            return
        if done == 1:
            bar.start()
        bar.update(task, completed=done, total=total)
        if done == total:
            bar.stop()

    return told
