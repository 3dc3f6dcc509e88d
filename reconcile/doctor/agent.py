"""Whether the agent lives, and what it says of itself."""

from collections.abc import Iterator
from typing import Any

from dialform.reconcile import status
from dialform.reconcile.doctor.finding import Finding, ok, problem, unknown, warning
from dialform.reconcile.doctor.ground import Ground

_LOOKED = "status.json of the state folder"


async def check(ground: Ground) -> list[Finding]:
    """The status."""
    said = ground.status
    if said is None:
        return [unknown("agent", _LOOKED, "There is no status: no agent has run here.")]
    if gone := status.life(said, ground.machine.now()):
        return [
            problem(
                "agent", _LOOKED, f"{gone[:1].upper()}{gone[1:]}.",
                "The agent does not run, or hangs: commits do not reach the switch.",
                "`systemctl status dialform-agent`, `journalctl -u dialform-agent`.",
            )
        ]  # fmt: skip
    return list(_told(said)) or [ok("agent", _LOOKED, "The agent runs, and nothing holds it.")]


def _told(said: dict[str, Any]) -> Iterator[Finding]:
    held = said.get("held")
    if isinstance(held, dict):
        level = problem if held.get("alarm") else warning
        yield level(
            "agent", _LOOKED, f"The agent holds: {held.get('message') or held.get('reason')}",
            f"{held.get('reason')}, since {held.get('since')}.", str(held.get("way_out") or ""),
        )  # fmt: skip
    ready = [one for one in said["conditions"] if one.get("type") == "Ready"]
    if ready and ready[0].get("status") == "False" and not held:
        message = ready[0].get("message") or ready[0].get("reason")
        yield problem("agent", _LOOKED, f"The agent is not ready: {message}")
    for one in (said.get("switch") or {}).get("needs_restart") or ():
        yield warning(
            "agent", _LOOKED, f"The switch needs a restart: {one}",
            "The switch reads this only when it starts.", "Restart it when no call is up.",
        )  # fmt: skip
    for slug in said.get("tenants_quarantined") or ():
        yield problem(
            f"tenant {slug}", _LOOKED, f"Tenant {slug} is quarantined: it keeps its last good files.",
            "Its YAML has errors.", "`dialform validate` shows them.",
        )  # fmt: skip
