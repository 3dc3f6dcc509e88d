"""bind_digit_action, clear_digit_action, digit_action_set_realm: codes during a call."""

from dialform.simulator.calls.application import application
from dialform.simulator.calls.channel import Channel
from dialform.simulator.calls.keys import Binding, DigitMachine
from dialform.simulator.dialling.dialstring import split
from dialform.simulator.journal import Place


@application("bind_digit_action")
async def bind_digit_action(channel: Channel, data: str, place: Place | None) -> None:
    """`realm,keys,exec:application,data,target,event target`."""
    words = [*split(data, ","), "", "", "", "", "", ""]
    realm, code, action, value, target = words[:5]
    if not (realm and code and action):
        return
    kind, _, name = action.partition(":")
    application_name = name.partition("[")[0] if kind.lower() == "exec" else ""
    if channel.machine is None:
        channel.machine = DigitMachine(channel)
    binding = Binding(code, application_name, value, target.lower() or "self")
    bindings = channel.machine.realms.setdefault(realm, [])
    bindings[:] = [each for each in bindings if each.code != code]
    bindings.append(binding)
    channel.machine.realm = channel.machine.realm or realm


@application("clear_digit_action", zombie=True)
async def clear_digit_action(channel: Channel, data: str, place: Place | None) -> None:
    """`realm` or `all`, and for which side."""
    realm = data.partition(",")[0]
    if channel.machine is None:
        return
    if realm.lower() == "all":
        channel.machine = None
    else:
        channel.machine.realms.pop(realm, None)


@application("digit_action_set_realm")
async def digit_action_set_realm(channel: Channel, data: str, place: Place | None) -> None:
    """Which codes are heard from now on."""
    if channel.machine:
        channel.machine.realm = data.partition(",")[0]
