"""`dialform codeowners`."""

import difflib
from pathlib import Path

import click

from dialform.cli import common
from dialform.cli.exits import Exit

PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
"""Where forges look for it: GitHub in the first three, in this order, GitLab in the last three."""


@click.command("codeowners")
@common.SITE
@click.option("--write", is_flag=True, help="Write the file where it stands, else to CODEOWNERS.")
@click.option("--check", is_flag=True, help="Only say whether the file there is up to date.")
def command(site: Path | None, write: bool, check: bool) -> int:
    """Print CODEOWNERS, made from the roles: who must approve a change of which file.

    Admins own everything; a tenant's administrators with a git handle also own the tenant's files
    without account matters, and its sounds. With --check exits 3 where the file says something else.
    """
    if write and check:
        raise click.UsageError("--write and --check exclude each other.")
    root = common.site_root(site)
    # Late, so that `--help` and completion do not wait for the models.
    from dialform.compiler.reviewing.codeowners import codeowners
    from dialform.schema.tree import scan

    prefix = _prefix(root)
    try:
        text, notes = codeowners(scan(root), prefix)
    except OSError as error:
        raise common.Unusable(f"{error.filename} cannot be read: {error.strerror}.") from error
    for note in notes:
        click.echo(f"note: {note}", err=True)
    if not (write or check):
        click.echo(text, nl=False)
        return Exit.CLEAN
    if prefix:
        raise click.UsageError(
            "The site is a folder of a larger repository, whose CODEOWNERS is not the site's alone: "
            "put the lines that `dialform codeowners` prints there."
        )
    return _check(root, text) if check else _write(root, text)


def _write(root: Path, text: str) -> int:
    target = _target(root)
    old = _current(target)
    if old == text:
        click.echo(f"{target.relative_to(root)} is up to date")
        return Exit.CLEAN
    try:
        target.write_text(text, "utf-8", newline="\n")
    except OSError as error:
        raise click.ClickException(f"cannot write {target}: {error.strerror}") from error
    click.echo(f"wrote {target.relative_to(root)}")
    return Exit.CLEAN


def _check(root: Path, text: str) -> int:
    target = _target(root)
    name, old = str(target.relative_to(root)), _current(target)
    if old == text:
        click.echo(f"{name} is up to date")
        return Exit.CLEAN
    ends = (old.splitlines(keepends=True), text.splitlines(keepends=True))
    click.echo("".join(difflib.unified_diff(*ends, name, "as the roles say")), nl=False)
    click.echo(
        f"{name} says something else than the roles: run `dialform codeowners --write`", err=True
    )
    return Exit.INVALID_SITE


def _target(root: Path) -> Path:
    """The file that forges read, or where it would stand."""
    found = [root / place for place in PLACES if (root / place).is_file()]
    if len(found) > 1:
        rest = ", ".join(str(path.relative_to(root)) for path in found[1:])
        click.echo(f"note: {rest} too is there; a forge reads one of them only", err=True)
    target = found[0] if found else root / "CODEOWNERS"
    if target.is_symlink():
        raise common.Unusable(f"{target.relative_to(root)} is a symbolic link: put a file there.")
    return target


def _current(target: Path) -> str:
    try:
        return target.read_text("utf-8") if target.is_file() else ""
    except (OSError, UnicodeDecodeError):
        return ""


def _prefix(root: Path) -> str:
    """The site's folder in its repository; empty where it is the root of it, or in none."""
    for folder in (root, *root.parents):
        if (folder / ".git").exists():
            found = root.relative_to(folder).as_posix()
            return "" if found == "." else f"{found}/"
    return ""
