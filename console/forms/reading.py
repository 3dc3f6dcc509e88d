"""From the models of `schema/` to nodes: what each annotation is in a form."""

import types
import typing
from collections.abc import Iterable
from functools import cache
from typing import Annotated, Any, Literal, cast, get_args, get_origin

import annotated_types
from pydantic import BaseModel, BeforeValidator, WithJsonSchema
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError, PydanticUndefined

from dialform.console.forms import references
from dialform.console.forms.choices import named
from dialform.console.forms.destinations import Destination
from dialform.console.forms.groups import Entry, Group, Rows
from dialform.console.forms.labels import words_of
from dialform.console.forms.layout import arranged
from dialform.console.forms.maps import Map, Table
from dialform.console.forms.nodes import (
    MISSING,
    Before,
    Checks,
    Choice,
    Flag,
    Lines,
    Node,
    Text,
    Whole,
)
from dialform.console.forms.secrets import Secret
from dialform.schema import destination as written
from dialform.schema.docs import field_docs
from dialform.schema.hours import Day, Hours
from dialform.schema.secret import SecretRef
from dialform.schema.types import OR_NOTHING, as_written
from dialform.values import dataclass, replace

_EMPTY = type(OR_NOTHING)


@dataclass(frozen=True, slots=True)
class _Read:
    """An annotation taken apart: what it is, and what stands around it."""

    core: Any
    before: tuple[Before, ...] = ()
    nullable: bool = False
    title: str = ""
    low: int | None = None
    high: int | None = None
    least: int = 0
    """Of lists: how many there must be."""


@cache
def node_of(
    model: type[BaseModel], without: tuple[str, ...] = (), only: tuple[str, ...] = ()
) -> Node:
    """The node of a model; `without` some of its keys, or with `only` some."""
    if issubclass(model, written.Destination):
        return Destination(fax="detect_fax" in model.model_fields)
    return Group(entries=_entries(model, without, only), spellings=_spellings(model))


@cache
def node_at(model: type[BaseModel], name: str) -> Node:
    """The node of one field of a model."""
    info = model.model_fields[name]
    return _field(model, name, info)


@cache
def table_nodes(model: type[BaseModel], name: str) -> tuple[Node, Node]:
    """Of a table of objects: the node of its keys, and of its objects."""
    read = _apart(model.model_fields[name].annotation, model.model_fields[name].metadata)
    key, value = get_args(read.core)
    return _node(_apart(key), (model, name)), _node(_apart(value), (model, name))


def _entries(
    model: type[BaseModel], without: Iterable[str] = (), only: tuple[str, ...] = ()
) -> tuple[Entry, ...]:
    docs = field_docs(model)  # type: ignore[arg-type]
    here = {
        info.alias or name: (name, info) for name, info in model.model_fields.items()
        if name not in without and (not only or name in only)
    }  # fmt: skip
    places = arranged(model, here)
    return tuple(
        Entry(
            key, _field(model, name, info), words_of(model, name, docs.get(name, "")),
            info.is_required(), places[key],
        )
        for key, (name, info) in here.items()
    )  # fmt: skip


def _field(model: type[BaseModel], name: str, info: FieldInfo) -> Node:
    node = _node(_apart(info.annotation, info.metadata), (model, name))
    default = info.get_default(call_default_factory=True)
    if default is PydanticUndefined:
        return replace(node, required=True) if isinstance(node, Secret) else node
    node = replace(node, default=_plain(default))
    if isinstance(node, Secret):
        return replace(node, derived="erived" in field_docs(model).get(name, ""))  # type: ignore[arg-type]
    if isinstance(node, Group) and default is None:
        return replace(node, optional=True)
    return node


def _plain(default: Any) -> Any:
    """A default as data."""
    return {} if isinstance(default, BaseModel) else default


def _apart(annotation: Any, metadata: Iterable[Any] = ()) -> _Read:
    """An annotation without what stands around it."""
    read = _Read(annotation)
    metadata = tuple(metadata)
    while True:
        read = _noted(read, metadata)
        metadata = ()
        origin = get_origin(read.core)
        if origin is Annotated:
            core, *more = get_args(read.core)
            read, metadata = replace(read, core=core), tuple(more)
        elif origin in (typing.Union, types.UnionType):
            arms = [one for one in get_args(read.core) if one is not type(None)]
            read = replace(read, nullable=read.nullable or len(arms) < len(get_args(read.core)))
            if len(arms) > 1:
                return replace(read, core=tuple(arms))
            read = replace(read, core=arms[0])
        else:
            return read


