"""What is up on the switch as rows of plain values: the tables of `dialform live`."""

from collections.abc import Awaitable, Callable

from dialform.reconcile.desk.legs import legs
from dialform.reconcile.desk.scope import Scope
from dialform.switch import questions
from dialform.switch.questions import Ask
from dialform.values import dataclass

Row = dict[str, str | int | float | bool]


@dataclass(frozen=True, slots=True)
class View:
    """A table: its columns, which are the keys of its rows in this order, and how they are had."""

    title: str
    columns: tuple[str, ...]
    rows: Callable[[Ask, Scope, float], Awaitable[list[Row]]]
    empty: str


async def _gateways(ask: Ask, scope: Scope, now: float) -> list[Row]:
    found = [one for one in (await questions.gateways(ask)).values() if scope.trunk(one.name)]
    return [
        {
            "gateway": one.name, "state": one.state, "status": one.status,
            "up_for": _span(one.uptime) if one.up else "", "retry": one.retry,
            "in": one.calls_in, "out": one.calls_out,
            "failed": one.failed_in + one.failed_out,
            "ping_ms": round(one.ping, 1),
        }
        for one in sorted(found, key=lambda gateway: gateway.name)
    ]  # fmt: skip


async def _registrations(ask: Ask, scope: Scope, now: float) -> list[Row]:
    found: list[Row] = []
    for one in await questions.registrations(ask):
        number, _, slug = one.user.partition(".")
        if not scope.domain(one.domain) or not scope.extension(slug, number):
            continue
        found.append(
            {
                "extension": number, "tenant": slug, "domain": one.domain,
                "address": f"{one.network}:{one.port}", "transport": one.transport,
                "profile": one.profile, "expires_in": max(int(one.expires - now), 0),
            }
        )  # fmt: skip
    return sorted(
        found, key=lambda row: (str(row["tenant"]), str(row["extension"]), str(row["address"]))
    )


async def _channels(ask: Ask, scope: Scope, now: float) -> list[Row]:
    return [
        {
            "uuid": one.uuid, "tenant": one.tenant, "extension": one.extension,
            "trunk": one.trunk, "direction": one.channel.direction,
            "from": one.channel.cid_num, "to": one.channel.dest,
            "state": one.state, "for": _span(now - one.channel.created),
            "doing": one.channel.application, "codec": one.channel.read_codec,
            "encrypted": bool(one.channel.secure), "with": one.other,
        }
        for one in await legs(ask, scope)
    ]  # fmt: skip


async def _queues(ask: Ask, scope: Scope, now: float) -> list[Row]:
    agents, waiting = await questions.agents(ask), await questions.members(ask)
    tiers = (await questions.tiers(ask)).values()
    found: list[Row] = []
    for name, queue in sorted((await questions.queues(ask)).items()):
        slug, _, number = name.partition(".")
        mine = [tier.agent for tier in tiers if tier.queue == name]
        numbers = [agent.partition(".")[2] for agent in mine]
        seen = scope.extensions is None or any(scope.extension(slug, one) for one in numbers)
        if not scope.tenant(slug) or not seen:
            continue
        states = [agents[agent] for agent in mine if agent in agents]
        here = [one for one in waiting if one["queue"] == name and one["state"] in _WAITS]
        longest = max((now - int(one["joined_epoch"] or 0) for one in here), default=0)
        found.append(
            {
                "queue": number, "tenant": slug, "strategy": queue["strategy"],
                "waiting": len(here), "longest": _span(longest) if here else "",
                "logged_in": sum(one["status"] != "Logged Out" for one in states),
                "free": sum(
                    one["status"].startswith("Available") and one["state"] == "Waiting"
                    for one in states
                ),
                "agents": len(mine), "answered": int(queue["calls_answered"] or 0),
                "abandoned": int(queue["calls_abandoned"] or 0),
            }
        )  # fmt: skip
    return found


_WAITS = ("Waiting", "Trying")

VIEWS: dict[str, View] = {
    "gateways": View(
        "Gateways",
        ("gateway", "state", "status", "up_for", "retry", "in", "out", "failed", "ping_ms"),
        _gateways,
        "no gateway",
    ),
    "registrations": View(
        "Registrations",
        ("tenant", "extension", "address", "transport", "profile", "expires_in"),
        _registrations,
        "no phone is registered",
    ),
    "channels": View(
        "Calls",
        ("uuid", "tenant", "extension", "trunk", "direction", "from", "to", "state", "for", "doing"),
        _channels,
        "no call",
    ),
    "queues": View(
        "Queues",
        ("tenant", "queue", "strategy", "waiting", "longest", "free", "logged_in", "agents",
         "answered", "abandoned"),
        _queues,
        "no queue",
    ),
}  # fmt: skip
"""The tables by the name of their sub-command."""


def _span(seconds: float) -> str:
    """`1:02:03`, `02:03`."""
    whole = max(int(seconds), 0)
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"
