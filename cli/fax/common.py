"""What the commands about faxes share: the tenants and accounts in reach, the ledger's database, messages."""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import click

from dialform.cli import common, ofagent
from dialform.cli.billing import common as billing
from dialform.cli.desk import Desk, site_of
from dialform.cli.desk import options as desk_options
from dialform.cli.proofs import named, nearest
from dialform.values import dataclass

if TYPE_CHECKING:
    from pathlib import Path

    from dialform.billing.ledger.ledger import Ledger
    from dialform.fax.released import Account, Company, Ways

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Office:
    """Where faxes are handled: the desk says whose are in reach, the place where the ledger is."""

    desk: Desk
    place: billing.Place

    @property
    def tenant(self) -> str | None:
        """The tenant that was named."""
        return self.desk.customer.slug if self.desk.customer else None

    def company(self, slug: str) -> "Company | None":
        """A tenant with fax accounts, as it was compiled; None where it has none."""
        from dialform.fax.released import company

        with said():
            return company(self.desk.folders.current, slug)

    def ways(self) -> "Ways":
        """The ways out."""
        from dialform.fax.released import ways_of

        with said():
            return ways_of(self.desk.folders.current)

    def accounts(self, company: "Company") -> "Mapping[str, Account]":
        """The accounts of a tenant in reach: a user's are those that list the user."""
        if self.desk.scope.extensions is None:
            return company.accounts
        user = self.desk.user
        return {number: one for number, one in company.accounts.items() if user in one.users}

    def reach(self) -> frozenset[str] | None:
        """The accounts in reach of the tenant that was named; None for all of them."""
        if self.tenant is None or self.desk.scope.extensions is None:
            return None
        company = self.company(self.tenant)
        return frozenset(self.accounts(company) if company else ())

    def holds(self, tenant: str, account: str) -> bool:
        """Whether what belongs to an account is in reach."""
        reach = self.reach()
        return self.desk.scope.tenant(tenant) and (reach is None or account in reach)

    def zone(self, slug: str) -> str:
        """The time zone of a tenant."""
        company = self.company(slug)
        return company.timezone if company else "UTC"

    def sender(self, account: "Account") -> str:
        """Who is named as the sender: the user, where the site names one, else the account's header."""
        scope = self.place.site.tenant(self.tenant) if self.place.site and self.tenant else None
        user = scope.tenant.users.get(self.desk.user) if scope else None
        return user.name if user else account.header

    def account(self, number: str | None) -> "tuple[Company, Account]":
        """The account that is meant: by its number, or the only one in reach."""
        if self.tenant is None:
            return self._anywhere(number)
        company = self.company(self.tenant)
        if company is None:
            raise click.ClickException(
                f"{self.tenant} has no fax account: it needs one below `fax: accounts:` of its file."
            )
        mine = self.accounts(company)
        if number is None:
            return company, _only(mine, self.desk.user)
        if number in mine:
            return company, mine[number]
        if number in company.accounts:
            raise click.ClickException(
                f"User '{self.desk.user}' is not among the `users` of fax account {number}."
            )
        raise click.UsageError(f"{number} is no fax account.{nearest(number, mine)}")

    def _anywhere(self, number: str | None) -> "tuple[Company, Account]":
        """The account, of whichever tenant has it."""
        from dialform.fax.released import companies

        with said():
            known = list(companies(self.desk.folders.current))
        if not known:
            raise click.ClickException(
                "No tenant of this host has a fax account: it needs one below `fax: accounts:` of its file."
            )
        having = [one for one in known if number is None or number in one.accounts]
        if not having:
            numbers = {each for one in known for each in one.accounts}
            raise click.UsageError(f"{number} is no fax account.{nearest(number or '', numbers)}")
        if len(having) > 1:
            slugs = named([one.slug for one in having])
            what = (
                f"Several tenants have {number}" if number else "Several tenants have fax accounts"
            )
            raise click.UsageError(f"{what}: say --tenant ({slugs}).")
        company = having[0]
        return company, company.accounts[number] if number else _only(company.accounts, "")

    @contextlib.contextmanager
    def books(self) -> "Iterator[Ledger]":
        """The ledger, with the queue and the inbox in its database. What goes wrong is one sentence."""
        with billing.opened(self.place) as ledger:
            yield ledger


def _only(accounts: "Mapping[str, Account]", user: str) -> "Account":
    if len(accounts) == 1:
        return next(iter(accounts.values()))
    if not accounts:
        raise click.ClickException(f"No fax account lists user '{user}' below `users`.")
    raise click.UsageError(f"Say which account: --account ({named(accounts)}).")


def options(permission: str) -> Callable[[F], F]:
    """The options that say whose faxes are meant and where they are kept; a user needs the permission.
    The command is given what they come to as `office`.
    """
    return partial(_with_options, permission)


def _with_options(permission: str, function: F) -> F:
    def with_office(*, desk: Desk, secrets: "Path | None", ledger: str | None, **rest: Any) -> Any:
        place = billing.Place(ledger, desk.folders.state, secrets, site_of(desk))
        return function(office=Office(desk, place), **rest)

    with_office.__click_params__ = getattr(function, "__click_params__", [])  # type: ignore[attr-defined]
    with_office.__doc__ = function.__doc__
    made: Any = with_office
    for option in (billing.LEDGER, common.SECRETS):
        made = option(made)
    return desk_options(permission)(made)  # type: ignore[no-any-return]


@contextlib.contextmanager
def said() -> "Iterator[None]":
    """What goes wrong with what was released, an order or a document, as one sentence."""
    from dialform.fax.documents import DocumentError
    from dialform.fax.ordering.errors import OrderError
    from dialform.fax.released import ReleaseError

    try:
        yield
    except ReleaseError as error:
        raise common.Unusable(ofagent.sentence(error)) from None
    except OrderError as error:
        raise (click.UsageError if error.typed else click.ClickException)(str(error)) from None
    except DocumentError as error:
        raise click.ClickException(str(error)) from None
