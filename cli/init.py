"""`dialform init`."""

import re
from pathlib import Path

import click

DOMAIN = "pbx.example.com"


@click.command("init")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--name", help="The site's name, a slug. Default: the folder's name.")
@click.option(
    "--domain", default=DOMAIN, show_default=True, help="Below it lie the tenants' domains."
)
@click.option(
    "--country", default="US", show_default=True, help="Two letters: how its people dial, as in DE."
)
def command(folder: Path, name: str | None, domain: str, country: str) -> int:
    """Make a new site in DIR: a small phone system that validates, with CI and editor settings.

    DIR must be empty or not exist; a .git folder may be there already.
    """
    _refuse_full(folder)
    name = name or _slug(folder.absolute().name)
    _check(name, domain, country)
    from dialform.cli.newsite import new_site

    site = new_site(name, domain.lower(), country)
    try:
        for path, content in site.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    except OSError as error:
        raise click.ClickException(f"cannot write {error.filename}: {error.strerror}") from error
    click.echo(f"made site '{name}' in {folder}: {len(site)} files")
    click.echo("next:")
    click.echo(f"  cd {folder}" + ("" if (folder / ".git").exists() else " && git init"))
    click.echo(
        "  edit platform.yaml, providers.d/mycarrier.yaml and tenants.d/acme/ (README.md says how)"
    )
    click.echo("  dialform validate")
    return 0


def _refuse_full(folder: Path) -> None:
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise click.UsageError(f"'{folder}' is there already, and is no folder.")
    try:
        found = sorted(entry.name for entry in folder.iterdir()) if folder.exists() else []
    except OSError as error:
        raise click.UsageError(f"'{folder}' cannot be read: {error.strerror}") from error
    if extra := [entry for entry in found if entry != ".git"]:
        raise click.UsageError(f"'{folder}' is not empty: it has {extra[0]}.")


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:63].rstrip("-") or "my-site"


def _check(name: str, domain: str, country: str) -> None:
    """Refuse what the platform's own model would refuse. Raises click.UsageError."""
    from dialform.compiler.prune import shape_check_all
    from dialform.schema.diagnostic import Place
    from dialform.schema.platform import Platform

    data = {
        "platform": name,
        "domain": domain,
        "country": country,
        "hosts": {"a": {"address": "a"}},
    }
    flaws = shape_check_all(Platform, "platform.yaml", data)[1]
    if flaws:
        option = "--name" if flaws[0].path == ("platform",) else f"--{flaws[0].path[0]}"
        found = flaws[0].at(Place(""))
        raise click.UsageError(f"{option}: {found.message} ({found.hint}).")
