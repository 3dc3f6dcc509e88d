"""The life of a channel: its states one after the other, its dialplan, its applications.

After `switch_core_state_machine.c`, and `switch_core_session_execute_…` of `switch_core_session.c`.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from dialform.simulator.calls.application import Application, find
from dialform.simulator.calls.caller import Extension
from dialform.simulator.calls.channel import InterruptedCallError, State
from dialform.simulator.dialling.dialstring import split
from dialform.simulator.dialplan.expand import items
from dialform.simulator.dialplan.hunt import Action, hunt
from dialform.simulator.reading.words import integer

if TYPE_CHECKING:
    from dialform.simulator.calls.caller import Profile
    from dialform.simulator.calls.channel import Channel
    from dialform.simulator.reading.markup import Element

DEEPEST = 32
"""How many `execute_extension` may stand in each other."""


async def live(channel: Channel) -> None:
    """Runs a channel from its start to its end."""
    while channel.up:
        if channel.blocked:
            await channel.clock.wait(channel.changed)
            continue
        if channel.state != channel.running:
            channel.running = channel.state
            channel.transfer = channel.redirect = channel.tagged = False
            channel.switch.fire(channel, "CHANNEL_STATE")
            channel.changed.fire()
            await _enter(channel, channel.state)
            continue
        await channel.run_private()
        if channel.up and channel.state == channel.running and not channel.private:
            await channel.clock.wait(channel.changed)
    channel.switch.finish(channel)


async def _enter(channel: Channel, state: State) -> None:
    own = channel.handlers.get(state)
    if own:
        done: Any = own(channel)
        await done
    elif state == State.INIT:
        channel.switch.fire(channel, "CHANNEL_CREATE")
        if channel.endpoint and channel.direction == "outbound":
            channel.endpoint.invite(channel)
        if channel.state == State.INIT:
            channel.become(State.ROUTING)
    elif state == State.ROUTING:
        route(channel)
    elif state == State.EXECUTE:
        await execute(channel)
    elif state == State.PARK:
        await _park(channel)


async def _park(channel: Channel) -> None:
    """Waits until somebody takes it, or `park_timeout` is over."""
    channel.switch.fire(channel, "CHANNEL_PARK")
    limit, _, cause = (channel.get("park_timeout") or "").partition(":")
    seconds = integer(limit) or None
    try:
        if not await channel.wait(seconds, lambda: channel.state != State.PARK):
            channel.hangup(cause or "NORMAL_CLEARING")
    except InterruptedCallError:
        return


def route(channel: Channel) -> None:
    """Looks the call up in the dialplan."""
    channel.set("call_uuid", channel.uuid)
    if channel.originating:
        channel.become(State.CONSUME_MEDIA)
        return
    found = search(channel, channel.profile)
    if found is None:
        channel.hangup("NO_ROUTE_DESTINATION")
    elif channel.state == State.ROUTING:
        channel.begin(found)
        channel.become(State.EXECUTE)


def search(channel: Channel, profile: Profile) -> Extension | None:
    """What the dialplan says to do for a profile; inline actions are done. None: nothing."""
    switch = channel.switch
    number, name = profile.destination_number, profile.context
    switch.journal.step(
        channel, "enter", f"{number} in {name}", {"number": number, "context": name}
    )
    if profile.dialplan.lower() == "inline":
        return _inline(channel, number)
    context = switch.configuration.context(name)
    if context is None:
        return None

    def inline(action: Action) -> None:
        switch.clock.now_or_later(run(channel, action.application, action.data, action))

    def matched(extension: Element) -> None:
        found = extension.get("name")
        switch.journal.step(channel, "extension", found, {"extension": found}, extension)

    actions = hunt(context, _Caller(channel), inline, matched)
    if actions is None:
        return None
    return Extension(actions[0].extension if actions else "", number, actions)


def _inline(channel: Channel, text: str) -> Extension:
    """`app:data,app:data`: what is to be done stands in the number itself."""
    actions = []
    for part in split(channel.expand(text), ","):
        application, _, data = part.lstrip(" ").partition(":")
        actions.append(Action(application, data, "inline", "", 0))
    return Extension("inline", "inline", actions)


class _Caller:
    """The channel as the dialplan looks at it."""

    __slots__ = ("_channel", "expand", "get", "now", "profile", "set")

    def __init__(self, channel: Channel) -> None:
        self.get, self.expand, self.now = channel.get, channel.expand, channel.now
        self.profile = channel.field
        self.set = channel.set


async def execute(channel: Channel) -> None:
    """Runs what the dialplan found, to its end: then the call is hung up."""
    extension = channel.profile.extension
    if extension is None:
        channel.hangup("NORMAL_CLEARING")
        return
    if channel.tried:
        channel.tried.taken = True
    while channel.state == State.EXECUTE and extension.position < len(extension.actions):
        action = extension.actions[extension.position]
        extension.position += 1
        if not await run(channel, action.application, action.data, action):
            return
    if channel.ready and channel.state == State.EXECUTE:
        channel.hangup("NORMAL_CLEARING")


async def execute_extension(channel: Channel, number: str, dialplan: str, context: str) -> None:
    """Does what another number of the dialplan says, and comes back."""
    if channel.stack > DEEPEST:
        return
    channel.stack += 1
    profile = channel.caller.clone()
    profile.times = channel.profile.times
    profile.destination_number = number
    profile.dialplan = dialplan or profile.dialplan
    profile.context = context or profile.context
    channel.hunt = profile
    try:
        extension = search(channel, profile)
        if extension is None:
            return
        profile.extension = extension
        if channel.profile.extension:
            channel.profile.extension.children.append(profile)
        while channel.ready and extension.position < len(extension.actions):
            action = extension.actions[extension.position]
            extension.position += 1
            if not await run(channel, action.application, action.data, action):
                return
    finally:
        channel.hunt = None
        channel.stack -= 1


async def run(channel: Channel, name: str, data: str, action: Action | None = None) -> bool:
    """Runs one application. False: what comes after it is not done."""
    if not data and "::" in name:
        application, _, rest = name.partition("::")
        channel.tell(application, rest)
        return True
    found = find(name)
    if channel.down and not (found and found.zombie):
        return False
    if found is None:
        channel.switch.journal.step(
            channel, "failed", f"unknown application {name}", {"application": name}, action
        )
        channel.hangup("DESTINATION_OUT_OF_ORDER")
        return False
    if found.media and not channel.media:
        if channel.direction != "inbound":
            return False
        channel.mark_early()
    await _run(channel, name, found, channel.expand(data), action)
    return True


async def _run(
    channel: Channel, name: str, found: Application, data: str, action: Action | None
) -> None:
    inline = action is not None and action.inline
    channel.log.append((name, data, channel.clock.microseconds))
    channel.set("current_application", name)
    channel.set("current_application_data", data)
    channel.switch.journal.step(
        channel,
        "inline" if inline else "application",
        f"{name} {data}" if data else name,
        {"application": name, "data": data},
        action,
    )
    facts = {"Application": name, "Application-Data": data}
    channel.switch.fire(channel, "CHANNEL_EXECUTE", facts)
    with suppress(InterruptedCallError):
        await found.run(channel, data, action)
    channel.switch.fire(channel, "CHANNEL_EXECUTE_COMPLETE", facts)


def execute_on(channel: Channel, prefix: str) -> bool:
    """Runs what each variable of this name, or one that begins so, says. Whether there was any."""
    switch = channel.switch
    values = [
        value
        for variables in (switch.globals, channel.variables)
        for name, value in variables.items()
        if name.startswith(prefix)
    ]
    for value in values:
        for one in items(value):
            switch.clock.now_or_later(_one(channel, one))
    return bool(values)


async def _one(channel: Channel, value: str) -> None:
    """The application that an `execute_on_…` names: `app data`, or `app::data` for later."""
    for place, letter in enumerate(value):
        if letter == ":" and value[place + 1 : place + 2] == ":":
            channel.tell(value[:place], value[place + 2 :])
            return
        if letter in " :":
            await run(channel, value[:place], value[place + 1 :])
            return
    await run(channel, value, "")
