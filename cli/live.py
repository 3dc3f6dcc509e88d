"""`dialform live`: what is up on a switch, and what is done with calls by hand."""

import asyncio
import os
import sys
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from dialform.cli import common, ofagent
from dialform.cli.exits import Exit
from dialform.values import dataclass

if TYPE_CHECKING:
    from dialform.reconcile.desk.customers import Customer
    from dialform.reconcile.desk.scope import Scope
    from dialform.reconcile.folders import Folders
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


def _options(function: F) -> F:
    for option in reversed((
        common.SITE,
        ofagent.STATE,
        click.option("--out", type=click.Path(path_type=Path, file_okay=False),
                     help="Where the site was compiled to, without an agent. Default: out/."),
        ofagent.HOST_BELOW_OUT,
        click.option("--tenant", metavar="SLUG", help="Only what is this tenant's."),
        click.option("--as", "user", metavar="USER",
                     help="In the scope of this user of the tenant, who needs `realtime`."),
    )):  # fmt: skip
        function = option(function)

    def with_desk(
        *, site: Path | None, state: Path | None, out: Path | None, host: str,
        tenant: str | None, user: str | None, **rest: Any,
    ) -> Any:  # fmt: skip
        return function(_desk(site, state, out, host, tenant, user), **rest)

    # click keeps the options that were noted on the function itself.
    with_desk.__click_params__ = function.__click_params__  # type: ignore[attr-defined]
    with_desk.__doc__ = function.__doc__
    return with_desk  # type: ignore[return-value]


