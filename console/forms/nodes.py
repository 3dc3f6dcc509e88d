# ruff: noqa: D102 - what said, view, taken and kept are stands at Node
"""What a value is in a form: one class a kind, each reads data, shows it, and takes it from a form.

A node knows three things. `said` is what data means, whatever its spelling: two spellings of the same are
equal. `view` makes a Field of data, however wrong the data is. `taken` makes data of what was sent, in the
shortest spelling; MISSING stands for what is not written.
"""

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from pydantic_core import PydanticCustomError

from dialform.console.forms.choices import spelt
from dialform.console.forms.references import CLOSED
from dialform.console.forms.spot import Post, Spot
from dialform.console.forms.view import Field
from dialform.schema.types import as_written
from dialform.values import dataclass


class _Missing:
    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Any = _Missing()
"""Stands for what is not written."""

Before = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Node(ABC):
    """The base of all. `before` are the schema's own readings of short spellings; `default` is what holds
    where nothing is written, MISSING for nothing at all.
    """

    before: tuple[Before, ...] = ()
    default: Any = MISSING
    nullable: bool = False
    """Whether `null` may be written."""
    title: str = ""
    """What kind of value it is, by the schema's titles."""
    offers: str = ""
    """Which objects are suggested."""
    empty: bool = False
    """Of lists: an empty one says something, and none at all is another thing."""

    kind: ClassVar[str] = ""

    def spelt(self, value: Any) -> Any:
        """Data in its long spelling, with the default where nothing is written."""
        if value is MISSING:
            value = self.default
        if value is MISSING:
            return MISSING
        for step in self.before:
            try:
                value = step(value)
            except PydanticCustomError:
                return value  # wrong data is shown as it stands
        return value

    @abstractmethod
    def said(self, value: Any) -> Any:
        """What data means; comparable."""

    @abstractmethod
    def view(self, value: Any, spot: Spot) -> Field:
        """The field for data."""

    @abstractmethod
    def taken(self, post: Post, spot: Spot, was: Any) -> Any:
        """The data of what was sent; `was` where nothing was, or where the visitor may not change it."""

    def kept(self, was: Any, now: Any) -> Any:
        """`now`, in the spelling of `was` wherever both mean the same."""
        if was is MISSING:
            return now
        return was if self.said(was) == self.said(now) else self.mixed(was, now)

    def mixed(self, was: Any, now: Any) -> Any:
        """`now`, with those of its parts as `was` spells them that mean the same; of what has parts."""
        return now

    @property
    def can_be_off(self) -> bool:
        """Whether `null` means something else than not written."""
        return self.nullable and self.default is not MISSING and self.default is not None

    def off_taken(self, post: Post, spot: Spot) -> bool:
        """Whether the tick for none at all was set."""
        return self.can_be_off and post.ticked(f"{spot.name}.off") is True


