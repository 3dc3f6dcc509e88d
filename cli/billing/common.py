"""What the billing commands share: the ledger, the site beside it, whose usage, which month."""

import os
import re
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
    from dialform.billing.statements.statement import Included, Party
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

_MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")


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


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose usage is looked at. `extensions` are a user's, None for all of the tenant."""

    terms: "Terms"
    user: str = ""
    extensions: tuple[str, ...] | None = None

    @property
    def slug(self) -> str:
        """The tenant."""
        return self.terms.slug


def whose(
    where: Place, ledger: "Ledger | None", tenant: str | None, user: str | None
) -> list[Whose]:
    """The tenants that are meant, sorted: one, or all that the site or the ledger knows."""
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
) -> Whose:
    """The one tenant that is meant; where there are more, it has to be named."""
    found = whose(where, ledger, tenant, user)
    if len(found) != 1:
        raise click.UsageError(
            "Say whose: --tenant SLUG." + nearest("", [one.slug for one in found])
        )
    return found[0]


def month_of(given: str | None, timezone: str, now: float | None = None) -> str:
    """A month as "2026-11": the one that was given, else this one in a time zone."""
    if given is not None:
        if not _MONTH.fullmatch(given):
            raise click.UsageError(f"--month: '{given}' is no month; write it as in 2026-11.")
        return given
    from dialform.billing.rating.periods import period_of

    return period_of(int((time.time() if now is None else now) * 1_000_000), timezone)


def party(where: Place, terms: "Terms") -> "Party":
    """Whose statement it is, as its head says it."""
    from dialform.billing.statements.statement import Party

    view = where.site.view if where.site else None
    platform = view.platform.platform if view else ""
    return Party(terms.slug, terms.company, terms.currency, terms.timezone, terms.contact,
                 terms.package, platform)  # fmt: skip


def included(ledger: "Ledger", terms: "Terms", period: str) -> "list[Included]":
    """What a month includes, in seconds and pages, by the prices of the tenant's host."""
    from dialform.billing.ledger.reports import host_of
    from dialform.billing.rating.rate import PER, included_units
    from dialform.billing.statements.statement import Included
    from dialform.compiler.terms import RESOURCE_OF

    with ledger.reading() as connection:
        host = host_of(connection, terms.slug)
    prices = ledger.prices(host) if host else None
    if prices is None:
        return []
    last_day = f"{period}-31"
    limits = {
        resource: included_units(resource, PER[service], prices, terms, last_day)
        for service, resource in RESOURCE_OF.items()
    }
    return [Included(resource, limit, 0) for resource, limit in limits.items() if limit]


def _known(where: Place, ledger: "Ledger | None") -> set[str]:
    known = set(where.site.slugs) if where.site else set()
    if ledger is not None:
        known |= set(ledger.tenants())
    return known


def _terms(where: Place, ledger: "Ledger | None", slug: str) -> "Terms":
    """What a tenant agreed to: as the ledger keeps it, else as the site says it."""
    from dialform.compiler.agreed import terms_of
    from dialform.compiler.terms import Terms

    found = ledger.terms(slug) if ledger is not None else None
    if found is not None:
        return found
    scope = where.site.tenant(slug) if where.site else None
    return terms_of(scope) if scope else Terms(slug, slug, "", "UTC", "USD")


def _extensions(where: Place, tenant: str, user: str) -> tuple[str, ...]:
    scope = where.site.tenant(tenant) if where.site else None
    if scope is None:
        raise click.ClickException(f"No site says what belongs to {user}: name it with --site DIR.")
    users = scope.tenant.users
    if user not in users:
        raise click.UsageError(f"{tenant} has no user '{user}'.{nearest(user, users)}")
    return tuple(sorted(n for n, one in scope.tenant.extensions.items() if one.user == user))