def _desk(
    site: Path | None, state: Path | None, out: Path | None, host: str,
    tenant: str | None, user: str | None,
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
        scope = _of_user(folders, root, known, user) if user else Scope(known)
    except DeskError as error:
        raise click.ClickException(str(error)) from None
    return Desk(folders, known, scope, root)


def _of_user(folders: "Folders", root: Path | None, customer: "Customer", user: str) -> "Scope":
    """The scope of a user, by the site that runs: the agent's, else the one at hand."""
    from dialform.reconcile.desk.rights import scope_of
    from dialform.reconcile.sitefiles import SiteFiles

    of_agent = folders.state / "site" if folders.state else None
    source = of_agent if of_agent is not None and of_agent.is_dir() else root
    read = SiteFiles(source).tenant(customer.slug) if source else None
    if read is None:
        raise click.ClickException("No site says who may do what: name it with --site.")
    return scope_of(read, customer, user)


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


@click.group("live", context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Look at what is up on the switch, and handle calls.

    Without --tenant all of the switch is shown. A tenant's calls are another's business nowhere: with
    --tenant, what belongs to somebody else is not there.
    """


def _table(name: str, text: str) -> None:
    @_options
    @click.option("--watch", is_flag=True, help="Show it until Ctrl-C.")
    @click.option("--interval", type=click.FloatRange(0.2), default=1.0, show_default=True,
                  metavar="SECONDS", help="How often --watch asks.")  # fmt: skip
    @ofagent.FORMAT
    def show(desk: Desk, watch: bool, interval: float, form: str) -> int:
        from dialform.cli.desktables import shown
        from dialform.reconcile.desk.views import VIEWS

        view = VIEWS[name]

        async def work(client: "Client") -> None:
            async def rows() -> list[dict[str, Any]]:
                return await view.rows(client.api, desk.scope, time.time())

            await shown(view, rows, form, interval if watch else None)

        try:
            on_switch(desk, work)
        except KeyboardInterrupt:
            if not watch:
                raise
        return Exit.CLEAN

    command.command(name, help=text)(show)


_table("gateways", "Trunks: their state, their calls.")
_table("registrations", "Phones that are registered, and where.")
_table("channels", "Calls, each leg with whose it is.")
_table("queues", "Queues: who waits, who takes calls.")


@command.command("call")
@_options
@click.argument("caller", metavar="FROM")
@click.argument("dialled", metavar="TO")
@click.option("--wait", type=click.FloatRange(0), default=60.0, show_default=True,
              metavar="SECONDS", help="How long to wait for the far end.")  # fmt: skip
@ofagent.FORMAT
def call_(desk: Desk, caller: str, dialled: str, wait: float, form: str) -> int:
    """Call for somebody: ring the extension FROM, and when it answers, dial TO.

    It is FROM's own call: toll class, caller ID, caps, block lists and bill are FROM's. Do not disturb
    and forwards of FROM are not asked. Exits 1 where FROM does not answer, or TO is refused.
    """
    from dialform.reconcile.desk import typed
    from dialform.reconcile.desk.calling import Placed, call

    quiet = form == "json"

    async def work(client: "Client") -> Placed:
        number, target = typed.extension(caller), typed.number(dialled)
        return await call(
            client, desk.of(number), desk.scope, number, target,
            tell=lambda text: None if quiet else click.echo(text, err=True), patience=wait,
        )  # fmt: skip

    placed = on_switch(desk, work)
    _say(form, _PLACED[placed.outcome].format(to=dialled, reason=placed.reason, uuid=placed.uuid),
         uuid=placed.uuid, outcome=placed.outcome, reason=placed.reason)  # fmt: skip
    return Exit.OUR_ERROR if placed.outcome in ("refused", "failed") else Exit.CLEAN


_PLACED = {
    "answered": "{to} answered: {uuid}",
    "dialling": "{to} has not answered yet: {uuid}",
    "refused": "{to} was refused: {reason}",
    "failed": "{to} did not answer: {reason}",
}


@command.command("hangup")
@_options
@click.argument("what", metavar="UUID|EXTENSION")
@ofagent.FORMAT
def hangup_(desk: Desk, what: str, form: str) -> int:
    """End a call by the UUID of one of its legs, or all calls of an extension."""
    from dialform.reconcile.desk import typed
    from dialform.reconcile.desk.handling import hang_up, hang_up_extension
    from dialform.reconcile.desk.legs import Leg

    async def work(client: "Client") -> list[Leg]:
        if typed.is_uuid(what):
            return await hang_up(client.api, desk.scope, typed.uuid(what))
        number = typed.extension(what)
        slug = desk.of(number).slug
        return await hang_up_extension(client.api, desk.scope, slug, number)

    ended = [one.uuid for one in on_switch(desk, work)]
    _say(form, "\n".join(f"ended {uuid}" for uuid in ended), ended=ended)
    return Exit.CLEAN


@command.command("transfer")
@_options
@click.argument("uuid")
@click.argument("dialled", metavar="TO")
@ofagent.FORMAT
def transfer_(desk: Desk, uuid: str, dialled: str, form: str) -> int:
    """Send a leg to TO, as a blind transfer of the phone that it speaks with.

    With that phone's rights, caller ID and bill, as if it had pressed the button.
    """
    from dialform.reconcile.desk import typed
    from dialform.reconcile.desk.customers import customer
    from dialform.reconcile.desk.errors import NotThere
    from dialform.reconcile.desk.handling import transfer
    from dialform.reconcile.desk.legs import leg

    async def work(client: "Client") -> None:
        which, target = typed.uuid(uuid), typed.number(dialled)
        found = await leg(client.api, which, desk.scope)
        owner = desk.customer or customer(desk.folders.conf, found.tenant)
        if owner is None:
            raise NotThere(f"The call {which} is no tenant's: it has nowhere to go.")
        await transfer(client.api, desk.scope, which, target, owner)

    on_switch(desk, work)
    _say(form, f"transferred to {dialled}", uuid=uuid.lower(), to=dialled)
    return Exit.CLEAN


@command.command("hold")
@_options
@click.argument("uuid")
@click.option("--off", is_flag=True, help="Take the call back.")
@ofagent.FORMAT
def hold_(desk: Desk, uuid: str, off: bool, form: str) -> int:
    """Hold a call at the phone of this leg: the other side hears music."""
    from dialform.reconcile.desk import typed
    from dialform.reconcile.desk.handling import hold

    async def work(client: "Client") -> None:
        await hold(client.api, desk.scope, typed.uuid(uuid), off=off)

    on_switch(desk, work)
    _say(form, "taken back" if off else "on hold", uuid=uuid.lower(), held=not off)
    return Exit.CLEAN


def _say(form: str, text: str, **data: Any) -> None:
    import json

    click.echo(json.dumps(data) if form == "json" else text, file=sys.stdout)
