"""`dialform console invite` and `reset`: links by which somebody chooses a password."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dialform.cli.console.common import Where, ground, sources
from dialform.cli.console.telling import account_of, note, sentences
from dialform.cli.exits import Exit

if TYPE_CHECKING:
    from dialform.console.accounts.inviting import Invited
    from dialform.console.ground import Ground

_MAIL = click.option("--mail", is_flag=True, help="Send the link by mail, too.")


@click.command("invite")
@sources
@click.argument("subject", metavar="SUBJECT")
@click.option(
    "--email", default="", help="Their mail address. Default: the one that the site says."
)
@click.option(
    "--login", default="", help="What they sign in with. Default: the mail address, else SUBJECT."
)
@_MAIL
def invite_(
    subject: str, email: str, login: str, mail: bool, remote: str | None, branch: str,
    subfolder: str, secrets: Path | None, state: Path | None, out: Path | None, host: str, ledger: str | None,
) -> int:  # fmt: skip
    """Invite somebody of the site to the portal, and print the link by which they choose a password.

    SUBJECT is a tenant's user (acme/alice), or the handle of an admin (@ops). The link works once, for a
    week; a new invitation ends those before. Whoever has the link is let in: hand it over, do not post it.
    """
    from dialform.console.accounts.inviting import invite

    with (
        ground(Where(remote, branch, subfolder, secrets, state, out, host, ledger)) as found,
        sentences(),
    ):
        made = invite(found, subject, email=email, login=login)
        note(found, "invited", made.account, to=made.account.email)
        _tell(found, made, mail)
    return Exit.CLEAN


@click.command("reset")
@sources
@click.argument("subject", metavar="SUBJECT")
@click.option("--second-factor", is_flag=True, help="Take the second factor off as well.")
@_MAIL
def reset_(
    subject: str, second_factor: bool, mail: bool, remote: str | None, branch: str,
    subfolder: str, secrets: Path | None, state: Path | None, out: Path | None, host: str, ledger: str | None,
) -> int:  # fmt: skip
    """Print a link by which somebody chooses another password. It works once, for an hour.

    SUBJECT is acme/alice, @ops, or what they sign in with. The present password holds until the link is used.
    """
    from dialform.console.accounts import factors
    from dialform.console.accounts.inviting import link

    with (
        ground(Where(remote, branch, subfolder, secrets, state, out, host, ledger)) as found,
        sentences(),
    ):
        account = account_of(found, subject)
        made = link(found, account, "reset")
        note(found, "reset sent", account)
        if second_factor:
            factors.disable(found.database, account.id)
            note(found, "second factor off", account)
        _tell(found, made, mail)
    return Exit.CLEAN


def _tell(ground: "Ground", made: "Invited", mail: bool) -> None:
    click.echo(
        f"{made.account.subject} signs in as {made.account.login}. A password is chosen here:"
    )
    click.echo(made.link)
    if mail:
        from dialform.console.accounts import mails
        from dialform.console.accounts.inviting import who

        visitor = who(ground, made.account.subject)
        mails.send(ground, made, visitor.name, ground.settings.origin)
        click.echo(f"A mail with it is on its way to {made.account.email}.")
