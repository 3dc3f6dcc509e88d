"""What the billing commands share: the ledger, the site beside it, whose usage, which month."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from dialform.cli import common, ofagent
from dialform.cli.proofs import nearest
from dialform.values import dataclass

if TYPE_CHECKING:
    from dialform.billing.ledger.ledger import Ledger
    from dialform.billing.views.whose import Whose
    from dialform.compiler.terms import Terms
    from dialform.reconcile.sitefiles import SiteFiles

F = TypeVar("F", bound=Callable[..., Any])

ENVIRONMENT = "DIALFORM_LEDGER"
FILE = "ledger.db"
"""The ledger in the agent's state folder, where nothing names another one."""

LEDGER = click.option(
    "--ledger", metavar="URL",
    help="sqlite:///PATH or postgresql://USER@HOST/DATABASE. "
    f"Default: ${ENVIRONMENT}, `ledger` of platform.yaml, {FILE} in the state folder.",
)  # fmt: skip
TENANT = click.option("--tenant", metavar="SLUG", help="Only what is this tenant's.")
USER = click.option("--user", metavar="USER", help="Only what is this user's of the tenant.")
MONTH = click.option(
    "--month", metavar="YYYY-MM", help="As in 2026-11. Default: this month in the tenant's time zone."
)  # fmt: skip


def sources(function: F) -> F:
    """The options that say where ledger and site are."""
    for option in reversed((common.SITE, common.SECRETS, ofagent.STATE, LEDGER)):
        function = option(function)
    return function


@dataclass(frozen=True, slots=True)
class Place:
    """Where a command looks: what its options said, and the site that it found."""

    ledger: str | None
    state: Path | None
    secrets: Path | None
    site: "SiteFiles | None"

    def url(self) -> str:
        """The ledger's URL: the option, the environment, the site, else a file of the agent's."""
        found = self.ledger or os.environ.get(ENVIRONMENT) or self._of_site()
        return found or f"sqlite:///{ofagent.state_folder(self.state) / FILE}"

    def _of_site(self) -> str:
        view = self.site.view if self.site else None
        reference = view.platform.ledger if view else None
        if reference is None:
            return ""
        from dialform.compiler.secrets import SecretError

        store = common.store(common.secrets_folder(self.secrets))
        try:
            found = store.resolve(reference.as_data())
        except SecretError as error:
            raise common.Unusable(f"platform.yaml, ledger: {error.reason}. {error.hint}.") from None
        if store.placeholders:
            raise click.ClickException(
                "Without the folder of secrets nobody knows which ledger platform.yaml means: "
                "name it with --secrets DIR, or the ledger with --ledger URL."
            )
        return found


def place(site: Path | None, state: Path | None, secrets: Path | None, ledger: str | None) -> Place:
    """Where to look. The site is the one that is named or stood in, else the one that the agent runs."""
    from dialform.reconcile.sitefiles import SiteFiles

    root = ofagent.site_at_hand(site)
    if root is None:
        of_agent = ofagent.state_folder(state) / "site"
        root = of_agent if (of_agent / "platform.yaml").is_file() else None
    return Place(ledger, state, secrets, SiteFiles(root) if root else None)


@contextmanager
def if_there(where: Place) -> "Iterator[Ledger | None]":
    """The ledger, for what works without one too; where there is none, a note says so."""
    from dialform.billing.ledger.errors import LedgerError
    from dialform.billing.ledger.opening import open_ledger

    try:
        found = open_ledger(where.url(), migrate=False)
    except LedgerError as error:
        click.echo(f"note: usage is not known. {error}", err=True)
        yield None
        return
    try:
        with found:
            yield found
    except LedgerError as error:
        raise click.ClickException(str(error)) from None


@contextmanager
def opened(where: Place, *, migrate: bool = False) -> "Iterator[Ledger]":
    """The ledger, for reading and what little views write. What goes wrong is one sentence."""
    from dialform.billing.ledger.errors import LedgerError
    from dialform.billing.ledger.opening import open_ledger

    try:
        with open_ledger(where.url(), migrate=migrate) as ledger:
            yield ledger
    except LedgerError as error:
        raise click.ClickException(str(error)) from None


def whose(
    where: Place, ledger: "Ledger | None", tenant: str | None, user: str | None
) -> "list[Whose]":
    """The tenants that are meant, sorted: one, or all that the site or the ledger knows."""
    from dialform.billing.views.whose import Whose

    if user and not tenant:
        raise click.UsageError("--user names a user of a tenant: say --tenant too.")
    known = _known(where, ledger)
    if tenant is None:
        return [Whose(_terms(where, ledger, slug)) for slug in sorted(known)]
    if tenant not in known:
        raise click.UsageError(f"There is no tenant '{tenant}'.{nearest(tenant, known)}")
    terms = _terms(where, ledger, tenant)
    return [Whose(terms, user, _extensions(where, tenant, user)) if user else Whose(terms)]


def only(
    where: Place, ledger: "Ledger | None", tenant: str | None, user: str | None = None
) -> "Whose":
    """The one tenant that is meant; where there are more, it has to be named."""
    found = whose(where, ledger, tenant, user)
    if len(found) != 1:
        raise click.UsageError(
            "Say whose: --tenant SLUG." + nearest("", [one.slug for one in found])
        )
    return found[0]


def month_of(given: str | None, timezone: str, now: float | None = None) -> str:
    """A month as "2026-11": the one that was given, else this one in a time zone."""
    from dialform.billing.views.whose import is_month, this_month

    if given is None:
        return this_month(timezone, time.time() if now is None else now)
    if not is_month(given):
        raise click.UsageError(f"--month: '{given}' is no month; write it as in 2026-11.")
    return given


def _known(where: Place, ledger: "Ledger | None") -> set[str]:
    known = set(where.site.slugs) if where.site else set()
    if ledger is not None:
        known |= set(ledger.tenants())
    return known


def _terms(where: Place, ledger: "Ledger | None", slug: str) -> "Terms":
    from dialform.billing.views.whose import agreed

    return agreed(ledger, where.site.tenant(slug) if where.site else None, slug)


def _extensions(where: Place, tenant: str, user: str) -> tuple[str, ...]:
    from dialform.billing.views.whose import extensions_of

    scope = where.site.tenant(tenant) if where.site else None
    if scope is None:
        raise click.ClickException(f"No site says what belongs to {user}: name it with --site DIR.")
    users = scope.tenant.users
    if user not in users:
        raise click.UsageError(f"{tenant} has no user '{user}'.{nearest(user, users)}")
    return extensions_of(scope, user)
