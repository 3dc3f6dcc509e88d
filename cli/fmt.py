"""`dialform fmt`."""

import sys
from collections.abc import Callable, Iterator
from fnmatch import fnmatch
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dialform.cli import common
from dialform.cli.exits import Exit
from dialform.cli.files import overwrite

if TYPE_CHECKING:
    from dialform.schema.diagnostic import Diagnostic

_UNSORTED = frozenset(("hosts", "routes"))
"""Tables whose order people chose: of routes it can decide."""


@click.command("fmt")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@common.SITE
@click.option("--check", is_flag=True, help="Change nothing; exit 3 where a file would change.")
@click.option("--diff", "show", is_flag=True, help="The same, and show what would change.")
@click.option(
    "--sort", is_flag=True,
    help="Also sort: top keys as in the reference, objects by number or name, comments with them.",
)  # fmt: skip
def command(paths: tuple[Path, ...], site: Path | None, check: bool, show: bool, sort: bool) -> int:
    """Lay out the site's YAML files alike. What they say, and every comment, stays.

    PATHS are files and folders; without any it is the whole site, and `-` is standard input to
    standard output. Indents, blanks and quotes of keys are made alike; lines are neither broken nor
    joined, and no value is written otherwise. A file with mistakes in it is left alone (exit 3).
    """
    if paths == (Path("-"),):
        return _filter(sort)
    root, files = _files(paths, site)
    run = _Run(root, write=not (check or show), show=show, sort=sort)
    for file in files:
        run.one(file)
    return run.conclude()


def _files(paths: tuple[Path, ...], site: Path | None) -> tuple[Path, list[Path]]:
    """The folder that paths are shown from, and the files."""
    if not paths:
        from dialform.schema.tree import scan

        root = common.site_root(site)
        tree = scan(root)
        return root, [root / path for path in sorted(tree.entries) if path.endswith(".yaml")]
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            found |= dict.fromkeys(sorted(one for one in path.rglob("*.yaml") if one.is_file()))
        elif path.is_file():
            found[path] = None
        else:
            raise click.UsageError(f"'{path}' is neither a file nor a folder.")
    return Path(), list(found)


def _filter(sort: bool) -> int:
    from dialform.cli.editing.tidy import UnsureError, tidy

    raw = sys.stdin.buffer.read()
    try:
        text, findings = tidy("-", raw, _sorter("tenants.d/-.yaml") if sort else None)
    except UnsureError:
        raise click.ClickException(_LEFT_ALONE.format("standard input")) from None
    if findings:
        common.report(Path(), findings, "text", stream=sys.stderr)
        return Exit.INVALID_SITE
    sys.stdout.buffer.write(text.encode())
    return Exit.CLEAN


_LEFT_ALONE = (
    "{} is left alone: laid out it would not say the same. This is a fault of Dialform; please "
    "report it with the file."
)


class _Run:
    """Goes over files, and counts."""

    def __init__(self, root: Path, *, write: bool, show: bool, sort: bool) -> None:
        self._root, self._write, self._show, self._sort = root, write, show, sort
        self._changed = self._same = self._unsure = 0
        self._findings: list[Diagnostic] = []

    def one(self, path: Path) -> None:
        """Lay out one file."""
        from dialform.cli.editing.textdiff import diff
        from dialform.cli.editing.tidy import UnsureError, tidy

        name = path.relative_to(self._root).as_posix()
        if path.is_symlink():
            raise click.UsageError(f"'{name}' is a link: name the file itself.")
        try:
            raw = path.read_bytes()
            text, findings = tidy(name, raw, _sorter(name) if self._sort else None)
        except OSError as error:
            raise click.ClickException(f"cannot read {name}: {error.strerror}") from error
        except UnsureError:
            click.echo(_LEFT_ALONE.format(name), err=True)
            self._unsure += 1
            return
        if findings:
            self._findings += findings
        elif text.encode() == raw:
            self._same += 1
        else:
            self._changed += 1
            if self._write:
                overwrite(path, text.encode())
            click.echo(f"{'laid out' if self._write else 'would change'} {name}")
            if self._show:
                shown = diff(name, raw.decode("utf-8-sig"), text)
                click.echo(shown or "(line ends or the byte order mark only)")

    def conclude(self) -> int:
        """Say how it went, and with which status."""
        if self._findings:
            common.report(self._root, self._findings, "text", stream=sys.stderr)
        done = "laid out" if self._write else "would change"
        parts = [f"{self._changed} {done}"] if self._changed else []
        parts += [f"{self._same} as they should be"] if self._same else []
        broken = len({finding.file for finding in self._findings})
        parts += [f"{broken} left alone, with mistakes"] if broken else []
        click.echo(f"files: {', '.join(parts) or 'none'}", err=True)
        if self._unsure:
            return Exit.OUR_ERROR
        if self._findings or (self._changed and not self._write):
            return Exit.INVALID_SITE
        return Exit.CLEAN


def _sorter(name: str) -> Callable[[str], str]:
    """How a file is sorted, by what kind of file it is."""
    from dialform.cli.editing.arrange import arranged
    from dialform.schema.export import DOCUMENTS

    for document in reversed(DOCUMENTS.values()):  # platform.yaml may be a tenant's file as well
        if any(fnmatch(f"/{name}", f"*/{pattern}") for pattern in document.files):
            fields = document.model.model_fields
            order = [field.alias or key for key, field in fields.items()]
            return partial(arranged, order=order, tables=set(_tables(document.name)))
    return partial(arranged, order=(), tables=())


def _tables(kind: str) -> Iterator[str]:
    """The keys of a kind of file that hold objects by their number or name."""
    from dialform.schema.export import schema_of

    for key, node in schema_of(kind).get("properties", {}).items():
        options = (node, *node.get("anyOf", ()))
        if key not in _UNSORTED and any("additionalProperties" in one for one in options):
            yield key
