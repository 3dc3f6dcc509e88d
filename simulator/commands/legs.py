"""uuid_…, sofia_contact, originate, hupall: commands about channels (mod_commands.c)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from dialform.simulator.calls.causes import cause
from dialform.simulator.dialling.dialstring import split
from dialform.simulator.reading.words import integer

if TYPE_CHECKING:
    from dialform.simulator.calls.channel import Channel
    from dialform.simulator.switch import Switch

_NONE = "-ERR No such channel!\n"
_UNDEFINED = "_undef_"


def _words(text: str, most: int) -> list[str]:
    words = split(text, " ")
    head, tail = words[: most - 1], words[most - 1 :]
    return [*head, " ".join(tail)] if tail else head


def getvar(switch: Switch, text: str) -> str:
    """`uuid_getvar <uuid> <name>`."""
    words = _words(text, 2)
    if len(words) < 2:
        return "-USAGE: <uuid> <var>\n"
    channel = switch.channel(words[0])
    if channel is None:
        return _NONE
    value = channel.get(words[1])
    return _UNDEFINED if value is None else value


def setvar(switch: Switch, text: str) -> str:
    """`uuid_setvar <uuid> <name> [value]`."""
    words = _words(text, 3)
    if len(words) < 2:
        return "-USAGE: <uuid> <var> [value]\n"
    channel = switch.channel(words[0])
    if channel is None:
        return _NONE
    channel.set(words[1], words[2] if len(words) > 2 else None)
    return "+OK\n"


def exists(switch: Switch, text: str) -> str:
    """`uuid_exists <uuid>`."""
    return "true" if text and switch.channel(text) else "false"


def kill(switch: Switch, text: str) -> str:
    """`uuid_kill <uuid> [cause]`."""
    words = _words(text, 2)
    channel = switch.channel(words[0]) if words else None
    if channel is None:
        return _NONE
    found = cause(words[1]) if len(words) > 1 else "NORMAL_CLEARING"
    channel.hangup("NORMAL_CLEARING" if found == "NONE" else found)
    return "+OK\n"


def transfer_(switch: Switch, text: str) -> str:
    """`uuid_transfer <uuid> [-bleg|-both] <number> [dialplan] [context]`."""
    from dialform.simulator.calls.transfer import transfer

    words = split(text, " ")
    if len(words) < 2:
        return "-USAGE: <uuid> [-bleg|-both] <dest-exten> [<dialplan>] [<context>]\n"
    channel = switch.channel(words[0])
    if channel is None:
        return _NONE
    option, target = words[1].lower(), words[1:]
    if option in ("-bleg", "-both"):
        target = words[2:]
        other = switch.channel(channel.partner_uuid)
        if other:
            transfer(other, *target[:3])
    if option != "-bleg":
        transfer(channel, *target[:3])
    return "+OK\n"


def dual_transfer(switch: Switch, text: str) -> str:
    """`uuid_dual_transfer <uuid> <A number>[/dialplan][/context] <B number>[/dialplan][/context]`."""
    from dialform.simulator.calls.transfer import transfer

    words = split(text, " ")
    if len(words) < 3:
        return (
            "-USAGE: <uuid> <A-dest-exten>[/<A-dialplan>][/<A-context>] "
            "<B-dest-exten>[/<B-dialplan>][/<B-context>]\n"
        )
    channel = switch.channel(words[0])
    if channel is None:
        return _NONE
    other = switch.channel(channel.partner_uuid)
    if other:
        transfer(other, *words[2].split("/")[:3])
    transfer(channel, *words[1].split("/")[:3])
    return "+OK\n"


def broadcast_(switch: Switch, text: str) -> str:
    """`uuid_broadcast <uuid> <file or app::data> [aleg|bleg|both]`."""
    from dialform.simulator.apps.sounds import broadcast

    words = split(text, " ")
    channel = switch.channel(words[0]) if len(words) > 1 else None
    if channel is None:
        return _NONE
    which = words[2].lower() if len(words) > 2 else "aleg"
    if which != "bleg":
        broadcast(channel, words[1])
    other = switch.channel(channel.partner_uuid)
    if which in ("bleg", "both") and other:
        broadcast(other, words[1])
    return "+OK Message sent\n"


def displace(switch: Switch, text: str) -> str:
    """`uuid_displace <uuid> start|stop <file> …`: plays over what is heard."""
    words = split(text, " ")
    channel = switch.channel(words[0]) if len(words) > 2 else None
    if channel is None:
        return _NONE
    if words[1].lower() == "start":
        switch.journal.visit(channel, "playback", words[2])
    return "+OK Success\n"


def limit(switch: Switch, text: str) -> str:
    """`uuid_limit <uuid> <backend> <realm> <resource> …`."""
    from dialform.simulator.apps.limits import count

    uuid, _, rest = text.partition(" ")
    channel = switch.channel(uuid)
    if channel is None:
        return _NONE
    count(channel, rest)
    return "+OK"


def limit_release(switch: Switch, text: str) -> str:
    """`uuid_limit_release <uuid> <backend> [realm resource]`."""
    words = split(text, " ")
    channel = switch.channel(words[0]) if words else None
    if channel is None:
        return _NONE
    realm = words[2] if len(words) > 2 else None
    resource = words[3] if len(words) > 3 else None
    switch.environment.limits.release(
        channel.uuid, words[1] if len(words) > 1 else "", realm, resource
    )
    return "+OK"


def bridge_(switch: Switch, text: str) -> str:
    """`uuid_bridge <uuid> <uuid>`."""
    from dialform.simulator.calls.bridge import uuid_bridge

    words = split(text, " ")
    found = [switch.channel(word) for word in words[:2]]
    if len(found) == 2 and found[0] and found[1] and uuid_bridge(found[0], found[1]):
        return f"+OK {found[1].uuid}\n"
    return "-ERR Invalid uuid\n"


def break_(switch: Switch, text: str) -> str:
    """`uuid_break <uuid> [all]`."""
    words = split(text, " ")
    channel = switch.channel(words[0]) if words else None
    if channel is None:
        return _NONE
    if len(words) > 1 and words[1] == "all":
        channel.private.clear()
    channel.broken = True
    channel.changed.fire()
    return "+OK\n"


def hupall(switch: Switch, text: str) -> str:
    """`hupall [cause] [variable value]`."""
    words = split(text, " ")
    found = cause(words[0]) if words else "MANAGER_REQUEST"
    for channel in list(switch.channels.values()):
        if len(words) > 2 and channel.get(words[1]) != words[2]:
            continue
        channel.hangup("MANAGER_REQUEST" if found == "NONE" else found)
    return "+OK hangup all channels\n"


def contact(switch: Switch, text: str) -> str:
    """`sofia_contact [profile/]user@domain`: where a user's phones are."""
    _, slash, rest = text.partition("/")
    user, _, domain = (rest if slash else text).partition("@")
    found = switch.network.contacts(user, domain)
    return ",".join(found) if found else "error/user_not_registered"


