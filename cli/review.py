"""`dialform review`."""

import os
import sys
from pathlib import Path

import click

from dialform.cli import common
from dialform.cli.exits import Exit
from dialform.cli.reporters import wants_colour
from dialform.cli.rulings import FORMATS


@click.command("review")
@common.SITE
@click.option(
    "--base", required=True, metavar="REF",
    help="Where the change would go, as in origin/main. It says who may what.",
)  # fmt: skip
@click.option(
    "--head", default="HEAD", show_default=True, metavar="REF",
    help="Where the change ends; `worktree` is what lies in the folder now.",
)  # fmt: skip
@click.option(
    "--as", "names", required=True, multiple=True, metavar="USER",
    help="Whose change it is: a git handle (@alice-doe), a tenant's user (acme/alice) or a user's mail "
    "address. Given more than once, all are the same person: a team's handle beside their own.",
)  # fmt: skip
@click.option(
    "--format", "form", type=click.Choice(list(FORMATS)), default="text", show_default=True
)
def command(site: Path | None, base: str, head: str, names: tuple[str, ...], form: str) -> int:
    """Say of each object of a change whether USER may change it so.

    An admin may change everything; a tenant_admin their tenant's PBX but not account matters; a user
    greeting, PIN, follow-me, forwarding and keys of what is theirs. Exits 3 where anything is denied.
    """
    root = common.site_root(site)
    # Late, so that `--help` and completion do not wait for the models.
    from dialform.compiler.reviewing.review import WORKING, dirty, review
    from dialform.compiler.reviewing.roles import WhoError
    from dialform.compiler.states.state import StateError

    try:
        found = review(root, base, head, names)
        changed = head not in WORKING and head == "HEAD" and dirty(root)
    except (StateError, WhoError) as error:
        raise common.NotThere(str(error)) from None
    except OSError as error:
        raise common.NotThere(f"The base cannot be read: {error.strerror or error}.") from error
    colour = form == "text" and wants_colour(sys.stdout, os.environ)
    click.echo(FORMATS[form](found), color=colour)
    if changed:
        text = "note: changes that are not committed are not reviewed; --head worktree reviews them"
        click.echo(text, err=True)
    return Exit.CLEAN if found.allowed else Exit.INVALID_SITE
