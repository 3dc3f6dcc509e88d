"""A form: an object's data as fields, and what was sent as data again."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from pydantic import BaseModel

from dialform.console.forms import references
from dialform.console.forms.destinations import Destination
from dialform.console.forms.groups import Group
from dialform.console.forms.nodes import MISSING, UPLOADS, Node, Sent
from dialform.console.forms.reading import node_of
from dialform.console.forms.secrets import Typed
from dialform.console.forms.spot import Look, Post, Spot
from dialform.console.forms.view import Field, Said
from dialform.console.forms.wording import Words
from dialform.schema.rule import Path
from dialform.values import dataclass, field, replace


@dataclass(slots=True)
class Form:
    """The form of one object.

    ```python
    form = Form.of(Extension, data, look=Look(may=…))        # to show
    form = form.parse(await context.form())                  # what was sent: form.data, form.files
    form.tell([(("caller_id",), Said("…"))])               # findings, each at its field
    ```

    `was` is the data that the form was opened with, in whatever spelling; what nobody changed keeps it.
    """

    node: Node
    was: Any
    value: Any
    """The data as it stands in the form, with secrets that were just typed as `Typed`."""
    look: Look = field(default_factory=Look)
    flaws: list[Said] = field(default_factory=list)
    """What is wrong with no field alone."""
    words: Words | None = None
    """Of what is one field alone: what it is called."""
    _field: Field | None = None

    @classmethod
    def of(cls, model: type[BaseModel] | Node, data: Any = MISSING, *, look: Look | None = None,
           without: tuple[str, ...] = (), only: tuple[str, ...] = (),
           words: Words | None = None) -> "Form":  # fmt: skip
        """The form of a model (or a node of `reading.py`) for data as it stands in YAML."""
        node = model if isinstance(model, Node) else node_of(model, tuple(without), tuple(only))
        return cls(node, data, data, look or Look(), words=words)

    def parse(self, sent: Any) -> "Form":
        """The form as it was sent: a mapping with `multi_items`, as Starlette's FormData."""
        items = sent.multi_items() if hasattr(sent, "multi_items") else list(sent.items())
        post = Post(items)
        spot = self._spot
        value = self.node.taken(post, spot, self.was)
        return replace(
            self, value=self.node.kept(self.was, value), flaws=[], _field=None,
        )  # fmt: skip

    @property
    def root(self) -> Field:
        """The field that holds all others."""
        if self._field is None:
            self._field = self.node.view(self.value, self._spot)
            if self.words and not self._field.label:
                self._field.label, self._field.help = self.words.label, self.words.help
            if self.value is not self.was:
                self._mark(self._field)
        return self._field

    def _mark(self, root: Field) -> None:
        """Say of rows that are folded which of them were edited: those stay open while one goes on."""
        rows = [one for one in root.all() if one.kind == "group" and one.long]
        if not rows:
            return
        before = {_said(one) for one in self.node.view(self.was, self._spot).all() if one.long}
        for one in rows:
            one.edited = _said(one) not in before

    @property
    def _spot(self) -> Spot:
        """Where it begins: what is no group of fields has a name in the form, but no step in the data."""
        plain = isinstance(self.node, Group | Destination)
        return Spot(self.look, "" if plain else "value")

    @property
    def fields(self) -> list[Field]:
        """The fields of the top."""
        return self.root.inner if self.root.kind == "group" else [self.root]

    @property
    def data(self) -> Any:
        """What would be written: plain data, MISSING for nothing at all. Typed secrets are in clear."""
        return plain(self.value)

    def sealed(self, seal: Callable[[str], Any]) -> Any:
        """The same with each secret that was just typed as `seal` makes it."""
        return plain(self.value, seal)

    @property
    def changed(self) -> bool:
        """Whether anything means something else than before."""
        return bool(self.node.said(self.was) != self.node.said(self.value))

    def acted(self, act: str) -> "Form":
        """The form after a button of its own: `add:NAME`, `remove:NAME`, `up:NAME`, `down:NAME`."""
        word, _, name = act.partition(":")
        if word == "add":
            return replace(self, look=replace(self.look, blank=frozenset({name})), _field=None)
        found = next((one for one in self.root.all() if one.name == name), None)
        if found is None or not found.enabled or word not in _MOVES:
            return self
        value = _moved(self.value, self.node, found.path, _MOVES[word])
        return replace(self, value=value, _field=None)

    def tell(self, found: Iterable[tuple[Path, Said]]) -> "Form":
        """Say what is wrong, each beside the field that its path (into this object) leads to."""
        fields = list(self.root.all())
        for path, said in found:
            best = _nearest(fields, path)
            (best.flaws if best is not None and best is not self.root else self.flaws).append(said)
        return self

    @property
    def files(self) -> list[Sent]:
        """Files that came with it and that its fields name."""
        return list(_sent(self.value))

    @property
    def flawed(self) -> bool:
        """Whether anything is wrong with it."""
        return bool(self.flaws) or self.root.flawed

    def offers(self) -> Iterator[str]:
        """The names of the lists of suggestions that its fields use, each once."""
        seen = set()
        for one in self.root.all():
            names = [one.offers] if one.offers else []
            if one.kind == "destination":
                names = [f"to-{kind}" if kind else "to-any" for kind, _ in one.choices]
            for name in names:
                if name not in seen:
                    seen.add(name)
                    yield name

    @property
    def uploads(self) -> bool:
        """Whether it takes files."""
        return any(one.kind == "text" and one.offers in UPLOADS for one in self.root.all())


