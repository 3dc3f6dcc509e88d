"""`dialform media`: sound files as the switch wants them."""

from pathlib import Path

import click

from dialform.cli.exits import Exit
from dialform.reconcile.sounds.convert import ConvertError, convert

RATES = ("8000", "16000", "32000", "48000")


@click.group("media")
def command() -> None:
    """Prepare sound files for the site."""


@command.command("convert")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--rate", type=click.Choice(RATES), default="8000", show_default=True,
    help="Hertz. 8000 is a telephone's own.",
)  # fmt: skip
@click.option(
    "--into", type=click.Path(path_type=Path, file_okay=False),
    help="The folder for the new files. Default: beside each file.",
)  # fmt: skip
def convert_(files: tuple[Path, ...], rate: str, into: Path | None) -> int:
    """Convert sound files to mono WAV of 16-bit PCM, which every telephone plays as it is.

    Asks sox or ffmpeg, whichever is installed. A new file has the old one's name and the ending .wav;
    a file that is there is never overwritten.
    """
    failed = False
    for file in files:
        target = (into or file.parent) / f"{file.stem}.wav"
        try:
            convert(file, target, int(rate))
        except ConvertError as error:
            click.echo(f"dialform media convert: {error}", err=True)
            failed = True
        except OSError as error:
            click.echo(f"dialform media convert: {target}: {error.strerror}", err=True)
            failed = True
        else:
            click.echo(f"{file} -> {target}")
    return Exit.OUR_ERROR if failed else Exit.CLEAN
