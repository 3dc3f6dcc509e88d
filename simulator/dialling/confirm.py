"""Asking an answered leg for a key before the call is put through (`collect_thread_run`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dialform.simulator.calls.channel import InterruptedCallError
from dialform.simulator.calls.keys import read_keys
from dialform.simulator.reading.words import integer

if TYPE_CHECKING:
    from dialform.simulator.calls.channel import Channel

_DEFAULT = 5000
"""Milliseconds that one reading waits."""


async def confirm(channel: Channel, key: str, variables: Mapping[str, str]) -> None:
    """Plays the question again and again until the right key is pressed or the leg ends."""
    file = channel.get("group_confirm_file") or variables.get("group_confirm_file", "")
    limit = integer(variables.get("group_confirm_read_timeout", "0")) or _DEFAULT
    if key.lower() == "exec":
        application, _, data = file.partition(" ")
        await channel.switch.run_application(channel, application, data)
        _win(channel)
        return
    if not channel.media:
        channel.hangup("DESTINATION_OUT_OF_ORDER")
        return
    try:
        while channel.ready:
            found = await read_keys(
                channel, len(key), len(key), file or "silence", limit / 1000, "", limit / 1000
            )
            if found.digits == key:
                _win(channel)
                return
    except InterruptedCallError:
        return


def _win(channel: Channel) -> None:
    if channel.up:
        channel.winner = True
        channel.set("group_dial_status", "winner")
        channel.changed.fire()
