"""A change in people's words: values short, on one line, and without what a terminal would act on."""

from collections.abc import Callable
from typing import Any

from dialform.compiler.planning.objects import Change, FieldChange
from dialform.compiler.planning.plan import Item
from dialform.schema.rule import Path, printable

SIGNS = {"create": "+", "update": "~", "delete": "-", "rename": "→"}
_LONGEST = 60
_MOST_LISTED = 6


def named(change: Change, *, tenant: bool = True) -> str:
    """The object: `acme extension 1005 Bob`, a renamed one with both its names."""
    id_ = change.id
    if change.action == "rename" and id_.table == "account":
        return f"tenant {change.renamed_from} → {id_.tenant}"
    text = str(id_) if tenant else id_.name
    if change.action == "rename":
        text = text.removesuffix(id_.key) + f"{change.renamed_from} → {id_.key}"
    if change.title and change.action != "update":
        text += f" {change.title}"
    return printable(text)


def field_words(one: FieldChange) -> str:
    """One field: `timeout 20 → 30`, `members +1003 -1002`, `password changed`."""
    path = printable(one.dotted)
    if one.secret:
        verb = "set" if one.old is None else "removed" if one.new is None else "changed"
        return f"{path} {verb}"
    if isinstance(one.old, list) and isinstance(one.new, list):
        return f"{path} {_listed(one.old, one.new)}"
    return f"{path} {value(one.old)} → {value(one.new)}"


def fields_words(change: Change) -> list[str]:
    """All fields that changed, a content as `changed`."""
    if change.action in ("create", "delete"):
        return []
    return [_WHOLE.get(one.path, field_words)(one) for one in change.fields]


_WHOLE: dict[Path, Callable[[FieldChange], str]] = {
    ("content",): lambda _: "content changed",
    ("rows",): lambda one: f"rows: {one.new}",
}
"""Fields that are no values of their own."""


def _listed(old: list[Any], new: list[Any]) -> str:
    """Members that came and went; where only the order differs, both orders."""
    come = [one for one in new if one not in old]
    gone = [one for one in old if one not in new]
    if not come and not gone:
        return f"{value(old)} → {value(new)}"
    parts = [*(f"+{value(one)}" for one in come), *(f"-{value(one)}" for one in gone)]
    more = len(parts) - _MOST_LISTED
    return " ".join(parts[:_MOST_LISTED]) + (f" and {more} more" if more > 0 else "")


def value(one: Any) -> str:
    """A value on one line, cut to a sensible length."""
    return cut(printable(_flat(one)))


def cut(text: str, longest: int = _LONGEST) -> str:
    """A text that is not longer than this."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _flat(one: Any) -> str:
    if one is None:
        return "(none)"
    if one is True or one is False:
        return str(one).lower()
    if isinstance(one, dict):
        if list(one) == ["number"]:
            return _flat(one["number"])
        return "{" + ", ".join(f"{key} {_flat(inner)}" for key, inner in one.items()) + "}"
    if isinstance(one, list):
        return "[" + ", ".join(_flat(inner) for inner in one) + "]"
    return str(one) or '""'


def impact_words(item: Item) -> str:
    """What calls notice, with what is remarkable: `re-register: its phones are cut off`."""
    reach = f", {item.reaches} tenant{'' if item.reaches == 1 else 's'}" if item.reaches else ""
    remark = f": {item.remark}" if item.remark else ""
    return f"{item.impact.words}{reach}{remark}"
