# ruff: noqa: D102 - what said, view, taken and kept are stands at Node
"""Nodes of maps: with keys that are typed, and with keys that are known."""

from typing import Any, ClassVar

from dialform.console.forms.choices import spelt
from dialform.console.forms.nodes import MISSING, Node, Text, shown
from dialform.console.forms.spot import Post, Spot
from dialform.console.forms.view import Field
from dialform.values import dataclass


@dataclass(frozen=True, slots=True)
class Mapped(Node):
    """A map: to texts, unless said otherwise."""

    item: Node = Text()

    def said(self, value: Any) -> Any:
        value = self.spelt(value)
        if not isinstance(value, dict):
            return {} if value is MISSING or value is None else shown(value)
        return {shown(key): self.item.said(one) for key, one in value.items()}

    def mixed(self, was: Any, now: Any) -> Any:
        before = self.spelt(was)
        if not isinstance(before, dict) or not isinstance(now, dict):
            return now
        old = {shown(key): (key, value) for key, value in before.items()}
        return {
            old[key][0] if key in old else key: self.item.kept(old[key][1], one)
            if key in old
            else one
            for key, one in now.items()
        }


@dataclass(frozen=True, slots=True)
class Map(Mapped):
    """A map whose keys are typed, a row each: texts to texts, unless said otherwise."""

    key: Node = Text()

    kind: ClassVar[str] = "map"

    def view(self, value: Any, spot: Spot) -> Field:
        value = self.spelt(value)
        pairs = list(value.items()) if isinstance(value, dict) else []
        if spot.name in spot.look.blank:
            pairs.append((MISSING, MISSING))
        inner = []
        for index, (key, one) in enumerate(pairs):
            row = spot.to(index, shown(key))
            field = Field("group", row.name, row.path, enabled=spot.may, focus=key is MISSING)
            field.inner = [
                self.key.view(key, row.to("key", "")),
                self.item.view(one, Spot(row.look, f"{row.name}.value", row.path)),
            ]
            field.inner[0].path = (*row.path, "[key]")
            inner.append(field)
        return Field("map", spot.name, spot.path, inner=inner, enabled=spot.may)

    def taken(self, post: Post, spot: Spot, was: Any) -> Any:
        count = post.count(spot.name)
        before = self.spelt(was)
        old = list(before.items()) if isinstance(before, dict) else []
        if not spot.may or count is None:
            return was
        made: dict[str, Any] = {}
        for index in range(count):
            row = spot.to(index)
            here = old[index][1] if index < len(old) else MISSING
            key = (post.text(f"{row.name}.key") or "").strip()
            if index < len(old) and key == shown(old[index][0]).strip():
                key = shown(old[index][0])
            value = self.item.taken(
                post, Spot(row.look, f"{row.name}.value", (*spot.path, key)), here
            )
            if not key and (value is MISSING or value == {}):
                continue
            while key in made:
                key = f"{key} (again)"  # no valid key: nothing that was typed is lost
            made[key] = None if value is MISSING else value
        return (
            MISSING
            if {key: self.item.said(one) for key, one in made.items()} == self.said(MISSING)
            else made
        )


@dataclass(frozen=True, slots=True)
class Table(Mapped):
    """A map whose keys are few and known: a field each."""

    names: tuple[tuple[str, str], ...] = ()
    """The keys, and what people read for each."""

    kind: ClassVar[str] = "table"

    def view(self, value: Any, spot: Spot) -> Field:
        value = self.spelt(value)
        data = value if isinstance(value, dict) else {}
        inner = []
        known = dict(self.names)
        for word in (*known, *(key for key in data if key not in known)):
            one = self.item.view(data.get(word, MISSING), spot.to(word))
            one.label = known.get(word) or spelt(str(word))
            inner.append(one)
        return Field("table", spot.name, spot.path, inner=inner, enabled=spot.may)

    def taken(self, post: Post, spot: Spot, was: Any) -> Any:
        before = self.spelt(was)
        old = before if isinstance(before, dict) else {}
        made = {}
        for word in (*old, *(word for word, _ in self.names if word not in old)):
            found = self.item.taken(post, spot.to(word), old.get(word, MISSING))
            if found is not MISSING:
                made[word] = found
        return made or MISSING
