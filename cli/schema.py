"""`dialform schema`."""

from pathlib import Path

import click

# Known here without the models, so that `--help` and completion do not wait for them.
NAMES = ("platform", "provider", "routes", "billing", "tenant", "tenant-part", "calls")


@click.command("schema")
@click.argument("name", metavar="[NAME]", required=False, type=click.Choice(NAMES))
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write <name>.schema.json of all kinds of files, or of NAME, into this folder.",
)
def command(name: str | None, out: Path | None) -> int:
    """Print the JSON Schema (draft 7) of a kind of file, for editors.

    Without NAME, list the kinds and the files that they are for. An editor with a YAML language
    server takes the schema that the first line of a file names:

    \b
        # yaml-language-server: $schema=schemas/platform.schema.json
    """
    from dialform.schema import export

    if out is not None:
        _write(out, [name] if name else list(NAMES))
    elif name is not None:
        click.echo(export.text_of(name), nl=False)
    else:
        for document in export.DOCUMENTS.values():
            click.echo(f"{document.name:12} {', '.join(document.files)}")
    return 0


def _write(folder: Path, names: list[str]) -> None:
    from dialform.schema import export

    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in names:
            path = folder / export.DOCUMENTS[name].file
            path.write_text(export.text_of(name), "utf-8")
            click.echo(str(path))
    except OSError as error:
        where = error.filename or folder
        raise click.ClickException(f"cannot write {where}: {error.strerror}") from error
