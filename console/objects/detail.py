"""The page of one object: what it is, what refers to it, where it leads."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.responses import Response

from dialform.console.forms import MISSING, Field, Form, Look
from dialform.console.objects.kinds import Kind
from dialform.console.objects.related import leads_to, used_by
from dialform.console.objects.where import Where, where
from dialform.console.page import Context

Part = Callable[[Where, str], Awaitable[dict[str, Any]]]
"""More values for the template of one kind: `objects/parts/<kind>.html` shows them."""

_UNITS = ("seconds", "minutes", "hours", "days", "milliseconds")

PARTS: dict[str, tuple[str, Part]] = {}
"""By kind, a template and what it is given. Modules of this area add theirs (`parts.py`)."""


async def detail_page(context: Context, kind: Kind) -> Response:
    """One object: of the tenant who manages it, their own for users, any for admins."""
    place = await where(context, kind)
    key = "" if kind.single else str(context.params["key"])
    data = place.found(key)
    form = Form.of(kind.node, data, look=Look(may=place.may(key)), words=kind.words)
    used, leads = await context.ground.off(lambda: (used_by(place, key), leads_to(place, key)))
    template, part = PARTS.get(kind.name, ("", None))
    more = await part(place, key) if part else {}
    return context.render(
        "objects/detail.html", kind=kind, place=place, key=key, facts=facts(form), used=used,
        leads=leads, renames=bool(kind.renames), there=data is not MISSING, part=template,
        title=title_of(place, key),
        may_change=any(one.enabled for one in form.root.all()), may_remove=place.may(key)(()), more=more,
    )  # fmt: skip


def title_of(place: Where, key: str) -> str:
    """What stands above the page of an object: `Extension 1001 · Alice Doe`."""
    if place.kind.single:
        return place.kind.title
    model = place.models().get(place.model_key(key))
    name = next(
        (str(found) for one in ("name", "label") if (found := getattr(model, one, None))), ""
    )
    words = place.kind.named(key)
    return f"{words[:1].upper()}{words[1:]}" + (f" · {name}" if name else "")


def facts(form: Form) -> list[tuple[str, str]]:
    """What an object says, in words, as labels and values: defaults and secrets left out."""
    return [pair for one in form.fields for pair in _facts(one)]


def _facts(one: Field, before: str = "") -> list[tuple[str, str]]:
    label = f"{before}{one.label}" if one.label else before.removesuffix(": ")
    label = label or "Set to"
    if one.kind == "group" and not one.on:
        return []
    if one.kind in ("group", "table"):
        inner = [
            pair
            for each in one.inner
            for pair in _facts(each, f"{one.label}: " if one.label else before)
        ]
        return inner or ([(label, "yes")] if one.optional else [])
    if one.kind == "rows":
        return [(label, "; ".join(filter(None, map(_words, one.inner))))] if one.inner else []
    if one.kind == "map":
        return (
            [
                (
                    label,
                    "; ".join(f"{row.inner[0].value}: {_words(row.inner[1])}" for row in one.inner),
                )
            ]
            if one.inner
            else []
        )
    return [(label, text)] if (text := _words(one)) else []


def _words(one: Field) -> str:
    """A field's value in words; "" for what says nothing."""
    if one.kind == "secret":
        return "set" if one.value["how"] == "keep" else ""
    if one.kind == "destination":
        return _goes(one)
    if one.kind == "flag":
        return "yes" if one.value else "no"
    if one.kind == "choice":
        return next((word for value, word in one.choices if value == one.value and value), "")
    if one.kind == "checks":
        return ", ".join(word for value, word in one.choices if value in one.value)
    if one.kind == "lines":
        return ", ".join(str(one.value).split("\n")) if one.value else ""
    if one.kind in ("group", "table"):
        texts = [(inner, _words(inner)) for inner in one.inner]
        said = [
            (inner, text)
            for inner, text in texts
            if text and not (inner.kind == "flag" and not inner.value)
        ]
        return " ".join(
            text if not index else f"({inner.label.lower()} {text})"
            for index, (inner, text) in enumerate(said)
        )
    if one.kind in ("rows", "map"):
        return ", ".join(filter(None, map(_words, one.inner)))
    if one.off:
        return "none"
    text = str(one.value)
    return f"{text} {unit}" if text and (unit := _unit(one)) else text


def _unit(one: Field) -> str:
    """What a whole number counts, as its help begins: "Seconds until …"; "" where it does not say."""
    if one.kind != "whole":
        return ""
    word = one.help.partition(" ")[0].lower()
    if word not in _UNITS:
        return ""
    return word[:-1] if str(one.value) == "1" else word


def _goes(one: Field) -> str:
    kind, target = str(one.value["kind"]), str(one.value["target"])
    if not kind:
        return target
    word = next((word for value, word in one.choices if value == kind), kind)
    text = f"{word} {target}".strip()
    ways = [
        f"{inner.label.lower()}: {_words(inner)}"
        for inner in one.inner
        if inner.value and _words(inner)
    ]
    if kind == "schedule":
        return f"{text} ({', '.join(ways)})" if ways else text
    fax = [
        f"fax machines to {inner.value}"
        for inner in one.inner
        if inner.kind == "text" and inner.value
    ]
    return ", ".join([text, *fax])
