"""Whether a change may be applied now, by what its plan says: safety limits, and the window."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from dialform.compiler.planning.actions import KINDS, Step
from dialform.compiler.planning.impact import Impact
from dialform.compiler.planning.safety import Refusal, Verdict
from dialform.compiler.planning.window import is_open, next_opening
from dialform.reconcile.guard import Guard
from dialform.reconcile.policy import Hold, hold

Plan = Mapping[str, Any]
"""A plan as plain data (compiler/planning/plandata.py)."""


def drops_calls(plan: Plan | None) -> bool:
    """Whether a plan announces that calls end by what is sent: a restart by hand is nobody's sending."""
    if plan is None or plan["summary"]["impact"] != Impact.DROPS_CALLS.words:
        return False
    by_hand = KINDS["restart"].command
    return any(
        one["impact"] == Impact.DROPS_CALLS.words and by_hand not in one["actions"]
        for one in plan["changes"]
    )


def safety(plan: Plan | None, force: int | None) -> Hold | None:
    """Whether the safety limits of what runs refuse the plan. `force` is what somebody named."""
    if plan is None:
        return None
    found = plan["safety"]
    refusals = tuple(Refusal(one["reason"], one["force"]) for one in found["refusals"])
    verdict = Verdict(refusals, found["deletes"])
    if not verdict.stands(force):
        return None
    return hold("SafetyLimit", why=verdict.message(force), deletes=verdict.deletes)


def window(
    plan: Plan | None, steps: Sequence[Step], guard: Guard | None, *, allowed: bool, now: datetime
) -> Hold | None:
    """Whether it waits for the window in which calls may be dropped, that of what runs.

    `steps` are what the switch, as it is, would be sent: what they drop counts, whether the plan
    knows of it or not.
    """
    drops = [one.words for one in steps if one.drops and not one.by_hand]
    if allowed or not (drops or drops_calls(plan)):
        return None
    when, zone = _window(plan, guard)
    what = f" ({drops[0]}{', and more' if len(drops) > 1 else ''})" if drops else ""
    if not when:
        return hold("OutsideWindow", what=what, window="no window is set (safety.window)")
    if is_open(when, zone, now):
        return None
    opens = next_opening(when, zone, now).timestamp()
    return hold("OutsideWindow", until=opens, what=what, window=f"the window is {when} ({zone})")


def _window(plan: Plan | None, guard: Guard | None) -> tuple[str, str]:
    """The window and its time zone, of the plan's base; without a plan, of what is pinned."""
    if plan is not None:
        return plan["safety"]["window"], plan["safety"]["timezone"]
    return (str(guard.safety.get("window") or ""), "UTC") if guard is not None else ("", "UTC")
