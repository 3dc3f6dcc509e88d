"""What pages say of a plan, a review and their parts: filters for templates, and nothing of HTML."""

from collections.abc import Callable, Mapping
from typing import Any

from dialform.compiler.planning.impact import Impact
from dialform.compiler.planning.plan import Item, Plan
from dialform.compiler.planning.view import View
from dialform.compiler.planning.words import SIGNS, fields_words, impact_words, named
from dialform.console.templating import environment

KINDS: Mapping[Impact, str] = {
    Impact.NONE: "", Impact.NEW_CALLS: "good", Impact.RE_REGISTER: "note",
    Impact.DROPS_CALLS: "bad",
}  # fmt: skip
"""How an impact looks (parts/badge.html)."""

SENTENCES: Mapping[Impact, str] = {
    Impact.NONE: "No call notices.",
    Impact.NEW_CALLS: "Calls from then on are different; those that are up go on.",
    Impact.RE_REGISTER: "Phones have to log in again; calls that are up go on.",
    Impact.DROPS_CALLS: "Calls that are up end.",
}
ACTIONS = {"create": "New", "update": "Changed", "delete": "Removed", "rename": "Renamed"}


def view_of(plan: Plan, tenant: str = "") -> View:
    """A plan as a page shows it; with `tenant` that tenant's part alone."""
    return View(plan, tenant)


def object_words(item: Item) -> str:
    """An object of a plan, without its tenant."""
    return named(item.change, tenant=False)


_FILTERS: Mapping[str, Callable[..., Any]] = {
    "plan_view": view_of,
    "plan_object": object_words,
    "plan_fields": lambda item: fields_words(item.change),
    "plan_impact": impact_words,
    "plan_action": lambda item: ACTIONS[item.change.action],
    "plan_sign": lambda action: SIGNS[action],
    "impact_kind": lambda impact: KINDS[impact],
    "impact_sentence": lambda impact: SENTENCES[impact],
}

environment().filters.update(_FILTERS)
