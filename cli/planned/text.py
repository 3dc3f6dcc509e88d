"""A plan for people at a terminal."""

from collections.abc import Iterator

import click

from dialform.compiler.planning.impact import Impact
from dialform.compiler.planning.view import Group, View
from dialform.compiler.planning.words import SIGNS, fields_words, impact_words, named

_COLOURS = {"create": "green", "update": "yellow", "delete": "red", "rename": "cyan"}
_IMPACTS = {
    Impact.NONE: "bright_black", Impact.NEW_CALLS: "green", Impact.RE_REGISTER: "yellow",
    Impact.DROPS_CALLS: "red",
}  # fmt: skip
_MOST_ACTIONS = 24


def render(view: View) -> str:
    """What changes, what is done on each switch, and the sum."""
    lines = [view.title, ""]
    if not view.plan.items:
        return "\n".join([*lines, "No changes."])
    for group in view.groups:
        lines += [*_group(view, group), ""]
    if not view.groups:
        lines += [f"Nothing changes of tenant '{view.tenant}'.", ""]
    for host, steps in view.actions.items():
        lines.append(_bold(view, f"On {host}:"))
        for position, step in enumerate(steps[:_MOST_ACTIONS], 1):
            hand = " (by hand)" if step.by_hand else ""
            lines.append(f"  {position:2}. {step.words}{hand}")
        if len(steps) > _MOST_ACTIONS:
            lines.append(f"      and {len(steps) - _MOST_ACTIONS} more: --format json has them all")
        lines.append("")
    lines.append(_bold(view, view.sum))
    for told in (view.waits, view.refused):
        if told:
            lines.append(_paint(view, told, "red"))
    return "\n".join(lines)


def _group(view: View, group: Group) -> Iterator[str]:
    if group.whole:
        sign = _paint(view, SIGNS[group.whole], _COLOURS[group.whole])
        remark = f": {group.remarks}" if group.remarks else ""
        yield (
            f"{sign} tenant {group.slug} with {group.counted() or 'nothing in it'}"
            f"{_impact(view, group.impact, group.impact.words + remark)}"
        )
        return
    for item in group.own:
        change = item.change
        sign = _paint(view, SIGNS[change.action], _COLOURS[change.action])
        fields = fields_words(change)
        head = f"{sign} {named(change)}"
        if len(fields) == 1:
            head += f" {fields[0]}"
        yield head + _impact(view, item.impact, impact_words(item))
        if len(fields) > 1:
            yield from (f"    {field}" for field in fields)
    if group.following:
        count = len(group.following)
        names = ", ".join(item.change.id.name for item in group.following[:3])
        more = f" and {count - 3} more" if count > 3 else ""
        yield f"  what names it follows: {names}{more}"


def _impact(view: View, impact: Impact, words: str) -> str:
    return "  " + _paint(view, f"[{words}]", _IMPACTS[impact])


def _bold(view: View, text: str) -> str:
    return click.style(text, bold=True) if view.colour else text


def _paint(view: View, text: str, colour: str) -> str:
    return click.style(text, fg=colour) if view.colour else text
