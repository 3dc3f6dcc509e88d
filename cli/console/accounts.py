"""`dialform console accounts`, `lock`, `unlock`, `end-sessions`: who can sign in."""

import json
from pathlib import Path

import click

from dialform.cli.console.common import Where, ground, sources
from dialform.cli.console.telling import account_of, note, sentences
from dialform.cli.exits import Exit

_SUBJECT = click.argument("subject", metavar="SUBJECT")


@click.command("accounts")
@sources
@click.option("--tenant", default="", metavar="SLUG", help="Only those of a tenant.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def accounts_(
    tenant: str, form: str, remote: str | None, branch: str, subfolder: str, secrets: Path | None,
    state: Path | None, out: Path | None, host: str, ledger: str | None,
) -> int:  # fmt: skip
    """List the accounts of the portal: whom each stands for, and whether it can be used."""
    from dialform.console.accounts import accounts

    with ground(Where(remote, branch, subfolder, secrets, state, out, host, ledger)) as found:
        rows = [
            {
                "subject": one.subject, "login": one.login, "email": one.email,
                "state": "gone" if one.gone else "locked" if one.locked
                else "active" if one.password or one.seen else "invited",
                "second_factor": one.factor, "last_sign_in": _when(one.seen),
            }
            for one in accounts.of(found.database, tenant=tenant)
        ]  # fmt: skip
    if form == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return Exit.CLEAN
    if not rows:
        click.echo("There are no accounts yet: make one with `dialform console invite`.", err=True)
    for row in rows:
        factor = "second factor" if row["second_factor"] else ""
        words = (row["subject"], row["login"], row["state"], row["last_sign_in"] or "never", factor)
        click.echo(
            "  ".join(
                f"{word:<{width}}" for word, width in zip(words, _WIDTHS, strict=True)
            ).rstrip()
        )
    return Exit.CLEAN


_WIDTHS = (24, 28, 8, 17, 0)


@click.command("lock")
@sources
@_SUBJECT
def lock_(
    subject: str, remote: str | None, branch: str, subfolder: str, secrets: Path | None, state: Path | None,
    out: Path | None, host: str, ledger: str | None,
) -> int:  # fmt: skip
    """Lock an account: its sessions end, and nobody signs in with it until it is unlocked."""
    from dialform.console.accounts import accounts, links, sessions

    with (
        ground(Where(remote, branch, subfolder, secrets, state, out, host, ledger)) as found,
        sentences(),
    ):
        account = account_of(found, subject)
        accounts.change(found.database, account.id, locked=found.clocks.micros())
        links.forget(found.database, account.id)
        count = sessions.end(found.database, account.id)
        note(found, "locked", account)
        click.echo(f"{account.subject} is locked; sessions that ended: {count}.")
    return Exit.CLEAN


@click.command("unlock")
@sources
@_SUBJECT
def unlock_(
    subject: str, remote: str | None, branch: str, subfolder: str, secrets: Path | None, state: Path | None,
    out: Path | None, host: str, ledger: str | None,
) -> int:  # fmt: skip
    """Unlock an account. Wrong passwords that closed it for a while are forgotten as well."""
    from dialform.console.accounts import accounts

    with (
        ground(Where(remote, branch, subfolder, secrets, state, out, host, ledger)) as found,
        sentences(),
    ):
        account = account_of(found, subject)
        accounts.change(found.database, account.id, locked=0, failures=0, failed=0)
        note(found, "unlocked", account)
        click.echo(f"{account.subject} can sign in again.")
    return Exit.CLEAN


@click.command("end-sessions")
@sources
@_SUBJECT
def end_sessions_(
    subject: str, remote: str | None, branch: str, subfolder: str, secrets: Path | None, state: Path | None,
    out: Path | None, host: str, ledger: str | None,
) -> int:  # fmt: skip
    """End all sessions of an account: whoever is signed in with it is out at the next click."""
    from dialform.console.accounts import sessions

    with (
        ground(Where(remote, branch, subfolder, secrets, state, out, host, ledger)) as found,
        sentences(),
    ):
        account = account_of(found, subject)
        count = sessions.end(found.database, account.id)
        note(found, "sessions ended", account, count=count)
        click.echo(f"Sessions of {account.subject} that ended: {count}.")
    return Exit.CLEAN


def _when(at: int) -> str:
    """A time in UTC; "" for none."""
    from datetime import UTC, datetime

    return datetime.fromtimestamp(at / 1_000_000, UTC).strftime("%Y-%m-%d %H:%MZ") if at else ""
