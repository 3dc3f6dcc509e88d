"""`dialform device qr`."""

import io
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dialform.cli import common, ofagent
from dialform.cli.device.common import WHOSE
from dialform.cli.exits import Exit

if TYPE_CHECKING:
    import segno

_KINDS = (".svg", ".png")
_SCALE = 8
"""Pixels of a PNG, or units of an SVG, for each dot."""


@click.command("qr")
@click.argument("mac", metavar="MAC")
@common.SITE
@common.SECRETS
@ofagent.STATE
@WHOSE
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.svg|FILE.png",
              help="Write a picture. Default: draw it here, on the terminal.")  # fmt: skip
@ofagent.FORMAT
def command(
    mac: str, site: Path | None, secrets: Path | None, state: Path | None, tenant: str | None,
    user: str | None, out: Path | None, form: str,
) -> int:  # fmt: skip
    """Draw the code that a softphone scans: it holds the phone's own address.

    Whoever scans it gets the phone's SIP passwords: show it to nobody else, and send it to nobody in
    clear. Needs the site and the secrets folder with the master secret.
    """
    from dialform.cli.device import ofsite

    if out is not None and out.suffix.lower() not in _KINDS:
        raise click.UsageError(
            f"'{out}' is no picture that can be drawn: say FILE.svg or FILE.png."
        )
    written = ofsite.find(ofsite.site_of(site, state), mac, tenant, user)
    text = ofsite.access(written, secrets).own
    if out is not None:
        _write(out, _code(text))
    if form == "json":
        said = {"mac": written.mac, "label": written.device.label, "tenant": written.tenant.slug,
                "text": text, "file": str(out) if out else None}  # fmt: skip
        click.echo(json.dumps(said, ensure_ascii=False))
    elif out is not None:
        click.echo(f"wrote {out}: {written.device.label} of {written.tenant.slug}", err=True)
    else:
        click.echo(_drawn(_code(text)))
        click.echo(
            f"{written.device.label} of {written.tenant.slug}: {written.vendor.where}", err=True
        )
    return Exit.CLEAN


def _code(text: str) -> "segno.QRCode":
    import segno

    return segno.make_qr(text, error="m")


def _drawn(code: "segno.QRCode") -> str:
    """For a terminal: half blocks where it can show them, else what every one can."""
    stream = io.StringIO()
    encoding = (sys.stdout.encoding or "").lower()
    code.terminal(stream, compact=encoding.startswith("utf"), border=2)
    return stream.getvalue().rstrip("\n")


def _write(path: Path, code: "segno.QRCode") -> None:
    """A picture that only its owner reads."""
    stream = io.BytesIO()
    code.save(stream, kind=path.suffix[1:].lower(), scale=_SCALE, border=4)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(stream.getvalue())
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise click.ClickException(f"cannot write {path}: {error.strerror}.") from None
