"""NOTIFY without a subscription: the switch tells a registered phone something, check-sync say.

The switch takes an event `NOTIFY` (mod_sofia.c, general_event_handler), looks the registration up, and
sends what the event says to the contact of it. It answers `+OK` before that, whether there is such a
profile or phone or not, and tells nobody what the phone answers. So what can be known is this: there is a
registration, and the switch took the event for it.

`sofia profile … check_sync` is no way: it restarts some vendors' phones (sofia_reg.c, sofia_reg_send_reboot),
and deletes every registration of the profile where nobody is named.
"""

from collections.abc import Mapping
from typing import Protocol

from dialform.switch.questions.phones import Registered

SETTLE = 1.0
"""Seconds after which a worker of mod_sofia has taken what was sent: it looks every tenth of a second, and
sees to expired registrations and gateways in between. Who takes a registration away sooner may be first.
"""
_TYPE = "application/simple-message-summary"
"""The event is ignored without a Content-Type; this is the one that the switch's own check_sync sends."""


class Sender(Protocol):
    """A `Client` or a `Link`."""

    async def send_event(self, name: str, headers: Mapping[str, str]) -> str:
        """Fires an event."""


async def notify(switch: Sender, phone: Registered, event: str) -> str:
    """Has the switch send one phone a NOTIFY of this event (`check-sync;reboot=false`); the event's UUID.

    Raises Unsendable for what stands on more than one line, besides what sending raises.
    """
    return await switch.send_event(
        "NOTIFY",
        {
            "profile": phone.profile,
            "event-string": event,
            "user": phone.user,
            "host": phone.domain,
            "call-id": phone.call_id,
            "content-type": _TYPE,
        },
    )
