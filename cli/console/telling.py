"""What the account commands share: whose account, what goes wrong as one sentence, what is written down."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from dialform.cli import common, ofagent

if TYPE_CHECKING:
    from dialform.console.accounts.accounts import Account
    from dialform.console.ground import Ground


@contextmanager
def sentences() -> Iterator[None]:
    """Turn errors of the portal into errors of the command line."""
    from dialform.console.errors import Away, ConsoleError, NotThere

    try:
        yield
    except NotThere as error:
        raise common.NotThere(str(error)) from None
    except Away as error:
        raise click.ClickException(ofagent.sentence(error)) from None
    except ConsoleError as error:
        raise common.Unusable(str(error)) from None


def account_of(ground: "Ground", subject: str) -> "Account":
    """The account of acme/alice, @ops, or of what somebody signs in with. Raises NotThere."""
    from dialform.console.accounts import accounts
    from dialform.console.errors import NotThere

    found = accounts.by_subject(ground.database, subject) or accounts.by_login(
        ground.database, subject
    )
    if found is None:
        raise NotThere(
            f"There is no account of {subject}: `dialform console accounts` lists them, "
            "`dialform console invite` makes one."
        )
    return found


def note(ground: "Ground", act: str, account: "Account", **details: Any) -> None:
    """Write down what was done from the command line, and with whose account."""
    from dialform.console.accounts import audit

    audit.write(
        ground.database, at=ground.clocks.micros(), act=act, subject="command line", tenant=account.tenant,
        details={"whom": account.subject, **details},
    )  # fmt: skip
