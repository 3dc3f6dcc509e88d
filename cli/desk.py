"""Who sits at the desk of a switch: where its files lie, how far the hand reaches, its event socket."""

import asyncio
import os
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from dialform.cli import common, ofagent
from dialform.values import dataclass

if TYPE_CHECKING:
    from dialform.reconcile.desk.customers import Customer
    from dialform.reconcile.desk.scope import Scope
    from dialform.reconcile.folders import Folders
    from dialform.reconcile.sitefiles import SiteFiles
    from dialform.switch import Client

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Desk:
    """Where the switch is, and how far the one at the desk reaches."""

    folders: "Folders"
    customer: "Customer | None"
    scope: "Scope"
    site: Path | None
    user: str = ""
    """In whose scope, where that was said."""

    def of(self, extension: str) -> "Customer":
        """The tenant of an extension: the one that was named, or the only one that has it."""
        from dialform.reconcile.desk.customers import with_extension

        if self.customer is not None:
            return self.customer
        having = with_extension(self.folders.conf, extension)
        if not having:
            raise click.ClickException(f"There is no extension {extension}.")
        if len(having) > 1:
            names = ", ".join(one.slug for one in having)
            raise click.UsageError(f"Several tenants have {extension}: say --tenant ({names}).")
        return having[0]


def whose(permission: str, function: F) -> F:
    """The options `tenant` and `user` that say whose things are meant; a user needs the permission."""
    function = click.option(
        "--as", "user", metavar="USER",
        help=f"In the scope of this user of the tenant, who needs `{permission}`.",
    )(function)  # fmt: skip
    return click.option("--tenant", metavar="SLUG", help="Only what is this tenant's.")(function)


def options(permission: str) -> Callable[[F], F]:
    """The options that say which switch is meant, and whose things; a user needs the permission. The
    command is given what they come to as `desk`.
    """
    return partial(_with_options, permission)


def _with_options(permission: str, function: F) -> F:
    for option in reversed((
        common.SITE,
        ofagent.STATE,
        click.option("--out", type=click.Path(path_type=Path, file_okay=False),
                     help="Where the site was compiled to, without an agent. Default: out/."),
        ofagent.HOST_BELOW_OUT,
        partial(whose, permission),
    )):  # fmt: skip
        function = option(function)

    def with_desk(
        *, site: Path | None, state: Path | None, out: Path | None, host: str,
        tenant: str | None, user: str | None, **rest: Any,
    ) -> Any:  # fmt: skip
        return function(desk=_desk(site, state, out, host, tenant, user, permission), **rest)

    # click keeps the options that were noted on the function itself.
    with_desk.__click_params__ = function.__click_params__  # type: ignore[attr-defined]
    with_desk.__doc__ = function.__doc__
    return with_desk  # type: ignore[return-value]


def _desk(
    site: Path | None, state: Path | None, out: Path | None, host: str,
    tenant: str | None, user: str | None, permission: str,
) -> Desk:  # fmt: skip
    from dialform.reconcile.desk.customers import customer
    from dialform.reconcile.desk.errors import DeskError
    from dialform.reconcile.desk.scope import WHOLE, Scope
    from dialform.reconcile.folders import FoldersError, find

    if user and not tenant:
        raise click.UsageError("--as names a user of a tenant: say --tenant too.")
    root = ofagent.site_at_hand(site)
    target = out or (root / "out" if root else None)
    try:
        folders = find(state, target, host, os.environ)
    except FoldersError as error:
        raise common.Unusable(str(error)) from None
    if not tenant:
        return Desk(folders, None, WHOLE, root)
    known = customer(folders.conf, tenant)
    if known is None:
        raise click.ClickException(f"There is no tenant '{tenant}' on this switch.")
    try:
        scope = _of_user(folders, root, known, user, permission) if user else Scope(known)
    except DeskError as error:
        raise click.ClickException(str(error)) from None
    return Desk(folders, known, scope, root, user or "")


def _of_user(
    folders: "Folders", root: Path | None, customer: "Customer", user: str, permission: str
) -> "Scope":
    """The scope of a user, by the site that runs."""
    from dialform.reconcile.desk.rights import scope_of

    files = _site(folders, root)
    read = files.tenant(customer.slug) if files else None
    if read is None:
        raise click.ClickException("No site says who may do what: name it with --site.")
    return scope_of(read, customer, user, permission)


def site_of(desk: Desk) -> "SiteFiles | None":
    """The site that runs: the agent's, else the one at hand; None where there is neither."""
    return _site(desk.folders, desk.site)


def _site(folders: "Folders", root: Path | None) -> "SiteFiles | None":
    from dialform.reconcile.sitefiles import SiteFiles

    of_agent = folders.state / "site" if folders.state else None
    source = of_agent if of_agent is not None and of_agent.is_dir() else root
    return SiteFiles(source) if source else None


def on_switch(desk: Desk, work: "Callable[[Client], Coroutine[Any, Any, T]]") -> T:
    """Does something on the switch; what goes wrong is one sentence."""
    from dialform.reconcile.desk.errors import DeskError, Unusable
    from dialform.reconcile.endpoint import EndpointError
    from dialform.switch import Client, SwitchError

    async def connected(address: tuple[str, int], passwords: tuple[str, ...]) -> T:
        async with Client(address, passwords) as client:
            return await work(client)

    try:
        socket = desk.folders.endpoint()
        return asyncio.run(connected(socket.address, tuple(socket.passwords)))
    except EndpointError as error:
        raise common.Unusable(str(error)) from None
    except Unusable as error:
        raise click.UsageError(str(error)) from None
    except DeskError as error:
        raise click.ClickException(str(error)) from None
    except SwitchError as error:
        raise click.ClickException(ofagent.sentence(error)) from None


def asked(desk: Desk, work: "Callable[[Client], Coroutine[Any, Any, T]]") -> tuple[T | None, str]:
    """What the switch says, and nothing; or None, and why it cannot be asked."""
    try:
        return on_switch(desk, work), ""
    except click.ClickException as error:
        return None, error.message
