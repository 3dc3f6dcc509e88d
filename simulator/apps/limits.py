"""limit, hash, db: what calls count, and what is remembered between them."""

from dialform.simulator.calls.application import application
from dialform.simulator.calls.causes import cause
from dialform.simulator.calls.channel import Channel
from dialform.simulator.calls.transfer import transfer
from dialform.simulator.dialplan.stores import LimitRequest
from dialform.simulator.journal import Place


@application("limit")
async def limit(channel: Channel, data: str, place: Place | None) -> None:
    """Counts this channel, or turns it away."""
    count(channel, data)


def count(channel: Channel, data: str) -> None:
    """Counts a channel for a resource; where that is full, the call goes where `data` says."""
    request = LimitRequest.parse(data)
    if request is None:
        return
    environment = channel.switch.environment
    usage = environment.limits.take(channel.uuid, request, channel.clock.epoch)
    if usage is not None:
        name = f"{request.realm}_{request.resource}"
        channel.set("limit_usage", str(usage.total))
        channel.set(f"limit_usage_{name}", str(usage.total))
        channel.set("limit_rate", str(usage.rate))
        known = channel.get("limit_backend")
        if not known or request.backend not in known:
            channel.set("limit_backend", f"{known},{request.backend}" if known else request.backend)
        return
    number, *rest = request.exceeded
    channel.switch.journal.step(channel, "failed", f"{request.realm} {request.resource} is full")
    if number.startswith("!"):
        channel.hangup(cause(number[1:]))
    else:
        transfer(channel, number, *rest[:2])


@application("hash", zombie=True)
async def hash_(channel: Channel, data: str, place: Place | None) -> None:
    """`insert/realm/key/value` and `delete/realm/key` of mod_hash."""
    channel.switch.environment.hash.run(data)


@application("db", zombie=True)
async def db(channel: Channel, data: str, place: Place | None) -> None:
    """`insert/realm/key/value` and `delete/realm/key` of mod_db."""
    channel.switch.environment.db.run(data)