def shown(value: Any) -> str:
    """Data as a text in a field."""
    if value is MISSING or value is None:
        return ""
    value = as_written(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


@dataclass(frozen=True, slots=True)
class Text(Node):
    """One line of text, of whatever format."""

    kind: ClassVar[str] = "text"

    def said(self, value: Any) -> Any:
        value = self.spelt(value)
        return None if value is MISSING or value is None else shown(value).strip()

    def view(self, value: Any, spot: Spot) -> Field:
        off = (value is None) if self.can_be_off else None
        return Field(
            "text", spot.name, spot.path, value=shown(value), type=_TYPES.get(self.title, "text"),
            placeholder=shown(self.default), offers=self.offers, enabled=spot.may, off=off,
            closed=self.title == "extension number" or self.offers in CLOSED,
            held=value.token if isinstance(value, Sent) else "",
        )  # fmt: skip

    def taken(self, post: Post, spot: Spot, was: Any) -> Any:
        if not spot.may:
            return was
        if self.off_taken(post, spot):
            return None
        if self.offers in UPLOADS and (sent := sent_with(post, spot)) is not None:
            return sent
        text = post.text(spot.name)
        if text is None:
            return was
        return text.strip() or MISSING


UPLOADS = ("sounds", "media")
"""Suggestions beside which a file may be sent."""


class Sent(str):
    """The path of a file that was sent with the form, with its content and the token that holds it."""

    name: str
    content: bytes
    token: str


def sent_with(post: Post, spot: Spot) -> Sent | None:
    """The file that came for a field, now or with the form before."""
    keeper, found = spot.look.keeper, post.files.get(f"{spot.name}.upload")
    token = ""
    if found is not None:
        token = keeper.hold(*found) if keeper else ""
    elif keeper and (token := post.text(f"{spot.name}.held") or ""):
        found = keeper.held(token)
        if found is None or post.text(spot.name) != path_for(spot.look.folder, found[0]):
            return None  # another path was typed since
    if found is None:
        return None
    made = Sent(path_for(spot.look.folder, found[0]))
    made.name, made.content, made.token = *found, token
    return made


def path_for(folder: str, name: str) -> str:
    """Where a file goes: into the folder, under its own name without anything odd."""
    pure = name.replace("\\", "/").rpartition("/")[2]
    stem, _, suffix = pure.rpartition(".")
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", stem).strip("-._")[:60] or "file"
    return f"{folder}{plain}.{re.sub('[^a-z0-9]', '', suffix.lower())[:8]}"


_TYPES = {"mail address": "email", "date": "date", "moment": "text"}
"""Kinds of values that browsers have an input for."""


@dataclass(frozen=True, slots=True)
class Whole(Node):
    """A whole number."""

    low: int | None = None
    high: int | None = None

    kind: ClassVar[str] = "whole"

    def said(self, value: Any) -> Any:
        value = self.spelt(value)
        return None if value is MISSING else value

    def view(self, value: Any, spot: Spot) -> Field:
        off = (value is None) if self.can_be_off else None
        return Field(
            "whole", spot.name, spot.path, value=shown(value), placeholder=shown(self.default),
            low=self.low, high=self.high, enabled=spot.may, off=off,
        )  # fmt: skip

    def taken(self, post: Post, spot: Spot, was: Any) -> Any:
        if not spot.may:
            return was
        if self.off_taken(post, spot):
            return None
        text = post.text(spot.name)
        if text is None:
            return was
        text = text.strip()
        plain = text.removeprefix("-")
        if plain.isascii() and plain.isdigit() and len(plain) < 19:
            return int(text)
        return text or MISSING


@dataclass(frozen=True, slots=True)
class Flag(Node):
    """Yes or no."""

    kind: ClassVar[str] = "flag"

    def said(self, value: Any) -> Any:
        value = self.spelt(value)
        return False if value is MISSING or value is None else value

    def view(self, value: Any, spot: Spot) -> Field:
        return Field("flag", spot.name, spot.path, value=self.said(value) is True, enabled=spot.may)

    def taken(self, post: Post, spot: Spot, was: Any) -> Any:
        ticked = post.ticked(spot.name)
        if not spot.may or ticked is None:
            return was
        return MISSING if ticked == self.said(MISSING) else ticked


@dataclass(frozen=True, slots=True)
class Choice(Node):
    """One of a few words."""

    names: tuple[tuple[str, str], ...] = ()
    """The words, and what people read for each."""

    kind: ClassVar[str] = "choice"

    def said(self, value: Any) -> Any:
        value = self.spelt(value)
        return None if value is MISSING or value is None else as_written(value)

    def view(self, value: Any, spot: Spot) -> Field:
        here = shown(self.spelt(value))
        known = not here or any(word == here for word, _ in self.names)
        choices = self.names if known else (*self.names, (here, spelt(here)))
        if self.default is MISSING or self.default is None:
            choices = (("", ""), *choices)
        return Field(
            "choice", spot.name, spot.path, value=here, choices=choices, enabled=spot.may
        )  # fmt: skip

    def taken(self, post: Post, spot: Spot, was: Any) -> Any:
        text = post.text(spot.name)
        if not spot.may or text is None:
            return was
        if not text or text == shown(self.default):
            return MISSING
        return text


@dataclass(frozen=True, slots=True)
class Checks(Node):
    """Some of a few words."""

    names: tuple[tuple[str, str], ...] = ()
    """The words, and what people read for each."""

    kind: ClassVar[str] = "checks"

    def said(self, value: Any) -> Any:
        value = self.spelt(value)
        if not isinstance(value, list):
            return [] if value is MISSING or value is None else shown(value)
        return self._ordered([shown(one) for one in value])

    def view(self, value: Any, spot: Spot) -> Field:
        here = self.said(value)
        here = here if isinstance(here, list) else [here]
        known = {word for word, _ in self.names}
        odd = tuple((one, spelt(one)) for one in here if one not in known)
        return Field(
            "checks",
            spot.name,
            spot.path,
            value=here,
            choices=(*self.names, *odd),
            enabled=spot.may,
        )

    def taken(self, post: Post, spot: Spot, was: Any) -> Any:
        if not spot.may or not post.has(spot.name):
            return was
        found = self._ordered(post.all(spot.name))
        return MISSING if found == self.said(MISSING) else found

    def _ordered(self, found: Sequence[str]) -> list[str]:
        """Each once, as the schema has them."""
        known = {word: place for place, (word, _) in enumerate(self.names)}
        return sorted(dict.fromkeys(found), key=lambda word: known.get(word, len(known)))


@dataclass(frozen=True, slots=True)
class Lines(Node):
    """Several texts, one a line."""

    kind: ClassVar[str] = "lines"

    def said(self, value: Any) -> Any:
        value = self.spelt(value)
        if not isinstance(value, list):
            nothing = value is MISSING or value is None
            return (None if self.empty else []) if nothing else [shown(value)]
        return [text for one in value if (text := shown(one).strip())]

    def view(self, value: Any, spot: Spot) -> Field:
        return Field(
            "lines", spot.name, spot.path, value="\n".join(self.said(value) or ()), enabled=spot.may,
            offers=self.offers, off=self.said(value) == [] if self.empty else None,
        )  # fmt: skip

    def taken(self, post: Post, spot: Spot, was: Any) -> Any:
        text = post.text(spot.name)
        if not spot.may or text is None:
            return was
        found = [line.strip() for line in text.split("\n") if line.strip()]
        if self.empty and not found:
            return [] if post.ticked(f"{spot.name}.off") else MISSING
        return MISSING if found == self.said(MISSING) else found
