"""A plan as plain data: what `--format json` prints, and what a plan file holds."""

from collections.abc import Mapping
from typing import Any

from dialform.compiler.planning.actions import Step
from dialform.compiler.planning.objects import FieldChange
from dialform.compiler.planning.plan import Item, Plan
from dialform.compiler.states.state import State

VERSION = 1


def plan_data(plan: Plan) -> dict[str, Any]:
    """Everything that a plan says. No secret is in it: what withholds one says so."""
    return {
        "version": VERSION,
        "base": _state(plan.before),
        "head": _state(plan.after),
        "changes": [_item(one) for one in plan.items],
        "actions": {host: [_step(one) for one in steps] for host, steps in plan.actions.items()},
        "summary": {
            **plan.counts, "tenants": len(plan.tenants), "impact": plan.impact.words,
        },
        "safety": {
            "deletes": plan.verdict.deletes,
            "refusals": [
                {"reason": one.reason, "force": one.force} for one in plan.verdict.refusals
            ],
            "window": plan.window,
            "timezone": plan.timezone,
        },
    }  # fmt: skip


def _state(state: State) -> dict[str, Any]:
    return {
        "label": state.label, "commit": state.commit, "dirty": state.dirty, "digest": state.digest,
    }  # fmt: skip


def _item(item: Item) -> dict[str, Any]:
    change = item.change
    spot = change.after or change.before
    place = spot.place() if spot else None
    return {
        "action": change.action,
        "object": str(change.id),
        "tenant": change.id.tenant,
        "table": change.id.table,
        "key": change.id.key,
        "renamed_from": change.renamed_from,
        "title": change.title,
        "file": place.file if place else "",
        "line": place.line if place else 0,
        "follows": change.follows,
        "fields": [_field(one) for one in change.fields],
        "impact": item.impact.words,
        "remark": item.remark,
        "hosts": list(item.hosts),
        "reaches": item.reaches,
        "actions": [one.words for one in item.steps],
    }


def _field(one: FieldChange) -> dict[str, Any]:
    return {
        "path": list(one.path),
        "old": None if one.secret else _plain(one.old),
        "new": None if one.secret else _plain(one.new),
        "secret": one.secret,
        "follows": one.follows,
    }


def _plain(value: Any) -> Any:
    """A value as JSON has it: what is no such value (a closed day) as people write it."""
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(each) for each in value]
    return value if value is None or isinstance(value, (str, int, float, bool)) else str(value)


def _step(one: Step) -> dict[str, Any]:
    return {
        "kind": one.kind, "command": one.command, "success": one.success, "by_hand": one.by_hand,
    }  # fmt: skip
