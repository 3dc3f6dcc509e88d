"""`dialform recordings`: list recorded calls of a host, and remove those that are too old."""

import json
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

from dialform.cli import common
from dialform.cli.exits import Exit
from dialform.reconcile.recordings import (
    FILE,
    Kept,
    Recorded,
    RecordingsError,
    kept,
    prune,
    recorded,
)

_FORMAT = click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")


def _options(function: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        common.SITE,
        click.option("--host", required=True, help="The host, by its name in platform.yaml."),
        click.option(
            "--out",
            type=click.Path(path_type=Path, file_okay=False),
            help="Where the site was compiled to. Default: out/ of the site.",
        ),
        click.option(
            "--folder",
            type=click.Path(path_type=Path, file_okay=False),
            help="Where the recordings lie. Default: the host's `paths: recordings`.",
        ),
        _FORMAT,
    ):
        function = option(function)
    return function


@click.group("recordings")
def command() -> None:
    """List recorded calls of this host, and remove those that are too old."""


@command.command("list")
@_options
@click.option("--tenant", help="Only this tenant's.")
def list_(
    site: Path | None, host: str, out: Path | None, folder: Path | None, form: str,
    tenant: str | None,
) -> int:  # fmt: skip
    """List the recorded calls that lie on this machine."""
    where = _kept(site, host, out, folder)
    _say(recorded(where.folder, [tenant] if tenant else None), form, "recordings")
    return Exit.CLEAN


@command.command("prune")
@_options
@click.option("--dry-run", is_flag=True, help="Say what would be removed, and remove nothing.")
def prune_(
    site: Path | None, host: str, out: Path | None, folder: Path | None, form: str,
    dry_run: bool,
) -> int:  # fmt: skip
    """Remove the recorded calls that are older than their tenant keeps them.

    A tenant without `keep_days` keeps all. Reads what was compiled, so it runs where the switch runs.
    """
    where = _kept(site, host, out, folder)
    try:
        gone = prune(where.folder, where.keep_days, time.time(), dry_run=dry_run)
        _say(gone, form, "would be removed" if dry_run else "removed")
    except OSError as error:
        raise click.ClickException(
            f"cannot remove from {where.folder}: {error.strerror}"
        ) from error
    return Exit.CLEAN


def _kept(site: Path | None, host: str, out: Path | None, folder: Path | None) -> Kept:
    target = (out or common.site_root(site) / "out") / host
    try:
        found = kept(target)
    except FileNotFoundError:
        raise common.Unusable(
            f"There is no {target / FILE}: run `dialform compile`, or name the host as platform.yaml does."
        ) from None
    except RecordingsError as error:
        raise common.Unusable(str(error)) from None
    return Kept(folder.absolute(), found.keep_days) if folder else found


def _say(found: Iterable[Recorded], form: str, what: str) -> None:
    if form == "json":
        rows = [
            {"tenant": one.tenant, "path": one.path, "size": one.size, "changed": int(one.changed)}
            for one in found
        ]
        click.echo(json.dumps({"recordings": rows}, indent=2))
        return
    count = size = 0
    for one in found:
        when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(one.changed))
        click.echo(f"{when}  {one.size:>10}  {one.path}")
        count, size = count + 1, size + one.size
    click.echo(f"{count} {what}, {size / 1_000_000:.1f} MB")
