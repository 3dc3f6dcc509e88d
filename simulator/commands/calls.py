"""The API commands that know calls, by name. A server joins them with its own.

What answers is imported when it is first asked: few calls ask for any of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

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


_OF_LEGS = (
    "uuid_getvar uuid_setvar uuid_exists uuid_kill uuid_transfer uuid_dual_transfer "
    "uuid_broadcast uuid_displace uuid_limit uuid_limit_release uuid_bridge uuid_break hupall "
    "sofia_contact originate bgapi"
)


def _of_legs(name: str) -> Callable[[Switch, str], str]:
    def run(switch: Switch, text: str) -> str:
        from dialform.simulator.commands.legs import COMMANDS

        return COMMANDS[name](switch, text)

    return run


CALLS: dict[str, Callable[[Switch, str], str]] = {
    **{name: _of_legs(name) for name in _OF_LEGS.split()},
    "callcenter_config": callcenter_config,
    "conference": conference,
    "valet_info": valet_info,
}
