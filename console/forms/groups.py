# ruff: noqa: D102 - what said, view, taken and kept are stands at Node
"""Nodes that hold others: models, and lists. Maps stand in `maps.py`."""

from collections.abc import Mapping
from operator import itemgetter
from typing import Any, ClassVar

from dialform.console.forms.nodes import MISSING, Node, Text, shown
from dialform.console.forms.spot import Post, Spot
from dialform.console.forms.view import TYPED, Field
from dialform.console.forms.wording import Words
from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """A key of a model."""

    key: str
    node: Node
    words: Words
    required: bool = False
    place: tuple[int, str] = (0, "")
    """Where it stands in the form: its place, and the heading above."""


@dataclass(frozen=True, slots=True)
class Group(Node):
    """A model. `optional` ones may be missing; of `bare` ones `true` is the spelling of an empty map, and of
    those with `short` a plain value that of a map with this key alone.
    """

    entries: tuple[Entry, ...] = ()
    optional: bool = False
    bare: bool = False
    short: str = ""
    spellings: tuple[tuple[str, str], ...] = ()
    """Other spellings of keys."""

    kind: ClassVar[str] = "group"

    def spelt(self, value: Any) -> Any:
        value = Node.spelt(self, value)
        other = dict(self.spellings)
        if isinstance(value, dict) and other.keys() & value.keys():
            value = {other.get(key, key): inner for key, inner in value.items()}
        return value

    def said(self, value: Any) -> Any:
        value = self.spelt(value)
        if value is MISSING or value is None:
            return None
        if not isinstance(value, dict):
            return shown(value)
        known = {entry.key for entry in self.entries}
        here = {entry.key: entry.node.said(value.get(entry.key, MISSING)) for entry in self.entries}
        return here | {str(key): shown(inner) for key, inner in value.items() if key not in known}

    def view(self, value: Any, spot: Spot) -> Field:
        value = self.spelt(value)
        there = value is not MISSING and value is not None
        data = value if isinstance(value, dict) else {}
        inner = []
        for entry in self.entries:
            one = entry.node.view(data.get(entry.key, MISSING), spot.to(entry.key))
            words = entry.words
            one.label, one.help, one.required = words.label, words.help, entry.required
            one.unit, one.blank, one.heading = words.unit, words.blank, entry.place[1]
            here = entry.node.said(data.get(entry.key, MISSING))
            one.usual = here == entry.node.said(MISSING)
            if entry.required and isinstance(entry.node, Rows) and not one.inner and one.enabled:
                one.inner.append(entry.node.item.view(MISSING, spot.to(entry.key).to(0)))
            inner.append((entry.place[0], one))
        inner.sort(key=itemgetter(0))
        return Field(
            "group", spot.name, spot.path, optional=self.optional, on=there or not self.optional,
            enabled=spot.may, inner=[one for _, one in inner],
        )  # fmt: skip

    def taken(self, post: Post, spot: Spot, was: Any) -> Any:
        before = self.spelt(was)
        there = before is not MISSING and before is not None
        if self.optional and spot.may:
            ticked = post.ticked(f"{spot.name}.on")
            if ticked is False:
                return MISSING
            there = there or ticked is True
        if self.optional and not there:
            return was
        old: Mapping[str, Any] = before if isinstance(before, dict) else {}
        made: dict[str, Any] = {}
        for entry in self.entries:
            found = entry.node.taken(post, spot.to(entry.key), old.get(entry.key, MISSING))
            if found is not MISSING:
                made[entry.key] = found
        known = {entry.key for entry in self.entries}
        made |= {key: inner for key, inner in old.items() if key not in known}
        return self._short(made)

    def _short(self, made: dict[str, Any]) -> Any:
        if made:
            alone = (
                self.short and list(made) == [self.short] and not isinstance(made[self.short], dict)
            )
            return made[self.short] if alone else made
        if self.bare:
            return True
        return made if self.optional or self.default is MISSING else MISSING

    def mixed(self, was: Any, now: Any) -> Any:
        before, after = self.spelt(was), self.spelt(now)
        if not isinstance(before, dict) or not isinstance(after, dict):
            return now
        nodes = {entry.key: entry.node for entry in self.entries}
        written = {}
        for key in before:
            value = after.get(key, MISSING)
            written[key] = nodes[key].kept(before[key], value) if key in nodes else value
        whole = {**written, **{key: value for key, value in after.items() if key not in before}}
        whole = {key: value for key, value in whole.items() if value is not MISSING}
        return whole if isinstance(was, dict) else self._short(whole)


def _focus(row: Field) -> None:
    """A new row is what one looks at, and the first thing in it that can be filled is where one types."""
    row.focus = True
    first = next((one for one in row.all() if one.kind in TYPED and one.enabled), None)
    if first is not None:
        first.focus = True


@dataclass(frozen=True, slots=True)
class Rows(Node):
    """A list, a row each: of texts, unless said otherwise."""

    item: Node = Text()
    ordered: bool = True

    kind: ClassVar[str] = "rows"

    def said(self, value: Any) -> Any:
        value = self.spelt(value)
        if not isinstance(value, list):
            nothing = value is MISSING or value is None
            return (None if self.empty else []) if nothing else shown(value)
        return [self.item.said(one) for one in value]

    def view(self, value: Any, spot: Spot) -> Field:
        value = self.spelt(value)
        items = value if isinstance(value, list) else []
        inner = [self.item.view(one, spot.to(index)) for index, one in enumerate(items)]
        if spot.name in spot.look.blank:
            blank = self.item.view(MISSING, spot.to(len(items)))
            _focus(blank)
            inner.append(blank)
        for row in inner[1:]:  # what the first row says holds for all
            for each in row.inner:
                each.help = ""
        return Field(
            "rows", spot.name, spot.path, inner=inner, enabled=spot.may, ordered=self.ordered,
            offers=self.item.offers, off=self.said(value) == [] if self.empty else None,
        )  # fmt: skip

    def taken(self, post: Post, spot: Spot, was: Any) -> Any:
        count = post.count(spot.name)
        before = self.spelt(was)
        old: list[Any] = before if isinstance(before, list) else []
        if not spot.may:
            return was
        if count is None:
            return was
        made = []
        for index in range(count):
            here = old[index] if index < len(old) else MISSING
            found = self.item.taken(post, spot.to(index), here)
            if found is not MISSING and found != {}:
                made.append(found)
        if self.empty and not made:
            return [] if post.ticked(f"{spot.name}.off") else MISSING
        return MISSING if [self.item.said(one) for one in made] == self.said(MISSING) else made

    def mixed(self, was: Any, now: Any) -> Any:
        before = self.spelt(was)
        if not isinstance(before, list) or not isinstance(now, list):
            return now
        left = list(before)
        made = []
        for index, one in enumerate(now):
            said = self.item.said(one)
            same = next((old for old in left if self.item.said(old) == said), MISSING)
            if same is not MISSING:
                left.remove(same)
                made.append(same)
            else:
                made.append(self.item.kept(before[index], one) if index < len(before) else one)
        return made
