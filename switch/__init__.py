"""The event socket of a switch: a typed client, and what one asks a switch. Nothing of sites."""

from dialform.switch.backoff import Backoff
from dialform.switch.errors import (
    Dropped,
    Garbled,
    JobTimeout,
    NotSeen,
    Refused,
    ReplyTimeout,
    SwitchError,
    UnexpectedReply,
    Unknown,
    Unreachable,
    Unsendable,
)
from dialform.switch.esl import Address, Client
from dialform.switch.events import Event, Overflow
from dialform.switch.hub import Expectation, Stream
from dialform.switch.limits import Limits
from dialform.switch.link import Link

__all__ = [
    "Address",
    "Backoff",
    "Client",
    "Dropped",
    "Event",
    "Expectation",
    "Garbled",
    "JobTimeout",
    "Limits",
    "Link",
    "NotSeen",
    "Overflow",
    "Refused",
    "ReplyTimeout",
    "Stream",
    "SwitchError",
    "UnexpectedReply",
    "Unknown",
    "Unreachable",
    "Unsendable",
]
