"""A field as a page shows it. The macro of `templates/forms/form.html` draws it."""

from collections.abc import Iterator
from typing import Any, Literal

from dialform.console.forms.layout import MORE
from dialform.schema.rule import Path
from dialform.values import dataclass, field

Kind = Literal[
    "text", "whole", "flag", "choice", "checks", "lines", "secret", "destination", "group", "rows",
    "map", "table",
]  # fmt: skip


TYPED = ("text", "whole", "flag", "choice", "lines", "destination")
"""Kinds of fields that are one control, or begin with one."""

LONG = 6
"""Fields that a row of a list has before it is folded."""


@dataclass(frozen=True, slots=True)
class Said:
    """What is wrong with a field, and the way out."""

    message: str
    hint: str = ""
    severity: str = "error"
    code: str = ""


@dataclass(slots=True)
class Field:
    """A field, or a group of them. `name` is its name in the form, `path` its place in the object's data.

    `value` is what stands in it, always something to show and never a secret. `on` says of a group that
    may be missing whether it is there; `offers` names a list of suggestions (`references.py`).
    """

    kind: Kind
    name: str
    path: Path
    label: str = ""
    help: str = ""
    value: Any = ""
    type: str = "text"
    """Of an input: text, email, date, …"""
    enabled: bool = True
    required: bool = False
    optional: bool = False
    """Of a group: it may be missing, and a tick says that it is there."""
    on: bool = True
    off: bool | None = None
    """Of what has a value by default and can have none all the same: whether that is chosen."""
    placeholder: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    offers: str = ""
    low: int | None = None
    high: int | None = None
    ordered: bool = False
    """Of rows: their order means something."""
    focus: bool = False
    edited: bool = False
    """Of a row that can be folded: it says something else than any that the form was opened with."""
    closed: bool = False
    """Nothing but what is suggested can stand in it."""
    unit: str = ""
    """What a number counts."""
    blank: str = ""
    """What holds where nothing is chosen or typed."""
    heading: str = ""
    """Of a field in a group: what it stands under."""
    usual: bool = True
    """It says what holds anyway."""
    held: str = ""
    """The token of a file that was sent and is not saved yet."""
    inner: list["Field"] = field(default_factory=list)
    flaws: list[Said] = field(default_factory=list)

    @property
    def id(self) -> str:
        """Its id on the page."""
        return "f-" + self.name.replace(".", "-")

    def all(self) -> Iterator["Field"]:
        """The field and what is in it."""
        yield self
        for one in self.inner:
            yield from one.all()

    @property
    def parts(self) -> list["Part"]:
        """Of a group: its fields by their headings."""
        found: dict[str, list[Field]] = {}
        for one in self.inner:
            found.setdefault(one.heading, []).append(one)
        return [Part(heading, fields) for heading, fields in found.items()]

    @property
    def long(self) -> bool:
        """Of a row: whether it has so many fields that it is folded."""
        return len(self.inner) > LONG

    @property
    def open(self) -> bool:
        """Of a row that can be folded: whether there is something in it to be seen at once."""
        return self.edited or self.flawed or any(one.focus for one in self.all())

    @property
    def title(self) -> str:
        """Of a row that is folded: what its first fields say."""
        texts = (str(one.value) for one in self.inner if one.kind in ("text", "choice"))
        return " · ".join([text for text in texts if text][:3]) or "New"

    @property
    def flawed(self) -> bool:
        """Whether something is wrong in it, or below it."""
        return any(one.flaws for one in self.all())


@dataclass(frozen=True, slots=True)
class Part:
    """Some fields of a group under a heading."""

    heading: str
    fields: list[Field]

    @property
    def folded(self) -> bool:
        """Whether it can be folded away."""
        return self.heading == MORE

    @property
    def open(self) -> bool:
        """Whether there is something in it to be seen at once."""
        return any(not one.usual or one.open for one in self.fields)
