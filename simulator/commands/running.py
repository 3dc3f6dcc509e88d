"""Runs API commands for the event socket: those of a server, of calls, and those that need neither."""

import asyncio

from dialform.simulator.calls.channel import Channel
from dialform.simulator.commands.calls import CALLS
from dialform.simulator.commands.channels import USAGES
from dialform.simulator.commands.legs import launch
from dialform.simulator.commands.table import COMMANDS
from dialform.simulator.dialplan.functions import FUNCTIONS, call
from dialform.simulator.state.live import Live

_ORIGINATE = (
    "-USAGE: <call url> <exten>|&<application_name>(<app_args>) [<dialplan>] [<context>] "
    "[<cid_name>] [<cid_num>] [<timeout_sec>]\n"
)


def knows(live: Live, command: str) -> bool:
    """Whether the switch has an API command: somebody brings it, and that module is loaded."""
    name = command.lower()
    return live.has(name) and (name in COMMANDS or name in CALLS or name in FUNCTIONS)


async def run(live: Live, command: str, argument: str) -> str | None:
    """The reply, None where the switch has no such command. `originate` waits for the answer."""
    if not knows(live, command):
        return None
    name = command.lower()
    if name == "originate":
        return await originate(live, argument)
    return answer(live, name, argument)


def answer(live: Live, name: str, argument: str) -> str | None:
    """The reply to a command that does not wait; None where nobody knows it."""
    if not argument and name in USAGES:
        return f"-USAGE: {USAGES[name]}\n"
    if (command := COMMANDS.get(name)) is not None:
        return command(live, argument)
    if (of_calls := CALLS.get(name)) is not None:
        return of_calls(live.switch, argument)
    return call(live.switch.environment, name, argument)


async def originate(live: Live, text: str) -> str:
    """`originate`: `+OK` and the UUID of the leg that was answered, `-ERR` and the cause of none."""
    if " " not in text:
        return _ORIGINATE
    ended: asyncio.Future[Channel | str] = asyncio.get_running_loop().create_future()

    async def wait() -> None:
        outcome = await launch(live.switch, text)
        if not ended.cancelled():
            ended.set_result(outcome)

    live.clock.spawn(wait())
    live.clock.run(until=live.clock.elapsed)
    outcome = await ended
    return f"-ERR {outcome}\n" if isinstance(outcome, str) else f"+OK {outcome.uuid}\n"
