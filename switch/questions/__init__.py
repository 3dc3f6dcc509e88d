"""What one asks a switch, each question with a typed answer.

Each takes an `Ask`, which is `Client.api` or `Link.api`, and raises UnexpectedReply where the reply is none
that the question has, besides whatever asking raises.
"""

from dialform.switch.questions.asking import Ask
from dialform.switch.questions.callcenter import Tier, agents, members, queues, tiers
from dialform.switch.questions.channels import Call, Channel, calls, channels
from dialform.switch.questions.core import (
    Status,
    conf_folder,
    core_uuid,
    global_variable,
    modules,
    revision,
    status,
    uptime,
)
from dialform.switch.questions.counts import counts
from dialform.switch.questions.parking import Parked, parked
from dialform.switch.questions.phones import Registered, registered
from dialform.switch.questions.sofia import (
    STAMP,
    Gateway,
    Profile,
    Registration,
    gateway,
    gateway_stamp,
    gateways,
    profiles,
    registrations,
)
from dialform.switch.questions.streams import streams
from dialform.switch.questions.voicemail import (
    PROFILE,
    Box,
    Message,
    Preferences,
    message_counts,
    messages,
    preferences,
)

__all__ = [
    "PROFILE",
    "STAMP",
    "Ask",
    "Box",
    "Call",
    "Channel",
    "Gateway",
    "Message",
    "Parked",
    "Preferences",
    "Profile",
    "Registered",
    "Registration",
    "Status",
    "Tier",
    "agents",
    "calls",
    "channels",
    "conf_folder",
    "core_uuid",
    "counts",
    "gateway",
    "gateway_stamp",
    "gateways",
    "global_variable",
    "members",
    "message_counts",
    "messages",
    "modules",
    "parked",
    "preferences",
    "profiles",
    "queues",
    "registered",
    "registrations",
    "revision",
    "status",
    "streams",
    "tiers",
    "uptime",
]
