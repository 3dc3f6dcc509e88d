"""What is done with calls that are up: hung up, transferred, held. Each in somebody's scope."""

import re

from dialform.reconcile.desk.customers import Customer
from dialform.reconcile.desk.errors import Failed, NotAllowed
from dialform.reconcile.desk.legs import GONE, Leg, leg, legs, of_extension
from dialform.reconcile.desk.scope import Scope
from dialform.switch.questions import Ask

_EXTENSION = re.compile(r"[0-9]{4,6}")
"""As the dialplan knows an extension in `dialform_peer` (_transferred.xml.j2)."""
_SILENCE, _QUIET = "silence", "silence_stream://-1"


async def hang_up(ask: Ask, scope: Scope, uuid: str) -> list[Leg]:
    """Ends one leg, and with it the call. Raises NotThere, Failed."""
    found = [await leg(ask, uuid, scope)]
    await _kill(ask, found)
    return found


async def hang_up_extension(ask: Ask, scope: Scope, slug: str, number: str) -> list[Leg]:
    """Ends all calls of an extension. Raises NotThere, Failed."""
    found = await of_extension(ask, slug, number, scope)
    await _kill(ask, found)
    return found


async def _kill(ask: Ask, found: list[Leg]) -> None:
    for one in found:
        reply = (await ask(f"uuid_kill {one.uuid} MANAGER_REQUEST")).strip()
        if not reply.startswith("+OK") and reply != GONE:
            raise Failed(f"The switch did not end {one.uuid}: {reply or 'it says nothing'}.")


async def transfer(ask: Ask, scope: Scope, uuid: str, dialled: str, customer: Customer) -> Leg:
    """Sends a leg elsewhere, as the phone that it speaks with would: with that phone's rights.

    The other side is free then. Who reaches only some extensions does not get the rights of another one by
    sending away their own phone while it speaks with that. Raises NotThere, NotAllowed, Failed.
    """
    found = await leg(ask, uuid, scope)
    if _EXTENSION.fullmatch(found.peer) and not scope.extension(found.tenant, found.peer):
        raise NotAllowed(
            f"This would send your own phone to {dialled} with the rights of {found.peer}, who it speaks "
            "with. Transfer the call on your phone: then it is the other side that goes there."
        )
    reply = (await ask(f"uuid_transfer {uuid} {dialled} XML {customer.transferred}")).strip()
    if not reply.startswith("+OK"):
        raise Failed(f"The switch did not transfer {uuid}: {reply or 'it says nothing'}.")
    return found


async def hold(ask: Ask, scope: Scope, uuid: str, *, off: bool) -> Leg:
    """Holds the phone of a leg: it is told so, and the other side hears the music; `off` ends that.

    Raises NotThere, Failed.
    """
    found = await leg(ask, uuid, scope)
    if found.held is not off:
        raise Failed("The call is not on hold." if off else "The call is on hold already.")
    if found.state not in ("ACTIVE", "HELD", "UNHELD"):
        raise Failed("The call has not been answered: it cannot be held.")
    if found.music in ("", _SILENCE):
        # uuid_hold would look for a file of that name; what a phone holds itself is treated right.
        await ask(f"uuid_setvar {uuid} temp_hold_music {'' if off else _QUIET}".rstrip())
    command = f"uuid_hold off {uuid}" if off else f"uuid_hold {uuid}"
    reply = (await ask(command)).strip()
    # `+OK` is said for a channel that is none, too: look again.
    now = [one for one in await legs(ask, scope) if one.uuid == uuid]
    if not reply.startswith("+OK") or not now or now[0].held is off:
        done = "take it back" if off else "hold it"
        raise Failed(f"The switch did not {done}: {reply or 'it says nothing'}.")
    return now[0]