def _said(row: Field) -> tuple[object, ...]:
    """What a row says, wherever it stands."""
    return tuple((one.kind, str(one.value), one.on, one.off) for one in row.all())


_MOVES = {"remove": 0, "up": -1, "down": 1}


def plain(value: Any, seal: Callable[[str], Any] = str) -> Any:
    """Data without anything of a form."""
    if isinstance(value, Typed):
        return seal(str(value))
    if isinstance(value, Sent):
        return str(value)
    if isinstance(value, dict):
        return {key: plain(inner, seal) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner, seal) for inner in value]
    return value


def without_secrets(value: Any) -> Any:
    """Data without what was just typed as a secret."""
    if isinstance(value, Typed):
        return MISSING
    if isinstance(value, dict):
        found = {key: without_secrets(inner) for key, inner in value.items()}
        return {key: inner for key, inner in found.items() if inner is not MISSING}
    if isinstance(value, list):
        return [one for one in map(without_secrets, value) if one is not MISSING]
    return str(value) if isinstance(value, Sent) else value


def _nearest(fields: list[Field], path: Path) -> Field | None:
    """The deepest field on the way to a path."""
    best: Field | None = None
    for one in fields:
        if one.path == path[: len(one.path)] and (best is None or len(one.path) >= len(best.path)):
            best = one
    return best


def _moved(value: Any, node: Node, path: Path, by: int) -> Any:
    """Data with one item of a list or map gone, or one place further."""
    if not path:
        return value
    value = node.spelt(value)
    step = path[0]
    if len(path) == 1:
        return _shifted(value, step, by)
    if isinstance(value, dict) and step in value:
        return {**value, step: _moved(value[step], _below(node, step), path[1:], by)}
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        return [_moved(one, _below(node, step), path[1:], by) if index == step else one
                for index, one in enumerate(value)]  # fmt: skip
    return value


def _sent(value: Any) -> Iterator[Sent]:
    if isinstance(value, Sent):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _sent(one)


def _shifted(value: Any, step: str | int, by: int) -> Any:
    if isinstance(value, dict):
        pairs = list(value.items())
        index = next((i for i, (key, _) in enumerate(pairs) if str(key) == str(step)), -1)
        return dict(_shuffled(pairs, index, by))
    if isinstance(value, list) and isinstance(step, int):
        return _shuffled(list(value), step, by)
    return value


def _shuffled(items: list[Any], index: int, by: int) -> list[Any]:
    if not 0 <= index < len(items):
        return items
    one = items.pop(index)
    if by:
        items.insert(min(max(index + by, 0), len(items)), one)
    return items


def _below(node: Node, step: str | int) -> Node:
    entries = getattr(node, "entries", ())
    found: Node | None = next((entry.node for entry in entries if entry.key == step), None)
    inner: Node = getattr(node, "item", node)
    return found or inner


def suggestions(form: Form, site: Any, scope: Any) -> dict[str, list[references.Offer]]:
    """The lists of suggestions that a form uses, by their names."""
    return {name: references.offered(name, site, scope) for name in form.offers()}