def originate_(switch: Switch, text: str) -> str:
    """`originate <dial string> <number>|&app(data) [dialplan] [context] [name] [number] [timeout]`.

    The answer comes before the call: who waits for the result listens for events.
    """
    words = split(text, " ")
    if len(words) < 2:
        return (
            "-USAGE: <call url> <exten>|&<application_name>(<app_args>) [<dialplan>] [<context>] "
            "[<cid_name>] [<cid_num>] [<timeout_sec>]\n"
        )
    switch.clock.spawn(launch(switch, text))
    return "+OK\n"


async def launch(switch: Switch, text: str) -> Channel | str:
    """Originates and sends who answers where the text says; a cause where nobody does."""
    from dialform.simulator.calls.caller import Extension
    from dialform.simulator.calls.channel import State
    from dialform.simulator.calls.transfer import transfer
    from dialform.simulator.dialling.originate import Request, originate
    from dialform.simulator.dialplan.hunt import Action

    words = [*split(text, " "), *[""] * 6]
    request = Request(switch, None, words[0], integer(words[6]) or 60)
    request.name, request.number = words[4] or None, words[5] or None
    outcome = await originate(request)
    channel = outcome.channel
    if channel is None:
        return outcome.cause
    if words[1].startswith("&"):
        name, _, rest = words[1][1:].partition("(")
        given = rest.rpartition(")")[0]
        channel.begin(Extension(name, given, [Action(name, given, name, "", 0)]))
        channel.become(State.EXECUTE)
    else:
        transfer(channel, words[1], words[2] or "XML", words[3] or "default")
    return channel


def bgapi(switch: Switch, text: str) -> str:
    """`bgapi command …`: runs it a moment later."""
    name, _, rest = text.partition(" ")

    def later() -> None:
        switch.function(name, rest, None)

    switch.clock.later(0, later)
    return f"+OK Job-UUID: {switch.new_uuid()}\n"


COMMANDS: dict[str, Callable[[Switch, str], str]] = {
    "uuid_getvar": getvar,
    "uuid_setvar": setvar,
    "uuid_exists": exists,
    "uuid_kill": kill,
    "uuid_transfer": transfer_,
    "uuid_dual_transfer": dual_transfer,
    "uuid_broadcast": broadcast_,
    "uuid_displace": displace,
    "uuid_limit": limit,
    "uuid_limit_release": limit_release,
    "uuid_bridge": bridge_,
    "uuid_break": break_,
    "hupall": hupall,
    "sofia_contact": contact,
    "originate": originate_,
    "bgapi": bgapi,
}
