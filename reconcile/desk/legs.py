"""The legs of calls, each with whose it is: by the marks of the dialplan, never by what SIP says."""

import json
from collections.abc import Iterable, Mapping

from dialform.reconcile.desk.errors import NotThere
from dialform.reconcile.desk.scope import Scope
from dialform.switch.errors import UnexpectedReply
from dialform.switch.questions import Ask, Channel, channels
from dialform.values import dataclass

GONE = "-ERR No such channel!"
"""What the switch says of a leg that has ended."""
_SELF = ("dialform_self", "dialform_extension")


@dataclass(frozen=True, slots=True)
class Leg:
    """A leg with its marks. `tenant` is empty while the dialplan has not said whose it is."""

    channel: Channel
    tenant: str
    extension: str
    """Of the phone at its other end; empty for a trunk."""
    trunk: str
    other: str
    """The UUID of the leg that it is bridged with."""
    state: str
    """`ACTIVE`, `HELD`, `RINGING`, `EARLY`…"""
    music: str
    """What the other side hears while this one holds."""
    peer: str = ""
    """The extension whose rights the leg has where it is transferred: that of the phone it speaks with."""

    @property
    def held(self) -> bool:
        """Whether its phone is on hold."""
        return self.state == "HELD"

    @property
    def uuid(self) -> str:
        """Its UUID."""
        return self.channel.uuid


async def legs(ask: Ask, scope: Scope) -> list[Leg]:
    """The legs that are in the scope, oldest first."""
    found = [leg for one in await channels(ask) if (leg := await marked(ask, one)) is not None]
    return within(found, scope)


def within(found: Iterable[Leg], scope: Scope) -> list[Leg]:
    """Those of all legs of a switch that are in the scope, oldest first."""
    among = {leg.uuid: leg for leg in found}
    return sorted(
        (leg for leg in among.values() if _within(leg, among, scope)),
        key=lambda leg: (leg.channel.created, leg.uuid),
    )


async def leg(ask: Ask, uuid: str, scope: Scope) -> Leg:
    """One leg. Raises NotThere, in the same words for one that is out of the scope."""
    for one in await legs(ask, scope):
        if one.uuid == uuid:
            return one
    raise NotThere(f"There is no call {uuid}.")


async def of_extension(ask: Ask, slug: str, number: str, scope: Scope) -> list[Leg]:
    """The legs of an extension's phones. Raises NotThere where it has no call."""
    found = [
        one
        for one in await legs(ask, scope)
        if one.tenant == slug and one.extension == number and scope.extension(slug, number)
    ]
    if not found:
        raise NotThere(f"Extension {number} has no call.")
    return found


async def marked(ask: Ask, channel: Channel) -> Leg | None:
    """The leg with its marks; None where it has ended since it was listed."""
    command = f"uuid_dump {channel.uuid} json"
    reply = await ask(command)
    if reply.startswith(GONE):
        return None
    try:
        said = json.loads(reply)
    except (ValueError, RecursionError):
        raise UnexpectedReply(command, reply) from None
    if not isinstance(said, dict):
        raise UnexpectedReply(command, reply)

    def mark(name: str) -> str:
        return str(said.get(f"variable_{name}") or "")

    trunk = mark("dialform_trunk")
    own = "" if trunk else next((mark(name) for name in _SELF if mark(name)), "")
    return Leg(
        channel=channel,
        tenant=mark("dialform_tenant"),
        extension=own,
        trunk=trunk,
        other=mark("bridge_uuid") or mark("signal_bond"),
        # `show channels` is read from a database that lags behind.
        state=str(said.get("Channel-Call-State") or channel.callstate),
        music=mark("hold_music"),
        peer=mark("dialform_peer"),
    )


def _within(leg: Leg, among: Mapping[str, Leg], scope: Scope) -> bool:
    """A leg is somebody's by its own extension, or by that of the leg that it is bridged with."""
    if scope.extensions is None:
        return scope.tenant(leg.tenant)
    if leg.extension:
        return scope.extension(leg.tenant, leg.extension)
    other = among.get(leg.other)
    return (
        other is not None
        and bool(other.extension)
        and other.tenant == leg.tenant
        and scope.extension(other.tenant, other.extension)
    )
