"""What an object says, in words: pairs, lists and tables for its page."""

from dialform.console.forms import Field, Form
from dialform.values import dataclass


def facts(form: Form, *, whole: bool = True) -> list[tuple[str, str]]:
    """What an object says, in words, as labels and values: defaults and secrets left out. Without `whole`,
    also what `lists` and `tables` show.
    """
    shown = (
        form.fields if whole else [one for one in form.fields if not (_many(one) or _tabled(one))]
    )
    return [pair for one in shown for pair in _facts(one)]


@dataclass(frozen=True, slots=True)
class Table:
    """Things of one kind in an object, a row each."""

    label: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tables(form: Form) -> list[Table]:
    """The lists of an object whose items say more than one thing."""
    return [_table(one) for one in form.fields if _tabled(one)]


def lists(form: Form) -> list[tuple[str, list[str]]]:
    """Fields with many lines, and each line."""
    return [(one.label, str(one.value).split("\n")) for one in form.fields if _many(one)]


def _many(one: Field) -> bool:
    return one.kind == "lines" and str(one.value).count("\n") >= MANY


MANY = 4
"""Line breaks from which on lines stand below each other."""


def _tabled(one: Field) -> bool:
    """Whether the items of a list say more than one thing each."""
    return one.kind == "rows" and len(_used(one)) > 1


def _used(one: Field) -> list[int]:
    """Which fields of a list's items say something, by their places."""
    rows = [row.inner for row in one.inner if row.kind == "group"]
    count = len(rows[0]) if rows else 0
    return [place for place in range(count) if any(_cell(row[place]) for row in rows)]


def _table(one: Field) -> Table:
    """Columns that nothing stands in are left out."""
    used = _used(one)
    return Table(
        one.label, tuple(one.inner[0].inner[place].label for place in used),
        tuple(tuple(_cell(row.inner[place]) for place in used) for row in one.inner),
    )  # fmt: skip


def _cell(one: Field) -> str:
    """A field of a row in words; what holds anyway is left out."""
    if one.usual:
        return ""
    if one.kind != "group":
        return _words(one)
    said = [(inner.label, _words(inner)) for inner in one.inner if not inner.usual]
    return "; ".join(f"{label}: {text}" if text != "yes" else label for label, text in said if text)


def _singular(unit: str) -> str:
    """`second` of `seconds`."""
    return unit[:-1] if unit.endswith("s") else unit


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
    return f"{text} {_singular(one.unit) if text == '1' else one.unit}".strip() if text else ""


def _goes(one: Field) -> str:
    """Where calls go, and where those of fax machines: a text, or one of a list once it is picked."""
    kind, target = str(one.value["kind"]), str(one.value["target"])
    word = next((word for value, word in one.choices if value == kind and kind), kind)
    text = f"{word} {target}".strip()
    said = [(inner, words) for inner in one.inner if (words := _words(inner))]
    ways = [
        f"{inner.label.lower()}: {words}" for inner, words in said if inner.kind == "destination"
    ]
    if kind == "schedule" and ways:
        text = f"{text} ({', '.join(ways)})"
    fax = [f"fax machines to {words}" for inner, words in said if inner.kind != "destination"]
    return ", ".join(filter(None, [text, *fax]))
