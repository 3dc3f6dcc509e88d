"""`dialform device url`."""

import json
from pathlib import Path

import click

from dialform.cli import common, ofagent
from dialform.cli.device.common import WHOSE
from dialform.cli.exits import Exit

_AFTERWARDS = "What it fetches holds its own address, where it asks from then on."
_SECRET = "Whoever has this gets the phone's SIP passwords: treat it like one."  # noqa: S105 -- a warning


@click.command("url")
@click.argument("mac", metavar="MAC")
@common.SITE
@common.SECRETS
@ofagent.STATE
@WHOSE
@click.option("--auth", type=click.Choice(["token", "basic", "digest"]), default="token",
              show_default=True, help="How the phone proves who it is.")  # fmt: skip
@ofagent.FORMAT
def command(
    mac: str, site: Path | None, secrets: Path | None, state: Path | None, tenant: str | None,
    user: str | None, auth: str, form: str,
) -> int:  # fmt: skip
    """Say what to type into a phone, and where, so that it fetches its configuration.

    With --auth token (which every phone can do) it is one address that nobody can guess. With basic or
    digest it is an address for all, a user name and a password, for phones that have fields for these.
    Needs the site and the secrets folder with the master secret.
    """
    from dialform.cli.device import ofsite

    written = ofsite.find(ofsite.site_of(site, state), mac, tenant, user)
    found = ofsite.access(written, secrets)
    login = auth != "token"
    fields = {"Address": found.login if login else found.own}
    if login:
        fields |= {"User name": found.user, "Password": found.password}
    vendor = written.vendor
    if form == "json":
        said = {
            "mac": written.mac, "label": written.device.label, "tenant": written.tenant.slug,
            "vendor": vendor.key, "model": written.model.name, "auth": auth, "where": vendor.where,
            "url": fields["Address"], "user": fields.get("User name"),
            "password": fields.get("Password"), "files": None if login else list(found.files),
        }  # fmt: skip
        click.echo(json.dumps(said, ensure_ascii=False))
        return Exit.CLEAN
    model = written.model.name.upper()
    name = vendor.name if vendor.name.upper() == model else f"{vendor.name} {model}"
    click.echo(f"{written.device.label} of {written.tenant.slug}: {name}, {written.mac}\n")
    click.echo(f"In the phone: {vendor.where}")
    if vendor.bare:
        # The phone puts `/` and its file's name behind it.
        fields["Address"] = fields["Address"].partition("://")[2].rstrip("/")
    wide = max(map(len, fields)) + 1
    for title, value in fields.items():
        click.echo(f"  {f'{title}:':{wide}} {value}")
    for also in found.files if not vendor.option66 and not login else ():
        if also != found.own:
            click.echo(f"  also:    {also}")
    click.echo(f"\n{_AFTERWARDS}\n{_SECRET}")
    return Exit.CLEAN