def _noted(read: _Read, metadata: tuple[Any, ...]) -> _Read:
    for one in metadata:
        if isinstance(one, FieldInfo):
            read = _noted(read, tuple(one.metadata))
        elif isinstance(one, BeforeValidator):
            read = replace(read, before=(*read.before, cast(Before, one.func)))
        elif isinstance(one, _EMPTY):
            read = replace(
                read, before=(*read.before, lambda value: {} if value is None else value)
            )
        elif isinstance(one, WithJsonSchema):
            read = replace(read, title=str((one.json_schema or {}).get("title", "")) or read.title)
        elif isinstance(one, annotated_types.Ge):
            read = replace(read, low=cast(int, one.ge))
        elif isinstance(one, annotated_types.Le):
            read = replace(read, high=cast(int, one.le))
        elif isinstance(one, annotated_types.MinLen):
            read = replace(read, least=one.min_length)
    return read


def _node(read: _Read, where: tuple[type[BaseModel], str]) -> Node:
    core = read.core
    common: Any = {"before": read.before, "nullable": read.nullable}
    origin = get_origin(core)
    if isinstance(core, tuple):
        return Destination(numbers=True)  # of unions there is one: a number or a destination
    if core is SecretRef:
        return Secret(nullable=read.nullable)
    if core is bool:
        return Flag(**common)
    if core is int:
        return Whole(low=read.low, high=read.high, **common)
    if core in (Hours, Day):
        return Text(title=read.title)
    if core is str:
        return Text(title=read.title, offers=references.offers(*where, read.title), **common)
    if origin is Literal:
        return Choice(names=named(*where, _words(core)), **common)
    if origin is list:
        return _list(read, where)
    if origin is dict:
        return _dict(read, where)
    if isinstance(core, type) and issubclass(core, BaseModel):
        return _model(core, read)
    raise TypeError(f"{where[0].__name__}.{where[1]}: a form knows no {core!r}")


def _words(core: Any) -> tuple[str, ...]:
    return tuple(str(as_written(word)) for word in get_args(core))


def _model(core: type[BaseModel], read: _Read) -> Node:
    node = node_of(core)
    if not isinstance(node, Group):
        return replace(node, before=read.before, nullable=read.nullable)
    bare, short = False, ""
    for step in read.before:
        bare = bare or _reads(step, True) == {}
        made = _reads(step, "x")
        if isinstance(made, dict) and list(made.values()) == ["x"]:
            short = str(next(iter(made)))
    return replace(node, before=read.before, nullable=read.nullable, bare=bare, short=short)


def _reads(step: Before, value: Any) -> Any:
    try:
        return step(value)
    except PydanticCustomError:
        return None


def _list(read: _Read, where: tuple[type[BaseModel], str]) -> Node:
    (inner,) = get_args(read.core)
    apart = _apart(inner)
    common: Any = {"before": read.before, "nullable": read.nullable}
    if get_origin(apart.core) is Literal:
        return Checks(names=named(*where, _words(apart.core)), **common)
    item, empty = _node(apart, where), read.nullable and not read.least
    if isinstance(item, Text) and not item.offers:
        return Lines(title=item.title, **common, empty=empty)
    return Rows(item=item, **common, empty=empty)


def _dict(read: _Read, where: tuple[type[BaseModel], str]) -> Node:
    key, value = get_args(read.core)
    keys = _apart(key)
    common: Any = {"before": read.before, "nullable": read.nullable}
    item = _node(_apart(value), where)
    if get_origin(keys.core) is Literal:
        return Table(names=named(*where, _words(keys.core)), item=item, **common)
    return Map(key=replace(_node(keys, where), before=()), item=item, **common)


def _spellings(model: type[BaseModel]) -> tuple[tuple[str, str], ...]:
    other = getattr(model, "spellings", None)
    if other is None:
        return ()
    alias = {name: info.alias or name for name, info in model.model_fields.items()}
    return tuple((spelling, alias.get(key, key)) for spelling, key in other().items())


__all__ = ["MISSING", "node_at", "node_of", "table_nodes"]
