"""Commands about a channel that only a server is asked for, and what the others say without a channel."""

from dialform.simulator.calls.channel import Channel
from dialform.simulator.calls.facts import basic
from dialform.simulator.calls.transfer import transfer
from dialform.simulator.esl.serial import Stamped, as_json, encode
from dialform.simulator.state.live import Live

USAGES = {
    "uuid_break": "<uuid> [all]",
    "uuid_bridge": "<uuid> <other_uuid>",
    "uuid_broadcast": "<uuid> <path> [aleg|bleg|holdb|both]",
    "uuid_dump": "<uuid> [format]",
    "uuid_kill": "<uuid> [cause]",
    "uuid_recv_dtmf": "<uuid> <dtmf_data>",
    "uuid_send_dtmf": "<uuid> <dtmf_data>",
}
"""What commands say to nothing at all."""

_NONE = "-ERR No such channel!\n"


def _find(live: Live, text: str) -> Channel | None:
    return live.switch.channel(text.partition(" ")[0])


def dump(live: Live, text: str) -> str:
    """`uuid_dump UUID [json]`: all that an event of the channel would say."""
    channel = _find(live, text)
    if channel is None:
        return _NONE
    pairs = (*basic(channel).items(), *((f"variable_{k}", v) for k, v in channel.variables.items()))
    if text.endswith(" json"):
        return as_json(Stamped(pairs))
    return "".join(f"{name}: {encode(value)}\n" for name, value in pairs) + "\n"


def hold(live: Live, text: str) -> str:
    """`uuid_hold [off|toggle] UUID`: `+OK`, also for a channel that is none (switch_ivr_hold_uuid)."""
    words = text.split()
    if not words:
        return "-USAGE: [off|toggle] <uuid> [<display>]\n-ERR Operation failed\n"
    how = words[0].lower() if words[0].lower() in ("off", "toggle") else ""
    channel = _find(live, " ".join(words[1:] if how else words))
    if channel is not None:
        wanted = not channel.held if how == "toggle" else not how
        if wanted is channel.held:
            return "-ERR Operation failed\n"
        channel.held = wanted
    return "+OK Success\n"


def park(live: Live, text: str) -> str:
    """`uuid_park UUID`."""
    channel = _find(live, text)
    if channel is None:
        return _NONE
    transfer(channel, "park:", "inline")
    return "+OK\n"


def receive_keys(live: Live, text: str) -> str:
    """`uuid_recv_dtmf UUID KEYS`: as if the far end had pressed them."""
    channel = _find(live, text)
    if channel is None:
        return "-ERR Cannot locate session!\n"
    for key in text.partition(" ")[2].partition("@")[0]:
        channel.press(key)
    return "+OK\n"


def send_keys(live: Live, text: str) -> str:
    """`uuid_send_dtmf UUID KEYS`: to the far end."""
    channel = _find(live, text)
    if channel is None:
        return "-ERR Cannot locate session!\n"
    for key in text.partition(" ")[2].partition("@")[0]:
        if channel.endpoint:
            channel.endpoint.send_key(channel, key)
    return "+OK\n"
