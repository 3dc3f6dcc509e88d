"""The API commands that know calls, by name. A server joins them with its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from dialform.simulator.commands import legs

if TYPE_CHECKING:
    from dialform.simulator.switch import Switch


def callcenter_config(switch: Switch, text: str) -> str:
    """`callcenter_config …`: what the queues say."""
    from dialform.simulator.commands.callcenter import config

    return config(switch, text)


def conference(switch: Switch, text: str) -> str:
    """`conference …`: what the rooms say."""
    from dialform.simulator.meeting.rooms import Rooms

    answer: str = switch.theme(Rooms).api(text)
    return answer


def valet_info(switch: Switch, text: str) -> str:
    """`valet_info [lot]`: who is parked where."""
    from dialform.simulator.meeting.lots import Lots

    answer: str = switch.theme(Lots).info(text)
    return answer


CALLS: dict[str, Callable[[Switch, str], str]] = {
    **legs.COMMANDS,
    "callcenter_config": callcenter_config,
    "conference": conference,
    "valet_info": valet_info,
}
