"""`dialform prompts`."""

import json
import sys
from pathlib import Path

import click

from dialform.cli import common
from dialform.cli.exits import Exit

_DEFAULT_SOUNDS = "/usr/share/freeswitch/sounds"
_RATES = ("8000", "16000", "32000", "48000")


@click.command("prompts")
@common.SITE
@common.SECRETS
@click.option("--host", help="The host whose tenants and sounds folder count. Default: each host.")
@click.option(
    "--sounds",
    type=click.Path(path_type=Path),
    help="Look here instead of in the host's `paths: sounds`.",
)
@click.option("--missing", is_flag=True, help="Only those that are missing.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def command(
    site: Path | None, secrets: Path | None, host: str | None, sounds: Path | None,
    missing: bool, form: str,
) -> int:  # fmt: skip
    """List every prompt that the configuration can play, and which are missing on this machine.

    A prompt is there when at least one sampling rate of it is. A missing prompt is silence for the
    caller, and no error to the switch.
    """
    root = common.site_root(site)
    from dialform.compiler.check import Run, survey
    from dialform.renderers.freeswitch import prompt_files
    from dialform.schema.tree import scan

    run = Run(scan(root), common.store(common.secrets_folder(secrets)))
    found = survey(run)
    common.report(root, found.errors, "text", stream=sys.stderr)
    if found.platform is None or found.errors:
        return Exit.INVALID_SITE
    hosts = [one for one in found.hosts if host in (None, one.name)]
    if not hosts:
        names = ", ".join(one.name for one in found.hosts)
        raise click.UsageError(f"There is no host '{host}'; the site has {names}.")
    rows = []
    for one in hosts:
        folder = sounds or Path(one.sounds or _DEFAULT_SOUNDS)
        for name in prompt_files(found.platform, found.summaries[one.name]):
            rows.append({"host": one.name, "prompt": name, "missing": not _there(folder, name)})
    shown = [row for row in rows if row["missing"] or not missing]
    if form == "json":
        click.echo(json.dumps({"prompts": shown}, indent=2))
        return Exit.CLEAN
    for row in shown:
        click.echo(f"{row['host']}  {'missing' if row['missing'] else 'there  '}  {row['prompt']}")
    gone = sum(1 for row in rows if row["missing"])
    click.echo(f"{len(rows)} prompts, {gone} missing")
    if gone:
        folders = ", ".join(sorted({str(sounds or one.sounds or _DEFAULT_SOUNDS) for one in hosts}))
        click.echo(f"looked in {folders}; install the sounds packages for the languages in use")
    return Exit.CLEAN


def _there(folder: Path, name: str) -> bool:
    """Whether a prompt lies there, at any sampling rate or without one."""
    path = folder / name
    return path.is_file() or any((path.parent / rate / path.name).is_file() for rate in _RATES)
