"""Classes of values: as in `dataclasses`, at a tenth of what those cost at import.

`dataclasses` compiles five functions for each class when its module is imported, which was a third of the
time of a short command. Here a class gets its methods from a few that all share, and its `__init__` is
compiled when the first object is made. Only what this package uses is known: `frozen`, `slots` and `eq`;
of a field its default, `repr` and `compare`. Whatever else `dataclasses` has (`fields`, `asdict`) works on
these classes too; to a type checker they are that module's own. Why: docs/decisions/0007.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass, field, replace
else:
    from collections.abc import Callable
    from operator import attrgetter
    from types import MemberDescriptorType

    _MISSING = object()

    class field:  # noqa: N801 - it stands for the function of this name
        """What a field is by default, and where it counts."""

        __slots__ = ("compare", "default", "default_factory", "repr")

        def __init__(
            self, *, default=_MISSING, default_factory=_MISSING, repr=True, compare=True
        ) -> None:
            self.default, self.default_factory = default, default_factory
            self.repr, self.compare = repr, compare

    def dataclass(cls=None, /, *, frozen=False, slots=False, eq=True) -> Callable:
        """As `dataclasses.dataclass`."""
        if cls is not None:
            return _made(cls, frozen, slots, eq)
        return lambda cls: _made(cls, frozen, slots, eq)

    def replace(value, /, **changes) -> object:
        """As `dataclasses.replace`."""
        return type(value)(**{name: getattr(value, name) for name in value._fields_} | changes)

    def _made(cls, frozen, slots, eq) -> type:
        inherited = getattr(cls, "_fields_", {})
        own = {name: _own(cls, name) for name in cls.__annotations__}
        known = {**inherited, **own}
        names = tuple(known)
        body = {"_fields_": known, "__dataclass_fields__": _Fields(), "__init__": _first(frozen)}
        body["__repr__"], body["__match_args__"] = _repr, names
        if eq:
            body |= _comparing([name for name in names if known[name].compare], frozen)
        if frozen:
            body |= {"__setattr__": _refuse, "__delattr__": _refuse}
            if slots:
                body |= {"__getstate__": _state, "__setstate__": _restore}
        body = {
            name: made
            for name, made in body.items()
            if name[:2] != "__" or name not in cls.__dict__
        }
        if slots:
            body["__slots__"] = tuple(name for name in own if name not in inherited)
            kept = {name: value for name, value in cls.__dict__.items() if name not in own}
            kept.pop("__dict__", None)
            kept.pop("__weakref__", None)
            made = type(cls)(cls.__name__, cls.__bases__, kept | body)
            made.__qualname__ = cls.__qualname__
            return made
        for name, value in body.items():
            setattr(cls, name, value)
        for name, one in own.items():
            if one.default is not _MISSING:
                setattr(cls, name, one.default)
            elif name in cls.__dict__:
                delattr(cls, name)
        return cls

    def _own(cls, name) -> field:
        default = cls.__dict__.get(name, _MISSING)
        if isinstance(default, field):
            return default
        # An attribute of this name that is a slot is none of the class's defaults.
        return field(default=_MISSING if isinstance(default, MemberDescriptorType) else default)

    def _first(frozen) -> Callable:
        """An `__init__` that puts the real one in its place."""

        def __init__(self, *args, **kwargs) -> None:  # noqa: N807
            cls = next(
                each for each in type(self).__mro__ if each.__dict__.get("__init__") is __init__
            )
            cls.__init__ = _compiled(cls, frozen)
            cls.__init__(self, *args, **kwargs)

        return __init__

    def _compiled(cls, frozen) -> Callable:
        given, lines = [], []
        known = {"_missing": _MISSING, "_set": object.__setattr__}
        for name, one in cls._fields_.items():
            value = name
            if one.default_factory is not _MISSING:
                known[f"_made_{name}"] = one.default_factory
                given.append(f"{name}=_missing")
                value = f"_made_{name}() if {name} is _missing else {name}"
            elif one.default is not _MISSING:
                known[f"_default_{name}"] = one.default
                given.append(f"{name}=_default_{name}")
            else:
                given.append(name)
            if not frozen:
                lines.append(f"self.{name} = {value}")
            elif isinstance(slot := getattr(cls, name, None), MemberDescriptorType):
                known[f"_set_{name}"] = slot.__set__  # at half the cost of object.__setattr__
                lines.append(f"_set_{name}(self, {value})")
            else:
                lines.append(f"_set(self, {name!r}, {value})")
        if hasattr(cls, "__post_init__"):
            lines.append("self.__post_init__()")
        text = f"def __init__(self, {', '.join(given)}):\n " + "\n ".join(lines or ["pass"])
        exec(text, known)  # noqa: S102 - names of fields, as dataclasses does it
        made = known["__init__"]
        made.__qualname__ = f"{cls.__qualname__}.__init__"
        return made

    def _repr(self) -> str:
        shown = [
            f"{name}={getattr(self, name)!r}" for name, one in self._fields_.items() if one.repr
        ]
        return f"{type(self).__qualname__}({', '.join(shown)})"

    def _comparing(names, frozen) -> dict:
        parts = attrgetter(*names) if names else lambda _: ()

        def __eq__(self, other) -> bool:  # noqa: N807
            same = other.__class__ is self.__class__
            return parts(self) == parts(other) if same else NotImplemented

        def __hash__(self) -> int:  # noqa: N807
            return hash(parts(self))

        return {"__eq__": __eq__, "__hash__": __hash__ if frozen else None}

    def _refuse(self, name, value=None) -> None:
        from dataclasses import FrozenInstanceError

        raise FrozenInstanceError(f"cannot assign to field {name!r}")

    def _state(self) -> list:
        return [getattr(self, name) for name in self._fields_]

    def _restore(self, state) -> None:
        for name, value in zip(self._fields_, state, strict=True):
            object.__setattr__(self, name, value)

    class _Fields:
        """What the functions of `dataclasses` ask for, made when they ask."""

        def __get__(self, instance, owner) -> dict:
            import dataclasses

            def known(one) -> dataclasses.Field:
                named = {
                    name: value
                    for name in ("default", "default_factory")
                    if (value := getattr(one, name)) is not _MISSING
                }
                return dataclasses.field(repr=one.repr, compare=one.compare, **named)

            types = _annotations(owner)
            fields = [(name, types[name], known(one)) for name, one in owner._fields_.items()]
            made = dataclasses.make_dataclass(owner.__name__, fields).__dataclass_fields__
            owner.__dataclass_fields__ = made
            return made

    def _annotations(owner) -> dict:
        found = {}
        for each in reversed(owner.__mro__):
            found |= getattr(each, "__annotations__", {})
        return found


__all__ = ["dataclass", "field", "replace"]
