"""What mod_callcenter says: queues, agents, tiers, and who waits."""

from dialform.switch.questions.asking import Ask, number, table
from dialform.values import dataclass

_QUEUE = ("name", "strategy", "moh_sound", "calls_answered", "calls_abandoned")
_AGENT = ("name", "type", "contact", "status", "state")
_TIER = ("queue", "agent", "state", "level", "position")
_MEMBER = ("queue", "uuid", "session_uuid", "cid_number", "cid_name", "joined_epoch", "state")


@dataclass(frozen=True, slots=True)
class Tier:
    """An agent's place in a queue."""

    queue: str
    agent: str
    state: str
    level: int
    position: int


async def queues(ask: Ask) -> dict[str, dict[str, str]]:
    """The queues that are loaded, by name, with all columns."""
    found = await table(ask, "callcenter_config queue list", _QUEUE, free="moh_sound")
    return {row["name"]: row for row in found}


async def agents(ask: Ask) -> dict[str, dict[str, str]]:
    """The agents, by name, with all columns: `status` is whether they are logged in."""
    found = await table(ask, "callcenter_config agent list", _AGENT, free="contact")
    return {row["name"]: row for row in found}


async def tiers(ask: Ask) -> dict[tuple[str, str], Tier]:
    """Who is in which queue, by queue and agent."""
    found = await table(ask, "callcenter_config tier list", _TIER)
    return {
        (row["queue"], row["agent"]): Tier(
            row["queue"], row["agent"], row["state"], number(row, "level"), number(row, "position")
        )
        for row in found
    }


async def members(ask: Ask, queue: str = "") -> list[dict[str, str]]:
    """Who is in a queue, or in any, with all columns: `state` is Waiting, Trying, Answered…"""
    command = f"callcenter_config queue list members {queue}".rstrip()
    return await table(ask, command, _MEMBER, free="cid_name")
