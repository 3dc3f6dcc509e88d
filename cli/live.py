"""`dialform live`: what is up on a switch, and what is done with calls by hand."""

import sys
import time
from typing import TYPE_CHECKING, Any

import click

from dialform.cli import ofagent
from dialform.cli.desk import Desk, on_switch, options
from dialform.cli.exits import Exit

if TYPE_CHECKING:
    from dialform.switch import Client

_options = options("realtime")


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
