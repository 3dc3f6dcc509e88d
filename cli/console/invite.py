"""`dialform console invite`: the first way in."""

from pathlib import Path

import click

from dialform.cli.console.common import Where, ground, sources
from dialform.cli.exits import Exit


@click.command("invite")
@sources
@click.argument("subject", metavar="SUBJECT")
@click.option(
    "--email",
    default="",
    help="Where the invitation goes. Default: the user's address in the site.",
)
@click.option(
    "--login", default="", help="What they sign in with. Default: their mail address, else SUBJECT."
)
@click.option("--no-mail", is_flag=True, help="Only print the link.")
def invite_(
    subject: str, email: str, login: str, no_mail: bool, remote: str | None, branch: str,
    secrets: Path | None, state: Path | None, out: Path | None, host: str, ledger: str | None,
) -> int:  # fmt: skip
    """Invite somebody of the site to the portal, and print the link by which they choose a password.

    SUBJECT is a tenant's user (acme/alice), or the handle of an admin (@ops). The link works once, for a
    week; a new invitation ends those before.
    """
    from dialform.cli.console.telling import sentences
    from dialform.console.accounts.inviting import invite

    with ground(Where(remote, branch, secrets, state, out, host, ledger)) as found, sentences():
        made = invite(found, subject, email=email, login=login)
        click.echo(
            f"{made.account.subject} signs in as {made.account.login}, once a password is chosen here:"
        )
        click.echo(made.link)
    return Exit.CLEAN
