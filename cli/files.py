"""Writing a file of the site."""

import os
from pathlib import Path

import click


def overwrite(path: Path, content: bytes) -> None:
    """Replace a file whole or not at all; its mode stays. Says in a sentence why it cannot."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_bytes(content)
        temporary.chmod(path.stat().st_mode & 0o7777)
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise click.ClickException(f"cannot write {path}: {error.strerror}") from error
