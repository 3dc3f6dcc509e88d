"""From data to a model: what pydantic found wrong, said in the format's own words."""

import difflib
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from dialform.schema.destination import name
from dialform.schema.reader import Unreadable
from dialform.schema.rule import Flaw, Path, Spot, rule
from dialform.schema.rules import shape
from dialform.schema.tree import why_no_slug
from dialform.values import dataclass

M = TypeVar("M", bound=BaseModel)

_KINDS = {
    "dict_type": "a map", "model_type": "a map", "list_type": "a list", "string_type": "a text",
    "int_type": "a whole number", "int_from_float": "a whole number", "bool_type": "true or false",
    "model_attributes_type": "a map", "dataclass_type": "a map",
}  # fmt: skip
_HINTS = {
    "bool_type": "write true or false; yes, no, on and off are texts here",
    "int_type": "write a whole number without quotes and without leading zeros",
    "list_type": "write [a, b], or one '- a' a line",
}


_LONGEST_GUESSED = 100
_MOST_GUESSES = 200
"""For how many unknown keys of one document the nearest known key is looked for."""


@dataclass(frozen=True, slots=True)
class Misfit:
    """What does not fit the model at a path. `flaw` is None where a finding has said so already.

    `missing` names the key that a map at this path lacks; `meant` the key that an unknown one
    probably stands for; `bad_key` says that an object's key is wrong, not what stands behind it.
    """

    path: Path
    flaw: Flaw | None
    missing: str = ""
    meant: str = ""
    bad_key: bool = False


def shape_check(
    model: type[M], document: str, data: dict[str, Any]
) -> tuple[M | None, list[Misfit]]:
    """The model of the data, or None and what is wrong with its shape, all at once."""
    try:
        return model.model_validate(data), []
    except ValidationError as error:
        found = error.errors(include_url=False)
        guesses = sum(one["type"] == "extra_forbidden" for one in found) <= _MOST_GUESSES
        return None, [_misfit(model, document, one, guesses) for one in found]


def _misfit(model: type[BaseModel], document: str, error: Any, guesses: bool) -> Misfit:
    path, on_key = _path(error["loc"])
    kind, key = error["type"], error["loc"][-1] if error["loc"] else ""
    if isinstance(error["input"], Unreadable):
        return Misfit(path, None)
    if kind == "missing":
        flaw = shape.MissingKey.flaw(document, path[:-1], on="key", key=key)
        return Misfit(path[:-1], flaw, missing=str(key))
    if kind == "extra_forbidden":
        known = _known_keys(model, path[:-1])
        meant = _nearest(str(key), known) if guesses else ""
        hint = f"did you mean '{meant}'?{_look_alike(str(key))}" if meant else ""
        hint = hint or ("known here: " + ", ".join(known) if known else "")
        flaw = shape.UnknownKey.flaw(document, path, on="key", key=key, hint=hint)
        return Misfit(path, flaw, meant=meant)
    return Misfit(path, _flaw(document, path, on_key, error), bad_key=on_key)


def _flaw(document: str, path: Path, on_key: bool, error: Any) -> Flaw:
    kind, value, context = error["type"], error["input"], error.get("ctx", {})
    if kind == "flaw":
        found = rule(context["rule"])
        assert found is not None
        values = context["values"]
        if on_key and found is shape.BadValue:
            found = shape.BadKey
        spot: Spot = "key" if on_key or found is shape.BadDestination else "value"
        return found.flaw(document, path, on=spot, hint=context["hint"], **values)
    if kind in _KINDS:
        what = f"'{_last(path)}' must be {_KINDS[kind]}, not {name(value)}"
        hint = _HINTS.get(kind, "")
        return shape.WrongKind.flaw(document, path, what=what, hint=hint)
    what, hint = _in_words(path, kind, value, context, error["msg"])
    if on_key:
        what = f"'{str(path[-1])[:40]}' cannot be a key of '{_last(path[:-1])}'"
        return shape.BadKey.flaw(document, path, on="key", what=what, hint=hint)
    return shape.BadValue.flaw(document, path, what=what, hint=hint)


def _path(location: tuple[str | int, ...]) -> tuple[Path, bool]:
    if location and location[-1] == "[key]":
        return location[:-1], True
    return location, False


def _last(path: Path) -> str:
    return next((str(step) for step in reversed(path) if isinstance(step, str)), "this")


def _in_words(
    path: Path, kind: str, value: Any, context: dict[str, Any], message: str
) -> tuple[str, str]:
    shown, last = name(value), _last(path)
    if kind == "literal_error":
        choices = context["expected"].replace("'", "").replace(" or ", ", ").split(", ")
        near = _nearest(str(value), choices)
        hint = f"did you mean '{near}'?{_look_alike(str(value))} " if near else ""
        hint += "one of " + ", ".join(choices)
        return f"'{last}' cannot be {shown}", hint
    bounds = {
        "greater_than_equal": ("ge", "at least"), "less_than_equal": ("le", "at most"),
        "greater_than": ("gt", "more than"), "less_than": ("lt", "less than"),
    }  # fmt: skip
    if kind in bounds:
        key, words = bounds[kind]
        return f"'{last}' must be {words} {context[key]}, not {value}", ""
    if kind == "too_short":
        return f"'{last}' is empty", "name at least one"
    if kind == "is_instance_of":
        return f"'{last}' cannot be {shown}", ""
    return f"'{last}': {message[:1].lower()}{message[1:]}", ""


def _nearest(key: str, known: list[str]) -> str:
    near = difflib.get_close_matches(key[:_LONGEST_GUESSED], known, n=1, cutoff=0.6)
    return near[0] if near else ""


def _look_alike(text: str) -> str:
    """A hint at a letter that only looks like a Latin one."""
    odd = next((c for c in text[:_LONGEST_GUESSED] if ord(c) > 0x7F), None)
    return f" ({why_no_slug(odd)})" if odd else ""


@cache
def _schema(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema()


def _known_keys(model: type[BaseModel], path: Path) -> list[str]:
    """The keys that the map at this path takes, found in the exported schema."""
    schema = _schema(model)
    node: Any = schema
    for step in path:
        options = _options(schema, node)
        found = None
        for option in options:
            if isinstance(step, int):
                found = option.get("items")
            else:
                found = option.get("properties", {}).get(step, option.get("additionalProperties"))
                if not isinstance(found, dict):
                    found = next(iter(option.get("patternProperties", {}).values()), None)
            if isinstance(found, dict):
                break
        if not isinstance(found, dict):
            return []
        node = found
    return sorted(
        {key for option in _options(schema, node) for key in option.get("properties", {})}
    )


def _options(schema: Any, node: Any) -> list[Any]:
    """A schema node with references and alternatives unfolded."""
    if "$ref" in node:
        return _options(schema, schema["$defs"][node["$ref"].rsplit("/", 1)[1]])
    for key in ("anyOf", "allOf"):
        if key in node:
            return [one for option in node[key] for one in _options(schema, option)]
    return [node]
